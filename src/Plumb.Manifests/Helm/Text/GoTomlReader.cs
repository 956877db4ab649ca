using System.Globalization;
using System.Text;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Functions.Dates;
using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Text;

/// <summary>TOML 1.0 as BurntSushi/toml 1.6 reads it into a map; its words for the usual faults.</summary>
public sealed class GoTomlReader
{
    private const int MaxDepth = 200;

    private readonly string _text;
    private readonly GoMap _root = new();
    private readonly HashSet<GoMap> _defined = [];
    private readonly HashSet<GoMap> _closed = [];
    private int _at;
    private int _line = 1;
    private int _depth;

    private GoTomlReader(string text) => _text = text.Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>Reads a text.</summary>
    /// <exception cref="GoError">It is no TOML: <c>toml: line N: …</c>.</exception>
    public static GoMap Read(string text)
    {
        var reader = new GoTomlReader(text);
        reader.Document();
        return reader._root;
    }

    private void Document()
    {
        var table = _root;
        while (true)
        {
            SkipBlank(lines: true);
            if (_at >= _text.Length) return;
            if (_text[_at] == '[')
            {
                table = Header();
            }
            else
            {
                KeyValue(table);
            }

            SkipBlank(lines: false);
            if (_at < _text.Length && _text[_at] != '\n')
            {
                throw Error($"expected a top-level item to end with a newline, comment, or EOF, but got {Here()} instead");
            }
        }
    }

    private GoMap Header()
    {
        _at++;
        var array = Take('[');
        var path = Key(inHeader: true);
        if (!Take(']')) throw Error($"expected '.' or ']' to end table name, but got {Here()} instead");
        if (array && !Take(']')) throw Error($"expected end of table array name delimiter ']', but got {Here()} instead");
        var parent = Descend(_root, path, path.Count - 1);
        var name = path[^1];
        if (array)
        {
            if (!parent.TryGet(name, out var tables)) tables = GoValue.From(GoList.Of(GoType.Slice(GoType.AnyMap), []));
            if (!tables.IsList) throw Error($"Key '{string.Join('.', path)}' was already created and cannot be used as an array.");
            var added = new GoMap();
            parent.Set(name, GoValue.From(GoList.Of(tables.List.Type, [.. tables.List.ToArray(), GoValue.From(added)])));
            return added;
        }

        var table = new GoMap();
        if (!parent.TryGet(name, out var known)) parent.Set(name, GoValue.From(table));
        else if (known.Kind == GoKind.Map && !_closed.Contains(known.Map) && !_defined.Contains(known.Map)) table = known.Map;
        else throw Error($"Key '{string.Join('.', path)}' has already been defined.");
        _defined.Add(table);
        return table;
    }

    private void KeyValue(GoMap table)
    {
        var path = Key(inHeader: false);
        if (!Take('=')) throw _at >= _text.Length ? Error("unexpected EOF; expected key separator '='") : Separator();
        SkipBlank(lines: false);
        var parent = Descend(table, path, path.Count - 1);
        var value = Value();
        if (parent.Contains(path[^1])) throw Error($"Key '{string.Join('.', path)}' has already been defined.");
        parent.Set(path[^1], value);
    }

    private GoError Separator()
    {
        var line = _text[_at] == '\n' ? _line : _line;
        return Error($"expected '.' or '=', but got {Here()} instead", line);
    }

    private GoMap Descend(GoMap table, List<string> path, int steps)
    {
        for (var i = 0; i < steps; i++)
        {
            if (!table.TryGet(path[i], out var next))
            {
                next = GoValue.From(new GoMap());
                table.Set(path[i], next);
            }

            if (next.IsList && next.List.Count > 0 && next.List[next.List.Count - 1].Kind == GoKind.Map) next =
                next.List[next.List.Count - 1];
            if (next.Kind != GoKind.Map || _closed.Contains(next.Map))
            {
                throw Error($"Key '{string.Join('.', path)}' has already been defined.");
            }

            table = next.Map;
        }

        return table;
    }

    private List<string> Key(bool inHeader)
    {
        var path = new List<string>();
        do
        {
            SkipBlank(lines: false, comments: false);
            if (_at < _text.Length && _text[_at] is '"' or '\'')
            {
                path.Add(Quoted());
            }
            else
            {
                var from = _at;
                while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '_' or '-')) _at++;
                if (_at == from) throw EmptyKey(inHeader, path.Count);
                path.Add(_text[from.._at]);
            }

