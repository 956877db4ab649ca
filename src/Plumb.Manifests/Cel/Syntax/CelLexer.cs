using System.Globalization;
using System.Text;

namespace Plumb.Manifests.Cel.Syntax;

/// <summary>Cuts an expression into tokens.</summary>
internal sealed class CelLexer(string source)
{
    private static readonly string[] Symbols =
    [
        "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "!", "?", ":", ".", ",", "(", ")", "[", "]", "{", "}",
    ];

    private static readonly System.Buffers.SearchValues<char> Hex = System.Buffers.SearchValues.Create("0123456789abcdefABCDEF");

    private int _at;

    /// <summary>All tokens; the last is <see cref="CelTokenKind.End"/>.</summary>
    /// <exception cref="CelSyntaxException">A character or literal that is none of CEL's.</exception>
    public List<CelToken> ReadAll()
    {
        var tokens = new List<CelToken>();
        do tokens.Add(Next()); while (tokens[^1].Kind != CelTokenKind.End);
        return tokens;
    }

    private CelToken Next()
    {
        SkipBlanks();
        var start = _at;
        if (_at >= source.Length) return new(CelTokenKind.End, "", start);
        var c = source[_at];
        if (c == '`') return QuotedIdentifier();
        if (TextStart(out var raw, out var bytes)) return Text(start, raw, bytes);
        if (char.IsAsciiLetter(c) || c == '_')
        {
            while (_at < source.Length && (char.IsAsciiLetterOrDigit(source[_at]) || source[_at] == '_')) _at++;
            return new(CelTokenKind.Identifier, source[start.._at], start);
        }

        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1)))) return Number();
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(source, _at, symbol, 0, symbol.Length) != 0) continue;
            _at += symbol.Length;
            return new(CelTokenKind.Symbol, symbol, start);
        }

        var rune = Rune.TryGetRuneAt(source, _at, out var found) ? found.ToString() : "\uFFFD";
        throw new CelSyntaxException($"unexpected character '{rune}'", start);
    }

    private void SkipBlanks()
    {
        while (_at < source.Length)
        {
            if (source[_at] is ' ' or '\t' or '\r' or '\n' or '\f')
            {
                _at++;
            }
            else if (source[_at] == '/' && Peek(1) == '/')
            {
                while (_at < source.Length && source[_at] != '\n') _at++;
            }
            else
            {
                return;
            }
        }
    }

    private char Peek(int ahead) => _at + ahead < source.Length ? source[_at + ahead] : '\0';

    private CelToken QuotedIdentifier()
    {
        var start = _at++;
        while (_at < source.Length && (char.IsAsciiLetterOrDigit(source[_at]) || source[_at] is '_' or '.' or '-' or '/' or ' ')) _at++;
        if (Peek(0) != '`' || _at == start + 1) throw new CelSyntaxException("a quoted name must be closed by a backtick", start);
        return new(CelTokenKind.QuotedIdentifier, source[(start + 1)..(_at++)], start);
    }

    private CelToken Number()
    {
        var start = _at;
        if (source[_at] == '0' && Peek(1) is 'x' or 'X' && char.IsAsciiHexDigit(Peek(2)))
        {
            _at += 2;
            while (char.IsAsciiHexDigit(Peek(0))) _at++;
            return Whole(start);
        }

        while (char.IsAsciiDigit(Peek(0))) _at++;
        var isDouble = false;
        if (Peek(0) == '.' && char.IsAsciiDigit(Peek(1)))
        {
            isDouble = true;
            _at++;
            while (char.IsAsciiDigit(Peek(0))) _at++;
        }

        if (Peek(0) is 'e' or 'E' && (char.IsAsciiDigit(Peek(1)) || (Peek(1) is '+' or '-' && char.IsAsciiDigit(Peek(2)))))
        {
            isDouble = true;
            _at += 2;
            while (char.IsAsciiDigit(Peek(0))) _at++;
        }

        return isDouble ? Ended(new(CelTokenKind.Double, source[start.._at], start)) : Whole(start);
    }

    private CelToken Whole(int start)
    {
        var digits = source[start.._at];
        if (Peek(0) is not ('u' or 'U')) return Ended(new(CelTokenKind.Int, digits, start));
        _at++;
        return Ended(new(CelTokenKind.Uint, digits, start));
    }

    private CelToken Ended(CelToken number) => char.IsAsciiLetterOrDigit(Peek(0)) || Peek(0) == '_'
        ? throw new CelSyntaxException($"'{number.Text}{Peek(0)}' is no number", number.Offset)
        : number;

    /// <summary>Whether a text literal begins here; moves past its prefix to the quote.</summary>
    private bool TextStart(out bool raw, out bool bytes)
    {
        (raw, bytes) = (false, false);
        var i = 0;
        while (i < 2 && Peek(i) is 'r' or 'R' or 'b' or 'B')
        {
            if (Peek(i) is 'r' or 'R') raw = true;
            else bytes = true;
            i++;
        }

        if (Peek(i) is not ('"' or '\'') || (i == 2 && raw == !bytes)) return false;
        _at += i;
        return true;
    }

    private CelToken Text(int start, bool raw, bool isBytes)
    {
        var quote = source[_at];
        var triple = Peek(1) == quote && Peek(2) == quote;
        _at += triple ? 3 : 1;
        var text = new StringBuilder();
        var bytes = isBytes ? new List<byte>() : null;
        while (true)
        {
            if (_at >= source.Length) throw new CelSyntaxException("text is not closed", start);
            var c = source[_at];
            if (c == quote && (!triple || (Peek(1) == quote && Peek(2) == quote)))
            {
                _at += triple ? 3 : 1;
                break;
            }

            if (!triple && c is '\n' or '\r') throw new CelSyntaxException("text is not closed on its line", start);
            if (c == '\\' && !raw)
            {
                Escape(text, bytes);
                continue;
            }

            if (c == '\\' && raw && !triple && _at + 1 < source.Length && Peek(1) == quote)
            {
                // In raw text a backslash stands for itself and the quote after it closes the text.
                text.Append(c);
                bytes?.Add((byte)c);
                _at++;
                continue;
            }

            if (!Rune.TryGetRuneAt(source, _at, out var rune)) rune = Rune.ReplacementChar;
            Append(text, bytes, rune);
            _at += Math.Max(1, rune == Rune.ReplacementChar && c != '\uFFFD' ? 1 : rune.Utf16SequenceLength);
        }

        return bytes is null ? new(CelTokenKind.String, text.ToString(), start) : new(CelTokenKind.Bytes, "", start, [.. bytes]);
    }

    private static void Append(StringBuilder text, List<byte>? bytes, Rune rune)
    {
        if (bytes is null)
        {
            text.Append(rune.ToString());
            return;
        }

        Span<byte> utf8 = stackalloc byte[4];
        bytes.AddRange(utf8[..rune.EncodeToUtf8(utf8)]);
    }

    private void Escape(StringBuilder text, List<byte>? bytes)
    {
        var start = _at;
        var c = Peek(1);
        _at += 2;
        var simple = c switch
        {
            'a' => '\a', 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', 'v' => '\v',
            '\\' or '?' or '"' or '\'' or '`' => c,
            _ => '\0',
        };
        if (simple != '\0')
        {
            Append(text, bytes, new Rune(simple));
            return;
        }

        var (digits, radix) = c switch
        {
            'x' or 'X' => (2, 16),
            'u' when bytes is null => (4, 16),
            'U' when bytes is null => (8, 16),
            >= '0' and <= '3' => (3, 8),
            _ => (0, 0),
        };
        if (radix == 8) _at--;
        if (digits == 0 || _at + digits > source.Length || !Code(source.AsSpan(_at, digits), radix, out var code))
        {
            throw new CelSyntaxException($"'\\{(c == '\0' ? "" : c)}' is no escape sequence here", start);
        }

        _at += digits;
        if (bytes is not null)
        {
            bytes.Add((byte)code);
            return;
        }

        if (!Rune.IsValid(code)) throw new CelSyntaxException("the escape sequence names no Unicode character", start);
        text.Append(new Rune(code).ToString());
    }

    private static bool Code(ReadOnlySpan<char> digits, int radix, out int code)
    {
        code = 0;
        if (radix == 16)
        {
            return digits.IndexOfAnyExcept(Hex) < 0
                && int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out code);
        }

        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7') return false;
            code = (code * 8) + (digit - '0');
        }

        return true;
    }
}
