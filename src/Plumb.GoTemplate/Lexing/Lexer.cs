using System.Globalization;
using System.Text;
using Plumb.GoTemplate.Formatting;

namespace Plumb.GoTemplate.Lexing;

/// <summary>
/// Cuts a text into tokens by the rules of Go's <c>text/template/parse</c>, trim markers and comments included. Tokens come one by one;
/// after
/// an error token there are no more.
/// </summary>
internal sealed class Lexer(string input, string left, string right, bool breakIsWord, bool continueIsWord)
{
    private const int End = -1;

    private static readonly Dictionary<string, TokenKind> Words = new()
    {
        ["."] = TokenKind.Dot,
        ["block"] = TokenKind.BlockWord,
        ["break"] = TokenKind.BreakWord,
        ["continue"] = TokenKind.ContinueWord,
        ["define"] = TokenKind.DefineWord,
        ["else"] = TokenKind.ElseWord,
        ["end"] = TokenKind.EndWord,
        ["if"] = TokenKind.IfWord,
        ["range"] = TokenKind.RangeWord,
        ["nil"] = TokenKind.NilWord,
        ["template"] = TokenKind.TemplateWord,
        ["with"] = TokenKind.WithWord,
    };

    private int _at;
    private int _start;
    private int _line = 1;
    private int _startLine = 1;
    private int _parens;
    private bool _inAction;
    private bool _done;

    /// <summary>The next token; at the end and after an error always the same one.</summary>
    public Token Next()
    {
        if (_done) return new Token(TokenKind.End, _start, "", _startLine);
        while (true)
        {
            if (_inAction) return InAction();
            if (OutsideAction() is { } token) return token;
        }
    }

    private static bool IsSpace(int c) => c is ' ' or '\t' or '\r' or '\n';

    private static bool IsWordPart(Rune rune) =>
        rune.Value == '_' || Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber;

    private Token? OutsideAction()
    {
        var found = input.IndexOf(left, _at, StringComparison.Ordinal);
        if (found < 0)
        {
            _at = input.Length;
            if (_at > _start) return TextToken();
            _done = true;
            return new Token(TokenKind.End, _start, "", _startLine);
        }

        var end = found;
        if (HasLeftMarker(found + left.Length))
        {
            while (end > _start && IsSpace(input[end - 1])) end--;
        }

        if (end > _start)
        {
            _at = end;
            var text = TextToken();
            _at = found;
            Ignore();
            return text;
        }

        _at = found;
        Ignore();
        _at += left.Length;
        var marker = HasLeftMarker(_at) ? 2 : 0;
        if (string.CompareOrdinal(input, _at + marker, "/*", 0, 2) == 0)
        {
            _at += marker;
            Ignore();
            return Comment();
        }

        var token = Emit(TokenKind.LeftDelimiter);
        _at += marker;
        Ignore();
        _parens = 0;
        _inAction = true;
        return token;
    }

    private Token TextToken()
    {
        _line += input.AsSpan(_start, _at - _start).Count('\n');
        return Emit(TokenKind.Text);
    }

    private Token? Comment()
    {
        var end = input.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        if (end < 0) return Error("unclosed comment");
        _at = end + 2;
        if (!AtRight(out var trim)) return Error("comment ends before closing delimiter");
        if (trim) _at += 2;
        _at += right.Length;
        if (trim) SkipSpace();
        Ignore();
        return null;
    }

    private Token InAction()
    {
        if (AtRight(out var trim))
        {
            return _parens == 0 ? RightDelimiter(trim) : Error("unclosed left paren");
        }

        var c = Read();
        switch (c)
        {
            case End:
                return Error("unclosed action");
            case ' ' or '\t' or '\r' or '\n':
                Unread(c);
                return Space();
            case '=':
                return Emit(TokenKind.Assign);
            case ':':
                return Read() == '=' ? Emit(TokenKind.Declare) : Error("expected :=");
            case '|':
                return Emit(TokenKind.Pipe);
            case '"':
                return Quoted('"', TokenKind.String, "unterminated quoted string");
            case '`':
                return RawString();
            case '$':
                return AtTerminator() ? Emit(TokenKind.Variable) : FieldOrVariable(TokenKind.Variable);
            case '\'':
                return Quoted('\'', TokenKind.CharConstant, "unterminated character constant");
            case '.' when _at < input.Length && input[_at] is < '0' or > '9':
                return FieldOrVariable(TokenKind.Field);
            case '.' or '+' or '-' or (>= '0' and <= '9'):
                Unread(c);
                return Number();
            case '(':
                _parens++;
                return Emit(TokenKind.LeftParen);
            case ')':
                return --_parens < 0 ? Error("unexpected right paren") : Emit(TokenKind.RightParen);
        }

        if (IsWordPart(new Rune(c)))
        {
            Unread(c);
            return Word();
        }

        return c is > ' ' and < 0x7F ? Emit(TokenKind.Char) : Error($"unrecognized character in action: {GoQuote.CodePoint(c)}");
    }

    private Token RightDelimiter(bool trim)
    {
        if (trim)
        {
            _at += 2;
            Ignore();
        }

        _at += right.Length;
        var token = Emit(TokenKind.RightDelimiter);
        if (trim)
        {
            SkipSpace();
            Ignore();
        }

        _inAction = false;
        return token;
    }

