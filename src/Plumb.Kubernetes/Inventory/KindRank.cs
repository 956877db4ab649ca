using System.Collections.Frozen;

namespace Plumb.Kubernetes.Inventory;

/// <summary>
/// The order of kinds inside a wave for objects that are only live: what others need comes first. The same order as for manifests.
/// </summary>
internal static class KindRank
{
    private static readonly FrozenDictionary<string, int> Ranks = new[]
    {
        "Namespace", "NetworkPolicy", "ResourceQuota", "LimitRange", "PodSecurityPolicy", "PodDisruptionBudget", "ServiceAccount", "Secret",
        "SecretList", "ConfigMap", "StorageClass", "PersistentVolume", "PersistentVolumeClaim", "CustomResourceDefinition", "ClusterRole",
        "ClusterRoleList", "ClusterRoleBinding", "ClusterRoleBindingList", "Role", "RoleList", "RoleBinding", "RoleBindingList", "Service",
        "DaemonSet", "Pod", "ReplicationController", "ReplicaSet", "Deployment", "HorizontalPodAutoscaler", "StatefulSet", "Job", "CronJob",
        "IngressClass", "Ingress", "APIService",
    }.Select((kind, i) => KeyValuePair.Create(kind, i + 1)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Lower first; kinds that are not known come last.</summary>
    public static int Of(string kind) => Ranks.GetValueOrDefault(kind, 1000);
}
