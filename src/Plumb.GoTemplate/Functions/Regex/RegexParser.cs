using System.Text;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Regex;

/// <summary>Reads a regular expression by Go's rules (<c>regexp/syntax</c>, Perl flags), with its messages.</summary>
internal sealed class RegexParser
{
    private const int MaxHeight = 1000;
    private const int MaxSize = 3_355_443;

    private readonly string _whole;
    private readonly List<RegexNode> _stack = [];
    private RegexFlags _flags = RegexFlags.OneLine;
    private int _at;
    private long _size;

    private RegexParser(string pattern) => _whole = pattern;

    public int Groups { get; private set; }

    public List<string> Names { get; } = [""];

    public static (RegexNode Root, RegexParser Parser) Parse(string pattern)
    {
        var parser = new RegexParser(pattern);
        return (parser.Parse(), parser);
    }

    private static GoError Error(string what, string part) => new($"error parsing regexp: {what}: `{part}`");

    private RegexNode Parse()
    {
        var repeated = -1;
        while (_at < _whole.Length)
        {
            var start = _at;
            var repeats = false;
            switch (_whole[_at])
            {
                case '(' when Follows("(?"):
                    PerlGroup();
                    break;
                case '(':
                    _at++;
                    Open("");
                    break;
                case '|':
                    _at++;
                    Concat();
                    _stack.Add(new RegexNode(RegexOp.VerticalBar));
                    break;
                case ')':
                    _at++;
                    Close();
                    break;
                case '^':
                    _at++;
                    Push(new RegexNode(_flags.HasFlag(RegexFlags.OneLine) ? RegexOp.BeginText : RegexOp.BeginLine));
                    break;
                case '$':
                    _at++;
                    Push(new RegexNode(_flags.HasFlag(RegexFlags.OneLine) ? RegexOp.EndText : RegexOp.EndLine));
                    break;
                case '.':
                    _at++;
                    Push(new RegexNode(_flags.HasFlag(RegexFlags.DotNewLine) ? RegexOp.Any : RegexOp.AnyButNewLine));
                    break;
                case '[':
                    Class();
                    break;
                case '*' or '+' or '?':
                    var op = _whole[_at] switch { '*' => RegexOp.Star, '+' => RegexOp.Plus, _ => RegexOp.Quest };
                    _at++;
                    Repeat(op, 0, 0, start, repeated);
                    repeats = true;
                    break;
                case '{':
                    repeats = Braces(start, repeated);
                    break;
                case '\\':
                    Backslash();
                    break;
                default:
                    Literal(NextRune());
                    break;
            }

            repeated = repeats ? start : -1;
        }

        Concat();
        Alternate();
        return _stack.Count == 1 ? _stack[0] : throw Error("missing closing )", _whole);
    }

    private bool Follows(string text) => string.CompareOrdinal(_whole, _at, text, 0, text.Length) == 0;

    private int NextRune()
    {
        if (GoText.IsRaw(_whole, _at)) throw Error("invalid UTF-8", _whole[_at..]);
        Rune.DecodeFromUtf16(_whole.AsSpan(_at), out var rune, out var used);
        _at += used;
        return rune.Value;
    }

    private void Push(RegexNode node)
    {
        if (node.Height > MaxHeight) throw Error("expression nests too deeply", _whole);
        if (++_size > MaxSize) throw Error("expression too large", _whole);
        _stack.Add(node);
    }

    private void Literal(int rune)
    {
        int[] ranges = [rune, rune];
        Push(new RegexNode(RegexOp.Class) { Ranges = _flags.HasFlag(RegexFlags.FoldCase) ? CharacterClass.Fold(ranges) : ranges });
    }

    private void Open(string name)
    {
        Groups++;
        Names.Add(name);
        _stack.Add(new RegexNode(RegexOp.LeftParen) { Group = Groups, Name = name, Flags = _flags });
    }

    private void Close()
    {
        Concat();
        Alternate();
        var inner = _stack[^1];
        if (_stack.Count < 2 || _stack[^2].Op != RegexOp.LeftParen) throw Error("unexpected )", _whole);
        var paren = _stack[^2];
        _stack.RemoveRange(_stack.Count - 2, 2);
        _flags = paren.Flags;
        Push(paren.Group == 0 ? inner : new RegexNode(RegexOp.Capture, inner) { Group = paren.Group, Name = paren.Name });
    }

