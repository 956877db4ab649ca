using System.Buffers;
using System.Globalization;
using System.Text;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Yaml;

/// <summary>YAML as Go's sigs.k8s.io/yaml writes it: keys sorted, two blanks of indent.</summary>
public static class YamlWriter
{
    /// <summary>One document, with a final line feed.</summary>
    public static string Write(Node value)
    {
        var emitter = new YamlEmitter(new StringBuilder(1024));
        emitter.Document(value);
        return emitter.ToString();
    }
}

/// <summary>
/// libyaml's block-style emitter as go-yaml v2 drives it, state for state, since its line breaks depend on what was written before:
/// <c>whitespace</c> and <c>indention</c> say what the current line holds so far.
/// </summary>
/// <param name="output">Where it writes.</param>
/// <param name="three">
/// Whether it writes as go-yaml v3 does: lists in maps are indented, numbers are Go's own, text of several lines may hold tabs, and what v3
/// reads as something else is quoted.
/// </param>
/// <param name="exact">Whether a key that is a merge key is left bare, as Go leaves it, though Go cannot read it back.</param>
internal sealed class YamlEmitter(StringBuilder output, bool three = false, bool exact = false)
{
    // v3 folds no long lines
    private readonly int _bestWidth = three ? int.MaxValue : 80;
    private const int Step = 2;
    private const int LongestSimpleKey = 128;

    private int _indent = -1;
    private int _column;
    private bool _whitespace = true;
    private bool _indention = true;

    /// <inheritdoc/>
    public override string ToString() => output.ToString();

    public void Document(Node value)
    {
        Value(value, inMapping: false, simpleKey: false);
        WriteIndent();
    }

    private void Value(Node node, bool inMapping, bool simpleKey)
    {
        switch (node.Kind)
        {
            case NodeKind.Map when node.AsMap()!.Count > 0: Map(node.AsMap()!); break;
            case NodeKind.List when node.AsList()!.Count > 0: List(node.AsList()!, inMapping); break;
            case NodeKind.Map: Flow("{", "}"); break;
            case NodeKind.List: Flow("[", "]"); break;
            default: ScalarNode(node, simpleKey); break;
        }
    }

    private void Map(MapNode map)
    {
        var indent = _indent;
        _indent = indent < 0 ? 0 : indent + Step;
        var entries = ArrayPool<KeyValuePair<string, Node>>.Shared.Rent(map.Count);
        try
        {
            for (var i = 0; i < map.Count; i++) entries[i] = map.EntryAt(i);
            Array.Sort(entries, 0, map.Count, KeyOrder.Instance);
            for (var i = 0; i < map.Count; i++) Entry(entries[i].Key, entries[i].Value);
        }
        finally
        {
            ArrayPool<KeyValuePair<string, Node>>.Shared.Return(entries, clearArray: true);
        }

        _indent = indent;
    }

    private void Entry(string key, Node value)
    {
        WriteIndent();
        if (Encoding.UTF8.GetByteCount(key) <= LongestSimpleKey && key.AsSpan().IndexOfAny(Breaks) < 0)
        {
            ScalarNode(key, simpleKey: true);
            Indicator(":", needWhitespace: false, isWhitespace: false, isIndention: false);
        }
        else
        {
            Indicator("?", needWhitespace: true, isWhitespace: false, isIndention: true);
            ScalarNode(key, simpleKey: false);
            WriteIndent();
            Indicator(":", needWhitespace: true, isWhitespace: false, isIndention: true);
        }

        Value(value, inMapping: true, simpleKey: false);
    }

    private void List(ListNode list, bool inMapping)
    {
        var indent = _indent;
        var indentless = inMapping && !_indention && !three;
        if (indent < 0) _indent = 0;
        else if (!indentless) _indent = indent + Step;
        foreach (var item in list)
        {
            WriteIndent();
            Indicator("-", needWhitespace: true, isWhitespace: false, isIndention: true);
            Value(item, inMapping: false, simpleKey: false);
        }

        _indent = indent;
    }

    private void Flow(string open, string close)
    {
        Indicator(open, needWhitespace: true, isWhitespace: true, isIndention: false);
        Indicator(close, needWhitespace: false, isWhitespace: false, isIndention: false);
    }

