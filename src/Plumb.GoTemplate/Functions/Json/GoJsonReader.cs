using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Json;

/// <summary>
/// JSON as Go's <c>encoding/json</c> reads it into an <c>interface{}</c>, with its messages. Numbers become <c>float64</c>.
/// </summary>
public sealed class GoJsonReader
{
    private const int MaxDepth = 10_000;
    private const string UnexpectedEnd = "unexpected end of JSON input";

    private readonly string _text;
    private readonly Execution? _run;
    private GoError? _later;
    private int _at;
    private int _depth;

    private GoJsonReader(string text, Execution? run)
    {
        _text = text;
        _run = run;
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="error">A number out of range: Go reads on, having put 0 in its place. Null when there was none.</param>
    /// <param name="run">The run whose limits hold.</param>
    /// <exception cref="GoError">The text is no JSON.</exception>
    public static GoValue Read(string text, out GoError? error, Execution? run = null)
    {
        var reader = new GoJsonReader(text, run);
        var value = reader.Value();
        reader.SkipSpace();
        if (reader._at < text.Length) throw reader.Invalid("after top-level value");
        error = reader._later;
        return value;
    }

    private GoValue Value()
    {
        SkipSpace();
        if (_at == _text.Length) throw new GoError(UnexpectedEnd);
        switch (_text[_at])
        {
            case '{': return Nested(Object);
            case '[': return Nested(Array);
            case '"': return GoValue.From(String());
            case 't': return Word("true", GoValue.True);
            case 'f': return Word("false", GoValue.False);
            case 'n': return Word("null", default);
            case '-' or (>= '0' and <= '9'): return Number();
            default: throw Invalid("looking for beginning of value");
        }
    }

    private GoValue Nested(Func<GoValue> read)
    {
        if (++_depth > MaxDepth) throw new GoError("exceeded max depth");
        RuntimeHelpers.EnsureSufficientExecutionStack();
        _at++;
        var value = read();
        _depth--;
        return value;
    }

    private GoValue Object()
    {
        var map = new GoMap();
        SkipSpace();
        if (Take('}')) return GoValue.From(map);
        while (true)
        {
            SkipSpace();
            if (_at == _text.Length) throw new GoError(UnexpectedEnd);
            if (_text[_at] != '"') throw Invalid("looking for beginning of object key string");
            var key = String();
            SkipSpace();
            if (!Take(':')) throw Invalid("after object key");
            _run?.CheckElements(1);
            map.Set(key, Value());
            SkipSpace();
            if (Take('}')) return GoValue.From(map);
            if (!Take(',')) throw Invalid("after object key:value pair");
        }
    }

    private GoValue Array()
    {
        var values = new List<GoValue>();
        SkipSpace();
        if (Take(']')) return GoValue.From(GoList.Of(System.Array.Empty<GoValue>()));
        while (true)
        {
            _run?.CheckElements(1);
            values.Add(Value());
            SkipSpace();
            if (Take(']')) return GoValue.From(GoList.Of([.. values]));
            if (!Take(',')) throw Invalid("after array element");
        }
    }

    private GoValue Word(string word, GoValue value)
    {
        for (var i = 1; i < word.Length; i++)
        {
            if (_at + i >= _text.Length || _text[_at + i] != word[i])
            {
                _at += i;
                throw Invalid($"in literal {word} (expecting '{word[i]}')", spaceCounts: true);
            }
        }

        _at += word.Length;
        return value;
    }

    private GoValue Number()
    {
        var from = _at;
        Take('-');
        if (Take('0'))
        {
        }
        else if (!Digits())
        {
            throw Invalid("in numeric literal", spaceCounts: true);
        }

        if (Take('.') && !Digits()) throw Invalid("after decimal point in numeric literal", spaceCounts: true);
        if (Take('e') || Take('E'))
        {
            if (!Take('+')) Take('-');
            if (!Digits()) throw Invalid("in exponent of numeric literal", spaceCounts: true);
        }

        var number = double.Parse(_text.AsSpan(from, _at - from), NumberStyles.Float, CultureInfo.InvariantCulture);
        if (!double.IsInfinity(number)) return GoValue.From(number);
        _later ??= new GoError($"json: cannot unmarshal number {_text[from.._at]} into Go value of type float64");
        return GoValue.From(0.0);
    }

    private bool Digits()
    {
        var from = _at;
        while (_at < _text.Length && char.IsAsciiDigit(_text[_at])) _at++;
        return _at > from;
    }

    private string String()
    {
        var from = ++_at;
        while (_at < _text.Length && _text[_at] is >= ' ' and not ('"' or '\\') && !char.IsSurrogate(_text[_at])) _at++;
        if (_at < _text.Length && _text[_at] == '"') return _text[from.._at++];
        var to = new StringBuilder(_text, from, _at - from, 64 + _at - from);
        while (true)
        {
            if (_at == _text.Length) throw new GoError(UnexpectedEnd);
            var c = _text[_at];
            if (c == '"')
            {
                _at++;
                return to.ToString();
            }

            if (c < ' ') throw Invalid("in string literal");
            if (c == '\\')
            {
                _at++;
                Escape(to);
                continue;
            }

            to.Append(GoText.IsRaw(_text, _at) ? '\uFFFD' : c);
            _at++;
        }
    }

    private void Escape(StringBuilder to)
    {
        var c = _at < _text.Length ? _text[_at] : ' ';
        if (c == 'u')
        {
            _at++;
            var first = Hex();
            if (!char.IsSurrogate(first))
            {
                to.Append(first);
                return;
            }

            var at = _at;
            if (char.IsHighSurrogate(first) && _at + 1 < _text.Length && _text[_at] == '\\' && _text[_at + 1] == 'u')
            {
                _at += 2;
                var second = Hex();
                if (char.IsLowSurrogate(second))
                {
                    to.Append(first).Append(second);
                    return;
                }

                _at = at;
            }

            to.Append('\uFFFD');
            return;
        }

        var meaning = c switch
        {
            'b' => '\b',
            'f' => '\f',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '\\' or '/' or '"' => c,
            _ => throw Invalid("in string escape code", spaceCounts: true),
        };
        to.Append(meaning);
        _at++;
    }

    private char Hex()
    {
        var value = 0;
        for (var i = 0; i < 4; i++, _at++)
        {
            if (_at >= _text.Length || !char.IsAsciiHexDigit(_text[_at]))
            {
                throw Invalid("in \\u hexadecimal character escape", spaceCounts: true);
            }

            value = (value * 16) + Convert.ToInt32(_text[_at].ToString(), 16);
        }

        return (char)value;
    }

    private bool Take(char c)
    {
        if (_at >= _text.Length || _text[_at] != c) return false;
        _at++;
        return true;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\r' or '\n') _at++;
    }

    // at the end of the text Go lets the scanner see a space: where one may not stand, that is what it complains of
    private GoError Invalid(string context, bool spaceCounts = false)
    {
        if (_at >= _text.Length && !spaceCounts) return new GoError(UnexpectedEnd);
        var c = _at < _text.Length
            ? GoText.GetBytes(_text.Substring(_at, char.IsHighSurrogate(_text[_at]) && _at + 1 < _text.Length ? 2 : 1))[0] : (byte)' ';
        var shown = c switch
        {
            (byte)'\'' => "'\\''",
            (byte)'"' => "'\"'",
            _ => "'" + GoQuote.Quote(((char)c).ToString())[1..^1] + "'",
        };
        return new GoError($"invalid character {shown} {context}");
    }
}
