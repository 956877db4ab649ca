using System.Collections.Frozen;

namespace Plumb.Manifests.Fields;

/// <summary>
/// One instance of each common field name. Every object's managedFields repeat the same names; sharing them keeps a cache of thousands
/// of objects small.
/// </summary>
internal static class FieldNames
{
    private static readonly FrozenSet<string> Common = new[]
    {
        "accessModes", "active", "affinity", "allowPrivilegeEscalation", "annotations", "args", "automountServiceAccountToken",
        "availableReplicas", "backoffLimit", "capabilities", "claimRef", "clusterIP", "clusterIPs", "collisionCount", "command",
        "completions", "conditions", "configMap", "configMapKeyRef", "containerPort", "containerStatuses", "containers", "cpu",
        "creationTimestamp", "data", "defaultMode", "deletionGracePeriodSeconds", "deletionTimestamp", "deployment.kubernetes.io/revision",
        "dnsPolicy", "drop", "emptyDir", "enableServiceLinks", "endpoints", "env", "envFrom", "externalTrafficPolicy", "failureThreshold",
        "fieldPath", "fieldRef", "finalizers", "fsGroup", "generateName", "generation", "hostIP", "hostIPs", "hostNetwork", "hostPath", "host",
        "hosts", "http", "httpGet", "image", "imagePullPolicy", "imagePullSecrets", "ingressClassName", "initContainers",
        "initialDelaySeconds", "internalTrafficPolicy", "ip", "ipFamilies", "ipFamilyPolicy", "items", "key", "kind",
        "kubectl.kubernetes.io/last-applied-configuration", "labels", "lastProbeTime", "lastTransitionTime", "lastUpdateTime", "limits",
        "livenessProbe", "loadBalancer", "manager", "matchExpressions", "matchLabels", "maxSurge", "maxUnavailable", "medium", "memory",
        "message", "metadata", "minReadySeconds", "mountPath", "name", "namespace", "nodeName", "nodeSelector", "observedGeneration",
        "optional", "ownerReferences", "parallelism", "path", "paths", "periodSeconds", "persistentVolumeClaim", "phase", "podIP", "podIPs",
        "podManagementPolicy", "policy", "port", "ports", "preferredDuringSchedulingIgnoredDuringExecution", "privileged",
        "progressDeadlineSeconds", "protocol", "readOnly", "readOnlyRootFilesystem", "readinessProbe", "readyReplicas", "reason", "replicas",
        "requests", "resourceVersion", "resources", "restartPolicy", "revisionHistoryLimit", "roleRef", "rollingUpdate", "rules",
        "runAsGroup", "runAsNonRoot", "runAsUser", "scheduler", "schedulerName", "schedule", "seccompProfile", "secret", "secretKeyRef",
        "secretName", "securityContext", "selector", "serviceAccount", "serviceAccountName", "serviceName", "sessionAffinity",
        "shareProcessNamespace", "sizeLimit", "spec", "startTime", "startupProbe", "status", "storageClassName", "strategy", "subPath",
        "subjects", "successThreshold", "targetPort", "tcpSocket", "template", "terminationGracePeriodSeconds", "terminationMessagePath",
        "terminationMessagePolicy", "timeoutSeconds", "tls", "tolerations", "topologySpreadConstraints", "type", "uid",
        "unavailableReplicas", "updateStrategy", "updatedReplicas", "value", "valueFrom", "volumeClaimTemplates", "volumeMode",
        "volumeMounts", "volumeName", "volumes", "webhooks", "clientConfig", "caBundle",
        "app", "app.kubernetes.io/component", "app.kubernetes.io/instance", "app.kubernetes.io/managed-by", "app.kubernetes.io/name",
        "app.kubernetes.io/part-of", "app.kubernetes.io/version", "helm.sh/chart", "k8s-app", "pod-template-hash",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Common.GetAlternateLookup<ReadOnlySpan<char>>();

    public static string Share(ReadOnlySpan<char> name) => Lookup.TryGetValue(name, out var shared) ? shared : name.ToString();

    public static string Share(string name) => Common.TryGetValue(name, out var shared) ? shared : name;
}
