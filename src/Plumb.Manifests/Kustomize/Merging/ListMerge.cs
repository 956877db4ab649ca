using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Kustomize.Schemas;

namespace Plumb.Manifests.Kustomize.Merging;

/// <summary>Merges lists item by item (kyaml's <c>walkAssociativeSequence</c>).</summary>
internal sealed class ListMerge(MergeWalk walk, FieldSchema? schema, MergeOptions options)
{
    /// <summary>Items that the lists may have together. Each is looked for among all others, so the work grows with the square.</summary>
    public const int MaxItems = 10_000;

    private static readonly string[] Itself = [""];

    private readonly FieldSchema? _elements = schema?.Elements;

    /// <summary>Merges two lists; null when there is to be none.</summary>
    /// <exception cref="KustomizeException">The items have no key in common, or are too many.</exception>
    public YamlNode? Walk(YamlNode? target, YamlNode? patch, FieldPath path)
    {
        if (Start(target, patch) is not { } merged) return null;
        var count = merged.Content.Count + (patch is null || ReferenceEquals(patch, merged) ? 0 : patch.Content.Count);
        if (count > MaxItems)
        {
            throw new KustomizeException(
                $"the list {path} has {count} items to merge, more than the {MaxItems} allowed; replace it as a whole");
        }

        var keys = KeysOf(merged, patch, path);
        var result = keys.Count > 0
            ? MergeItems(merged, patch, keys, ItemsByKeys(merged, patch, keys))
            : MergeItems(merged, patch, Itself, Words(merged, patch));
        walk.HasMultiplied |= result.Content.Count > count;
        return result;
    }

    /// <summary>The list that the items are merged into; null when there is to be none.</summary>
    private static YamlNode? Start(YamlNode? target, YamlNode? patch)
    {
        if (target is null || target.IsNull) return patch;
        if (patch is { IsNull: true }) return null;
        var directive = PatchDirectives.Take(patch, out var unknown);
        if (unknown is not null) throw new KustomizeException(unknown);
        return directive switch
        {
            PatchDirective.Delete => null,
            PatchDirective.Replace => patch,
            _ => target,
        };
    }

    private IReadOnlyList<string> KeysOf(YamlNode target, YamlNode? patch, FieldPath path) =>
        schema is null ? [ListKeys.Infer(target, patch, path)] : schema.PatchMergeKeys;

    private IEnumerable<YamlNode> Lists(YamlNode target, YamlNode? patch)
    {
        if (options.Order == ListOrder.TargetFirst) yield return target;
        if (patch is not null) yield return patch;
        if (options.Order == ListOrder.PatchFirst) yield return target;
    }

    private List<string[]> ItemsByKeys(YamlNode target, YamlNode? patch, IReadOnlyList<string> keys)
    {
        var items = new List<string[]>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var list in Lists(target, patch))
        {
            foreach (var item in list.Content)
            {
                var values = AssociativeList.ValuesOf(item, keys);
                if (seen.Add(string.Join('\0', values))) items.Add(values);
            }
        }

        return items;
    }

    private List<string[]> Words(YamlNode target, YamlNode? patch)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var words = Lists(target, patch).SelectMany(list => list.Content).Select(item => item.Value);
        return [.. words.Where(seen.Add).Select(word => new[] { word })];
    }

    private YamlNode MergeItems(YamlNode target, YamlNode? patch, IReadOnlyList<string> keys, List<string[]> items)
    {
        var added = YamlNode.List();
        IReadOnlyList<string> usedKeys = keys;
        if (keys.Count > 1) ListKeys.Unite(items);
        foreach (var item in items)
        {
            (usedKeys, var values) = ListKeys.Used(items, item, keys);
            if (MergeItem(target, patch, usedKeys, values) is { } merged) AssociativeList.Set(added, merged, usedKeys, values);
            else AssociativeList.Set(target, null, usedKeys, values);
        }

        if (items.Count == 0) return target;
        return options.Order == ListOrder.PatchFirst ? Append(added, target, usedKeys) : Append(target, added, usedKeys);
    }

    /// <summary>The merged item; null when there is to be none.</summary>
    private YamlNode? MergeItem(YamlNode target, YamlNode? patch, IReadOnlyList<string> usedKeys, IReadOnlyList<string> usedValues)
    {
        var (keys, values) = ListKeys.Used([[.. usedValues]], usedValues, usedKeys);
        var item = walk.Walk(
            AssociativeList.Find(target, keys, values), AssociativeList.Find(patch, keys, values), _elements, FieldPath.Root);
        if (item is null || item.IsNull || (item.Kind == YamlKind.Map && item.Content.Count == 0)) return null;
        for (var i = 0; i < usedKeys.Count; i++)
        {
            if (item.IndexOf(usedKeys[i]) >= 0 || usedValues[i].Length == 0) continue;
            if (usedKeys[i].Length == 0) MergedField.SetScalar(item, usedValues[i]);
            else MergedField.Set(item, usedKeys[i], YamlNode.Scalar(usedValues[i]), null);
        }

        return item;
    }

    /// <summary>Puts the items of one list into another, each in the place of the one with the same keys.</summary>
    private static YamlNode Append(YamlNode list, YamlNode more, IReadOnlyList<string> keys)
    {
        foreach (var item in more.Content.ToArray())
        {
            if (keys[0].Length == 0)
            {
                AssociativeList.Set(list, item, Itself, [item.Value]);
                continue;
            }

            var values = new List<string>(keys.Count);
            foreach (var key in keys)
            {
                NodeKinds.Expect(item, YamlKind.Map);
                if (item.Get(key) is { } value) values.Add(value.Value);
                else list.Content.Add(item);
            }

            // With several keys an item is found by those it has, so what it is about to replace has to go first.
            if (keys.Count > 1) AssociativeList.Set(list, null, keys, values);
            AssociativeList.Set(list, item, keys, values);
        }

        return list;
    }
}
