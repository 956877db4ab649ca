using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.Controllers;

/// <summary>Whether a Pod fits a node, as far as the sandbox plays scheduler: node selector, required node affinity, taints.</summary>
internal static class Scheduling
{
    public static bool Fits(Node podSpec, KubeObject node) =>
        podSpec["nodeSelector"].Entries().All(e => node.Labels?[e.Key] == e.Value) && AffinityAllows(podSpec, node)
            && !HasUntoleratedTaint(podSpec, node);

    private static bool AffinityAllows(Node podSpec, KubeObject node)
    {
        var required = podSpec["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"];
        return required.IsNullOrAbsent || required["nodeSelectorTerms"].Maps().Any(t => TermHolds(t, node));
    }

    private static bool TermHolds(MapNode term, KubeObject node) =>
        term["matchExpressions"].Maps().All(e => Holds(e, node.Labels?[e["key"].Text()].AsString()))
        && term["matchFields"].Maps().All(e => Holds(e, e["key"].AsString() == "metadata.name" ? node.Name : null));

    private static bool Holds(MapNode requirement, string? value)
    {
        var among = value is not null && requirement["values"].Texts().Contains(value, StringComparer.Ordinal);
        return requirement["operator"].Text() switch
        {
            "In" => among,
            "NotIn" => !among,
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            "Gt" => Number(value) > Number(requirement["values"][0].AsString()),
            "Lt" => Number(value) < Number(requirement["values"][0].AsString()),
            _ => false,
        };
    }

    private static bool HasUntoleratedTaint(Node podSpec, KubeObject node) =>
        node.Root["spec"]["taints"].Maps().Any(taint =>
            taint["effect"].AsString() != "PreferNoSchedule" && !podSpec["tolerations"].Maps().Any(t => Tolerates(t, taint)));

    private static bool Tolerates(MapNode toleration, MapNode taint) =>
        (toleration["effect"].IsEmpty() || toleration["effect"] == taint["effect"])
        && (toleration["key"].IsEmpty() || toleration["key"] == taint["key"])
        && (toleration["operator"].AsString() == "Exists" || toleration["value"].Text() == taint["value"].Text());

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