    /// <summary>Joins what stands after the last parenthesis or bar.</summary>
    private void Concat()
    {
        var from = _stack.Count;
        while (from > 0 && _stack[from - 1].Op < RegexOp.LeftParen) from--;
        var parts = _stack.GetRange(from, _stack.Count - from);
        _stack.RemoveRange(from, parts.Count);
        Push(parts.Count switch
        {
            0 => new RegexNode(RegexOp.Empty),
            1 => parts[0],
            _ => new RegexNode(RegexOp.Concat, [.. parts]),
        });
    }

    /// <summary>Joins alternatives back to the last parenthesis.</summary>
    private void Alternate()
    {
        var from = _stack.Count;
        while (from > 0 && _stack[from - 1].Op != RegexOp.LeftParen) from--;
        var parts = _stack.GetRange(from, _stack.Count - from);
        _stack.RemoveRange(from, parts.Count);
        parts.RemoveAll(p => p.Op == RegexOp.VerticalBar);
        Push(parts.Count == 1 ? parts[0] : new RegexNode(RegexOp.Alternate, [.. parts]));
    }

    private void Repeat(RegexOp op, int min, int max, int start, int before)
    {
        var lazy = _flags.HasFlag(RegexFlags.Lazy);
        if (_at < _whole.Length && _whole[_at] == '?')
        {
            _at++;
            lazy = !lazy;
        }

        if (before >= 0) throw Error("invalid nested repetition operator", _whole[before.._at]);
        if (_stack.Count == 0 || _stack[^1].Op >= RegexOp.LeftParen)
        {
            throw Error("missing argument to repetition operator", _whole[start.._at]);
        }

        var part = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        var node = new RegexNode(op, part) { Min = min, Max = max, Lazy = lazy };
        Push(node);
        if (op == RegexOp.Repeat && (min >= 2 || max >= 2) && !IsRepeatValid(node, 1000))
        {
            throw Error("invalid repeat count", _whole[start.._at]);
        }
    }

    private static bool IsRepeatValid(RegexNode node, int left)
    {
        if (node.Op == RegexOp.Repeat)
        {
            var times = node.Max;
            if (times == 0) return true;
            if (times < 0) times = node.Min;
            if (times > left) return false;
            if (times > 0) left /= times;
        }

        return node.Parts.All(p => IsRepeatValid(p, left));
    }

    /// <summary>Reads <c>{n,m}</c>; what does not look like it is a brace. True when it was one.</summary>
    private bool Braces(int start, int before)
    {
        var at = _at + 1;
        if (!Count(ref at, out var min) || at >= _whole.Length) return Brace();
        var max = min;
        if (_whole[at] == ',')
        {
            at++;
            if (at >= _whole.Length) return Brace();
            if (_whole[at] == '}') max = -1;
            else if (!Count(ref at, out max)) return Brace();
            else if (max < 0) min = -1;
        }

        if (at >= _whole.Length || _whole[at] != '}') return Brace();
        _at = at + 1;
        if (min < 0 || min > 1000 || max > 1000 || (max >= 0 && min > max)) throw Error("invalid repeat count", _whole[start.._at]);
        Repeat(RegexOp.Repeat, min, max, start, before);
        return true;

        bool Brace()
        {
            _at++;
            Literal('{');
            return false;
        }
    }

    private bool Count(ref int at, out int count)
    {
        count = 0;
        var from = at;
        while (at < _whole.Length && char.IsAsciiDigit(_whole[at])) at++;
        if (at == from || (at - from >= 2 && _whole[from] == '0')) return false;
        count = at - from > 8 ? -1 : int.Parse(_whole.AsSpan(from, at - from), System.Globalization.CultureInfo.InvariantCulture);
        return true;
    }

