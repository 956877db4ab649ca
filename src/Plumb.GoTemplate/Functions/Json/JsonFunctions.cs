using Plumb.GoTemplate.Values;
using static Plumb.GoTemplate.Values.GoType;

namespace Plumb.GoTemplate.Functions.Json;

/// <summary>Sprig's JSON functions (<c>defaults.go</c>).</summary>
internal static class JsonFunctions
{
    public static IEnumerable<GoFunction> All =>
    [
        new("fromJson", [GoType.String], static (run, a) =>
        {
            try
            {
                return GoJsonReader.Read(a[0].Text, out _, run);
            }
            catch (GoError)
            {
                return default;
            }
        }),
        new("mustFromJson", [GoType.String], static (run, a) =>
        {
            var value = GoJsonReader.Read(a[0].Text, out var error, run);
            return error is null ? value : throw error;
        }),
        Writer("toJson", escapeHtml: true, indent: null, must: false),
        Writer("mustToJson", escapeHtml: true, indent: null, must: true),
        Writer("toPrettyJson", escapeHtml: true, indent: "  ", must: false),
        Writer("mustToPrettyJson", escapeHtml: true, indent: "  ", must: true),
        Writer("toRawJson", escapeHtml: false, indent: null, must: true),
        Writer("mustToRawJson", escapeHtml: false, indent: null, must: true),
    ];

    private static GoFunction Writer(string name, bool escapeHtml, string? indent, bool must) => new(name, [Any], (run, a) =>
    {
        try
        {
            return GoValue.From(GoJsonWriter.Write(a[0], escapeHtml, indent, run));
        }
        catch (GoError) when (!must)
        {
            return GoValue.From("");
        }
    });
}
