namespace Plumb.Manifests.Kustomize.Nodes;

/// <summary>
/// Merge keys (<c>&lt;&lt;</c>) as Kustomize takes them away: the maps named come first, in turn, then the map's own keys, each
/// changing in place what an earlier one set.
/// </summary>
internal static class MergeKeys
{
    /// <exception cref="KustomizeException">What is to be merged is no map, or there are two merge keys.</exception>
    public static void Merge(YamlNode map)
    {
        YamlNode? value = null;
        for (var i = 0; i < map.Fields; i++)
        {
            if (map.KeyAt(i).Tag != YamlTags.Merge) continue;
            if (value is not null) throw new KustomizeException("duplicate merge key");
            value = map.ValueAt(i);
        }

        if (value is null) return;
        map.Remove("<<");
        foreach (var merged in Maps(value))
        {
            for (var i = 0; i < merged.Fields; i++)
            {
                // The map's own keys win and keep their place.
                if (map.IndexOf(merged.KeyAt(i).Value) < 0) map.Append(merged.KeyAt(i).Clone(), merged.ValueAt(i).Clone());
            }
        }
    }

    /// <summary>The last of a list wins in Kustomize's order of setting, so the first that has a key decides here.</summary>
    private static IEnumerable<YamlNode> Maps(YamlNode value)
    {
        switch (value.Kind)
        {
            case YamlKind.Map: return [value];
            case YamlKind.List:
                foreach (var item in value.Content)
                {
                    if (item.Kind == YamlKind.List) throw new KustomizeException("invalid map merge: received a nested sequence");
                    if (item.Kind != YamlKind.Map) throw new KustomizeException("map merge requires map or sequence of maps as the value");
                }

                return value.Content;
            default: throw new KustomizeException("map merge requires map or sequence of maps as the value");
        }
    }
}