    private Token Space()
    {
        var count = 0;
        while (_at < input.Length && IsSpace(input[_at]))
        {
            Read();
            count++;
        }

        // the last space may belong to a closing trim marker
        if (HasRightMarker(_at - 1) && StartsWith(right, _at + 1))
        {
            Unread(input[_at - 1]);
            if (count == 1) return RightDelimiter(AtRight(out var trim) && trim);
        }

        return Emit(TokenKind.Space);
    }

    private Token Word()
    {
        var c = ReadWord();
        var word = input[_start.._at];
        if (!AtTerminator()) return Error($"bad character {GoQuote.CodePoint(c)}");
        if (Words.TryGetValue(word, out var kind))
        {
            var isWord = kind switch
            {
                TokenKind.BreakWord => breakIsWord,
                TokenKind.ContinueWord => continueIsWord,
                _ => true,
            };
            return Emit(isWord ? kind : TokenKind.Identifier);
        }

        return Emit(word is "true" or "false" ? TokenKind.Bool : TokenKind.Identifier);
    }

    private Token FieldOrVariable(TokenKind kind)
    {
        if (AtTerminator()) return Emit(kind == TokenKind.Variable ? kind : TokenKind.Dot);
        var c = ReadWord();
        return AtTerminator() ? Emit(kind) : Error($"bad character {GoQuote.CodePoint(c)}");
    }

    /// <summary>Reads letters and digits and says what follows them.</summary>
    private int ReadWord()
    {
        while (true)
        {
            var c = Read();
            if (c != End && IsWordPart(new Rune(c))) continue;
            Unread(c);
            return c;
        }
    }

    private bool AtTerminator()
    {
        if (_at >= input.Length) return true;
        return input[_at] is ' ' or '\t' or '\r' or '\n' or '.' or ',' or '|' or ':' or ')' or '(' || StartsWith(right, _at);
    }

    private Token Quoted(char quote, TokenKind kind, string unterminated)
    {
        while (true)
        {
            var c = Read();
            if (c == '\\') c = Read() is var escaped && escaped is not (End or '\n') ? ' ' : escaped;
            if (c is End or '\n') return Error(unterminated);
            if (c == quote) return Emit(kind);
        }
    }

    private Token RawString()
    {
        while (true)
        {
            var c = Read();
            if (c == End) return Error("unterminated raw quoted string");
            if (c == '`') return Emit(TokenKind.RawString);
        }
    }

    private Token Number()
    {
        if (!ScanNumber()) return BadNumber();
        if (_at >= input.Length || input[_at] is not ('+' or '-')) return Emit(TokenKind.Number);
        return ScanNumber() && input[_at - 1] == 'i' ? Emit(TokenKind.Complex) : BadNumber();
    }

    private Token BadNumber() => Error($"bad number syntax: {GoQuote.Quote(input[_start.._at])}");

    private bool ScanNumber()
    {
        Accept("+-");
        var digits = "0123456789_";
        if (Accept("0"))
        {
            if (Accept("xX")) digits = "0123456789abcdefABCDEF_";
            else if (Accept("oO")) digits = "01234567_";
            else if (Accept("bB")) digits = "01_";
        }

        AcceptRun(digits);
        if (Accept(".")) AcceptRun(digits);
        if ((digits.Length == 11 && Accept("eE")) || (digits.Length == 23 && Accept("pP")))
        {
            Accept("+-");
            AcceptRun("0123456789_");
        }

        Accept("i");
        if (_at >= input.Length) return true;
        Rune.DecodeFromUtf16(input.AsSpan(_at), out var rune, out var used);
        if (!IsWordPart(rune)) return true;
        _at += used;
        return false;
    }

    private bool Accept(string valid)
    {
        if (_at >= input.Length || !valid.Contains(input[_at])) return false;
        _at++;
        return true;
    }

    private void AcceptRun(string valid)
    {
        while (Accept(valid))
        {
        }
    }

    private bool AtRight(out bool trim)
    {
        trim = HasRightMarker(_at) && StartsWith(right, _at + 2);
        return trim || StartsWith(right, _at);
    }

    private bool HasLeftMarker(int at) => at + 1 < input.Length && input[at] == '-' && IsSpace(input[at + 1]);

    private bool HasRightMarker(int at) => at + 1 < input.Length && IsSpace(input[at]) && input[at + 1] == '-';

    private bool StartsWith(string what, int at) =>
        at <= input.Length - what.Length && string.CompareOrdinal(input, at, what, 0, what.Length) == 0;

    private void SkipSpace()
    {
        while (_at < input.Length && IsSpace(input[_at])) _at++;
    }

    private int Read()
    {
        if (_at >= input.Length) return End;
        Rune.DecodeFromUtf16(input.AsSpan(_at), out var rune, out var used);
        _at += used;
        if (rune.Value == '\n') _line++;
        return rune.Value;
    }

    private void Unread(int c)
    {
        if (c == End) return;
        _at -= c > 0xFFFF ? 2 : 1;
        if (c == '\n') _line--;
    }

    private void Ignore()
    {
        _line += input.AsSpan(_start, _at - _start).Count('\n');
        _start = _at;
        _startLine = _line;
    }

    private Token Emit(TokenKind kind)
    {
        var token = new Token(kind, _start, input[_start.._at], _startLine);
        _start = _at;
        _startLine = _line;
        return token;
    }

    private Token Error(string message)
    {
        _done = true;
        return new Token(TokenKind.Error, _start, message, _startLine);
    }
}