    private void ScalarNode(Node node, bool simpleKey)
    {
        var indent = _indent;
        _indent = indent < 0 ? Step : indent + Step;
        switch (node.Kind)
        {
            case NodeKind.String: Text(node.AsString()!, simpleKey); break;
            case NodeKind.Bool: Word(node.AsBool()!.Value ? "true" : "false"); break;
            case NodeKind.Int: Word(node.AsInt()!.Value.ToString(CultureInfo.InvariantCulture)); break;
            case NodeKind.BigInt: Word(node.AsBigInt()!); break;
            case NodeKind.Float: Word(three ? GoNumber.Format(node.AsDouble()!.Value) : Float(node)); break;
            default: Word("null"); break;
        }

        _indent = indent;
    }

    private static string Float(Node node)
    {
        var value = node.AsDouble()!.Value;
        if (value == Math.Truncate(value) && Math.Abs(value) < 9e15) return ((long)value).ToString(CultureInfo.InvariantCulture);
        return GoNumber.Format(value);
    }

    private void Word(string text)
    {
        if (!_whitespace) Put(' ');
        output.Append(text);
        _column += text.Length;
        _whitespace = false;
        _indention = false;
    }

    private void Text(string text, bool simpleKey)
    {
        var facts = TextFacts.Of(text, tabsInBlocks: three);
        var multiline = facts.LineBreaks;
        var style = text.Contains('\n') ? Style.Literal : (three ? YamlScalar.IsPlainTextToThree(text) : YamlScalar.IsPlainText(text))
            ? Style.Plain : Style.Double;

        // Go writes this key bare and so cannot read back its own text; a merge key is never written, so it must be quoted.
        if (simpleKey && text == "<<" && !exact) style = Style.Double;
        if (simpleKey && multiline) style = Style.Double;
        if (style == Style.Plain && (!facts.PlainAllowed || (text.Length == 0 && simpleKey))) style = Style.Single;
        if (style == Style.Single && !facts.SingleAllowed) style = Style.Double;
        if (style == Style.Literal && (!facts.BlockAllowed || simpleKey)) style = Style.Double;
        switch (style)
        {
            case Style.Plain: Plain(text, !simpleKey); break;
            case Style.Single: Single(text, !simpleKey); break;
            case Style.Literal: Literal(text); break;
            default: Double(text, !simpleKey); break;
        }
    }

    private void Plain(string text, bool mayFold)
    {
        if (!_whitespace) Put(' ');
        _whitespace = false;
        _indention = false;
        if ((!mayFold || _column + text.Length <= _bestWidth) && !HasSurrogates(text))
        {
            output.Append(text);
            _column += text.Length;
            return;
        }

        var spaces = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == ' ')
            {
                if (mayFold && !spaces && _column > _bestWidth && !IsSpaceAt(text, i + 1)) WriteIndent();
                else Put(' ');
                spaces = true;
                continue;
            }

