using System.Buffers;
using System.Globalization;
using System.Text;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Yaml;

/// <summary>Text: plain, quoted, and in blocks.</summary>
internal sealed partial class CommonYaml
{
    private static readonly SearchValues<char> PlainStops = SearchValues.Create(":#\n\t");
    private static readonly SearchValues<char> DoubleStops = SearchValues.Create("\"\\\n\t");
    private static readonly SearchValues<char> SingleStops = SearchValues.Create("'\n\t");

    /// <summary>
    /// Over the plain text that is on this line, up to a colon, comment or line break; <paramref name="end"/> is where blanks at its end begin.
    /// </summary>
    private bool PlainLine(out int end)
    {
        var text = _text;
        var start = _at;
        while (true)
        {
            var stop = text.AsSpan(_at).IndexOfAny(PlainStops);
            _at = stop < 0 ? text.Length : _at + stop;
            if (stop < 0 || text[_at] == '\n') break;
            if (text[_at] == '\t')
            {
                end = _at;
                return false;
            }

            if (text[_at] == ':' ? IsBlankOrEnd(_at + 1) : _at > start && text[_at - 1] == ' ') break;
            _at++;
        }

        end = _at;
        while (end > start && text[end - 1] == ' ') end--;
        return true;
    }

    /// <summary>Plain text whose first line is read, with the lines that follow it: those that are indented as far as this.</summary>
    private bool Continued(int start, int end, int indent, out Node value)
    {
        StringBuilder? lines = null;
        value = default;
        if (!Count()) return false;
        while (true)
        {
            if (_at < _text.Length && _text[_at] == ':') return false;
            if (!OverBreaks(out var breaks)) return false;
            if (AtEnd() || _text[_at] == '#' || Column < indent) break;
            lines = (lines ?? Builder).Append(_text, start, end - start);
            Fold(lines, breaks);
            start = _at;
            if (!PlainLine(out end)) return false;
        }

        if (!ToToken()) return false;
        if (lines is null) return Plain(_text.AsSpan(start, end - start), out value);
        return Plain(lines.Append(_text, start, end - start).ToString(), out value);
    }

    /// <summary>Over line breaks and blanks.</summary>
    private bool OverBreaks(out int breaks)
    {
        breaks = 0;
        for (; _at < _text.Length; _at++)
        {
            switch (_text[_at])
            {
                case ' ': break;
                case '\n':
                    breaks++;
                    _line = _at + 1;
                    break;
                case '\t': return false;
                default: return true;
            }
        }

        return true;
    }

    /// <summary>A single line break is a blank; of more the first goes.</summary>
    private static void Fold(StringBuilder lines, int breaks)
    {
        if (breaks == 1) lines.Append(' ');
        else lines.Append('\n', breaks - 1);
    }

    private bool Quoted(out string value)
    {
        var text = _text;
        var quote = text[_at];
        var start = ++_at;
        var stops = quote == '"' ? DoubleStops : SingleStops;
        var stop = text.AsSpan(start).IndexOfAny(stops);
        value = "";
        if (stop < 0) return false;
        _at = start + stop;
        if (text[_at] != quote || (quote == '\'' && _at + 1 < text.Length && text[_at + 1] == '\'')) return Quoted(quote, start, stops, out value);
        value = Shared(text.AsSpan(start, stop));
        _at++;
        return true;
    }

    /// <summary>The rest of a quoted text that has escapes or more than one line. <see cref="_at"/> is on the first of them.</summary>
    private bool Quoted(char quote, int start, SearchValues<char> stops, out string value)
    {
        var text = _text;
        var to = Builder;
        var kept = 0; // up to here blanks are part of the text even if the line ends behind them
        value = "";
        while (true)
        {
            to.Append(text, start, _at - start);
            switch (text[_at])
            {
                case '\'' when _at + 1 < text.Length && text[_at + 1] == '\'':
                    to.Append('\'');
                    _at += 2;
                    break;
                case '\'' or '"':
                    value = to.ToString();
                    _at++;
                    return true;
                case '\\' when _at + 1 < text.Length && text[_at + 1] == '\n':
                    _at++;
                    if (!OverBreaks(out var more) || IsMarker()) return false;
                    to.Append('\n', more - 1);
                    kept = to.Length;
                    break;
                case '\\':
                    if (!Escape(to)) return false;
                    kept = to.Length;
                    break;
                case '\n':
                    while (to.Length > kept && to[^1] == ' ') to.Length--;
                    if (!OverBreaks(out var breaks) || IsMarker()) return false;
                    Fold(to, breaks);
                    kept = to.Length;
                    break;
                default: return false;
            }

            start = _at;
            var stop = text.AsSpan(start).IndexOfAny(stops);
            if (stop < 0) return false;
            _at = start + stop;
        }
    }

