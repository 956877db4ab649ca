using Plumb.GoTemplate.Running;

namespace Plumb.GoTemplate.Formatting;

/// <summary>
/// Text being written: one growing array, so that a nested result is a range of it. Given a run, it keeps to the run's limit.
/// </summary>
internal sealed class GoBuffer(Execution? execution = null)
{
    private readonly int _most = execution?.Limits.MaxOutput ?? int.MaxValue;
    private char[] _chars = new char[64];

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
        if (text.Length > _chars.Length - Length) Grow(text.Length);
        text.CopyTo(_chars.AsSpan(Length));
        Length += text.Length;
    }

    public void Append(char c, int count)
    {
        if (count <= 0) return;
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

    private void Grow(int room)
    {
        // only what grows the array can go over the limit: the array is never larger than it
        var needed = (long)Length + room;
        if (needed > _most && execution is not null) throw execution.Limit($"more than {_most} characters of output");
        if (needed > Array.MaxLength) throw new OutOfMemoryException("The text of a template is longer than an array can be.");
        Array.Resize(ref _chars, (int)Math.Min(Math.Max(_chars.Length * 2L, needed), Math.Min(_most, Array.MaxLength)));
    }
}
