using System.Buffers;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Yaml;

/// <summary>Lists and maps in brackets, without comments in them.</summary>
internal sealed partial class CommonYaml
{
    private static readonly SearchValues<char> FlowStops = SearchValues.Create(",?[]{}:#\n\t");

    private bool Flow(int depth, out Node value)
    {
        value = default;
        if (!Enter(depth)) return false;
        if (_text[_at++] == '[')
        {
            var list = new ListNode();
            value = list;
            return FlowItems(list, depth + 1);
        }

        var map = new MapNode();
        value = map;
        return FlowEntries(map, depth + 1);
    }

    private bool FlowItems(ListNode list, int depth)
    {
        while (ToFlowToken())
        {
            if (IsClosed(']')) return true;
            if (!FlowValue(depth, out var item) || !ToFlowToken()) return false;
            list.Add(item);
            if (IsClosed(']')) return true;
            if (_text[_at++] != ',') return false;
        }

        return false;
    }

    private bool FlowEntries(MapNode map, int depth)
    {
        while (ToFlowToken())
        {
            if (IsClosed('}')) return true;
            if (!FlowKey(out var key) || !ToFlowToken() || !FlowValue(depth, out var value) || !ToFlowToken() || !map.TryAdd(key, value)) return false;
            if (IsClosed('}')) return true;
            if (_text[_at++] != ',') return false;
        }

        return false;
    }

    private bool IsClosed(char bracket)
    {
        if (_text[_at] != bracket) return false;
        _at++;
        return true;
    }

    private bool FlowKey(out string key)
    {
        key = "";
        var (start, line) = (_at, _line);
        if (!Count()) return false;
        if (_text[_at] is '"' or '\'')
        {
            if (!Quoted(out key)) return false;
            while (_at < _text.Length && _text[_at] == ' ') _at++;
            if (_at == _text.Length || _text[_at] != ':') return false;
        }
        else if (!IsPlainStart() || !FlowPlain(out var end) || !IsAtColon() || !PlainKey(_text.AsSpan(start, end - start), out key))
        {
            return false;
        }

        return _line == line && _at++ - start <= LongestKey;
    }

    private bool FlowValue(int depth, out Node value)
    {
        switch (_text[_at])
        {
            case '[' or '{': return Flow(depth, out value);
            case '"' or '\'':
                var isRead = Quoted(out var text);
                value = text;
                return isRead && Count();
            default:
                value = default;
                var start = _at;
                return IsPlainStart() && FlowPlain(out var end) && Count() && Plain(_text.AsSpan(start, end - start), out value);
        }
    }

    /// <summary>Over plain text of one line, up to what ends it.</summary>
    private bool FlowPlain(out int end)
    {
        var text = _text;
        var start = _at;
        end = start;
        while (true)
        {
            var stop = text.AsSpan(_at).IndexOfAny(FlowStops);
            if (stop < 0) return false;
            _at += stop;
            var c = text[_at];
            if (c is '\t' or '?') return false;
            if (c is ',' or '[' or ']' or '{' or '}' or '\n') break;
            if (c == ':' && IsBlankOrEnd(_at + 1)) break;
            if (c == '#' && text[_at - 1] == ' ') return false;
            _at++;
        }

        end = _at;
        while (end > start && text[end - 1] == ' ') end--;
        if (text[_at] != '\n') return true;

        // more on the next line would be a text of two lines
        return ToFlowToken() && text[_at] is ',' or ']' or '}';
    }

    /// <summary>Over blanks and line breaks to what is there for certain: the bracket is still open.</summary>
    private bool ToFlowToken() => OverBreaks(out _) && _at < _text.Length && _text[_at] != '#' && !IsMarker();
}
