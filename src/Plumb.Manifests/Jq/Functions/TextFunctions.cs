using System.Globalization;
using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Jq.Runtime;

namespace Plumb.Manifests.Jq.Functions;

/// <summary>Functions about texts.</summary>
internal static class TextFunctions
{
    public static IEnumerable<BuiltIn> All() =>
    [
        BuiltIn.Of("ascii_downcase", 0, static (_, input, _) => Shift(Text(input, "ascii_downcase"), 'A', 'Z', 32)),
        BuiltIn.Of("ascii_upcase", 0, static (_, input, _) => Shift(Text(input, "ascii_upcase"), 'a', 'z', -32)),
        BuiltIn.Of("startswith", 1, static (_, input, arguments) =>
            Both(input, arguments[0], "startswith") is var (text, part) && text.StartsWith(part, StringComparison.Ordinal)),
        BuiltIn.Of("endswith", 1, static (_, input, arguments) =>
            Both(input, arguments[0], "endswith") is var (text, part) && text.EndsWith(part, StringComparison.Ordinal)),
        BuiltIn.Of("ltrimstr", 1, static (_, input, arguments) => input.AsString() is { } text && arguments[0].AsString() is { } part
            && text.StartsWith(part, StringComparison.Ordinal) ? text[part.Length..] : input),
        BuiltIn.Of("rtrimstr", 1, static (_, input, arguments) => input.AsString() is { } text && arguments[0].AsString() is { Length: > 0 } part
            && text.EndsWith(part, StringComparison.Ordinal) ? text[..^part.Length] : input),
        BuiltIn.Of("trimstr", 1, static (_, input, arguments) =>
        {
            if (input.AsString() is not { } text || arguments[0].AsString() is not { Length: > 0 } part) return input;
            if (text.StartsWith(part, StringComparison.Ordinal)) text = text[part.Length..];
            return text.EndsWith(part, StringComparison.Ordinal) ? text[..^part.Length] : text;
        }),
        BuiltIn.Of("trim", 0, static (_, input, _) => Text(input, "trim").Trim()),
        BuiltIn.Of("ltrim", 0, static (_, input, _) => Text(input, "ltrim").TrimStart()),
        BuiltIn.Of("rtrim", 0, static (_, input, _) => Text(input, "rtrim").TrimEnd()),
        BuiltIn.Of("split", 1, static (machine, input, arguments) =>
            Both(input, arguments[0], "split") is var (text, separator) ? Arithmetic.Split(machine, text, separator) : default),
        BuiltIn.Of("join", 1, Join),
        BuiltIn.Of("explode", 0, static (machine, input, _) =>
        {
            var text = Text(input, "explode");
            machine.Tick(text.Length);
            return new ListNode(text.EnumerateRunes().Select(r => (Node)r.Value));
        }),
        BuiltIn.Of("implode", 0, static (machine, input, _) => Implode(machine, input)),
        BuiltIn.Of("ascii", 0, static (_, input, _) => input.AsInt() is >= 0 and < 128 and var code
            ? ((char)code).ToString() : throw new JqRuntimeException("ascii needs a number below 128")),
        BuiltIn.Of("fromdateiso8601", 0, static (_, input, _) => FromDate(input)),
        BuiltIn.Of("fromdate", 0, static (_, input, _) => FromDate(input)),
        BuiltIn.Of("todateiso8601", 0, static (_, input, _) => ToDate(input)),
        BuiltIn.Of("todate", 0, static (_, input, _) => ToDate(input)),
    ];

    private static string Text(Node input, string function) =>
        input.AsString() ?? throw new JqRuntimeException($"{function} input must be a string");

    private static (string Text, string Part) Both(Node input, Node argument, string function) =>
        input.AsString() is { } text && argument.AsString() is { } part
            ? (text, part)
            : throw new JqRuntimeException(function == "split" ? "split input and separator must be strings" : $"{function}() requires string inputs");

    private static string Shift(string text, char first, char last, int by) => string.Create(text.Length, (text, first, last, by), static (into, of) =>
    {
        for (var i = 0; i < into.Length; i++) into[i] = of.text[i] >= of.first && of.text[i] <= of.last ? (char)(of.text[i] + of.by) : of.text[i];
    });

    private static Node Join(Machine machine, Node input, Node[] arguments)
    {
        var separator = arguments[0];
        var made = new StringBuilder();
        var isFirst = true;
        foreach (var item in machine.Items(new Result(input, null)))
        {
            if (!isFirst) made.Append(separator.AsString() ?? throw new JqRuntimeException($"{Values.TypeOf(separator)} cannot be added to a string"));
            isFirst = false;
            made.Append(item.Value.Kind switch
            {
                NodeKind.Null => "",
                NodeKind.List or NodeKind.Map => throw new JqRuntimeException($"string and {Values.TypeOf(item.Value)} cannot be added"),
                _ => Formats.ToText(machine, item.Value),
            });
            machine.CheckText(made.Length);
        }

        return made.ToString();
    }

    private static Node Implode(Machine machine, Node input)
    {
        var made = new StringBuilder();
        foreach (var code in input.AsList() ?? throw new JqRuntimeException("implode input must be an array"))
        {
            machine.Tick();
            made.Append(code.AsInt() is >= 0 and <= 0x10FFFF and var value && Rune.IsValid((int)value)
                ? new Rune((int)value).ToString()
                : throw new JqRuntimeException("implode needs code points"));
        }

        return made.ToString();
    }

    private static Node FromDate(Node input) => DateTimeOffset.TryParseExact(
        Text(input, "fromdateiso8601"), "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal, out var date)
        ? date.ToUnixTimeSeconds()
        : throw new JqRuntimeException("date does not match format \"%Y-%m-%dT%H:%M:%SZ\"");

    private static Node ToDate(Node input) => input.AsDouble() is { } seconds and >= -62135596800 and < 253402300800
        ? DateTimeOffset.FromUnixTimeSeconds((long)Math.Floor(seconds)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)
        : throw new JqRuntimeException("todateiso8601 requires a number of seconds");
}
