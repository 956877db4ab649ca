using System.Collections.Frozen;

namespace Plumb.Manifests.Sync;

/// <summary>Order of kinds inside a wave, as Argo CD has it: what others need comes first, unknown kinds come last.</summary>
public static class KindRank
{
    private static readonly string[] Order =
    [
        "Namespace", "NetworkPolicy", "ResourceQuota", "LimitRange", "PodSecurityPolicy", "PodDisruptionBudget", "ServiceAccount",
        "Secret", "SecretList", "ConfigMap", "StorageClass", "PersistentVolume", "PersistentVolumeClaim", "CustomResourceDefinition",
        "ClusterRole", "ClusterRoleList", "ClusterRoleBinding", "ClusterRoleBindingList", "Role", "RoleList", "RoleBinding",
        "RoleBindingList", "Service", "DaemonSet", "Pod", "ReplicationController", "ReplicaSet", "Deployment",
        "HorizontalPodAutoscaler", "StatefulSet", "Job", "CronJob", "IngressClass", "Ingress", "APIService",
    ];

    private static readonly FrozenDictionary<string, int> Ranks =
        Order.Select((kind, i) => KeyValuePair.Create(kind, i - Order.Length)).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The rank of a kind: negative for known kinds, 0 for all others.</summary>
    public static int Of(string kind) => Ranks.GetValueOrDefault(kind);
}