            i += PutRune(text, i);
            _indention = false;
            spaces = false;
        }

        _whitespace = false;
        _indention = false;
    }

    private void Single(string text, bool mayFold)
    {
        Indicator("'", needWhitespace: true, isWhitespace: false, isIndention: false);
        var spaces = false;
        var breaks = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == ' ')
            {
                var inside = i > 0 && i < text.Length - 1;
                if (mayFold && !spaces && _column > _bestWidth && inside && !IsSpaceAt(text, i + 1)) WriteIndent();
                else Put(' ');
                spaces = true;
            }
            else if (Breaks.Contains(c))
            {
                if (!breaks && c == '\n') PutBreak();
                WriteBreak(c);
                _indention = true;
                breaks = true;
            }
            else
            {
                if (breaks) WriteIndent();
                if (c == '\'') Put('\'');
                i += PutRune(text, i);
                _indention = false;
                spaces = false;
                breaks = false;
            }
        }

        Indicator("'", needWhitespace: false, isWhitespace: false, isIndention: false);
        _whitespace = false;
        _indention = false;
    }

    private void Double(string text, bool mayFold)
    {
        Indicator("\"", needWhitespace: true, isWhitespace: false, isIndention: false);
        var spaces = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '"' or '\\' || !TextFacts.IsPrintable(c) || Breaks.Contains(c))
            {
                i += Escape(text, i);
                spaces = false;
            }
            else if (c == ' ')
            {
                if (mayFold && !spaces && _column > _bestWidth && i > 0 && i < text.Length - 1)
                {
                    WriteIndent();
                    if (IsSpaceAt(text, i + 1)) Put('\\');
                }
                else
                {
                    Put(' ');
                }

                spaces = true;
            }
            else
            {
                Put(c);
                spaces = false;
            }
        }

        Indicator("\"", needWhitespace: false, isWhitespace: false, isIndention: false);
        _whitespace = false;
        _indention = false;
    }

    private int Escape(string text, int i)
    {
        var c = text[i];
        var used = 0;
        var escaped = c switch
        {
            '\0' => "\\0",
            '\a' => "\\a",
            '\b' => "\\b",
            '\t' => "\\t",
            '\n' => "\\n",
            '\v' => "\\v",
            '\f' => "\\f",
            '\r' => "\\r",
            '\u001b' => "\\e",
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u0085' => "\\N",
            '\u2028' => "\\L",
            '\u2029' => "\\P",
            <= '\u00ff' => $"\\x{(int)c:X2}",
            _ when char.IsSurrogatePair(text, i) => $"\\U{char.ConvertToUtf32(text, i):X8}",
            _ when char.IsSurrogate(c) => "\ufffd",
            _ => $"\\u{(int)c:X4}",
        };
        if (escaped.Length == 10) used = 1;
        foreach (var e in escaped) Put(e);
        return used;
    }

    private void Literal(string text)
    {
        Indicator("|", needWhitespace: true, isWhitespace: false, isIndention: false);
        if (text[0] == ' ' || Breaks.Contains(text[0])) Indicator("2", needWhitespace: false, isWhitespace: false, isIndention: false);
        if (!Breaks.Contains(text[^1])) Indicator("-", needWhitespace: false, isWhitespace: false, isIndention: false);
        else if (text.Length == 1 || Breaks.Contains(text[^2])) Indicator("+", needWhitespace: false, isWhitespace: false,
            isIndention: false);
        PutBreak();
        _indention = true;
        _whitespace = true;
        var breaks = true;
        for (var i = 0; i < text.Length; i++)
        {
            if (Breaks.Contains(text[i]))
            {
                WriteBreak(text[i]);
                _indention = true;
                breaks = true;
                continue;
            }

            if (breaks) WriteIndent();
            var line = text.AsSpan(i);
            if (line.IndexOfAny(Breaks) is var end and >= 0) line = line[..end];
            output.Append(line);
            _column += GoText.RuneCount(line);
            i += line.Length - 1;
            _indention = false;
            breaks = false;
        }
    }

    private static bool HasSurrogates(string text) => text.AsSpan().IndexOfAnyInRange('\ud800', '\udfff') >= 0;

    private void Indicator(string text, bool needWhitespace, bool isWhitespace, bool isIndention)
    {
        if (needWhitespace && !_whitespace) Put(' ');
        output.Append(text);
        _column += text.Length;
        _whitespace = isWhitespace;
        _indention = _indention && isIndention;
    }

    private void WriteIndent()
    {
        var indent = Math.Max(_indent, 0);
        if (!_indention || _column > indent || (_column == indent && !_whitespace)) PutBreak();
        if (_column < indent)
        {
            output.Append(' ', indent - _column);
            _column = indent;
        }

        _whitespace = true;
        _indention = true;
    }

    private void WriteBreak(char c)
    {
        if (c == '\n')
        {
            PutBreak();
            return;
        }

        output.Append(c);
        _column = 0;
    }

    private void PutBreak()
    {
        output.Append('\n');
        _column = 0;
    }

    private void Put(char c)
    {
        output.Append(c);
        _column++;
    }

    /// <summary>Writes the character at a place; returns how many more chars than one it took.</summary>
    private int PutRune(string text, int i)
    {
        Put(text[i]);
        if (!char.IsSurrogatePair(text, i)) return 0;
        output.Append(text[i + 1]);
        return 1;
    }

    private static bool IsSpaceAt(string text, int i) => i < text.Length && text[i] == ' ';

    internal static readonly SearchValues<char> Breaks = SearchValues.Create("\r\n\u0085\u2028\u2029");

    private enum Style
    {
        Plain,
        Single,
        Double,
        Literal,
    }
}

