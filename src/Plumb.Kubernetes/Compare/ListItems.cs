using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Kubernetes.Compare;

/// <summary>Finds items of associative lists. A key that an item leaves out has its default, as with a port's <c>protocol</c>.</summary>
internal static class ListItems
{
    /// <summary>
    /// The position of the item with the same keys as <paramref name="wanted"/>, looked for from <paramref name="hint"/> on; -1: none.
    /// </summary>
    public static int Find(ListNode list, Node wanted, Schema schema, int hint)
    {
        for (var i = 0; i < list.Count; i++)
        {
            var at = i + hint;
            if (at >= list.Count) at -= list.Count;
            if (SameKeys(list[at], wanted, schema)) return at;
        }

        return -1;
    }

    /// <summary>Whether all keys are equal.</summary>
    public static bool SameKeys(Node a, Node b, Schema schema)
    {
        foreach (var key in schema.ListKeys)
        {
            if (!Key(a, key, schema).Equals(Key(b, key, schema))) return false;
        }

        return true;
    }

    /// <summary>Whether an item repeats the keys of an earlier one.</summary>
    public static bool HasDuplicates(ListNode list, Schema schema)
    {
        for (var i = 1; i < list.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (SameKeys(list[i], list[j], schema)) return true;
            }
        }

        return false;
    }

    /// <summary>Whether a list of scalars has the value.</summary>
    public static bool Contains(ListNode list, Node value)
    {
        foreach (var item in list)
        {
            if (item.Equals(value)) return true;
        }

        return false;
    }

    private static Node Key(Node item, string key, Schema schema)
    {
        var value = item[key];
        return value.IsNullOrAbsent && schema.Items is { } items ? items.Field(key).Default : value;
    }
}
