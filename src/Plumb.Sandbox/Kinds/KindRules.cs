using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Kinds;

/// <summary>
/// What the API server's per-kind strategies do to built-in kinds beyond their schema: defaults that depend on other fields,
/// resetting what a writer may not set, generation, allocation, validation, immutable fields. For kinds it does not know (custom
/// resources, CustomResourceDefinitions) only what holds for every object's metadata is done; status and generation are then the
/// caller's. Source of the rules: Kubernetes 1.33, <c>pkg/registry/*/strategy.go</c>, <c>pkg/apis/*/{v1/defaults,validation}</c>.
/// </summary>
public static class KindRules
{
    // Kinds of which the spec (or the whole body) counts in metadata.generation.
    private static readonly HashSet<(string, string)> Generations =
    [
        ("apps", "Deployment"), ("apps", "ReplicaSet"), ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("", "ReplicationController"),
        ("batch", "Job"), ("batch", "CronJob"), ("networking.k8s.io", "Ingress"), ("networking.k8s.io", "NetworkPolicy"),
        ("networking.k8s.io", "IngressClass"), ("policy", "PodDisruptionBudget"), ("discovery.k8s.io", "EndpointSlice"), ("", "PodTemplate"),
        ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"), ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"),
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"), ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"),
        ("flowcontrol.apiserver.k8s.io", "FlowSchema"), ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
        ("scheduling.k8s.io", "PriorityClass"), ("apiextensions.k8s.io", "CustomResourceDefinition"),
    ];

    // Kinds whose status only the status subresource writes, and what a create leaves there.
    private static readonly HashSet<(string, string)> Statuses =
    [
        ("apps", "Deployment"), ("apps", "ReplicaSet"), ("apps", "StatefulSet"), ("apps", "DaemonSet"), ("", "ReplicationController"),
        ("batch", "Job"), ("batch", "CronJob"), ("networking.k8s.io", "Ingress"), ("policy", "PodDisruptionBudget"), ("", "Pod"), ("", "Service"),
        ("", "Namespace"), ("", "Node"), ("", "PersistentVolume"), ("", "PersistentVolumeClaim"), ("", "ResourceQuota"),
        ("autoscaling", "HorizontalPodAutoscaler"), ("apiregistration.k8s.io", "APIService"), ("certificates.k8s.io", "CertificateSigningRequest"),
        ("flowcontrol.apiserver.k8s.io", "FlowSchema"), ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"),
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"),
    ];

    /// <summary>Defaults that depend on other fields: what reading an object fills in, before any rule for writers.</summary>
    public static void ApplyDefaults(KubeObject obj, ISandboxApi api)
    {
        var kind = (obj.GroupVersionKind.Group, obj.Kind);
        Default(obj, kind, api);
        if (kind == ("", "Pod"))
        {
            PodDefaults.RequestsFromLimits(obj.Root["spec"]["initContainers"]);
            PodDefaults.RequestsFromLimits(obj.Root["spec"]["containers"]);
        }

        if (kind == ("apps", "DaemonSet")) obj.Root.GetOrAddMap("metadata").GetOrAddMap("annotations").Default(TemplateGeneration, "0");
        if (kind == ("", "Namespace") && obj.Name.Length > 0)
            obj.Root.GetOrAddMap("metadata").GetOrAddMap("labels")["kubernetes.io/metadata.name"] = obj.Name;
    }

    /// <summary>Before a create, after schema defaults: <paramref name="obj"/> is changed in place. Returns faults (422).</summary>
    /// <remarks><c>metadata.uid</c> should be set before (a Job's selector holds it); one is made here when it is not.</remarks>
    public static IReadOnlyList<SchemaFault> PrepareCreate(KubeObject obj, ISandboxApi api)
    {
        var faults = new Faults();
        var kind = (obj.GroupVersionKind.Group, obj.Kind);
        var metadata = obj.Root.GetOrAddMap("metadata");
        if (obj.Uid.Length == 0) metadata["uid"] = Guid.NewGuid().ToString();
        if (Generations.Contains(kind)) metadata["generation"] = 1;
        if (Statuses.Contains(kind) && kind != ("", "Node")) obj.Root["status"] = FirstStatus(kind);

        Default(obj, kind, api);
        switch (kind)
        {
            case ("batch", "Job"): JobRules.GenerateSelector(obj); break;
            case ("apps", "DaemonSet"): metadata.GetOrAddMap("annotations")[TemplateGeneration] = "1"; break;
            case ("", "Pod"): PodDefaults.ApplyToPod(obj.Root); break;
            case ("", "Service"):
                ServiceRules.Allocate(obj, api, faults);
                break;
            case ("", "Namespace"):
                metadata.GetOrAddMap("labels")["kubernetes.io/metadata.name"] = obj.Name;
                var finalizers = obj.Root["spec"]["finalizers"].AsList()?.DeepClone() ?? [];
                if (!finalizers.Any(f => f == "kubernetes")) finalizers.Add("kubernetes");
                obj.Root["spec"] = new MapNode { ["finalizers"] = finalizers };
                break;
            default: break;
        }

        MetadataRules.Validate(obj, faults);
        Validate(obj, kind, faults);
        return faults.Items;
    }

    /// <summary>
    /// Before an update: <paramref name="updated"/> is changed in place (status kept from <paramref name="old"/> unless
    /// <paramref name="subresource"/> is <c>status</c>, generation raised when the spec changed, allocated fields carried over). Returns
    /// faults (422), among them immutable fields.
    /// </summary>
    public static IReadOnlyList<SchemaFault> PrepareUpdate(KubeObject old, KubeObject updated, string subresource, ISandboxApi api)
    {
        var faults = new Faults();
        var kind = (updated.GroupVersionKind.Group, updated.Kind);
        MetadataRules.Carry(old, updated);
        if (subresource is "status" or "approval")
        {
            if (Statuses.Contains(kind)) KeepAllButStatus(old, updated);
            return faults.Items;
        }

        if (Statuses.Contains(kind)) updated.Root["status"] = old.Root["status"].DeepClone();
        Default(updated, kind, api);
        switch (kind)
        {
            case ("", "Service"):
                ServiceRules.Carry(old, updated);
                ServiceRules.Allocate(updated, api, faults);
                break;
            case ("", "PersistentVolumeClaim"): StorageRules.CarryClaim(old, updated); break;
            case ("", "Namespace"):
                updated.Root.GetOrAddMap("metadata").GetOrAddMap("labels")["kubernetes.io/metadata.name"] = updated.Name;
                // Only the finalize subresource changes them.
                if (subresource != "finalize") updated.Root.GetOrAddMap("spec")["finalizers"] = old.Root["spec"]["finalizers"].DeepClone();
                break;
            case ("", "Pod"): CarryPod(old, updated); break;
            case ("batch", "Job"): CarryJob(old, updated); break;
            case ("apps", "DaemonSet"): CountTemplates(old, updated); break;
            default: break;
        }

        MetadataRules.Validate(updated, faults);
        var isService = kind == ("", "Service"); // a server looks at what may change of it first
        if (isService) ValidateUpdate(old, updated, kind, faults);
        Validate(updated, kind, faults);
        if (!isService) ValidateUpdate(old, updated, kind, faults);
        if (Generations.Contains(kind) && kind != ("scheduling.k8s.io", "PriorityClass")) RaiseGeneration(old, updated);
        return faults.Items;
    }

    // Left from extensions/v1beta1, where it was a field; still written for those who read it.
    private const string TemplateGeneration = "deprecated.daemonset.template.generation";

    private static void CountTemplates(KubeObject old, KubeObject updated)
    {
        var before = long.TryParse(old.Annotation(TemplateGeneration), out var count) ? count : 1;
        var changed = !Documents.Same(old.Root["spec"]["template"], updated.Root["spec"]["template"]);
        updated.Root.GetOrAddMap("metadata").GetOrAddMap("annotations")[TemplateGeneration] =
            (changed ? before + 1 : before).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void Default(KubeObject obj, (string Group, string Kind) kind, ISandboxApi api)
    {
        switch (kind)
        {
            case ("apps", _) or ("", "ReplicationController"): WorkloadRules.Default(obj); break;
            case ("batch", "Job"): JobRules.DefaultJob(obj); break;
            case ("batch", "CronJob"): JobRules.DefaultCronJob(obj); break;
            case ("", "Pod"):
                if (obj.Root["spec"].AsMap() is { } podSpec) PodDefaults.ApplyToSpec(podSpec);
                break;
            case ("", "PodTemplate"):
                if (obj.Root["template"]["spec"].AsMap() is { } spec) PodDefaults.ApplyToSpec(spec);
                break;
            case ("", "Service"): ServiceRules.Default(obj); break;
            case ("", "Endpoints"): NetworkRules.DefaultEndpoints(obj); break;
            case ("", "PersistentVolumeClaim"): StorageRules.DefaultClaim(obj, api); break;
            case ("", "PersistentVolume"): StorageRules.DefaultVolume(obj); break;
            case ("storage.k8s.io", "StorageClass"): StorageRules.DefaultStorageClass(obj); break;
            case ("", "Secret"): ConfigRules.DefaultSecret(obj); break;
            case ("", "LimitRange"): LimitRangeRules.Default(obj); break;
            case ("rbac.authorization.k8s.io", "Role" or "ClusterRole"): RbacRules.DefaultRole(obj); break;
            case ("networking.k8s.io", "NetworkPolicy"): NetworkRules.DefaultNetworkPolicy(obj); break;
            case ("autoscaling", "HorizontalPodAutoscaler"): PolicyRules.DefaultAutoscaler(obj); break;
            case ("scheduling.k8s.io", "PriorityClass"): obj.Root.Default("preemptionPolicy", "PreemptLowerPriority"); break;
            case ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration" or "MutatingWebhookConfiguration"):
                PolicyRules.DefaultWebhooks(obj);
                break;
            case ("rbac.authorization.k8s.io", "RoleBinding" or "ClusterRoleBinding"): RbacRules.DefaultBinding(obj); break;
            case ("apiregistration.k8s.io", "APIService"):
                if (obj.Root["spec"]["service"].AsMap() is { } service) service.Default("port", 443);
                break;
            default: break;
        }
    }

    private static void Validate(KubeObject obj, (string Group, string Kind) kind, Faults faults)
    {
        switch (kind)
        {
            case ("apps", "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet") or ("", "ReplicationController"):
                WorkloadRules.Validate(obj, faults);
                break;
            case ("batch", "Job"): JobRules.ValidateJob(obj, faults); break;
            case ("batch", "CronJob"): JobRules.ValidateCronJob(obj, faults); break;
            case ("", "Pod"): PodValidation.ValidateSpec(obj.Root["spec"], "spec", faults); break;
            case ("", "Service"): ServiceRules.Validate(obj, faults); break;
            case ("", "PersistentVolumeClaim"): StorageRules.ValidateClaim(obj, faults); break;
            case ("", "PersistentVolume"): StorageRules.ValidateVolume(obj, faults); break;
            case ("storage.k8s.io", "StorageClass"): StorageRules.ValidateClass(obj, faults); break;
            case ("", "Secret"): ConfigRules.ValidateSecret(obj, faults); break;
            case ("", "ConfigMap"): ConfigRules.ValidateConfigMap(obj, faults); break;
            case ("", "ResourceQuota"): PolicyRules.ValidateQuota(obj, faults); break;
            case ("networking.k8s.io", "Ingress"): NetworkRules.ValidateIngress(obj, faults); break;
            case ("networking.k8s.io", "NetworkPolicy"): NetworkRules.ValidateNetworkPolicy(obj, faults); break;
            case ("networking.k8s.io", "IngressClass"): NetworkRules.ValidateIngressClass(obj, faults); break;
            case ("", "Endpoints"): NetworkRules.ValidateEndpoints(obj, faults); break;
            case ("", "LimitRange"): LimitRangeRules.Validate(obj, faults); break;
            case ("scheduling.k8s.io", "PriorityClass"): PolicyRules.ValidatePriorityClass(obj, faults); break;
            case ("autoscaling", "HorizontalPodAutoscaler"): PolicyRules.ValidateAutoscaler(obj, faults); break;
            case ("policy", "PodDisruptionBudget"): PolicyRules.ValidateBudget(obj, faults); break;
            case ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration" or "MutatingWebhookConfiguration"):
                PolicyRules.ValidateWebhooks(obj, faults);
                break;
            case ("rbac.authorization.k8s.io", "RoleBinding" or "ClusterRoleBinding"): RbacRules.ValidateBinding(obj, faults); break;
            case ("rbac.authorization.k8s.io", "Role" or "ClusterRole"): RbacRules.ValidateRole(obj, faults); break;
            default: break;
        }
    }

    private static void ValidateUpdate(KubeObject old, KubeObject updated, (string Group, string Kind) kind, Faults faults)
    {
        switch (kind)
        {
            case ("apps", "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet"): WorkloadRules.ValidateUpdate(old, updated, faults); break;
            case ("batch", "Job"): JobRules.ValidateJobUpdate(old, updated, faults); break;
            case ("", "Pod"):
                PodValidation.ValidateUpdate(old.Root["spec"].AsMap() ?? new MapNode(), updated.Root["spec"].AsMap() ?? new MapNode(),
                    faults);
                break;
            case ("", "Service"): ServiceRules.ValidateUpdate(old, updated, faults); break;
            case ("", "PersistentVolumeClaim"): StorageRules.ValidateClaimUpdate(old, updated, faults); break;
            case ("", "PersistentVolume"): StorageRules.ValidateVolumeUpdate(old, updated, faults); break;
            case ("storage.k8s.io", "StorageClass"): StorageRules.ValidateClassUpdate(old, updated, faults); break;
            case ("", "Secret"): ConfigRules.ValidateSecretUpdate(old, updated, faults); break;
            case ("", "ConfigMap"): ConfigRules.ValidateConfigMapUpdate(old, updated, faults); break;
            case ("scheduling.k8s.io", "PriorityClass"): PolicyRules.ValidatePriorityClassUpdate(old, updated, faults); break;
            case ("networking.k8s.io", "IngressClass"): NetworkRules.ValidateIngressClassUpdate(old, updated, faults); break;
            case ("rbac.authorization.k8s.io", "RoleBinding" or "ClusterRoleBinding"): RbacRules.ValidateBindingUpdate(old, updated, faults); break;
            default: break;
        }
    }

    private static MapNode FirstStatus((string Group, string Kind) kind) => kind switch
    {
        ("", "Namespace") => new MapNode { { "phase", "Active" } },
        ("", "Pod" or "PersistentVolume" or "PersistentVolumeClaim") => new MapNode { { "phase", "Pending" } },
        ("", "Service") or ("networking.k8s.io", "Ingress") => new MapNode { { "loadBalancer", new MapNode() } },
        ("apps", "ReplicaSet" or "StatefulSet") or ("", "ReplicationController") => new MapNode { { "replicas", 0 } },
        ("apps", "DaemonSet") => new MapNode
        {
            { "currentNumberScheduled", 0 }, { "desiredNumberScheduled", 0 }, { "numberMisscheduled", 0 }, { "numberReady", 0 },
        },
        ("policy", "PodDisruptionBudget") => new MapNode
        {
            { "currentHealthy", 0 }, { "desiredHealthy", 0 }, { "disruptionsAllowed", 0 }, { "expectedPods", 0 },
        },
        _ => new MapNode(),
    };

    // A status update changes status, and of metadata only what managedFields and the version need.
    private static void KeepAllButStatus(KubeObject old, KubeObject updated)
    {
        foreach (var key in updated.Root.Keys.ToList())
        {
            if (key is not ("apiVersion" or "kind" or "metadata" or "status")) updated.Root.Remove(key);
        }

        foreach (var (key, value) in old.Root)
        {
            if (key is not ("apiVersion" or "kind" or "metadata" or "status")) updated.Root[key] = value.DeepClone();
        }

        var before = old.Root["metadata"].AsMap() ?? new MapNode();
        var after = updated.Root.GetOrAddMap("metadata");
        foreach (var field in (ReadOnlySpan<string>)["labels", "ownerReferences", "finalizers", "annotations"])
        {
            // Labels and annotations follow the status writer for the kinds whose strategies let them; none of the sandbox's users relies
            // on it.
            after[field] = before[field].DeepClone();
        }
    }

    private static void CarryPod(KubeObject old, KubeObject updated)
    {
        var before = old.Root["spec"];
        var after = updated.Root.GetOrAddMap("spec");
        foreach (var field in (ReadOnlySpan<string>)
            ["nodeName", "serviceAccountName", "serviceAccount", "enableServiceLinks", "priority", "preemptionPolicy", "tolerations"])
        {
            if (after[field].IsNullOrAbsent) after[field] = before[field].DeepClone();
        }

        // Requests were made from limits when the Pod was created.
        foreach (var list in (ReadOnlySpan<string>)["containers", "initContainers"])
        {
            foreach (var (was, now) in before[list].Maps().Zip(after[list].Maps()))
            {
                if (now["resources"]["requests"].IsNullOrAbsent && !was["resources"]["requests"].IsNullOrAbsent
                    && was["resources"]["limits"] == now["resources"]["limits"])
                {
                    now.GetOrAddMap("resources")["requests"] = was["resources"]["requests"].DeepClone();
                }
            }
        }
    }

    // A manifest knows nothing of the generated selector and labels; the stored ones stay.
    private static void CarryJob(KubeObject old, KubeObject updated)
    {
        var spec = updated.Root.GetOrAddMap("spec");
        if (spec["selector"].IsNullOrAbsent) spec["selector"] = old.Root["spec"]["selector"].DeepClone();
    }

    private static void RaiseGeneration(KubeObject old, KubeObject updated)
    {
        var was = old.Root["metadata"]["generation"].AsInt() ?? 1;
        var metadata = updated.Root.GetOrAddMap("metadata");
        metadata["generation"] = BodyChanged(old, updated) || CountedAnnotationsChanged(old, updated) ? was + 1 : was;
    }

    /// <summary>
    /// A Deployment's annotations count too, as its ReplicaSets get copies of them; not the one that its controller writes, on a server by
    /// the status (<c>pkg/registry/apps/deployment/strategy.go</c>).
    /// </summary>
    private static bool CountedAnnotationsChanged(KubeObject old, KubeObject updated)
    {
        return updated is { Kind: "Deployment", GroupVersionKind.Group: "apps" } && !Documents.Same(Counted(old), Counted(updated));

        static Node Counted(KubeObject deployment)
        {
            var annotations = deployment.Annotations?.DeepClone() ?? [];
            annotations.Remove("deployment.kubernetes.io/revision");
            return annotations;
        }
    }

    private static bool BodyChanged(KubeObject old, KubeObject updated)
    {
        static bool IsBody(string key) => key is not ("apiVersion" or "kind" or "metadata" or "status");
        return updated.Root.Where(e => IsBody(e.Key)).Any(e => !Documents.Same(old.Root[e.Key], e.Value))
            || old.Root.Where(e => IsBody(e.Key)).Any(e => !Documents.Same(updated.Root[e.Key], e.Value));
    }
}
