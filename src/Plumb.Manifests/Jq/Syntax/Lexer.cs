using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Jq.Syntax;

/// <summary>Cuts a program into tokens. A text with <c>\(…)</c> holds the tokens of what is interpolated.</summary>
internal sealed class Lexer
{
    private const int MaxTextDepth = 32;

    private static readonly FrozenSet<string> Keywords = FrozenSet.Create(
        StringComparer.Ordinal,
        "def", "if", "then", "elif", "else", "end", "as", "reduce", "foreach", "try", "catch", "label", "import", "include", "and", "or");

    private static readonly string[] Symbols =
    [
        "?//=", "?//", "//=", "|=", "+=", "-=", "*=", "/=", "%=", "==", "!=", "<=", ">=", "//", "..",
        "|", ",", ";", ":", "(", ")", "[", "]", "{", "}", ".", "?", "=", "<", ">", "+", "-", "*", "/", "%",
    ];

    private readonly string _text;
    private int _at;

    private Lexer(string text) => _text = text;

    /// <summary>All tokens, the last one being <see cref="TokenKind.End"/>.</summary>
    /// <exception cref="JqSyntaxException">A character that means nothing, or a text that does not end.</exception>
    public static IReadOnlyList<Token> Read(string text) => new Lexer(text).ReadAll(closing: false, depth: 0);

    private List<Token> ReadAll(bool closing, int depth)
    {
        var tokens = new List<Token>();
        var open = 0;
        while (true)
        {
            SkipBlanks();
            if (_at >= _text.Length)
            {
                if (closing) throw new JqSyntaxException("\\( is not closed", _at);
                tokens.Add(new(TokenKind.End, "", _at));
                return tokens;
            }

            if (closing && _text[_at] == ')' && open == 0)
            {
                tokens.Add(new(TokenKind.End, "", _at++));
                return tokens;
            }

            var token = Next(depth);
            if (token.Is("(")) open++;
            else if (token.Is(")")) open--;
            tokens.Add(token);
        }
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length)
        {
            if (_text[_at] == '#')
            {
                while (_at < _text.Length && _text[_at] != '\n') _at++;
            }
            else if (char.IsWhiteSpace(_text[_at]))
            {
                _at++;
            }
            else
            {
                return;
            }
        }
    }

    private Token Next(int depth)
    {
        var start = _at;
        var c = _text[_at];
        var next = _at + 1 < _text.Length ? _text[_at + 1] : '\0';
        if (c == '"') return Text(depth);
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(next))) return Number();
        if (c == '.' && IsNameStart(next))
        {
            _at++;
            return new(TokenKind.Field, Name(qualified: false), start);
        }

        if (c is '$' or '@' && IsNameStart(next))
        {
            _at++;
            return new(c == '$' ? TokenKind.Variable : TokenKind.Format, Name(qualified: c == '$'), start);
        }

        if (IsNameStart(c))
        {
            var name = Name(qualified: true);
            return new(Keywords.Contains(name) ? TokenKind.Keyword : TokenKind.Identifier, name, start);
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(_text, _at, symbol, 0, symbol.Length) != 0) continue;
            _at += symbol.Length;
            return new(TokenKind.Symbol, symbol, start);
        }

        throw new JqSyntaxException($"'{c}' means nothing here", start);
    }

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_';

    private string Name(bool qualified)
    {
        var start = _at;
        while (_at < _text.Length)
        {
            if (IsNameStart(_text[_at]) || char.IsAsciiDigit(_text[_at])) _at++;
            else if (qualified && string.CompareOrdinal(_text, _at, "::", 0, 2) == 0 && _at + 2 < _text.Length && IsNameStart(_text[_at + 2])) _at += 2;
            else break;
        }

        return _text[start.._at];
    }

    private Token Number()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.')) _at++;
        if (_at < _text.Length && _text[_at] is 'e' or 'E')
        {
            var mark = _at++;
            if (_at < _text.Length && _text[_at] is '+' or '-') _at++;
            if (_at >= _text.Length || !char.IsAsciiDigit(_text[_at])) _at = mark;
            while (_at < _text.Length && char.IsAsciiDigit(_text[_at])) _at++;
        }

        var digits = _text[start.._at];
        if (long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var whole))
            return new(TokenKind.Number, digits, start) { Number = whole };
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            ? new(TokenKind.Number, digits, start) { Number = number }
            : throw new JqSyntaxException($"{digits} is no number", start);
    }

    private Token Text(int depth)
    {
        var start = _at++;
        var parts = new List<TextPart>();
        var literal = new StringBuilder();
        while (true)
        {
            if (_at >= _text.Length) throw new JqSyntaxException("the text that begins here does not end", start);
            var c = _text[_at++];
            if (c == '"') break;
            if (c != '\\')
            {
                literal.Append(c);
                continue;
            }

            if (_at >= _text.Length) throw new JqSyntaxException("the text that begins here does not end", start);
            if (_text[_at] == '(')
            {
                if (depth >= MaxTextDepth) throw new JqSyntaxException("texts are interpolated too deep", _at);
                _at++;
                if (literal.Length > 0) parts.Add(new(literal.ToString(), null));
                literal.Clear();
                parts.Add(new(null, ReadAll(closing: true, depth + 1)));
                continue;
            }

            Escape(literal);
        }

        if (literal.Length > 0 || parts.Count == 0) parts.Add(new(literal.ToString(), null));
        return new(TokenKind.Text, _text[start.._at], start) { Parts = parts };
    }

    private void Escape(StringBuilder literal)
    {
        var c = _text[_at++];
        if (c == 'u')
        {
            if (_at + 4 > _text.Length || !ushort.TryParse(_text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
                throw new JqSyntaxException("\\u needs four hexadecimal digits", _at - 2);
            literal.Append((char)code);
            _at += 4;
            return;
        }

        literal.Append(c switch
        {
            '"' or '\\' or '/' => c,
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            _ => throw new JqSyntaxException($"\\{c} is no escape; a backslash itself is written \\\\", _at - 2),
        });
    }
}
