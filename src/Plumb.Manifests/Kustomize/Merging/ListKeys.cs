using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Merging;

/// <summary>Which keys tell the items of a list apart, and which values they have.</summary>
internal static class ListKeys
{
    /// <summary>Whether all items have a name, as none at all have.</summary>
    public static bool HasNames(YamlNode? list) =>
        list is { IsNull: false } && list.Content.TrueForAll(item => item.IndexOf("name") >= 0);

    /// <summary>The key of a list without a schema.</summary>
    /// <exception cref="KustomizeException">One of the lists has a name in all items, the other has not.</exception>
    public static string Infer(YamlNode? target, YamlNode? patch, FieldPath path)
    {
        var key = "";
        foreach (var list in (YamlNode?[])[target, patch])
        {
            if (list is null || list.Content.Count == 0) continue;
            var found = HasNames(list) ? "name" : "";
            if (key.Length > 0 && key != found) throw new KustomizeException($"conflicting merge keys [{key},{found}] for field {path}");
            key = found;
        }

        return key.Length > 0 ? key : throw new KustomizeException($"no merge key found for field {path}");
    }

    /// <summary>
    /// Two items are one when they agree in at least one key and one of them lacks each key in which they do not: a port without a
    /// protocol is every port of that number.
    /// </summary>
    public static void Unite(List<string[]> items)
    {
        for (var i = 0; i < items.Count; i++)
        {
            var item = items[i];
            for (var j = 0; j < items.Count; j++)
            {
                if (Unite(item, items[j]) is not { } united) continue;
                items[i] = united;
                items[j] = united;
            }
        }
    }

    /// <summary>The keys for which any item has a value, and an item's values of them; all when no item has any.</summary>
    public static (IReadOnlyList<string> Keys, IReadOnlyList<string> Values) Used(
        IReadOnlyList<string[]> items, IReadOnlyList<string> values, IReadOnlyList<string> keys)
    {
        var isUsed = new bool[keys.Count];
        foreach (var item in items)
        {
            for (var i = 0; i < item.Length; i++) isUsed[i] |= item[i].Length > 0;
        }

        if (!isUsed.Contains(true)) return (keys, values);
        return ([.. keys.Where((_, i) => isUsed[i])], [.. values.Where((_, i) => isUsed[i])]);
    }

    private static string[]? Unite(string[] one, string[] other)
    {
        var agree = false;
        for (var i = 0; i < one.Length; i++)
        {
            agree |= one[i] == other[i];
            if (one[i] != other[i] && one[i].Length > 0 && other[i].Length > 0) return null;
        }

        return agree ? [.. one.Select((value, i) => value.Length > 0 ? value : other[i])] : null;
    }
}