    private void PerlGroup()
    {
        var start = _at;
        var named = Follows("(?P<") ? 4 : Follows("(?<") ? 3 : 0;
        if (named > 0 && _whole.Length - _at > named)
        {
            var end = _whole.IndexOf('>', _at);
            if (end < 0) throw Error("invalid named capture", _whole[_at..]);
            var name = _whole[(_at + named)..end];
            if (name.Length == 0 || !name.All(c => c == '_' || char.IsAsciiLetterOrDigit(c)))
            {
                throw Error("invalid named capture", _whole[_at..(end + 1)]);
            }

            if (Names.Contains(name)) throw Error("duplicate capture group name", name);
            _at = end + 1;
            Open(name);
            return;
        }

        _at += 2;
        var flags = _flags;
        var negative = false;
        var seen = false;
        while (_at < _whole.Length)
        {
            var c = NextRune();
            switch (c)
            {
                case 'i':
                    flags |= RegexFlags.FoldCase;
                    seen = true;
                    continue;
                case 'm':
                    flags &= ~RegexFlags.OneLine;
                    seen = true;
                    continue;
                case 's':
                    flags |= RegexFlags.DotNewLine;
                    seen = true;
                    continue;
                case 'U':
                    flags |= RegexFlags.Lazy;
                    seen = true;
                    continue;
                case '-' when !negative:
                    negative = true;
                    flags = ~flags;
                    seen = false;
                    continue;
                case ':' or ')' when !negative || seen:
                    if (negative) flags = ~flags;
                    if (c == ':') _stack.Add(new RegexNode(RegexOp.LeftParen) { Flags = _flags });
                    _flags = flags;
                    return;
            }

            break;
        }

        throw Error("invalid or unsupported Perl syntax", _whole[start.._at]);
    }

    private void Backslash()
    {
        if (_at + 1 < _whole.Length)
        {
            RegexOp? op = _whole[_at + 1] switch
            {
                'A' => RegexOp.BeginText,
                'z' => RegexOp.EndText,
                'b' => RegexOp.WordBoundary,
                'B' => RegexOp.NoWordBoundary,
                _ => null,
            };
            if (op is { } known)
            {
                _at += 2;
                Push(new RegexNode(known));
                return;
            }

            if (_whole[_at + 1] == 'C') throw Error("invalid escape sequence", "\\C");
            if (_whole[_at + 1] == 'Q')
            {
                _at += 2;
                var end = _whole.IndexOf("\\E", _at, StringComparison.Ordinal);
                var stop = end < 0 ? _whole.Length : end;
                while (_at < stop) Literal(NextRune());
                _at = end < 0 ? stop : stop + 2;
                return;
            }

            var ranges = new List<int>();
            if (NamedEscape(ranges))
            {
                Push(new RegexNode(RegexOp.Class) { Ranges = CharacterClass.Clean(ranges) });
                return;
            }
        }

        Literal(Escape());
    }

    /// <summary>Reads <c>\d</c>, <c>\pL</c> and the like.</summary>
    private bool NamedEscape(List<int> ranges)
    {
        if (_at + 1 >= _whole.Length || _whole[_at] != '\\') return false;
        var c = _whole[_at + 1];
        if (c is 'p' or 'P')
        {
            UnicodeClass(ranges);
            return true;
        }

        var group = char.ToLowerInvariant(c) switch
        {
            'd' => CharacterClass.Digits,
            's' => CharacterClass.Spaces,
            'w' => CharacterClass.Words,
            _ => null,
        };
        if (group is null) return false;
        _at += 2;
        AddGroup(ranges, group, char.IsAsciiLetterUpper(c));
        return true;
    }

    private void AddGroup(List<int> ranges, int[] group, bool negated)
    {
        if (_flags.HasFlag(RegexFlags.FoldCase)) group = CharacterClass.Fold(group);
        ranges.AddRange(negated ? CharacterClass.Negate(group) : group);
    }

    private void UnicodeClass(List<int> ranges)
    {
        var start = _at;
        var negated = _whole[_at + 1] == 'P';
        _at += 2;
        if (_at >= _whole.Length) throw Error("invalid character class range", _whole[start..]);
        string name;
        if (_whole[_at] == '{')
        {
            var end = _whole.IndexOf('}', _at);
            if (end < 0) throw Error("invalid character class range", _whole[start..]);
            name = _whole[(_at + 1)..end];
            _at = end + 1;
        }
        else
        {
            var at = _at;
            NextRune();
            name = _whole[at.._at];
        }

        if (name.StartsWith('^'))
        {
            negated = !negated;
            name = name[1..];
        }

        var group = CharacterClass.OfUnicodeName(name) ?? throw Error("invalid character class range", _whole[start.._at]);
        AddGroup(ranges, group, negated);
    }

