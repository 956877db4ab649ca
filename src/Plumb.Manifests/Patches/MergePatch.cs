using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Patches;

/// <summary>RFC 7386.</summary>
public static class MergePatch
{
    /// <summary>Applies the patch to a copy. Keys keep the document's order, new ones follow in the patch's order.</summary>
    /// <remarks>A patch or document that is no map replaces as a whole. Nulls inside lists stay; nulls in new maps are dropped.</remarks>
    public static Node Apply(Node document, Node patch) =>
        patch.AsMap() is { } changes ? MergeMap(document.AsMap()?.DeepClone() ?? new MapNode(changes.Count), changes) : patch.DeepClone();

    /// <summary>
    /// The smallest merge patch that turns one document into another; an empty map when they are equal. What a merge patch cannot say,
    /// a null as a map's value, is left out.
    /// </summary>
    public static Node Create(Node before, Node after)
    {
        if (after.AsMap() is not { } target) return after.DeepClone();
        var source = before.AsMap();
        var patch = new MapNode();
        if (source is not null)
        {
            foreach (var (key, _) in source)
            {
                if (!target.ContainsKey(key)) patch[key] = Node.Null;
            }
        }

        foreach (var (key, value) in target)
        {
            var old = source?[key] ?? Node.Absent;
            if (value.IsNullOrAbsent)
            {
                // Cannot be stated; removing the key is as near as a merge patch comes.
                if (!old.IsNullOrAbsent) patch[key] = Node.Null;
                continue;
            }

            if (!old.IsAbsent && old == value) continue;

            // A map against no map: merging onto nothing gives the map, so it can be sent whole, unless the old value is a map.
            patch[key] = old.AsMap() is not null && value.AsMap() is not null ? Create(old, value) : value.DeepClone();
        }

        return patch;
    }

    private static MapNode MergeMap(MapNode target, MapNode changes)
    {
        foreach (var (key, change) in changes)
        {
            if (change.IsNullOrAbsent)
            {
                target.Remove(key);
            }
            else if (change.AsMap() is { } inner)
            {
                // The target is ours already: merge in place.
                target[key] = MergeMap(target[key].AsMap() ?? new MapNode(inner.Count), inner);
            }
            else
            {
                target[key] = change.DeepClone();
            }
        }

        return target;
    }
}
