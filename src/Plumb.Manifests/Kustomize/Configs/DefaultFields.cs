namespace Plumb.Manifests.Kustomize.Configs;

/// <summary>
/// The fields of the built-in kinds that Kustomize knows (<c>api/internal/konfig/builtinpluginconsts</c>). Most of them stand in a pod's
/// spec, which each kind keeps in a place of its own.
/// </summary>
internal static partial class DefaultFields
{
    private const string Apps = "apps";
    private const string Batch = "batch";
    private const string Policies = "admissionregistration.k8s.io";
    private const string Networking = "networking.k8s.io";

    /// <summary>All of them, sorted.</summary>
    public static TransformerConfig Make() => new TransformerConfig
    {
        NamePrefix = [new("", "metadata/name")],
        NameSuffix = [new("", "metadata/name")],
        Namespace =
        [
            new("Namespace", "metadata/name", true),
            In("apiregistration.k8s.io", "APIService", "spec/service/namespace", true),
            In("apiextensions.k8s.io", "CustomResourceDefinition", "spec/conversion/webhook/clientConfig/service/namespace"),
        ],
        CommonLabels = [.. Selectors(), .. MetadataLabels()],
        TemplateLabels = [.. MetadataLabels()],
        CommonAnnotations = [.. MetadataAnnotations()],
        NameReference = [.. NameReferences()],
        VarReference = [.. VarReferences()],
        Images = [.. ImageFields()],
        Replicas =
        [
            new("Deployment", "spec/replicas", true),
            new("ReplicationController", "spec/replicas", true),
            new("ReplicaSet", "spec/replicas", true),
            new("StatefulSet", "spec/replicas", true),
        ],
    }.Sorted();

    private static FieldSpec In(string group, string kind, string path, bool create = false) => new(new Gvk(group, "", kind), path, create);

    private static FieldSpec V1(string kind, string path, bool create = false) => new(new Gvk("", "v1", kind), path, create);

    /// <summary>Where a kind keeps the spec of its pods.</summary>
    private static string PodSpec(string kind) => kind switch
    {
        "Pod" => "spec",
        "PodTemplate" => "template/spec",
        "CronJob" => "spec/jobTemplate/spec/template/spec",
        _ => "spec/template/spec",
    };

    private static IEnumerable<FieldSpec> Selectors()
    {
        yield return V1("Service", "spec/selector", true);
        yield return V1("ReplicationController", "spec/selector", true);
        yield return new("Deployment", "spec/selector/matchLabels", true);
        yield return new("ReplicaSet", "spec/selector/matchLabels", true);
        yield return new("DaemonSet", "spec/selector/matchLabels", true);
        yield return In(Apps, "StatefulSet", "spec/selector/matchLabels", true);
        foreach (var kind in new[] { "Deployment", "StatefulSet" })
        {
            foreach (var affinity in new[] { "podAffinity", "podAntiAffinity" })
            {
                var path = $"spec/template/spec/affinity/{affinity}";
                yield return In(
                    Apps, kind, $"{path}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels");
                yield return In(Apps, kind, $"{path}/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels");
            }

            yield return In(Apps, kind, "spec/template/spec/topologySpreadConstraints/labelSelector/matchLabels");
        }

        yield return In(Batch, "Job", "spec/selector/matchLabels");
        yield return In(Batch, "CronJob", "spec/jobTemplate/spec/selector/matchLabels");
        yield return In("policy", "PodDisruptionBudget", "spec/selector/matchLabels");
        yield return In(Networking, "NetworkPolicy", "spec/podSelector/matchLabels");
        yield return In(Networking, "NetworkPolicy", "spec/ingress/from/podSelector/matchLabels");
        yield return In(Networking, "NetworkPolicy", "spec/egress/to/podSelector/matchLabels");
    }

    private static IEnumerable<FieldSpec> MetadataLabels() =>
    [
        new("", "metadata/labels", true),
        V1("ReplicationController", "spec/template/metadata/labels", true),
        new("Deployment", "spec/template/metadata/labels", true),
        new("ReplicaSet", "spec/template/metadata/labels", true),
        new("DaemonSet", "spec/template/metadata/labels", true),
        In(Apps, "StatefulSet", "spec/template/metadata/labels", true),
        In(Apps, "StatefulSet", "spec/volumeClaimTemplates[]/metadata/labels", true),
        In(Batch, "Job", "spec/template/metadata/labels", true),
        In(Batch, "CronJob", "spec/jobTemplate/metadata/labels", true),
        In(Batch, "CronJob", "spec/jobTemplate/spec/template/metadata/labels", true),
    ];

    private static IEnumerable<FieldSpec> MetadataAnnotations() =>
    [
        new("", "metadata/annotations", true),
        V1("ReplicationController", "spec/template/metadata/annotations", true),
        new("Deployment", "spec/template/metadata/annotations", true),
        new("ReplicaSet", "spec/template/metadata/annotations", true),
        new("DaemonSet", "spec/template/metadata/annotations", true),
        new("StatefulSet", "spec/template/metadata/annotations", true),
        In(Batch, "Job", "spec/template/metadata/annotations", true),
        In(Batch, "CronJob", "spec/jobTemplate/metadata/annotations", true),
        In(Batch, "CronJob", "spec/jobTemplate/spec/template/metadata/annotations", true),
    ];

    private static IEnumerable<FieldSpec> ImageFields()
    {
        foreach (var pod in new[] { "spec", "spec/template/spec" })
        {
            yield return new("", $"{pod}/containers[]/image", true);
            yield return new("", $"{pod}/initContainers[]/image", true);
            yield return new("", $"{pod}/volumes[]/image/reference", true);
        }
    }

    private static IEnumerable<FieldSpec> VarReferences()
    {
        foreach (var kind in new[] { "CronJob", "DaemonSet", "Deployment", "Job", "Pod", "ReplicaSet", "StatefulSet" })
        {
            foreach (var containers in new[] { "containers", "initContainers" })
            {
                foreach (var field in new[] { "args", "command", "env/value", "volumeMounts/mountPath" })
                    yield return new(kind, $"{PodSpec(kind)}/{containers}/{field}");
            }

            // Two of these are not where the kinds have volumes; so they are in Kustomize.
            yield return new(kind, kind switch
            {
                "CronJob" => "spec/jobTemplate/spec/template/volumes/nfs/server",
                "StatefulSet" => "spec/volumeClaimTemplates/spec/nfs/server",
                _ => $"{PodSpec(kind)}/volumes/nfs/server",
            });
        }

        yield return new("Deployment", "spec/template/metadata/annotations");
        yield return new("Ingress", "spec/rules/host");
        yield return new("Ingress", "spec/tls/hosts");
        yield return new("Ingress", "spec/tls/secretName");
        yield return new("Service", "spec/ports/port");
        yield return new("Service", "spec/ports/targetPort");
        yield return new("PersistentVolume", "spec/nfs/server");
        yield return new("", "metadata/labels");
        yield return new("", "metadata/annotations");
    }
}
