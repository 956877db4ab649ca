using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Patches;

/// <summary>Values as Go's <c>%v</c> prints them, for messages: <c>map[name:web]</c>, <c>[a b]</c>.</summary>
internal static class GoText
{
    public static string Of(Node value) => value switch
    {
        { IsNullOrAbsent: true } => "<nil>",
        _ when value.AsString() is { } text => text,
        _ when value.AsList() is { } list => $"[{string.Join(' ', list.Select(Of))}]",
        _ when value.AsMap() is { } map =>
            $"map[{string.Join(' ', map.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => $"{e.Key}:{Of(e.Value)}"))}]",
        _ => Json.WriteText(value),
    };
}
