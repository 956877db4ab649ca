using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Resources;

namespace Plumb.Manifests.Kustomize.Targets;

/// <summary>Puts objects into an order (<c>SortOrderTransformer</c>): as found, or by kind and then by name.</summary>
internal static class LegacyOrder
{
    /// <param name="resources">What is sorted in place.</param>
    /// <param name="options">What the kustomization says; null when it says nothing.</param>
    /// <param name="otherwise">The order then.</param>
    /// <exception cref="KustomizeException">The options contradict each other.</exception>
    public static void Apply(ResourceList resources, SortEntry? options, BuildOrder otherwise)
    {
        if (options is null)
        {
            if (otherwise == BuildOrder.Legacy) Sort(resources, Gvk.First, Gvk.Last);
            return;
        }

        if (options.Order is not ("fifo" or "legacy"))
            throw new KustomizeException("the field 'sortOptions.order' must be one of [fifo, legacy]", options.At);
        if (options.Order == "fifo")
        {
            if (!options.HasLegacy) return;
            throw new KustomizeException(
                "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'", options.At);
        }

        if (options.HasLegacy) Sort(resources, options.First ?? [], options.Last ?? []);
        else Sort(resources, Gvk.First, Gvk.Last);
    }

    private static void Sort(ResourceList resources, IReadOnlyList<string> first, IReadOnlyList<string> last)
    {
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < first.Count; i++) ranks[first[i]] = i - first.Count;
        for (var i = 0; i < last.Count; i++) ranks[last[i]] = i + 1;
        var keys = resources.All.ToDictionary(r => r, r => new Key(r.CurrentId, ranks));
        resources.Sort((a, b) => keys[a].CompareTo(keys[b]));
    }

    /// <summary>What an object is sorted by.</summary>
    private sealed class Key(ResId id, Dictionary<string, int> ranks) : IComparable<Key>
    {
        private readonly Gvk _gvk = id.Gvk;
        private readonly int _rank = ranks.GetValueOrDefault(id.Gvk.Kind);
        private readonly string _kind = id.Gvk.SortText();
        private readonly string _name = $"{id.Gvk}|{Or(id.Namespace, "~X")}|{Or(id.Name, "~N")}";

        public int CompareTo(Key? other)
        {
            if (other is null) return 1;
            if (_gvk == other._gvk) return string.CompareOrdinal(_name, other._name);
            if (_rank != other._rank) return _rank.CompareTo(other._rank);
            var order = string.CompareOrdinal(_kind, other._kind);

            // Namespaces of the core group come before other things that are called so.
            return _gvk.Kind == "Namespace" && other._gvk.Kind == "Namespace" && (_gvk.Group.Length == 0 || other._gvk.Group.Length == 0)
                ? -order
                : order;
        }

        private static string Or(string text, string otherwise) => text.Length > 0 ? text : otherwise;
    }
}
