using System.Globalization;
using System.Text;
using System.Text.Json;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Functions.Json;
using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Values;

/// <summary>
/// The little language of <c>--set</c> and its relatives: <c>a.b[0].c=x,d={1,2}</c> (<c>pkg/strvals</c>). Each call changes the values that
/// it is given.
/// </summary>
public static class SetFlags
{
    /// <summary><c>--set</c>: numbers, booleans and null are what they look like.</summary>
    /// <exception cref="GoError">The text is malformed.</exception>
    public static void Set(string text, GoMap values) =>
        new SetParser(text, static t => Typed(t)).Parse(values);

    /// <summary><c>--set-string</c>: every value is text.</summary>
    /// <exception cref="GoError">The text is malformed.</exception>
    public static void SetString(string text, GoMap values) => new SetParser(text, static t => GoValue.From(t)).Parse(values);

    /// <summary><c>--set-file</c>: every value names a file, whose content is meant.</summary>
    /// <exception cref="GoError">The text is malformed, or a file cannot be read.</exception>
    public static void SetFile(string text, GoMap values, Func<string, string> read) =>
        new SetParser(text, t => GoValue.From(read(t))).Parse(values);

    /// <summary><c>--set-json</c>: every value is JSON; a whole object is merged in, and the merged values are returned.</summary>
    /// <exception cref="GoError">The text is malformed.</exception>
    public static GoMap SetJson(string text, GoMap values)
    {
        if (text.Trim().StartsWith('{'))
        {
            var value = GoJsonReader.Read(text.Trim(), out var fault);
            if (fault is not null || value.Kind != GoKind.Map) throw new GoError($"failed parsing --set-json data JSON: {text}");
            return Merging.Over(values, value.Map);
        }

        new SetParser(text, null).Parse(values);
        return values;
    }

    /// <summary><c>--set-literal</c>: one key, and all that follows is its value.</summary>
    /// <exception cref="GoError">The text is malformed.</exception>
    public static void SetLiteral(string text, GoMap values) => new SetParser(text, static t => GoValue.From(t), literal: true).Parse(values);

    private static GoValue Typed(string text)
    {
        if (text.Equals("true", StringComparison.OrdinalIgnoreCase)) return GoValue.True;
        if (text.Equals("false", StringComparison.OrdinalIgnoreCase)) return GoValue.False;
        if (text.Equals("null", StringComparison.OrdinalIgnoreCase)) return default;
        if (text == "0") return GoValue.From(0L);
        if (text.Length > 0 && text[0] != '0' && (char.IsAsciiDigit(text[0]) || text[0] is '+' or '-')
            && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return GoValue.From(number);
        return GoValue.From(text);
    }
}

/// <summary>The parser of one flag. A null <paramref name="convert"/> reads JSON.</summary>
internal sealed class SetParser(string text, Func<string, GoValue>? convert, bool literal = false)
{
    private const int MaxIndex = 65536;
    private const int MaxLevels = 30;

    /// <summary>What Go's runtime panics with; the innermost key turns it into an error.</summary>
    private sealed class Panic(string message) : Exception(message);

    private int _at;

    public void Parse(GoMap values)
    {
        // a key returns false at the end of the text
        while (Key(values, 0))
        {
        }
    }

    private bool Key(GoMap map, int level)
    {
        try
        {
            return KeyOrPanic(map, level);
        }
        catch (Panic panic)
        {
            throw new GoError($"unable to parse key: {panic.Message}");
        }
    }

    private bool KeyOrPanic(GoMap map, int level)
    {
        var key = Until(literal ? "=[." : "=[,.", out var last);
        if (last is null) return key.Length == 0 ? false : throw new GoError($"key {GoQuote.Quote(key)} has no value");
        switch (last)
        {
            case '[':
                if (Index() is not { } index) return false;
                var list = map.TryGet(key, out var there) ? AsList(there) : [];
                list = Item(list, index, level, out var ended);
                Put(map, key, GoValue.From(GoList.Of(list)));
                return !ended;
            case '=':
                Put(map, key, Value(out ended));
                return !ended;
            case ',':
                throw new GoError($"key {GoQuote.Quote(key)} has no value (cannot end with ,)");
            default:
                level++;
                if (level > MaxLevels)
                    throw new GoError($"value name nested level is greater than maximum supported nested level of {MaxLevels}");
                var inner = map.TryGet(key, out there) ? AsMap(there) : new GoMap();
                var more = Key(inner, level);
                if (more && inner.Count == 0) throw new GoError($"key map {GoQuote.Quote(key)} has no value");
                if (inner.Count > 0) Put(map, key, GoValue.From(inner));
                return more;
        }
    }

