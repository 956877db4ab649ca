using System.Globalization;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Helm.Charts;

/// <summary>
/// Reads the fields of a Go struct from YAML as sigs.k8s.io/yaml does: scalars become text where text is asked for, names are matched
/// without regard to case, and the first value of a wrong type is told of at the end in the words of Go's encoding/json.
/// </summary>
internal sealed class GoStruct
{
    /// <summary>The first value of a wrong type, or null.</summary>
    public GoError? Fault { get; private set; }

    /// <summary>The fields of a map in the order in which Go meets them, names in lower case; none and a fault when it is no map.</summary>
    public IEnumerable<(string Name, Node Value)> Fields(Node node, string where, string type)
    {
        if (node.IsNullOrAbsent) return [];
        if (node.AsMap() is { } map) return map.OrderBy(e => e.Key, StringComparer.Ordinal).Select(e => (e.Key.ToLowerInvariant(), e.Value));
        Mismatch(node, where, type);
        return [];
    }

    public string Text(Node node, string where, string before = "")
    {
        switch (node.Kind)
        {
            case NodeKind.Absent or NodeKind.Null: return before;
            case NodeKind.String: return node.AsString()!;
            case NodeKind.Bool: return node.AsBool()!.Value ? "true" : "false";
            case NodeKind.Int: return node.AsInt()!.Value.ToString(CultureInfo.InvariantCulture);
            case NodeKind.BigInt: return node.AsBigInt()!;
            case NodeKind.Float: return GoFloat.Format(node.AsDouble()!.Value, 'g', -1);
            default:
                Mismatch(node, where, "string");
                return before;
        }
    }

    public bool Bool(Node node, string where, bool before)
    {
        if (node.IsNullOrAbsent) return before;
        if (node.AsBool() is { } value) return value;
        Mismatch(node, where, "bool");
        return before;
    }

    public List<T> List<T>(Node node, string where, string type, Func<Node, int, T> item)
    {
        if (node.IsNullOrAbsent) return [];
        if (node.AsList() is { } list) return [.. list.Select(item)];
        Mismatch(node, where, type);
        return [];
    }

    public SortedDictionary<string, string>? Texts(Node node, string where)
    {
        if (node.IsNullOrAbsent) return null;
        if (node.AsMap() is not { } map)
        {
            Mismatch(node, where, "map[string]string");
            return null;
        }

        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in map) texts[key] = Text(value, where);
        return texts;
    }

    private void Mismatch(Node node, string where, string type)
    {
        var found = node.Kind switch
        {
            NodeKind.Map => "object",
            NodeKind.List => "array",
            NodeKind.String => "string",
            NodeKind.Bool => "bool",
            _ => "number",
        };
        var place = where.Length == 0 ? "value" : $"struct field {where}";
        Fault ??= new GoError($"error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {found} into Go {place} of type {type}");
    }
}
