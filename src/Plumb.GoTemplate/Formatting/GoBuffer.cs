using Plumb.GoTemplate.Running;

namespace Plumb.GoTemplate.Formatting;

/// <summary>Text being written: one growing array, so that a nested result is a range of it. Given a run, it keeps to the run's limit.</summary>
internal sealed class GoBuffer(Execution? execution = null)
{
    private char[] _chars = new char[execution is null ? 64 : 4096];
    private long _written;

    /// <summary>How much there is. Setting it cuts the text back.</summary>
    public int Length { get; set; }

    public void Append(char c)
    {
        if (Length == _chars.Length) Grow(1);
        _chars[Length++] = c;
    }

    public void Append(string text) => Append(text.AsSpan());

    public void Append(scoped ReadOnlySpan<char> text)
    {
        if (execution is not null) Count(text.Length);
        if (text.Length > _chars.Length - Length) Grow(text.Length);
        text.CopyTo(_chars.AsSpan(Length));
        Length += text.Length;
    }

    public void Append(char c, int count)
    {
        if (count <= 0) return;
        if (execution is not null) Count(count);
        if (count > _chars.Length - Length) Grow(count);
        _chars.AsSpan(Length, count).Fill(c);
        Length += count;
    }

    public void Append(long number)
    {
        if (_chars.Length - Length < 20) Grow(20);
        number.TryFormat(_chars.AsSpan(Length), out var written);
        Length += written;
    }

    public void Append(ulong number)
    {
        if (_chars.Length - Length < 20) Grow(20);
        number.TryFormat(_chars.AsSpan(Length), out var written);
        Length += written;
    }

    public ReadOnlySpan<char> Span(int start) => _chars.AsSpan(start, Length - start);

    public string ToString(int start) => start == Length ? "" : new string(_chars, start, Length - start);

    public override string ToString() => ToString(0);

    private void Count(int length)
    {
        _written += length;
        if (_written > execution!.Limits.MaxOutput) throw execution.Limit($"more than {execution.Limits.MaxOutput} characters of output");
    }

    private void Grow(int room)
    {
        var needed = (long)Length + room;
        if (needed > Array.MaxLength) throw new OutOfMemoryException("The text of a template is longer than an array can be.");
        Array.Resize(ref _chars, (int)Math.Min(Math.Max(_chars.Length * 2L, needed), Array.MaxLength));
    }
}
