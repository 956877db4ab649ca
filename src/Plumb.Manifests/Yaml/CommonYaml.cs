using System.Buffers;
using System.Globalization;
using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Yaml;

/// <summary>
/// Reads the YAML that people and programs mostly write, straight into values: maps and lists in blocks or in brackets, text in all its
/// styles, comments, several documents. Whatever else it meets — anchors, aliases, tags, directives, merge keys, tabs for blanks, keys that
/// are there twice, line breaks other than LF, empty documents, every fault — it leaves to the parser behind <see cref="YamlBuilder"/> by
/// giving up, so that there is one place that knows of faults and one that is fast. What it does read it reads exactly as that parser does;
/// a test compares them.
/// </summary>
/// <remarks>
/// Methods that return whether they succeeded leave <see cref="_at"/> on the next token or behind the last one; when they return false the
/// whole text is given up, in whatever state.
/// </remarks>
internal sealed partial class CommonYaml
{
    private const int LongestKey = 1000; // the parser's limit is 1,024 with what stands between the key and its colon

    /// <summary>Control characters, which are refused, and line breaks other than LF.</summary>
    private static readonly SearchValues<char> Unusual = SearchValues.Create(
    [
        .. Enumerable.Range(0, 0x20).Select(c => (char)c).Where(c => c is not ('\t' or '\n')),
        .. Enumerable.Range(0x7F, 0x21).Select(c => (char)c),
        '\u2028', '\u2029', '\uFEFF', '\uFFFE', '\uFFFF',
    ]);

    private readonly string _text;
    private readonly YamlLimits _limits;
    private readonly StringPool? _pool;
    private StringBuilder? _builder;
    private int _at;
    private int _line; // where the line of _at begins
    private int _nodes;

    private CommonYaml(string text, YamlLimits limits, StringPool? pool)
    {
        _text = text;
        _limits = limits;
        _pool = pool;
    }

    /// <summary>Reads all documents; null when there is anything unusual, be it a fault.</summary>
    public static List<YamlDocument>? Read(string text, string file, YamlLimits limits, StringPool? pool) =>
        text.AsSpan().IndexOfAny(Unusual) >= 0 ? null : new CommonYaml(text, limits, pool).Documents(file);

    private int Column => _at - _line;

    private StringBuilder Builder => (_builder ??= new StringBuilder(256)).Clear();

    private List<YamlDocument>? Documents(string file)
    {
        var documents = new List<YamlDocument>();
        var (counted, lines) = (0, 1);
        if (!ToToken()) return null;
        while (_at < _text.Length)
        {
            var isExplicit = IsMarker();
            if (isExplicit)
            {
                var line = _line;
                if (_text[_at] != '-') return null;
                _at += 3;
                if (!ToToken() || _line == line || AtEnd()) return null;
            }
            else if (documents.Count > 0)
            {
                return null;
            }

            lines += _text.AsSpan(counted, _line - counted).Count('\n');
            counted = _line;
            var origin = new Origin(file, lines, Column + 1);
            if (!Block(-1, 1, out var value) || !AtEnd() || (isExplicit && value.IsNullOrAbsent)) return null;
            documents.Add(new YamlDocument(value, origin) { Text = new YamlText(_text, documents.Count) });
        }

        return documents;
    }

    /// <summary>The value that begins a line, or stands behind the dash of a list, in a map or list at the column <paramref name="parent"/>.</summary>
    private bool Block(int parent, int depth, out Node value)
    {
        var column = Column;
        switch (_text[_at])
        {
            case '-' when IsEntry(): return List(column, depth, inMap: false, out value);
            case '|' or '>': return BlockText(parent, out value);
            case '[' or '{': return Flow(depth, out value) && ToNextLine();
            case '"' or '\'':
                value = default;
                var (start, line) = (_at, _line);
                if (!Quoted(out var text)) return false;
                if (_line == line && ToColon(start)) return Map(column, depth, text, out value);
                value = text;
                return Count() && ToNextLine();
            default:
                value = default;
                start = _at;
                if (!IsPlainStart() || !PlainLine(out var end)) return false;
                if (!IsAtColon()) return Continued(start, end, parent + 1, out value);
                return _at - start <= LongestKey && PlainKey(_text.AsSpan(start, end - start), out var key) && Map(column, depth, key, out value);
        }
    }

    /// <summary>A map of which the first key is read and its colon is next.</summary>
    private bool Map(int column, int depth, string key, out Node value)
    {
        var map = new MapNode();
        value = map;
        if (!Enter(depth)) return false;
        while (true)
        {
            _at++;
            if (!Count() || !MapValue(column, depth + 1, out var item) || !map.TryAdd(key, item)) return false;
            if (AtEnd() || Column < column) return true;
            if (Column > column || !Key(out key)) return false;
        }
    }

    private bool Key(out string key)
    {
        key = "";
        var (start, line) = (_at, _line);
        if (_text[_at] is '"' or '\'') return Quoted(out key) && _line == line && ToColon(start);
        return IsPlainStart() && PlainLine(out var end) && IsAtColon() && _at - start <= LongestKey
            && PlainKey(_text.AsSpan(start, end - start), out key);
    }