    private bool Escape(StringBuilder to)
    {
        if (_at + 1 >= _text.Length) return false;
        var c = _text[_at + 1];
        _at += 2;
        var digits = c switch { 'x' => 2, 'u' => 4, 'U' => 8, _ => 0 };
        if (digits > 0)
        {
            if (_text.Length - _at < digits || !uint.TryParse(_text.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
                || !Rune.IsValid(code)) return false;
            _at += digits;
            to.Append(new Rune(code).ToString());
            return true;
        }

        const string Names = "0abtnvfre \"'\\/N_LP";
        const string Meanings = "\0\a\b\t\n\v\f\r\u001b \"'\\/\u0085\u00a0\u2028\u2029";
        var known = Names.IndexOf(c);
        if (known < 0) return false;
        to.Append(Meanings[known]);
        return true;
    }

    /// <summary>Text behind <c>|</c> or <c>&gt;</c>, in a map or list at the column <paramref name="parent"/>.</summary>
    private bool BlockText(int parent, out Node value)
    {
        value = default;
        var isLiteral = _text[_at++] == '|';
        if (!BlockHead(out var keep, out var indent) || !Count()) return false;
        indent = indent > 0 ? Math.Max(parent, 0) + indent : BlockIndent(parent);
        if (indent < 0) return false;

        var to = Builder;
        int blankLines = 0, contentLines = 0;
        var wasBlank = false;
        while (true)
        {
            while (Column < indent && _at < _text.Length && _text[_at] == ' ') _at++;
            if (_at == _text.Length) break;
            if (_text[_at] == '\n')
            {
                blankLines++;
                _line = ++_at;
                continue;
            }

            if (Column < indent)
            {
                if (_text[_at] == '\t') return false;
                break;
            }

            // The line break before this line is written only now, as folding depends on how both lines begin.
            var isBlank = _text[_at] is ' ' or '\t';
            if (contentLines > 0)
            {
                if (isLiteral || wasBlank || isBlank) to.Append('\n');
                else if (blankLines == 0) to.Append(' ');
            }

            to.Append('\n', blankLines);
            blankLines = 0;
            wasBlank = isBlank;
            contentLines++;
            var length = _text.AsSpan(_at).IndexOf('\n');
            if (length < 0)
            {
                // no line break is added to a text that ends without one
                keep = '-';
                to.Append(_text, _at, _text.Length - _at);
                _at = _text.Length;
                break;
            }

            to.Append(_text, _at, length);
            _line = _at += length + 1;
        }

        if (keep != '-' && contentLines > 0) to.Append('\n');
        if (keep == '+') to.Append('\n', blankLines);
        value = to.ToString();
        return ToToken();
    }

    /// <summary>What stands beside the indicator: <c>+</c> or <c>-</c> for line breaks at the end, and how far the text is indented; 0: as it is.</summary>
    private bool BlockHead(out char keep, out int indent)
    {
        (keep, indent) = ('\0', 0);
        for (; _at < _text.Length; _at++)
        {
            var c = _text[_at];
            if (c is '+' or '-' && keep == '\0') keep = c;
            else if (c is >= '1' and <= '9' && indent == 0) indent = c - '0';
            else break;
        }

        return ToLineEnd();
    }

    private bool ToLineEnd()
    {
        while (_at < _text.Length && _text[_at] == ' ') _at++;
        if (_at < _text.Length && _text[_at] == '#')
        {
            var end = _text.AsSpan(_at).IndexOf('\n');
            _at = end < 0 ? _text.Length : _at + end;
        }

        if (_at == _text.Length) return true;
        if (_text[_at] != '\n') return false;
        _line = ++_at;
        return true;
    }

    /// <summary>How far the first line that is not blank is indented; negative when a blank line before it goes further, or has tabs.</summary>
    private int BlockIndent(int parent)
    {
        var (line, most) = (_line, 0);
        for (var at = _at; ; at++)
        {
            if (at == _text.Length) return Math.Max(Math.Max(most, at - line), Math.Max(parent + 1, 1));
            switch (_text[at])
            {
                case ' ': break;
                case '\n':
                    most = Math.Max(most, at - line);
                    line = at + 1;
                    break;
                case '\t': return -1;
                default: return most > at - line ? -1 : Math.Max(Math.Max(at - line, parent + 1), 1);
            }
        }
    }
}
