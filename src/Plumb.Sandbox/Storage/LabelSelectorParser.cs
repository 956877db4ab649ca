using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.Storage;

/// <summary>Reads a label selector by the grammar of apimachinery <c>pkg/labels/selector.go</c>, with its words for what is wrong.</summary>
internal sealed class LabelSelectorParser(string text)
{
    private enum Token
    {
        End,
        Identifier,
        Comma,
        Open,
        Close,
        Not,
        Equal,
        DoubleEqual,
        NotEqual,
        Greater,
        Less,
        Unknown,
    }

    private readonly List<(Token Token, string Text)> _items = Scan(text);
    private int _at;

    /// <exception cref="FormatException">Not a selector.</exception>
    public List<LabelRequirement> Parse()
    {
        var requirements = new List<LabelRequirement>();
        while (true)
        {
            switch (Peek().Token)
            {
                case Token.End: return requirements;
                case Token.Identifier or Token.Not:
                    requirements.Add(ReadRequirement());
                    var next = Take();
                    if (next.Token == Token.End) return requirements;
                    if (next.Token != Token.Comma) throw new FormatException($"found '{next.Text}', expected: ',' or 'end of string'");
                    if (Peek().Token is not (Token.Identifier or Token.Not))
                        throw new FormatException($"found '{Peek().Text}', expected: identifier after ','");
                    break;
                default: throw new FormatException($"found '{Peek().Text}', expected: !, identifier, or 'end of string'");
            }
        }
    }

    private LabelRequirement ReadRequirement()
    {
        try
        {
            var missing = Peek().Token == Token.Not;
            if (missing) Take();
            var (token, key) = Take();
            if (token != Token.Identifier) throw new FormatException($"found '{key}', expected: identifier");
            if (Formats.QualifiedName(key) is { Count: > 0 } problems)
                throw new FormatException($"<nil>: Invalid value: \"{key}\": {string.Join("; ", problems)}");
            if (missing) return LabelRequirement.Checked(key, LabelOperator.Missing, []);
            if (Peek().Token is Token.End or Token.Comma) return LabelRequirement.Checked(key, LabelOperator.Exists, []);
            return ReadComparison(key);
        }
        catch (FormatException e)
        {
            throw new FormatException("unable to parse requirement: " + e.Message, e);
        }
    }

    private LabelRequirement ReadComparison(string key)
    {
        var (token, word) = Take();
        switch (token, word)
        {
            case (Token.Equal or Token.DoubleEqual, _): return LabelRequirement.Checked(key, LabelOperator.In, [ReadExactValue()]);
            case (Token.NotEqual, _): return LabelRequirement.Checked(key, LabelOperator.NotIn, [ReadExactValue()]);
            case (Token.Greater, _): return LabelRequirement.Checked(key, LabelOperator.Greater, [ReadExactValue()]);
            case (Token.Less, _): return LabelRequirement.Checked(key, LabelOperator.Less, [ReadExactValue()]);
            case (Token.Identifier, "in"): return LabelRequirement.Checked(key, LabelOperator.In, ReadValues());
            case (Token.Identifier, "notin"): return LabelRequirement.Checked(key, LabelOperator.NotIn, ReadValues());
            default: throw new FormatException($"found '{word}', expected: in, notin, =, ==, !=, gt, lt");
        }
    }

    private string ReadExactValue()
    {
        if (Peek().Token is Token.End or Token.Comma) return "";
        var (token, value) = Take();
        return token == Token.Identifier ? value : throw new FormatException($"found '{value}', expected: identifier");
    }

    private List<string> ReadValues()
    {
        var (open, word) = Take();
        if (open != Token.Open) throw new FormatException($"found '{word}' expected: '('");
        switch (Peek().Token)
        {
            case Token.Close:
                Take();
                return [""];
            case Token.Identifier or Token.Comma: break;
            default: throw new FormatException($"found '{Peek().Text}', expected: ',', ')' or identifier");
        }

        var values = new SortedSet<string>(StringComparer.Ordinal);
        while (true)
        {
            var (token, value) = Take();
            switch (token)
            {
                case Token.Identifier:
                    values.Add(value);
                    if (Peek().Token is not (Token.Comma or Token.Close)) throw new FormatException($"found '{Peek().Text}', expected: ',' or ')'");
                    break;
                case Token.Comma:
                    // An empty value stands before, between or after commas.
                    if (values.Count == 0 || Peek().Token is Token.Close or Token.Comma) values.Add("");
                    break;
                case Token.Close: return [.. values];
                default: throw new FormatException($"found '{value}', expected: ',', or identifier");
            }
        }
    }

    private (Token Token, string Text) Peek() => _items[_at];

    private (Token Token, string Text) Take() => _at < _items.Count - 1 ? _items[_at++] : _items[_at];

    private static List<(Token, string)> Scan(string text)
    {
        var items = new List<(Token, string)>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
            if (at == text.Length)
            {
                items.Add((Token.End, ""));
                return items;
            }

            var start = at;
            if (!IsSpecial(text[at]))
            {
                while (at < text.Length && !IsSpecial(text[at]) && !char.IsWhiteSpace(text[at])) at++;
                items.Add((Token.Identifier, text[start..at]));
                continue;
            }

            at += at + 1 < text.Length && Of(text.Substring(at, 2)) != Token.Unknown ? 2 : 1;
            items.Add((Of(text[start..at]), text[start..at]));
        }
    }

    private static bool IsSpecial(char c) => c is '=' or '!' or '(' or ')' or ',' or '>' or '<';

    private static Token Of(string symbol) => symbol switch
    {
        "=" => Token.Equal,
        "==" => Token.DoubleEqual,
        "!=" => Token.NotEqual,
        "!" => Token.Not,
        "(" => Token.Open,
        ")" => Token.Close,
        "," => Token.Comma,
        ">" => Token.Greater,
        "<" => Token.Less,
        _ => Token.Unknown,
    };
}