    private bool MapValue(int column, int depth, out Node value)
    {
        value = Node.Null;
        var line = _line;
        if (!ToToken()) return false;
        if (_line == line && _at < _text.Length) return BesideKey(column, depth, out value);
        if (AtEnd() || Column < column) return Count();
        if (Column > column) return Block(column, depth, out value);
        return IsEntry() ? List(column, depth, inMap: true, out value) : Count();
    }

    private bool BesideKey(int column, int depth, out Node value)
    {
        switch (_text[_at])
        {
            case '|' or '>': return BlockText(column, out value);
            case '[' or '{': return Flow(depth, out value) && ToNextLine();
            case '"' or '\'':
                var isRead = Quoted(out var text);
                value = text;
                return isRead && Count() && ToNextLine();
            default:
                value = default;
                var start = _at;
                return !IsEntry() && IsPlainStart() && PlainLine(out var end) && !IsAtColon() && Continued(start, end, column + 1, out value);
        }
    }

    /// <summary>A list whose first dash is next; one in a map may stand at the column of the map's keys.</summary>
    private bool List(int column, int depth, bool inMap, out Node value)
    {
        var list = new ListNode();
        value = list;
        if (!Enter(depth)) return false;
        while (true)
        {
            _at++;
            if (!Item(column, depth + 1, inMap, out var item)) return false;
            list.Add(item);
            if (AtEnd() || Column < column) return true;
            if (Column > column) return false;
            if (!IsEntry()) return inMap;
        }
    }

    private bool Item(int column, int depth, bool inMap, out Node value)
    {
        value = Node.Null;
        var line = _line;
        if (!ToToken()) return false;
        if (_line == line && _at < _text.Length) return Block(column, depth, out value);
        if (AtEnd() || Column < column) return Count();
        if (Column > column) return Block(column, depth, out value);
        return (inMap || IsEntry()) && Count();
    }

    /// <summary>Over blanks, comments and line breaks.</summary>
    private bool ToToken()
    {
        var text = _text;
        while (_at < text.Length)
        {
            switch (text[_at])
            {
                case ' ': _at++; break;
                case '\n': _line = ++_at; break;
                case '#':
                    var end = text.AsSpan(_at).IndexOf('\n');
                    _at = end < 0 ? text.Length : _at + end;
                    break;
                case '\t': return false;
                default: return true;
            }
        }

        return true;
    }

    /// <summary>Over the rest of a line, which may hold nothing but a comment, and to the next token.</summary>
    private bool ToNextLine()
    {
        var line = _line;
        return ToToken() && (_line != line || _at == _text.Length);
    }

    /// <summary>Whether a quoted text is a key: its colon may stand behind blanks.</summary>
    private bool ToColon(int start)
    {
        while (_at < _text.Length && _text[_at] == ' ') _at++;
        return IsAtColon() && _at - start <= LongestKey;
    }

    private bool IsAtColon() => _at < _text.Length && _text[_at] == ':' && IsBlankOrEnd(_at + 1);

    private bool IsEntry() => _text[_at] == '-' && IsBlankOrEnd(_at + 1);

    private bool IsBlankOrEnd(int at) => at >= _text.Length || _text[at] is ' ' or '\n' or '\t';

    /// <summary>Whether plain text begins here. Text that begins with a colon or a question mark is rare, and left to the parser.</summary>
    private bool IsPlainStart() => _text[_at] switch
    {
        '-' => !IsBlankOrEnd(_at + 1),
        '?' or ':' or ',' or '[' or ']' or '{' or '}' or '#' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`' => false,
        _ => true,
    };

    /// <summary>Whether the document ends here: with the text, or before a line of three dashes or dots.</summary>
    private bool AtEnd() => _at == _text.Length || IsMarker();

    private bool IsMarker() =>
        _at == _line && _at < _text.Length && _text[_at] is '-' or '.'
        && _text.AsSpan(_at) is ['-', '-', '-', ..] or ['.', '.', '.', ..] && IsBlankOrEnd(_at + 3);

    /// <summary>Counts a map or list. What is as deep as is allowed is left to the parser, empty or not.</summary>
    private bool Enter(int depth) => depth < _limits.MaxDepth && Count();

    private bool Count() => ++_nodes <= _limits.MaxNodes;

    private bool PlainKey(ReadOnlySpan<char> text, out string key)
    {
        if (!YamlScalar.MayMean(text[0]))
        {
            key = Shared(text);
            return text is not "<<";
        }

        var known = Plain(text, out var value) ? YamlBuilder.KeyText(value) : null;
        key = known ?? "";
        return known is not null;
    }

    /// <summary>What plain text means. False for numbers that are none, which are faults.</summary>
    private bool Plain(ReadOnlySpan<char> text, out Node value)
    {
        if (!YamlScalar.MayMean(text[0]))
        {
            value = Shared(text);
            return true;
        }

        if (Digits(text, out var number))
        {
            value = number;
            return true;
        }

        value = YamlScalar.Resolve(Shared(text), out _);
        return value.Kind != NodeKind.Float || double.IsFinite(value.AsDouble()!.Value);
    }

    /// <summary>The most common numbers without a string for each.</summary>
    private static bool Digits(ReadOnlySpan<char> text, out long number)
    {
        number = 0;
        return text.Length <= 15 && (text[0] != '0' || text.Length == 1) && text.IndexOfAnyExceptInRange('0', '9') < 0
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private string Shared(ReadOnlySpan<char> text) => _pool is null ? text.ToString() : _pool.Text(text);
}
