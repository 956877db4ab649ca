using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Kubernetes.Compare;

/// <summary>What the server and its controllers fill in whatever a manifest says.</summary>
internal static class ServerOwned
{
    /// <summary>
    /// Whether a controller fills in <c>rules</c>: those of an aggregated ClusterRole are collected from other roles, so that comparing
    /// them with a
    /// manifest's would never end.
    /// </summary>
    public static bool HasCollectedRules(KubeObject desired) =>
        desired.Kind == "ClusterRole" && !desired.Root["aggregationRule"].IsNullOrAbsent;

    /// <summary>A shallow copy without one field; the same document when it has none.</summary>
    public static MapNode Without(MapNode root, string field)
    {
        if (!root.ContainsKey(field)) return root;
        var copy = new MapNode(root.Count);
        foreach (var (name, value) in root)
        {
            if (name != field) copy[name] = value;
        }

        return copy;
    }

    /// <summary>
    /// Whether a field that a manifest does not state holds what built-in kinds have there by default. Published schemas do not tell all
    /// defaults; these occur in lists that are owned as a whole (claim templates, rules, subjects, metrics).
    /// </summary>
    public static bool IsFilledIn(string field, Node value) => field switch
    {
        "apiVersion" => value.AsString() == "v1",
        "kind" => value.AsString() == "PersistentVolumeClaim",
        "apiGroup" => value.AsString() == "rbac.authorization.k8s.io",
        "volumeMode" => value.AsString() == "Filesystem",
        "protocol" => value.AsString() == "TCP",
        "status" => value["phase"].AsString() == "Pending",
        _ => false,
    };
}
