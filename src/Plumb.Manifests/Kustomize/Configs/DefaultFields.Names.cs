namespace Plumb.Manifests.Kustomize.Configs;

/// <summary>Who names whom.</summary>
internal static partial class DefaultFields
{
    private const string Rbac = "rbac.authorization.k8s.io";

    private static readonly string[] PodKinds =
        ["Pod", "PodTemplate", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "CronJob"];

    private static readonly string[] AccountKinds =
        ["Pod", "StatefulSet", "Deployment", "ReplicationController", "CronJob", "Job", "DaemonSet"];

    private static IEnumerable<NameBackReference> NameReferences()
    {
        foreach (var scaled in new[] { "Deployment", "ReplicationController", "ReplicaSet", "StatefulSet" })
            yield return new(Gvk.OfKind(scaled), [new("HorizontalPodAutoscaler", "spec/scaleTargetRef/name")]);
        yield return new(new Gvk("", "v1", "ConfigMap"), [.. ConfigMapNames()]);
        yield return new(new Gvk("", "v1", "Secret"), [.. SecretNames()]);
        yield return new(new Gvk("", "v1", "Service"), [.. ServiceNames()]);
        yield return new(new Gvk(Rbac, "", "Role"), [In(Rbac, "RoleBinding", "roleRef/name")]);
        yield return new(
            new Gvk(Rbac, "", "ClusterRole"),
            [In(Rbac, "RoleBinding", "roleRef/name"), In(Rbac, "ClusterRoleBinding", "roleRef/name")]);
        yield return new(
            new Gvk("", "v1", "ServiceAccount"),
            [In(Rbac, "RoleBinding", "subjects"), In(Rbac, "ClusterRoleBinding", "subjects"), .. InPods("serviceAccountName")]);
        yield return new(new Gvk("", "v1", "PersistentVolumeClaim"), [.. InPods("volumes/persistentVolumeClaim/claimName")]);
        yield return new(
            new Gvk("", "v1", "PersistentVolume"),
            [new("PersistentVolumeClaim", "spec/volumeName"), new("ClusterRole", "rules/resourceNames")]);
        yield return new(
            new Gvk("storage.k8s.io", "v1", "StorageClass"),
            [
                new("PersistentVolume", "spec/storageClassName"),
                new("PersistentVolumeClaim", "spec/storageClassName"),
                new("StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName"),
            ]);
        yield return new(new Gvk("scheduling.k8s.io", "v1", "PriorityClass"), [.. InPods("priorityClassName")]);

        // The group is Kustomize's; no object has it, so the names of ingress classes stay.
        yield return new(new Gvk($"{Networking}/v1", "v1", "IngressClass"), [new("Ingress", "spec/ingressClassName")]);
        yield return new(
            new Gvk(Policies, "", "ValidatingAdmissionPolicy"), [In(Policies, "ValidatingAdmissionPolicyBinding", "spec/policyName")]);
    }

    private static IEnumerable<FieldSpec> InPods(string path) =>
        AccountKinds.Select(kind => new FieldSpec(kind, $"{PodSpec(kind)}/{path}"));

    /// <summary>What each kind with pods has; of pods only those of v1.</summary>
    private static IEnumerable<FieldSpec> InPodsAndTemplates(params string[] paths)
    {
        foreach (var kind in PodKinds)
        {
            foreach (var path in paths)
            {
                var field = $"{PodSpec(kind)}/{path}";
                yield return kind == "Pod" ? V1(kind, field) : new(kind, field);
            }
        }
    }

    private static IEnumerable<FieldSpec> ConfigMapNames() =>
    [
        .. InPodsAndTemplates(
            "volumes/configMap/name",
            "containers/env/valueFrom/configMapKeyRef/name",
            "initContainers/env/valueFrom/configMapKeyRef/name",
            "containers/envFrom/configMapRef/name",
            "initContainers/envFrom/configMapRef/name",
            "volumes/projected/sources/configMap/name"),
        new("Node", "spec/configSource/configMap"),
        new("Role", "rules/resourceNames"),
        new("ClusterRole", "rules/resourceNames"),
        new("Ingress", @"metadata/annotations/nginx.ingress.kubernetes.io\/fastcgi-params-configmap"),
    ];

    private static IEnumerable<FieldSpec> SecretNames() =>
    [
        .. InPodsAndTemplates(
            "volumes/secret/secretName",
            "containers/env/valueFrom/secretKeyRef/name",
            "initContainers/env/valueFrom/secretKeyRef/name",
            "containers/envFrom/secretRef/name",
            "initContainers/envFrom/secretRef/name",
            "imagePullSecrets/name",
            "volumes/projected/sources/secret/name"),
        new("Ingress", "spec/tls/secretName"),
        new("Ingress", @"metadata/annotations/ingress.kubernetes.io\/auth-secret"),
        new("Ingress", @"metadata/annotations/nginx.ingress.kubernetes.io\/auth-secret"),
        new("Ingress", @"metadata/annotations/nginx.ingress.kubernetes.io\/auth-tls-secret"),
        new("ServiceAccount", "imagePullSecrets/name"),
        new("StorageClass", "parameters/secretName"),
        new("StorageClass", "parameters/adminSecretName"),
        new("StorageClass", "parameters/userSecretName"),
        new("StorageClass", "parameters/secretRef"),
        new("Role", "rules/resourceNames"),
        new("ClusterRole", "rules/resourceNames"),
        new(new Gvk("serving.knative.dev", "v1", "Service"), "spec/template/spec/containers/env/valueFrom/secretKeyRef/name"),
        new("PersistentVolume", "spec/azureFile/secretName"),
    ];

    private static IEnumerable<FieldSpec> ServiceNames() =>
    [
        In(Apps, "StatefulSet", "spec/serviceName"),
        new("Ingress", "spec/rules/http/paths/backend/serviceName"),
        new("Ingress", "spec/backend/serviceName"),
        new("Ingress", "spec/rules/http/paths/backend/service/name"),
        new("Ingress", "spec/defaultBackend/service/name"),
        In("apiregistration.k8s.io", "APIService", "spec/service/name"),
        In(Policies, "ValidatingWebhookConfiguration", "webhooks/clientConfig/service"),
        In(Policies, "MutatingWebhookConfiguration", "webhooks/clientConfig/service"),
    ];
}
