using System.Buffers;
using Plumb.GoTemplate.Running;

namespace Plumb.GoTemplate.Formatting;

/// <summary>
/// Text being written: one growing array, so that a nested result is a range of it. Given a run, it keeps to the run's limit. Arrays come from
/// the shared pool: charts print megabytes, and one that is outgrown serves the next. <see cref="Take"/> gives the last one back; it need not be
/// called.
/// </summary>
internal sealed class GoBuffer(Execution? execution = null)
{
    private const int Least = 64;

    private readonly int _most = execution?.Limits.MaxOutput ?? int.MaxValue;
    private char[] _chars = ArrayPool<char>.Shared.Rent(Least);
    private int _room = Least; // of the array, as what the pool gives may be larger than the limit

    /// <summary>How much there is. Setting it cuts the text back.</summary>
    public int Length { get; set; }

    public void Append(char c)
    {
        if (Length == _room) Grow(1);
        _chars[Length++] = c;
    }

    public void Append(string text) => Append(text.AsSpan());

    public void Append(scoped ReadOnlySpan<char> text)
    {
        if (text.Length > _room - Length) Grow(text.Length);
        text.CopyTo(_chars.AsSpan(Length));
        Length += text.Length;
    }

    public void Append(char c, int count)
    {
        if (count <= 0) return;
        if (count > _room - Length) Grow(count);
        _chars.AsSpan(Length, count).Fill(c);
        Length += count;
    }

    public void Append(long number)
    {
        if (_room - Length < 20) Grow(20);
        number.TryFormat(_chars.AsSpan(Length), out var written);
        Length += written;
    }

    public void Append(ulong number)
    {
        if (_room - Length < 20) Grow(20);
        number.TryFormat(_chars.AsSpan(Length), out var written);
        Length += written;
    }

    public ReadOnlySpan<char> Span(int start) => _chars.AsSpan(start, Length - start);

    public string ToString(int start) => start == Length ? "" : new string(_chars, start, Length - start);

    public override string ToString() => ToString(0);

    /// <summary>All of the text. The buffer is done with.</summary>
    /// <param name="known">A string that is given when it is equal; null for none.</param>
    public string Take(LastLongText? known = null)
    {
        var text = known is null ? ToString() : known.Of(Span(0));
        ArrayPool<char>.Shared.Return(_chars);
        _chars = [];
        Length = _room = 0;
        return text;
    }

    /// <summary>Room for as many characters, to be written by the caller.</summary>
    public Span<char> Extend(int count)
    {
        if (count > _room - Length) Grow(count);
        var room = _chars.AsSpan(Length, count);
        Length += count;
        return room;
    }

    private void Grow(int room)
    {
        // only what outgrows the room can go over the limit: the room is never more than it
        var needed = (long)Length + room;
        if (needed > _most && execution is not null) throw execution.Limit($"more than {_most} characters of output");
        if (needed > Array.MaxLength) throw new OutOfMemoryException("The text of a template is longer than an array can be.");
        var most = Math.Min(_most, Array.MaxLength);
        var larger = ArrayPool<char>.Shared.Rent((int)Math.Min(Math.Max(_room * 2L, needed), most));
        _chars.AsSpan(0, Length).CopyTo(larger);
        ArrayPool<char>.Shared.Return(_chars);
        _chars = larger;
        _room = Math.Min(larger.Length, most);
    }
}
