namespace Plumb.GoTemplate.Formatting;

/// <summary>
/// The last long text that was printed. Charts that take <c>$</c> for a key print all their files, dozens of megabytes, again and again:
/// to see that it is the same text takes less than to make another string of it.
/// </summary>
internal sealed class LastLongText
{
    private const int Long = 64 * 1024;

    private string _last = "";

    public string Of(ReadOnlySpan<char> text)
    {
        if (text.Length < Long) return text.ToString();
        if (!text.SequenceEqual(_last)) _last = text.ToString();
        return _last;
    }
}
