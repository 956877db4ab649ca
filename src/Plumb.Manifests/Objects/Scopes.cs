using System.Collections.Frozen;

namespace Plumb.Manifests.Objects;

/// <summary>
/// Which kinds have no namespace: what the target says, what definitions in the same render say, and the well-known kinds when
/// there is no target to ask.
/// </summary>
internal sealed class Scopes
{
    private static readonly FrozenSet<string> WellKnown = new[]
    {
        "Namespace", "Node", "PersistentVolume", "ComponentStatus",
        "rbac.authorization.k8s.io/ClusterRole", "rbac.authorization.k8s.io/ClusterRoleBinding",
        "apiextensions.k8s.io/CustomResourceDefinition", "apiregistration.k8s.io/APIService",
        "storage.k8s.io/StorageClass", "storage.k8s.io/VolumeAttachment", "storage.k8s.io/CSIDriver", "storage.k8s.io/CSINode",
        "storage.k8s.io/VolumeAttributesClass", "scheduling.k8s.io/PriorityClass", "node.k8s.io/RuntimeClass",
        "networking.k8s.io/IngressClass", "networking.k8s.io/IPAddress", "networking.k8s.io/ServiceCIDR",
        "admissionregistration.k8s.io/ValidatingWebhookConfiguration", "admissionregistration.k8s.io/MutatingWebhookConfiguration",
        "admissionregistration.k8s.io/ValidatingAdmissionPolicy", "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
        "admissionregistration.k8s.io/MutatingAdmissionPolicy", "admissionregistration.k8s.io/MutatingAdmissionPolicyBinding",
        "certificates.k8s.io/CertificateSigningRequest", "certificates.k8s.io/ClusterTrustBundle",
        "flowcontrol.apiserver.k8s.io/FlowSchema", "flowcontrol.apiserver.k8s.io/PriorityLevelConfiguration",
        "policy/PodSecurityPolicy", "extensions/PodSecurityPolicy", "resource.k8s.io/DeviceClass", "resource.k8s.io/ResourceSlice",
        "authentication.k8s.io/TokenReview", "authorization.k8s.io/SubjectAccessReview", "authorization.k8s.io/SelfSubjectAccessReview",
        "authorization.k8s.io/SelfSubjectRulesReview",
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly IReadOnlySet<string> _clusterScoped;
    private readonly Dictionary<string, bool> _defined = new(StringComparer.Ordinal);

    /// <param name="clusterScoped">What the target says; empty when it was not asked.</param>
    /// <param name="rendered">All objects of the render.</param>
    public Scopes(IReadOnlySet<string> clusterScoped, IReadOnlyList<Manifest> rendered)
    {
        _clusterScoped = clusterScoped.Count > 0 ? clusterScoped : WellKnown;
        foreach (var manifest in rendered)
        {
            if (!IsDefinition(manifest.Object)) continue;
            var spec = manifest.Object.Root["spec"];
            if (spec["group"].AsString() is not { } group || spec.At("names", "kind").AsString() is not { } kind) continue;
            _defined[Key(group, kind)] = spec["scope"].AsString() == "Cluster";
        }
    }

    public static bool IsDefinition(KubeObject value) =>
        value.Kind == "CustomResourceDefinition" && value.GroupVersionKind.Group == "apiextensions.k8s.io";

    public bool IsClusterScoped(GroupVersionKind kind)
    {
        var key = Key(kind.Group, kind.Kind);
        return _defined.TryGetValue(key, out var cluster) ? cluster : _clusterScoped.Contains(key);
    }

    private static string Key(string group, string kind) => group.Length == 0 ? kind : group + "/" + kind;
}
