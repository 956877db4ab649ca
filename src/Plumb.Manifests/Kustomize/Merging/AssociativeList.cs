using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Merging;

/// <summary>
/// Lists whose items are found by the values of keys; the key <c>""</c> is the item itself. What happens to items that lack a key is
/// kyaml's (<c>ElementSetter</c>, <c>ElementMatcher</c>), and kept to the letter: results depend on it.
/// </summary>
internal static class AssociativeList
{
    /// <summary>
    /// Puts an item in the place of those with these values, or at the end when there are none. Nulls and empty maps leave the list, as
    /// they cannot have a key. Fewer values than keys find by the values given; no values at all find nothing and clear the list.
    /// </summary>
    /// <param name="list">Is changed.</param>
    /// <param name="item">Null to take away what is found.</param>
    /// <param name="keys">At least one.</param>
    /// <param name="values">In the order of the keys.</param>
    /// <exception cref="KustomizeException">An item that is compared is of another kind than the key wants.</exception>
    public static void Set(YamlNode list, YamlNode? item, IReadOnlyList<string> keys, IReadOnlyList<string> values)
    {
        var findsMaps = keys[0].Length > 0 && values.Count > 0 && values[0].Length > 0;
        var kept = new List<YamlNode>(list.Content.Count + 1);
        var isFound = false;
        foreach (var there in list.Content)
        {
            if (there.IsNull || (there.Kind == YamlKind.Map && there.Content.Count == 0)) continue;
            if (there.Kind != YamlKind.Map && findsMaps)
            {
                kept.Add(there);
            }
            else if (!Matches(there, keys, values))
            {
                if (values.Count > 0) kept.Add(there);
            }
            else
            {
                isFound = true;
                if (item is not null) kept.Add(item);
            }
        }

        if (item is { IsNull: false } && !isFound) kept.Add(item);
        list.Content.Clear();
        list.Content.AddRange(kept);
    }

    /// <summary>The first item whose keys have exactly these values; null when there is none.</summary>
    public static YamlNode? Find(YamlNode? list, IReadOnlyList<string> keys, IReadOnlyList<string> values)
    {
        if (list is not { Kind: YamlKind.List }) return null;
        foreach (var item in list.Content)
        {
            if (keys[0].Length == 0)
            {
                if (item.Value == values[0]) return item;
            }
            else if (item.Kind == YamlKind.Map && HasAll(item, keys, values))
            {
                return item;
            }
        }

        return null;
    }

    /// <summary>The values of the keys of an item; empty text for one that is missing, null or empty.</summary>
    public static string[] ValuesOf(YamlNode item, IReadOnlyList<string> keys)
    {
        var values = new string[keys.Count];
        for (var i = 0; i < values.Length; i++) values[i] = item.GetFilled(keys[i])?.Value ?? "";
        return values;
    }

    private static bool HasAll(YamlNode item, IReadOnlyList<string> keys, IReadOnlyList<string> values)
    {
        for (var i = 0; i < keys.Count; i++)
        {
            if (item.Get(keys[i])?.Value != values[i]) return false;
        }

        return true;
    }

    /// <summary>Empty text asks only that the key is there.</summary>
    private static bool Matches(YamlNode item, IReadOnlyList<string> keys, IReadOnlyList<string> values)
    {
        if (values.Count == 0) return false;
        for (var i = 0; i < Math.Min(keys.Count, values.Count); i++)
        {
            if (keys[i].Length == 0)
            {
                NodeKinds.Expect(item, YamlKind.Scalar);
                if (item.Value != values[i]) return false;
                continue;
            }

            NodeKinds.Expect(item, YamlKind.Map);
            if (item.Get(keys[i]) is not { } value || (values[i].Length > 0 && value.Value != values[i])) return false;
        }

        return true;
    }
}
