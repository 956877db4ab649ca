using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm.Values;

namespace Plumb.Manifests.Helm.Charts;

/// <summary>
/// Which dependencies are rendered, under which names, and what they hand up (<c>pkg/chart/v2/util/dependencies.go</c>). Works on a
/// <see cref="Chart.Clone"/>.
/// </summary>
internal static class DependencyProcessing
{
    /// <exception cref="GoError">Values do not fit the charts.</exception>
    public static void Apply(Chart chart, GoMap values, HelmLog log)
    {
        Enable(chart, values, "", log);
        Import(chart, log);
    }

    private static void Enable(Chart chart, GoMap values, string path, HelmLog log)
    {
        if (chart.Metadata.Dependencies is not { } wanted) return;
        var charts = new List<Chart>();
        foreach (var there in chart.Dependencies)
        {
            if (!wanted.Exists(w => w!.Name == there.Name && MetadataRules.Fits(w.Version, there.Metadata.Version))) charts.Add(there);
        }

        foreach (var dependency in wanted)
        {
            foreach (var there in chart.Dependencies)
            {
                if (there.Name != dependency!.Name || !MetadataRules.Fits(dependency.Version, there.Metadata.Version)) continue;
                charts.Add(there.CopyForAlias(dependency.Alias));
                break;
            }

            if (dependency!.Alias.Length > 0) dependency.Name = dependency.Alias;
        }

        chart.SetDependencies(charts);
        foreach (var dependency in wanted) dependency!.Enabled = true;
        var all = Coalescing.Coalesce(chart, values, log);
        ApplyTags(wanted!, all, log);
        ApplyConditions(wanted!, all, path, log);

        var removed = wanted.Where(d => !d!.Enabled).Select(d => d!.Name).ToHashSet(StringComparer.Ordinal);
        var kept = charts.Where(c => !removed.Contains(c.Name)).ToList();
        var keptWanted = wanted.Where(d => !removed.Contains(d!.Name)).ToList();
        foreach (var below in kept) Enable(below, all, $"{path}{below.Name}.", log);

        chart.Metadata.Dependencies = keptWanted.Count > 0 ? keptWanted : null;
        chart.SetDependencies(kept);
    }

    private static void ApplyTags(List<ChartDependency> wanted, GoMap values, HelmLog log)
    {
        if (values["tags"] is not { Kind: GoKind.Map } tags) return;
        foreach (var dependency in wanted)
        {
            bool isTrue = false, isFalse = false;
            foreach (var tag in dependency.Tags)
            {
                if (!tags.Map.TryGet(tag, out var value)) continue;
                if (value.Kind != GoKind.Bool) log.Warn("returned non-bool value", ("tag", tag), ("chart", dependency.Name));
                else if (value.Bool) isTrue = true;
                else isFalse = true;
            }

            dependency.Enabled = isTrue || !isFalse;
        }
    }

    private static void ApplyConditions(List<ChartDependency> wanted, GoMap values, string path, HelmLog log)
    {
        foreach (var dependency in wanted)
        {
            foreach (var condition in dependency.Condition.Trim().Split(','))
            {
                if (condition.Length == 0 || !ValuePaths.TryGetValue(values, path + condition, out var value)) continue;
                if (value.Kind == GoKind.Bool)
                {
                    dependency.Enabled = value.Bool;
                    break;
                }

                log.Warn("returned non-bool value", ("path", condition), ("chart", dependency.Name));
            }
        }
    }

    private static void Import(Chart chart, HelmLog log)
    {
        foreach (var below in chart.Dependencies) Import(below, log);
        if (chart.Metadata.Dependencies is not { } wanted) return;
        var all = Coalescing.Merge(chart, new GoMap(), log);
        var imported = new GoMap();
        foreach (var dependency in wanted)
        {
            var done = new List<GoValue>();
            foreach (var item in dependency!.ImportValues)
            {
                string child, parent;
                if (item.Kind == GoKind.Map) (child, parent) = (GoFormat.Sprint(item.Map["child"]), GoFormat.Sprint(item.Map["parent"]));
                else if (item.IsString) (child, parent) = ("exports." + item.Text, ".");
                else continue;

                done.Add(GoValue.From(new GoMap(GoType.StringMap) { ["child"] = GoValue.From(child), ["parent"] = GoValue.From(parent) }));
                if (ValuePaths.Table(all, $"{dependency.Name}.{child}", out var missing) is { } table)
                {
                    imported = Coalescing.MergeTables(imported, Under(parent, table), log);
                }
                else if (item.IsString)
                {
                    log.Warn("ImportValues missing table", ("error", $"{GoQuote.Quote(missing)} is not a table"));
                }
                else
                {
                    log.Warn("ImportValues missing table from chart", ("chart", dependency.Name),
                        ("error", $"{GoQuote.Quote(missing)} is not a table"));
                }
            }

            dependency.ImportValues = done;
        }

        // What is imported holds parts of all values, which must not be merged into themselves.
        chart.Values = imported.Count == 0 ? all : Coalescing.MergeTables(all.DeepClone(), imported, log);
    }

    private static GoMap Under(string path, GoMap table)
    {
        if (path == ".") return table;
        foreach (var part in path.Split('.').Reverse()) table = new GoMap { [part] = GoValue.From(table) };
        return table;
    }
}
