namespace Plumb.Manifests.Helm.Rendering;

/// <summary>The order in which Helm installs kinds: those of the list first, others behind by name (<c>kind_sorter.go</c>).</summary>
internal sealed class KindOrder
{
    private static readonly string[] Known =
    [
        "PriorityClass", "Namespace", "NetworkPolicy", "ResourceQuota", "LimitRange", "PodSecurityPolicy", "PodDisruptionBudget",
        "ServiceAccount", "Secret", "SecretList", "ConfigMap", "StorageClass", "PersistentVolume", "PersistentVolumeClaim",
        "CustomResourceDefinition", "ClusterRole", "ClusterRoleList", "ClusterRoleBinding", "ClusterRoleBindingList", "Role", "RoleList",
        "RoleBinding", "RoleBindingList", "Service", "DaemonSet", "Pod", "ReplicationController", "ReplicaSet", "Deployment",
        "HorizontalPodAutoscaler", "StatefulSet", "Job", "CronJob", "IngressClass", "Ingress", "APIService",
    ];

    private static readonly KindOrder Four = new([.. Known, "MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]);
    private static readonly KindOrder Three = new(Known);

    private readonly Dictionary<string, int> _ranks;

    private KindOrder(string[] kinds) => _ranks = kinds.Index().ToDictionary(k => k.Item, k => k.Index, StringComparer.Ordinal);

    public static KindOrder Of(HelmVersion helm) => helm == HelmVersion.Four ? Four : Three;

    /// <summary>Sorted; what is of one kind keeps its order.</summary>
    public List<HelmManifest> Sort(List<HelmManifest> manifests) =>
    [
        .. manifests.OrderBy(m => _ranks.GetValueOrDefault(m.Kind, int.MaxValue))
            .ThenBy(m => _ranks.ContainsKey(m.Kind) ? "" : m.Kind, StringComparer.Ordinal),
    ];
}
