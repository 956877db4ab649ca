using Plumb.Manifests.Documents;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.Storage;

/// <summary>
/// Versions of built-in kinds that differ in more than their name: HorizontalPodAutoscaler, whose v1 knows one metric (kubernetes
/// <c>pkg/apis/autoscaling/v1/conversion.go</c>).
/// </summary>
internal static class Conversions
{
    /// <summary>Makes a document of one version a document of another, in place.</summary>
    public static void Convert(MapNode root, string to)
    {
        var from = root["apiVersion"].Text();
        root["apiVersion"] = to;
        if (from == to) return;
        if (to == "autoscaling/v2") ToMetrics(root);
        if (to == "autoscaling/v1") FromMetrics(root);
    }

    private static void ToMetrics(MapNode root)
    {
        if (root["spec"].AsMap() is not { } spec) return;
        var percent = spec["targetCPUUtilizationPercentage"];
        spec.Remove("targetCPUUtilizationPercentage");
        if (!percent.IsNullOrAbsent) spec["metrics"] = new ListNode { Utilization(percent) };
    }

    private static void FromMetrics(MapNode root)
    {
        if (root["spec"].AsMap()?.DeepClone() is not { } spec) return;
        foreach (var metric in spec["metrics"].Maps())
        {
            var resource = metric["resource"];
            if (metric["type"] != "Resource" || resource["name"] != "cpu" || resource["target"]["averageUtilization"].IsNullOrAbsent) continue;
            spec["targetCPUUtilizationPercentage"] = resource["target"]["averageUtilization"];
            break;
        }

        spec.Remove("metrics");
        spec.Remove("behavior");
        root["spec"] = spec;
    }

    private static MapNode Utilization(Node percent) => new()
    {
        ["type"] = "Resource",
        ["resource"] = new MapNode
        {
            ["name"] = "cpu",
            ["target"] = new MapNode { ["type"] = "Utilization", ["averageUtilization"] = percent },
        },
    };
}
