using System.Security.Cryptography;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Text;

/// <summary>Random strings, from the system's secure generator.</summary>
internal static class RandomText
{
    public const string Digits = "0123456789";
    public const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    public const string LettersAndDigits = Letters + Digits;

    /// <summary>The printable characters, as goutils' <c>RandomAscii</c> takes them: space to tilde.</summary>
    public static readonly string Ascii = string.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c));

    /// <summary>So many characters; none for a negative count.</summary>
    public static string Of(Execution run, long count, string alphabet)
    {
        if (count <= 0) return "";
        run.CheckString(count);
        return RandomNumberGenerator.GetString(alphabet, (int)count);
    }

    public static string Shuffle(string text)
    {
        var runes = GoText.Runes(text).ToArray();
        Random.Shared.Shuffle(runes);
        return string.Concat(runes.Select(r => GoText.OfRune(r)));
    }
}
