using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm.Charts;

namespace Plumb.Manifests.Helm.Values;

/// <summary>
/// The values of a chart and of the charts in it (<c>pkg/chart/common/util/coalesce.go</c>): what is given wins over a parent's defaults,
/// those over a subchart's; maps are merged; <c>global</c> goes down into every chart. Coalescing takes keys out whose value is null where a
/// chart has one; merging keeps them for a later coalescing.
/// </summary>
internal sealed class Coalescing
{
    private const string Global = "global";

    private readonly HelmLog _log;
    private readonly bool _merge;

    private Coalescing(HelmLog log, bool merge)
    {
        _log = log;
        _merge = merge;
    }

    /// <exception cref="GoError">A value stands where a subchart's map belongs.</exception>
    public static GoMap Coalesce(Chart chart, GoMap values, HelmLog log) => Run(chart, values, log, merge: false);

    /// <exception cref="GoError">A value stands where a subchart's map belongs.</exception>
    public static GoMap Merge(Chart chart, GoMap values, HelmLog log) => Run(chart, values, log, merge: true);

    public static GoMap MergeTables(GoMap over, GoMap under, HelmLog log)
    {
        new Coalescing(log, merge: true).Tables(over, under, "", merge: true);
        return over;
    }

    private static GoMap Run(Chart chart, GoMap values, HelmLog log, bool merge)
    {
        var copy = values.DeepClone();
        new Coalescing(log, merge).Chart(chart, copy, "");
        return copy;
    }

    private void Chart(Chart chart, GoMap to, string prefix)
    {
        Defaults(chart, to, prefix);
        foreach (var below in chart.Dependencies)
        {
            if (!to.TryGet(below.Name, out var there)) to.Set(below.Name, there = GoValue.From(new GoMap()));
            else if (there.Kind != GoKind.Map)
                throw new GoError($"type mismatch on {below.Name}: {GoFormat.Sprintf("%t", [there])}");
            var belowPrefix = Dotted(prefix, chart.Name);
            Globals(there.Map, to, belowPrefix);
            Chart(below, there.Map, belowPrefix);
        }
    }

    private void Globals(GoMap to, GoMap from, string prefix)
    {
        if (!to.TryGet(Global, out var toGlobals)) toGlobals = GoValue.From(new GoMap());
        if (toGlobals.Kind != GoKind.Map)
        {
            _log.Info($"warning: skipping globals because destination {Global} is not a table.");
            return;
        }

        if (!from.TryGet(Global, out var fromGlobals)) fromGlobals = GoValue.From(new GoMap());
        if (fromGlobals.Kind != GoKind.Map)
        {
            _log.Info($"warning: skipping globals because source {Global} is not a table.");
            return;
        }

        var target = toGlobals.Map;
        foreach (var (key, value) in fromGlobals.Map.Entries)
        {
            if (value.Kind == GoKind.Map)
            {
                var copy = Shallow(value.Map);
                if (!target.TryGet(key, out var there))
                {
                    target.Set(key, GoValue.From(copy));
                }
                else if (there.Kind != GoKind.Map)
                {
                    _log.Info($"Conflict: cannot merge map onto non-map for {GoQuote.Quote(key)}. Skipping.");
                }
                else
                {
                    // top-down: here the parent wins
                    Tables(copy, there.Map, Dotted(prefix, key), merge: true);
                    target.Set(key, GoValue.From(copy));
                }
            }
            else if (target.TryGet(key, out var there) && there.Kind == GoKind.Map)
            {
                _log.Info($"key {key} is table. Skipping");
            }
            else
            {
                target.Set(key, value);
            }
        }

        to.Set(Global, toGlobals);
    }

    private void Defaults(Chart chart, GoMap to, string prefix)
    {
        var path = Dotted(prefix, chart.Name);
        foreach (var (key, value) in chart.Values.DeepClone().Entries)
        {
            if (!to.TryGet(key, out var there))
            {
                to.Set(key, value);
            }
            else if (there.IsNil && !_merge)
            {
                to.Remove(key);
            }
            else if (there.Kind == GoKind.Map)
            {
                if (value.Kind == GoKind.Map)
                {
                    Tables(there.Map, value.Map, Dotted(path, key), _merge || chart.Dependencies.Any(d => d.Name == key));
                }
                else if (!value.IsNil)
                {
                    _log.Info($"warning: skipped value for {path}.{key}: Not a table.");
                }
            }
        }
    }

    /// <summary>Lays a map under another. Both are changed.</summary>
    private void Tables(GoMap over, GoMap under, string prefix, bool merge)
    {
        HashSet<string>? nulls = null;
        List<string>? fresh = null;
        foreach (var (key, value) in over.Entries)
        {
            if (!value.IsNil) continue;
            if (under.TryGet(key, out var there) && !there.IsNil) (nulls ??= new HashSet<string>(StringComparer.Ordinal)).Add(key);
            (fresh ??= []).Add(key);
        }

        foreach (var key in fresh ?? []) under.Set(key, default);
        foreach (var (key, value) in under.Entries)
        {
            var isThere = over.TryGet(key, out var there);
            if (isThere && !merge && there.IsNil && nulls?.Contains(key) == true)
            {
                over.Remove(key);
            }
            else if (!isThere)
            {
                over.Set(key, value);
            }
            else if (value.Kind == GoKind.Map)
            {
                if (there.Kind == GoKind.Map) Tables(there.Map, value.Map, Dotted(prefix, key), merge);
                else _log.Info($"warning: cannot overwrite table with non table for {Dotted(prefix, key)} ({value})");
            }
            else if (there.Kind == GoKind.Map && !value.IsNil)
            {
                _log.Info($"warning: destination for {Dotted(prefix, key)} is a table. Ignoring non-table value ({value})");
            }
        }
    }

    private static GoMap Shallow(GoMap map)
    {
        var copy = new GoMap(map.Count);
        foreach (var (key, value) in map.Entries) copy.Set(key, value);
        return copy;
    }

    private static string Dotted(string prefix, string key) => prefix.Length == 0 ? key : prefix + "." + key;
}
