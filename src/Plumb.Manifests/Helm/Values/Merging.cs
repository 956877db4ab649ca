using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Values;

/// <summary>Values laid over others, and copies of them.</summary>
public static class Merging
{
    /// <summary>Both maps merged, <paramref name="over"/> winning; maps are merged key by key (<c>MergeMaps</c>).</summary>
    public static GoMap Over(GoMap under, GoMap over)
    {
        var merged = new GoMap(under.Count + over.Count);
        foreach (var (key, value) in under.Entries) merged.Set(key, value);
        foreach (var (key, value) in over.Entries)
        {
            if (value.Kind == GoKind.Map && merged[key] is { Kind: GoKind.Map } below) merged.Set(key, GoValue.From(Over(below.Map, value.Map)));
            else merged.Set(key, value);
        }

        return merged;
    }

    /// <summary>A copy that shares no map or list.</summary>
    public static GoMap Copy(GoMap map)
    {
        var copy = new GoMap(map.Count);
        foreach (var (key, value) in map.Entries) copy.Set(key, Copy(value));
        return copy;
    }

    private static GoValue Copy(in GoValue value)
    {
        switch (value.Kind)
        {
            case GoKind.Map: return GoValue.From(Copy(value.Map));
            case GoKind.Slice when value.List.Type.Element?.Kind == GoKind.Interface:
                var items = new GoValue[value.List.Count];
                for (var i = 0; i < items.Length; i++) items[i] = Copy(value.List[i]);
                return GoValue.From(GoList.Of(items));
            default: return value;
        }
    }
}
