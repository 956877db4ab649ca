using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Values;

/// <summary>Values laid over others.</summary>
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
}
