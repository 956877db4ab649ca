using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm.Charts;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary><c>.Chart</c>: <c>Chart.yaml</c> as a map of Go's field names (<c>structToMap</c>).</summary>
internal static class MetadataValue
{
    public static GoValue Of(Chart chart)
    {
        var data = chart.Metadata;
        return GoValue.From(new GoMap(18)
        {
            ["Name"] = GoValue.From(data.Name),
            ["Home"] = GoValue.From(data.Home),
            ["Sources"] = Texts(data.Sources),
            ["Version"] = GoValue.From(data.Version),
            ["Description"] = GoValue.From(data.Description),
            ["Keywords"] = Texts(data.Keywords),
            ["Maintainers"] = List(data.Maintainers, static m => new GoMap
            {
                ["Name"] = GoValue.From(m!.Name),
                ["Email"] = GoValue.From(m.Email),
                ["URL"] = GoValue.From(m.Url),
            }),
            ["Icon"] = GoValue.From(data.Icon),
            ["APIVersion"] = GoValue.From(data.ApiVersion),
            ["Condition"] = GoValue.From(data.Condition),
            ["Tags"] = GoValue.From(data.Tags),
            ["AppVersion"] = GoValue.From(data.AppVersion),
            ["Deprecated"] = GoValue.From(data.Deprecated),
            ["Annotations"] = GoValue.From(Annotations(data)),
            ["KubeVersion"] = GoValue.From(data.KubeVersion),
            ["Dependencies"] = List(data.Dependencies ?? [], static d => Dependency(d!)),
            ["Type"] = GoValue.From(data.Type),
            ["IsRoot"] = GoValue.From(chart.Parent is null),
        });
    }

    private static GoMap Dependency(ChartDependency dependency) => new()
    {
        ["Name"] = GoValue.From(dependency.Name),
        ["Version"] = GoValue.From(dependency.Version),
        ["Repository"] = GoValue.From(dependency.Repository),
        ["Condition"] = GoValue.From(dependency.Condition),
        ["Tags"] = Texts(dependency.Tags),
        ["Enabled"] = GoValue.From(dependency.Enabled),
        ["ImportValues"] = GoValue.From(GoList.Of([.. dependency.ImportValues])),
        ["Alias"] = GoValue.From(dependency.Alias),
    };

    private static GoMap Annotations(ChartMetadata data)
    {
        if (data.Annotations is not { } annotations) return GoMap.Nil(GoType.StringMap);
        var map = new GoMap(GoType.StringMap, annotations.Count);
        foreach (var (key, value) in annotations) map.Set(key, GoValue.From(value));
        return map;
    }

    private static GoValue Texts(List<string> texts) => GoValue.From(GoList.Of([.. texts.Select(t => GoValue.From(t))]));

    private static GoValue List<T>(List<T> items, Func<T, GoMap> show) => GoValue.From(GoList.Of([.. items.Select(i => GoValue.From(show(i)))]));
}