            SkipBlank(lines: false, comments: false);
        }
        while (Take('.'));
        return path;
    }

    private GoError EmptyKey(bool inHeader, int parts)
    {
        var c = _at < _text.Length ? _text[_at] : '\0';
        if (inHeader)
        {
            return c switch
            {
                ']' => Error("unexpected end of table name (table names cannot be empty)"),
                '.' => Error("unexpected table separator (table names cannot be empty)"),
                _ => Error($"expected '.' or ']' to end table name, but got {Here()} instead"),
            };
        }

        return c switch
        {
            '=' => Error(parts == 0 ? "unexpected '=': key name appears blank" : "unexpected '='"),
            '.' => Error(parts == 0 ? "unexpected '.': keys cannot start with a '.'" : "unexpected '.'"),
            _ => Separator(),
        };
    }

    private GoValue Value()
    {
        if (_at >= _text.Length) throw Error("unexpected EOF; expected value");
        if (++_depth > MaxDepth) throw Error("values are nested too deeply");
        var c = _text[_at];
        var value = c switch
        {
            '"' or '\'' => GoValue.From(String()),
            '[' => Array(),
            '{' => Inline(),
            '+' or '-' or (>= '0' and <= '9') => Number(),
            'i' or 'n' => Number(),
            _ when char.IsAsciiLetter(c) => Word(),
            '.' => throw Error("floats must start with a digit, not '.'"),
            _ => throw Error($"expected value but found {Here()} instead"),
        };
        _depth--;
        return value;
    }

    private GoValue Word()
    {
        var from = _at;
        while (_at < _text.Length && char.IsAsciiLetter(_text[_at])) _at++;
        return _text[from.._at] switch
        {
            "true" => GoValue.True,
            "false" => GoValue.False,
            var word => throw Error($"expected value but found {GoQuote.Quote(word)} instead"),
        };
    }

    private GoValue Array()
    {
        _at++;
        var values = new List<GoValue>();
        while (true)
        {
            SkipBlank(lines: true);
            if (Take(']')) break;
            if (_at < _text.Length && _text[_at] == ',') throw Error("unexpected comma");
            values.Add(Value());
            SkipBlank(lines: true);
            if (Take(',')) continue;
            if (Take(']')) break;
            throw Error($"expected a comma (',') or array terminator (']'), but got {Here()}");
        }

        return GoValue.From(GoList.Of([.. values]));
    }

    private GoValue Inline()
    {
        _at++;
        var map = new GoMap();
        SkipBlank(lines: true);
        if (!Take('}'))
        {
            while (true)
            {
                SkipBlank(lines: true);
                KeyValue(map);
                SkipBlank(lines: true);
                if (Take('}')) break;
                if (!Take(',')) throw Error($"expected a comma or an inline table terminator '}}', but got {Here()} instead");
                SkipBlank(lines: true);
                if (Take('}')) break;
            }
        }

        _closed.Add(map);
        return GoValue.From(map);
    }

    private GoValue Number()
    {
        var from = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '+' or '-' or '.' or '_' or ':')) _at++;
        var text = _text[from.._at];

        // a date and a time may be parted by a blank
        if (text.Length == 10 && text[4] == '-' && _at + 3 < _text.Length && _text[_at] == ' ' && char.IsAsciiDigit(_text[_at + 1]))
        {
            _at++;
            while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '+' or '-' or '.' or ':')) _at++;
            text = _text[from.._at];
        }

        if (text.Length >= 8 && (text.Contains(':') || (text[4] == '-' && text.Length >= 10)))
        {
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? GoDates.Of(time)
                : throw Error($"invalid datetime: {GoQuote.Quote(text)}");
        }

        var plain = text.Replace("_", "", StringComparison.Ordinal);
        var digits = plain.TrimStart('+', '-');
        if (digits is "inf") return GoValue.From(plain[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity);
        if (digits is "nan") return GoValue.From(double.NaN);
        var radix = digits.Length > 2 && digits[0] == '0' ? digits[1] switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 10 } : 10;
        if (radix == 10 && long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer))
        {
            return digits.Length > 1 && digits[0] == '0'
                ? throw Error($"Invalid integer {GoQuote.Quote(text)}: cannot have leading zeroes") : GoValue.From(integer);
        }

        try
        {
            if (radix != 10) return GoValue.From(Convert.ToInt64(digits[2..], radix));
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentException)
        {
            throw Error($"Invalid integer {GoQuote.Quote(text)}");
        }

        if (digits.AsSpan().IndexOfAny('.', 'e', 'E') >= 0
            && double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            return GoValue.From(number);
        }

        throw digits.Length > 0 && digits.All(char.IsAsciiDigit)
            ? Error($"{text} is out of range for int64")
            : Error($"expected value but found {GoQuote.Quote(text)} instead");
    }

    private string String()
    {
        if (string.CompareOrdinal(_text, _at, "\"\"\"", 0, 3) == 0) return Multiline("\"\"\"", escapes: true);
        return string.CompareOrdinal(_text, _at, "'''", 0, 3) == 0 ? Multiline("'''", escapes: false) : Quoted();
    }

    private string Quoted()
    {
        var quote = _text[_at++];
        var to = new StringBuilder();
        while (true)
        {
            if (_at >= _text.Length) throw Error($"unexpected EOF; expected {(quote == '"' ? "'\"'" : "\"'\"")}");
            var c = _text[_at];
            if (c == '\n') throw Error("strings cannot contain newlines");
            _at++;
            if (c == quote) return to.ToString();
            if (c == '\\' && quote == '"') Escape(to);
            else to.Append(c);
        }
    }

    private string Multiline(string quote, bool escapes)
    {
        _at += 3;
        Take('\n');
        var to = new StringBuilder();
        while (true)
        {
            if (_at >= _text.Length) throw Error($"unexpected EOF; expected {(escapes ? "'\"\"\"'" : "\"'''\"")}");
            if (string.CompareOrdinal(_text, _at, quote, 0, 3) == 0)
            {
                _at += 3;
                for (var i = 0; i < 2 && _at < _text.Length && _text[_at] == quote[0]; i++, _at++) to.Append(quote[0]);
                return to.ToString();
            }

            var c = _text[_at++];
            if (c == '\n') _line++;
            if (c != '\\' || !escapes)
            {
                to.Append(c);
                continue;
            }

            var at = _at;
            while (at < _text.Length && _text[at] is ' ' or '\t') at++;
            if (at < _text.Length && _text[at] == '\n')
            {
                // a backslash at the end of a line takes all space up to the next word
                for (_at = at; _at < _text.Length && _text[_at] is ' ' or '\t' or '\n'; _at++)
                {
                    if (_text[_at] == '\n') _line++;
                }
            }
            else
            {
                Escape(to);
            }
        }
    }

    private void Escape(StringBuilder to)
    {
        var c = _at < _text.Length ? _text[_at++] : '\0';
        switch (c)
        {
            case 'b': to.Append('\b'); break;
            case 't': to.Append('\t'); break;
            case 'n': to.Append('\n'); break;
            case 'f': to.Append('\f'); break;
            case 'r': to.Append('\r'); break;
            case 'e': to.Append('\u001B'); break;
            case '"' or '\\': to.Append(c); break;
            case 'u': Unicode(to, 4, "four", 'u'); break;
            case 'U': Unicode(to, 8, "eight", 'U'); break;
            case 'x': Unicode(to, 2, "two", 'x'); break;
            default:
                throw Error($"invalid escape character {GoQuote.Quote(c.ToString()).Replace('"', '\'')}");
        }
    }

    private void Unicode(StringBuilder to, int count, string words, char letter)
    {
        var digits = _text[_at..Math.Min(_text.Length, _at + count)];
        if (!int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var rune) || digits.Length < count
            || !Rune.IsValid(rune))
        {
            throw Error($"expected {words} hexadecimal digits after '\\{letter}', but got {GoQuote.Quote(digits)} instead");
        }

        _at += count;
        to.Append(new Rune(rune).ToString());
    }

    private bool Take(char c)
    {
        if (_at >= _text.Length || _text[_at] != c) return false;
        if (c == '\n') _line++;
        _at++;
        return true;
    }

    private void SkipBlank(bool lines, bool comments = true)
    {
        for (; _at < _text.Length; _at++)
        {
            var c = _text[_at];
            if (c == '#' && comments)
            {
                while (_at < _text.Length && _text[_at] != '\n') _at++;
                _at--;
            }
            else if (c == '\n' && lines)
            {
                _line++;
            }
            else if (c is not (' ' or '\t'))
            {
                return;
            }
        }
    }

    private string Here()
    {
        if (_at >= _text.Length) return "end of file";
        var c = char.IsHighSurrogate(_text[_at]) && _at + 1 < _text.Length ? _text.Substring(_at, 2) : _text[_at].ToString();
        return c == "'" ? "'\\''" : "'" + (c == "\"" ? c : GoQuote.Quote(c)[1..^1]) + "'";
    }

    private GoError Error(string what, int? line = null) => new($"toml: line {line ?? _line}: {what}");
}