    private int Escape()
    {
        var start = _at;
        _at++;
        if (_at >= _whole.Length) throw Error("trailing backslash at end of expression", "");
        var c = NextRune();
        switch (c)
        {
            case >= '1' and <= '7' when _at < _whole.Length && _whole[_at] is >= '0' and <= '7':
            case '0':
                var octal = c - '0';
                for (var i = 1; i < 3 && _at < _whole.Length && _whole[_at] is >= '0' and <= '7'; i++) octal = (octal * 8)
                    + _whole[_at++] - '0';
                return octal;
            case 'x':
                if (Hex() is { } hex) return hex;
                break;
            case 'a': return '\a';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'v': return '\v';
            case < 0x80 when !char.IsAsciiLetterOrDigit((char)c):
                return c;
        }

        throw Error("invalid escape sequence", _whole[start.._at]);
    }

    private int? Hex()
    {
        if (_at >= _whole.Length) return null;
        var c = NextRune();
        if (c != '{')
        {
            var high = Digit(c);
            if (_at >= _whole.Length) return null;
            var low = Digit(NextRune());
            return high < 0 || low < 0 ? null : (high * 16) + low;
        }

        var value = 0;
        var digits = 0;
        while (true)
        {
            if (_at >= _whole.Length) return null;
            c = NextRune();
            if (c == '}') return digits == 0 ? null : value;
            var digit = Digit(c);
            if (digit < 0) return null;
            value = (value * 16) + digit;
            if (value > CharacterClass.Last) return null;
            digits++;
        }

        static int Digit(int c) => c < 0x80 && char.IsAsciiHexDigit((char)c) ? Convert.ToInt32(((char)c).ToString(), 16) : -1;
    }

    private void Class()
    {
        var start = _at;
        _at++;
        var ranges = new List<int>();
        var negated = false;
        if (_at < _whole.Length && _whole[_at] == '^')
        {
            negated = true;
            _at++;
        }

        var first = true;
        while (_at >= _whole.Length || _whole[_at] != ']' || first)
        {
            first = false;
            if (_at + 1 < _whole.Length && _whole[_at] == '[' && _whole[_at + 1] == ':' && PosixClass(ranges)) continue;
            if (_at < _whole.Length && NamedEscape(ranges)) continue;
            Range(ranges, start);
        }

        _at++;
        var clean = CharacterClass.Clean(ranges);
        Push(new RegexNode(RegexOp.Class) { Ranges = negated ? CharacterClass.Negate(clean) : clean });
    }

    private bool PosixClass(List<int> ranges)
    {
        var end = _whole.IndexOf(":]", _at + 2, StringComparison.Ordinal);
        if (end < 0) return false;
        var name = _whole[(_at + 2)..end];
        var negated = name.StartsWith('^');
        var group = CharacterClass.OfPosixName(negated ? name[1..] : name)
            ?? throw Error("invalid character class range", _whole[_at..(end + 2)]);
        _at = end + 2;
        AddGroup(ranges, group, negated);
        return true;
    }

    private void Range(List<int> ranges, int classStart)
    {
        var start = _at;
        var low = ClassCharacter(classStart);
        var high = low;
        if (_at + 1 < _whole.Length && _whole[_at] == '-' && _whole[_at + 1] != ']')
        {
            _at++;
            high = ClassCharacter(classStart);
            if (high < low) throw Error("invalid character class range", _whole[start.._at]);
        }

        int[] range = [low, high];
        ranges.AddRange(_flags.HasFlag(RegexFlags.FoldCase) ? CharacterClass.Fold(range) : range);
    }

    private int ClassCharacter(int classStart)
    {
        if (_at >= _whole.Length) throw Error("missing closing ]", _whole[classStart..]);
        return _whole[_at] == '\\' ? Escape() : NextRune();
    }
}
