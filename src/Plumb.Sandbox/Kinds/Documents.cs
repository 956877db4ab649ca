using System.Collections.Frozen;
using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Kinds;

/// <summary>Reading and defaulting documents in few words.</summary>
internal static class Documents
{
    /// <summary>Fields that are pointers in Kubernetes' own types: there an empty text is a value, and refused as such.</summary>
    private static readonly FrozenSet<string> Pointers = FrozenSet.Create(
        StringComparer.Ordinal,
        "completionMode", "failurePolicy", "internalTrafficPolicy", "ipFamilyPolicy", "matchPolicy", "podReplacementPolicy", "preemptionPolicy",
        "reclaimPolicy", "reinvocationPolicy", "scope", "storageClassName", "volumeBindingMode", "volumeMode");

    /// <summary>
    /// Sets a value where there is none. Null counts as none, and so does an empty text unless the field is a pointer, as Kubernetes'
    /// own types cannot tell it from an absent one.
    /// </summary>
    public static void Default(this MapNode map, string key, Node value)
    {
        var there = map[key];
        if (there.IsNullOrAbsent || (there.AsString() is "" && !Pointers.Contains(key))) map[key] = value;
    }

    /// <summary>The maps of a list; items of other types are left out (the schema reports them).</summary>
    public static IEnumerable<MapNode> Maps(this Node node)
    {
        if (node.AsList() is not { } list) yield break;
        foreach (var item in list)
        {
            if (item.AsMap() is { } map) yield return map;
        }
    }

    /// <summary>The entries of a map; none when it is no map.</summary>
    public static IEnumerable<KeyValuePair<string, Node>> Entries(this Node node) =>
        node.AsMap() ?? Enumerable.Empty<KeyValuePair<string, Node>>();

    /// <summary>The texts of a list.</summary>
    public static IEnumerable<string> Texts(this Node node)
    {
        if (node.AsList() is not { } list) yield break;
        foreach (var item in list)
        {
            if (item.AsString() is { } text) yield return text;
        }
    }

    /// <summary>The text, or empty.</summary>
    public static string Text(this Node node) => node.AsString() ?? "";

    /// <summary>Whether a list or map has nothing in it, or is not there.</summary>
    public static bool IsEmpty(this Node node) => node.Kind switch
    {
        NodeKind.List => node.AsList()!.Count == 0,
        NodeKind.Map => node.AsMap()!.Count == 0,
        NodeKind.String => node.AsString()!.Length == 0,
        _ => node.IsNullOrAbsent,
    };

    /// <summary>Equality in which null, absent, and empty maps and lists are the same, as for Go structs at the top level.</summary>
    public static bool Same(Node a, Node b) => (a.IsEmpty() && b.IsEmpty()) || a == b;

    /// <summary>A list of texts.</summary>
    public static ListNode List(params IEnumerable<string> items) => new(items.Select(i => (Node)i));
}
