using System.Globalization;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Filters;

/// <summary>
/// Finds the node at the end of a path (<c>kyaml</c>'s <c>PathGetter</c>). A part is a key, a place in a list from 0, <c>-</c> for the
/// last item, <c>[key=value]</c> for the first item that has it, or <c>[=value]</c> for the first item that is it.
/// </summary>
internal static class NodeLookup
{
    /// <summary>The node; null when there is none.</summary>
    /// <exception cref="KustomizeException">A part does not fit what is there.</exception>
    public static YamlNode? Find(YamlNode node, IEnumerable<string> path) => Walk(node, path, null);

    /// <summary>The node; what is missing on the way is made, its end of a kind. Items given by their place are not made.</summary>
    /// <exception cref="KustomizeException">A part does not fit what is there.</exception>
    public static YamlNode? FindOrMake(YamlNode node, IEnumerable<string> path, YamlKind kind) => Walk(node, path, kind);

    /// <summary>Whether a part is <c>[key=value]</c> or <c>[=value]</c>.</summary>
    public static bool IsItem(string part) => part.StartsWith('[') && part.EndsWith(']');

    /// <summary>Whether a part is a place in a list, as Go's <c>Atoi</c> reads it: a sign is allowed.</summary>
    public static bool IsPlace(string part, out long place) =>
        long.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out place) && char.IsAsciiDigit(part[^1]);

    /// <summary>What has to be made for a part whose next one is known.</summary>
    public static YamlKind KindBefore(string next, YamlKind atEnd)
    {
        if (next.Length == 0) return atEnd;
        return IsItem(next) || (IsPlace(next, out var place) && place >= 0) ? YamlKind.List : YamlKind.Map;
    }

    /// <summary>Key and value of <c>[key=value]</c>.</summary>
    /// <exception cref="KustomizeException">There is no equals sign.</exception>
    public static (string Key, string Value) CutItem(string part)
    {
        var text = part.EndsWith(']') ? part[..^1] : part;
        if (text.StartsWith('[')) text = text[1..];
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals >= 0
            ? (text[..equals], text[(equals + 1)..])
            : throw new KustomizeException("list path element must contain fieldName=fieldValue for element to match");
    }

    /// <summary>An empty node; a scalar is neither text nor null until it is set.</summary>
    public static YamlNode Make(YamlKind kind) => kind switch
    {
        YamlKind.Map => YamlNode.Map(),
        YamlKind.List => YamlNode.List(),
        _ => YamlNode.Scalar(""),
    };

    private static YamlNode? Walk(YamlNode node, IEnumerable<string> path, YamlKind? create)
    {
        var parts = path.Select(p => p.Trim()).Where(p => p.Length > 0).ToList();
        YamlNode? at = node;
        for (var i = 0; i < parts.Count && at is not null; i++) at = Step(at, parts[i], i + 1 < parts.Count ? parts[i + 1] : "", create);
        return at;
    }

    private static YamlNode? Step(YamlNode node, string part, string next, YamlKind? create)
    {
        if (IsPlace(part, out var place))
        {
            if (place < 0) throw new KustomizeException($"array index {place} cannot be negative");
            NodeKindFault.ThrowUnless(node, YamlKind.List);
            return place < node.Content.Count ? node.Content[(int)place] : null;
        }

        if (part == "-")
        {
            NodeKindFault.ThrowUnless(node, YamlKind.List);

            // The original ends with a panic here.
            return node.Content.Count > 0 ? node.Content[^1] : throw new KustomizeException("the list has no last item: it is empty");
        }

        if (part == "*") throw new KustomizeException("wildcard is not supported in PathGetter");
        if (IsItem(part)) return FindItem(node, CutItem(part), create is not null);
        if (NodeFields.Get(node, part) is { } there) return there;
        return create is { } kind && !node.IsNull ? NodeFields.Set(node, part, Make(KindBefore(next, kind))) : null;
    }

    private static YamlNode? FindItem(YamlNode list, (string Key, string Value) item, bool create)
    {
        NodeKindFault.ThrowUnless(list, YamlKind.List);
        foreach (var there in list.Content)
        {
            if (item.Key.Length == 0 ? there.Value == item.Value : there.Get(item.Key)?.Value == item.Value) return there;
        }

        if (!create) return null;
        var made = YamlNode.Scalar(item.Value);
        if (item.Key.Length > 0)
        {
            made = YamlNode.Map(1);
            made.Append(YamlNode.Scalar(item.Key), YamlNode.Scalar(item.Value));
        }

        list.Content.Add(made);
        return made;
    }
}
