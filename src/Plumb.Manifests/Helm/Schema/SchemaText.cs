using System.Globalization;
using System.Text.Json;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Schema;

/// <summary>How values and numbers look in the messages of a schema.</summary>
internal static class SchemaText
{
    public static string Quote(string text)
    {
        var quoted = GoQuote.Quote(text).Replace("\\\"", "\"", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal);
        return "'" + quoted[1..^1] + "'";
    }

    public static string Quoted(IEnumerable<string> texts) => string.Join(", ", texts.Select(Quote));

    public static string Display(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Quote(value.GetString()!),
        JsonValueKind.Object or JsonValueKind.Array => "value",
        JsonValueKind.Null => "<nil>",
        _ => value.GetRawText(),
    };

    public static string Display(in GoValue value) => value.Kind switch
    {
        GoKind.String => Quote(value.Text),
        GoKind.Map or GoKind.Slice => "value",
        GoKind.Invalid => "<nil>",
        _ => value.ToString(),
    };

    /// <summary>An integer with its thousands apart, as golang.org/x/text prints it in English.</summary>
    public static string Number(long number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    /// <summary>The same for a number with a fraction.</summary>
    public static string Number(double number) =>
        Math.Abs(number) is >= 1e21 or (> 0 and < 1e-6)
            ? GoFloat.Format(number, 'g', -1)
            : number.ToString("#,0.####################", CultureInfo.InvariantCulture);

    public static string TypeOf(in GoValue value) => value.Kind switch
    {
        GoKind.Invalid or GoKind.Interface => "null",
        GoKind.Bool => "boolean",
        GoKind.String => "string",
        GoKind.Map => "object",
        GoKind.Slice or GoKind.Array => "array",
        _ => "number",
    };
}
