using System.Globalization;
using System.Text;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Text;

/// <summary><c>camelcase</c>, <c>snakecase</c> and <c>kebabcase</c> as the library xstrings 1.5 has them.</summary>
internal static class WordCasing
{
    private enum Word
    {
        Invalid,
        Number,
        UpperCase,
        Alphabet,
        Connector,
        Punctuation,
        Other,
    }

    /// <summary>Words begin with a capital and are joined (<c>ToPascalCase</c>); leading connectors stay.</summary>
    public static string Pascal(string text)
    {
        var runes = GoText.Runes(text);
        if (runes.Count == 0) return "";
        var to = new StringBuilder(text.Length);
        var at = 0;
        var current = 0;
        var firstIsUpper = false;
        while (at < runes.Count)
        {
            current = runes[at++];
            if (!IsConnector(current))
            {
                firstIsUpper = IsUpper(current);
                current = Casing.Upper(current);
                break;
            }

            Append(to, current);
        }

        if (at == runes.Count)
        {
            // the last one read comes out once more, even when it is a connector that was written already
            Append(to, current);
            return to.ToString();
        }

        while (at < runes.Count)
        {
            var before = current;
            current = runes[at++];
            if (IsConnector(current) && IsConnector(before))
            {
                Append(to, before);
                continue;
            }

            if (IsConnector(before))
            {
                firstIsUpper = IsUpper(current);
                current = Casing.Upper(current);
                continue;
            }

            // of a word that begins with capitals only the first one stays
            if (firstIsUpper && IsUpper(current)) current = Casing.Lower(current);
            else firstIsUpper = false;
            Append(to, before);
        }

        Append(to, current);
        return to.ToString();
    }

    /// <summary>Words in lower case with a connector between them; numbers belong to what is around them.</summary>
    public static string Lower(string text, char connector)
    {
        var runes = GoText.Runes(text);
        if (runes.Count == 0) return "";
        var to = new StringBuilder(text.Length + 8);
        var at = 0;
        var (kind, word) = Next(runes, ref at);
        while (at < runes.Count)
        {
            if (kind != Word.Connector) Write(to, kind, word, connector);
            var before = kind;
            var last = word;
            (kind, word) = Next(runes, ref at);
            switch (before)
            {
                case Word.Number:
                    (kind, word) = WriteRun(to, runes, ref at, kind, word, connector);
                    if (kind is not (Word.Invalid or Word.Punctuation or Word.Connector)) to.Append(connector);
                    break;
                case Word.Connector:
                    Write(to, before, last, connector);
                    break;
                case Word.Punctuation:
                    break;
                default:
                    (kind, word) = AfterLetters(to, runes, ref at, kind, word, connector);
                    break;
            }
        }

        Write(to, kind, word, connector);
        return to.ToString();
    }

    private static (Word Kind, List<int> Text) AfterLetters(
        StringBuilder to, List<int> runes, ref int at, Word kind, List<int> word, char connector)
    {
        if (kind != Word.Number)
        {
            if (kind is not (Word.Connector or Word.Punctuation)) to.Append(connector);
            return (kind, word);
        }

        if (at == runes.Count) return (kind, word);
        var number = word;
        (kind, word) = Next(runes, ref at);
        if (kind != Word.Alphabet)
        {
            // a number before a capital belongs to the word before it
            Write(to, Word.Number, number, connector);
            if (kind is not (Word.Connector or Word.Punctuation)) to.Append(connector);
            return (kind, word);
        }

        to.Append(connector);
        Write(to, Word.Number, number, connector);
        (kind, word) = WriteRun(to, runes, ref at, kind, word, connector);
        if (kind is not (Word.Invalid or Word.Connector or Word.Punctuation)) to.Append(connector);
        return (kind, word);
    }

    private static (Word Kind, List<int> Text) WriteRun(
        StringBuilder to, List<int> runes, ref int at, Word kind, List<int> word, char connector)
    {
        while (kind is Word.Alphabet or Word.Number)
        {
            Write(to, kind, word, connector);
            (kind, word) = Next(runes, ref at);
        }

        return (kind, word);
    }

    private static (Word Kind, List<int> Text) Next(List<int> runes, ref int at)
    {
        if (at >= runes.Count) return (Word.Invalid, []);
        var from = at;
        var first = runes[at++];
        var kind = KindOf(first);
        switch (kind)
        {
            case Word.UpperCase:
                UpperCaseWord(runes, ref at);
                break;
            case Word.Connector:
                while (at < runes.Count && IsConnector(runes[at])) at++;
                break;
            case Word.Punctuation:
                while (at < runes.Count && IsPunctuation(runes[at])) at++;
                break;
            case Word.Alphabet:
                while (at < runes.Count && IsAlphabet(runes[at]) && !IsUpper(runes[at])) at++;
                break;
            case Word.Number:
                while (at < runes.Count && IsNumber(runes[at])) at++;
                break;
            default:
                while (at < runes.Count && !IsConnector(runes[at]) && !IsAlphabet(runes[at]) && !IsNumber(runes[at])
                    && !IsPunctuation(runes[at])) at++;
                break;
        }

        return (kind, runes.GetRange(from, at - from));
    }

    private static void UpperCaseWord(List<int> runes, ref int at)
    {
        if (at >= runes.Count) return;
        if (!IsUpper(runes[at]))
        {
            while (at < runes.Count && IsAlphabet(runes[at]) && !IsUpper(runes[at])) at++;
            return;
        }

        while (at < runes.Count && IsUpper(runes[at])) at++;

        // of HTTPStatus the S belongs to the second word
        if (at < runes.Count && IsAlphabet(runes[at])) at--;
    }

    private static Word KindOf(int rune)
    {
        if (IsConnector(rune)) return Word.Connector;
        if (IsPunctuation(rune)) return Word.Punctuation;
        if (IsUpper(rune)) return Word.UpperCase;
        if (IsAlphabet(rune)) return Word.Alphabet;
        return IsNumber(rune) ? Word.Number : Word.Other;
    }

    private static void Write(StringBuilder to, Word kind, List<int> word, char connector)
    {
        foreach (var rune in word)
        {
            if (kind is not (Word.UpperCase or Word.Connector)) Append(to, rune);
            else if (IsConnector(rune)) to.Append(connector);
            else Append(to, IsUpper(rune) ? Casing.Lower(rune) : rune);
        }
    }

    private static void Append(StringBuilder to, int rune) => to.Append(GoText.OfRune(rune));

    private static bool IsConnector(int rune) => rune is '-' or '_' || Casing.IsSpace(rune);

    private static bool IsPunctuation(int rune) =>
        Casing.Category(rune) is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;

    private static bool IsUpper(int rune) => Casing.Category(rune) == UnicodeCategory.UppercaseLetter;

    private static bool IsNumber(int rune) =>
        Casing.Category(rune) is >= UnicodeCategory.DecimalDigitNumber and <= UnicodeCategory.OtherNumber;

    // letters, but for Han characters, each of which is a word
    private static bool IsAlphabet(int rune) => Casing.Category(rune) <= UnicodeCategory.OtherLetter
        && rune is not ((>= 0x3400 and <= 0x4D85) or (>= 0x4E00 and <= 0x9FCC) or (>= 0x20000 and <= 0x2B81D));
}