    private GoValue[] Item(GoValue[] list, long index, int level, out bool ended)
    {
        ended = false;
        if (index < 0) throw new GoError($"negative {index} index not allowed");
        var key = Until("[.=", out var last);
        if (key.Length > 0) throw new GoError($"unexpected data at end of array index: {Runes(key)}");
        switch (last)
        {
            case null:
                ended = true;
                return list;
            case '=':
                return SetIndex(list, index, Value(out ended));
            case '[':
                if (Index() is not { } next)
                {
                    ended = true;
                    return list;
                }

                var nested = index < list.Length && !list[(int)index].IsNil ? AsList(list[(int)index]) : [];
                nested = Item(nested, next, level, out ended);
                return SetIndex(list, index, GoValue.From(GoList.Of(nested)));
            default:
                var inner = index < list.Length && list[(int)index].Kind == GoKind.Map ? list[(int)index].Map : new GoMap();
                ended = !Key(inner, level);
                // Go gives up on a new item when the text ends within it
                return ended && index >= list.Length ? list : SetIndex(list, index, GoValue.From(inner));
        }
    }

    private GoValue Value(out bool ended)
    {
        ended = false;
        if (convert is null) return JsonValue();
        if (literal)
        {
            var all = text[_at..];
            _at = text.Length;
            return convert(all);
        }

        if (_at >= text.Length)
        {
            ended = true;
            return GoValue.From("");
        }

        if (text[_at] != '{') return convert(Until(",", out _));
        _at++;
        var items = new List<GoValue>();
        while (true)
        {
            var item = Until(",}", out var last);
            if (last is null) throw new GoError("list must terminate with '}'");
            items.Add(convert(item));
            if (last != '}') continue;
            if (_at < text.Length && text[_at] == ',') _at++;
            return GoValue.From(GoList.Of([.. items]));
        }
    }

    private GoValue JsonValue()
    {
        if (SkipToValue()) return default;
        var rest = Encoding.UTF8.GetBytes(text[_at..]);
        try
        {
            var reader = new Utf8JsonReader(rest, new JsonReaderOptions { AllowMultipleValues = true, MaxDepth = 1000 });
            reader.Read();
            reader.Skip();
            var used = Encoding.UTF8.GetCharCount(rest.AsSpan(0, (int)reader.BytesConsumed));
            var value = GoJsonReader.Read(text.Substring(_at, used), out var fault);
            if (fault is not null) throw fault;
            _at += used;
            SkipToValue();
            return value;
        }
        catch (JsonException fault)
        {
            throw new GoError(fault.Message);
        }
    }

    /// <summary>Skips space; true, with the comma taken, when there is no value before it or the end.</summary>
    private bool SkipToValue()
    {
        while (_at < text.Length)
        {
            var c = text[_at];
            if (c == ',')
            {
                _at++;
                return true;
            }

            if (!char.IsWhiteSpace(c)) return false;
            _at++;
        }

        return true;
    }

    /// <summary>The number up to the bracket; null when the text ends before it, which Go takes for the end of the flag.</summary>
    private long? Index()
    {
        var digits = Until("]", out var last);
        if (last is null) return null;
        if (digits.Length > 0 && long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index)) return index;
        var isNumber = digits.TrimStart('+', '-') is { Length: > 0 } rest && rest.All(char.IsAsciiDigit);
        throw new GoError($"error parsing index: strconv.Atoi: parsing {GoQuote.Quote(digits)}: {(isNumber ? "value out of range" : "invalid syntax")}");
    }

    /// <summary>Text up to one of the stops, which is taken too; a backslash takes the next character as it is. Null at the end.</summary>
    private string Until(string stops, out char? last)
    {
        var found = new StringBuilder();
        while (_at < text.Length)
        {
            var c = text[_at++];
            if (stops.Contains(c))
            {
                last = c;
                return found.ToString();
            }

            if (c == '\\' && !literal)
            {
                if (_at >= text.Length) break;
                c = text[_at++];
            }

            found.Append(c);
        }

        last = null;
        return found.ToString();
    }

    private static GoValue[] SetIndex(GoValue[] list, long index, in GoValue value)
    {
        if (index > MaxIndex) throw new GoError($"index of {index} is greater than maximum supported index of {MaxIndex}");
        var copy = new GoValue[Math.Max(list.Length, (int)index + 1)];
        list.CopyTo(copy, 0);
        copy[(int)index] = value;
        return copy;
    }

    /// <summary>Go's <c>%q</c> of the runes, each for itself.</summary>
    private static string Runes(string text)
    {
        var runes = GoText.Runes(text).Select(r => GoValue.Signed(GoKind.Int32, r)).ToArray();
        return GoFormat.Sprintf("%q", [GoValue.From(GoList.Of(GoType.Slice(GoType.Int32), runes))]);
    }

    private static void Put(GoMap map, string key, in GoValue value)
    {
        if (key.Length > 0) map.Set(key, value);
    }

    private static GoValue[] AsList(in GoValue value) => value.Kind == GoKind.Slice ? value.List.ToArray() : throw Conversion(value, "[]interface {}");

    private static GoMap AsMap(in GoValue value) => value.Kind == GoKind.Map ? value.Map : throw Conversion(value, "map[string]interface {}");

    private static Panic Conversion(in GoValue value, string wanted) =>
        new($"interface conversion: interface {{}} is {(value.IsNil ? "nil" : value.Type!.Name)}, not {wanted}");
}