/// <summary>What libyaml's analysis of a scalar says about the styles it may be written in.</summary>
internal readonly record struct TextFacts(bool LineBreaks, bool PlainAllowed, bool SingleAllowed, bool BlockAllowed)
{
    /// <summary>What stands for itself wherever it is but at the beginning; a blank, also at the end.</summary>
    private static readonly SearchValues<char> Harmless =
        SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => c is not (':' or '#'))]);

    public static TextFacts Of(string text, bool tabsInBlocks = false)
    {
        if (text.Length == 0) return new TextFacts(false, PlainAllowed: true, SingleAllowed: true, BlockAllowed: false);
        if (char.IsAsciiLetterOrDigit(text[0]) && text[^1] != ' ' && text.AsSpan().IndexOfAnyExcept(Harmless) < 0)
            return new TextFacts(false, PlainAllowed: true, SingleAllowed: true, BlockAllowed: true);

        bool indicators = text.StartsWith("---", StringComparison.Ordinal) || text.StartsWith("...", StringComparison.Ordinal);
        bool tabs = false, special = false, lineBreaks = false, leading = false, trailingSpace = false, trailingBreak = false;
        bool breakSpace = false, spaceBreak = false, previousSpace = false, previousBreak = false, afterBlank = true;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var beforeBlank = i + 1 >= text.Length || text[i + 1] is ' ' or '\t';
            indicators |= i == 0
                ? c is '#' or ',' or '[' or ']' or '{' or '}' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`'
                    || (c is '?' or ':' or '-' && beforeBlank)
                : (c == ':' && beforeBlank) || (c == '#' && afterBlank);
            if (c == '\t' && tabsInBlocks) tabs = true;
            else special |= !IsPrintable(c);
            var isSpace = c == ' ';
            var isBreak = YamlEmitter.Breaks.Contains(c);
            lineBreaks |= isBreak;
            leading |= i == 0 && (isSpace || isBreak);
            trailingSpace |= i == text.Length - 1 && isSpace;
            trailingBreak |= i == text.Length - 1 && isBreak;
            breakSpace |= isSpace && previousBreak;
            spaceBreak |= isBreak && previousSpace;
            previousSpace = isSpace;
            previousBreak = isBreak;
            afterBlank = isSpace || isBreak || c == '\t';
        }

        var none = spaceBreak || special;
        return new TextFacts(
            lineBreaks,
            PlainAllowed: !(none || tabs || leading || trailingSpace || trailingBreak || breakSpace || lineBreaks || indicators),
            SingleAllowed: !(none || tabs || breakSpace),
            BlockAllowed: !(none || trailingSpace));
    }

    /// <summary>libyaml's idea of printable, which leaves out tabs and everything beyond 16 bits.</summary>
    public static bool IsPrintable(char c) => c is '\n' or >= ' ' and <= '~' or >= '\u00a0' and < '\ud800'
        or >= '\ue000' and < '\ufeff' or > '\ufeff' and < '\ufffe';
}

/// <summary>go-yaml's order of keys: letters by code, runs of digits by value.</summary>
internal sealed class KeyOrder : IComparer<KeyValuePair<string, Node>>
{
    public static KeyOrder Instance { get; } = new();

    public int Compare(KeyValuePair<string, Node> x, KeyValuePair<string, Node> y) => Compare(x.Key, y.Key);

    internal static int Compare(string a, string b)
    {
        var shared = Math.Min(a.Length, b.Length);
        for (var i = 0; i < shared; i++)
        {
            if (a[i] == b[i]) continue;
            var letterA = char.IsLetter(a[i]);
            var letterB = char.IsLetter(b[i]);
            if (letterA && letterB) return a[i].CompareTo(b[i]);
            if (letterA || letterB) return letterB ? -1 : 1;
            return CompareNumbers(a, b, i);
        }

        return a.Length.CompareTo(b.Length);
    }

    private static int CompareNumbers(string a, string b, int i)
    {
        ulong numberA = 0, numberB = 0;
        if (a[i] == '0' || b[i] == '0')
        {
            // A zero inside a number counts only when a digit other than zero stands before it.
            for (var j = i - 1; j >= 0 && char.IsAsciiDigit(a[j]); j--)
            {
                if (a[j] == '0') continue;
                numberA = numberB = 1;
                break;
            }
        }

        int endA = i, endB = i;
        for (; endA < a.Length && char.IsAsciiDigit(a[endA]); endA++) numberA = unchecked((numberA * 10) + (uint)(a[endA] - '0'));
        for (; endB < b.Length && char.IsAsciiDigit(b[endB]); endB++) numberB = unchecked((numberB * 10) + (uint)(b[endB] - '0'));
        if (numberA != numberB) return numberA.CompareTo(numberB);
        return endA != endB ? endA.CompareTo(endB) : a[i].CompareTo(b[i]);
    }
}
