using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Planning;

namespace Plumb.Kubernetes.Tests.Planning;

public sealed class ImmutabilityTests
{
    /// <summary>What API servers say of which kinds (validation of the kinds, Kubernetes 1.20 to 1.33), without the values they quote.</summary>
    [Theory]
    [InlineData("Deployment", "spec.selector", "Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"app\":\"b\"}}: field is immutable")]
    [InlineData("DaemonSet", "spec.selector", "Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"app\":\"b\"}}: field is immutable")]
    [InlineData("ReplicaSet", "spec.selector", "Invalid value: v1.LabelSelector{}: field is immutable")]
    [InlineData("StatefulSet", "spec", "Forbidden: updates to statefulset spec for fields other than 'replicas', 'template', and 'updateStrategy' are forbidden")]
    [InlineData("StatefulSet", "spec", "Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden")]
    [InlineData("Job", "spec.template", "Invalid value: core.PodTemplateSpec{Spec:core.PodSpec{Containers:[]core.Container{core.Container{Name:\"c\"}}}}: field is immutable")]
    [InlineData("Job", "spec.completions", "Invalid value: 3: field is immutable")]
    [InlineData("Job", "spec.selector", "Invalid value: v1.LabelSelector{}: field is immutable")]
    [InlineData("Pod", "spec", "Forbidden: pod updates may not change fields other than `spec.containers[*].image`, `spec.tolerations` (only additions to existing tolerations)")]
    [InlineData("PersistentVolumeClaim", "spec", "Forbidden: is immutable after creation except resources.requests for bound claims")]
    [InlineData("PersistentVolumeClaim", "spec", "Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims")]
    [InlineData("PersistentVolume", "spec.persistentvolumesource", "Forbidden: spec.persistentvolumesource is immutable after creation")]
    [InlineData("Service", "spec.clusterIP", "Invalid value: \"\": field is immutable")]
    [InlineData("Service", "spec.clusterIPs[0]", "Invalid value: []string{\"None\"}: may not change once set")]
    [InlineData("Service", "spec.loadBalancerClass", "Invalid value: \"b\": may not change once set")]
    [InlineData("RoleBinding", "roleRef", "Invalid value: rbac.RoleRef{APIGroup:\"rbac.authorization.k8s.io\", Kind:\"Role\", Name:\"b\"}: cannot change roleRef")]
    [InlineData("Secret", "type", "Invalid value: \"Opaque\": field is immutable")]
    [InlineData("Secret", "data", "Forbidden: field is immutable when `immutable` is set")]
    [InlineData("ConfigMap", "data", "Forbidden: field is immutable when `immutable` is set")]
    [InlineData("StorageClass", "provisioner", "Forbidden: updates to provisioner are forbidden.")]
    [InlineData("StorageClass", "parameters", "Forbidden: updates to parameters are forbidden.")]
    [InlineData("StorageClass", "reclaimPolicy", "Forbidden: updates to reclaimPolicy are forbidden.")]
    [InlineData("StorageClass", "volumeBindingMode", "Invalid value: \"Immediate\": field is immutable")]
    [InlineData("CustomResourceDefinition", "spec.scope", "Invalid value: \"Cluster\": field is immutable")]
    [InlineData("CustomResourceDefinition", "spec.names.kind", "Invalid value: \"B\": field is immutable")]
    [InlineData("PriorityClass", "value", "Forbidden: may not be changed in an update.")]
    [InlineData("IngressClass", "spec.controller", "Invalid value: \"b\": field is immutable")]
    [InlineData("RuntimeClass", "handler", "Invalid value: \"b\": field is immutable")]
    [InlineData("EndpointSlice", "addressType", "Invalid value: \"IPv6\": field is immutable")]
    [InlineData("ControllerRevision", "data", "Invalid value: \"x\": field is immutable")]
    [InlineData("Widget", "spec.size", "Invalid value: \"integer\": size is immutable")] // a CustomResourceDefinition's own rule
    public void AFieldThatCannotBeChanged_IsKnownByTheServersWords(string kind, string field, string message)
    {
        Immutability.IsWhy(Invalid((field, message))).ShouldBeTrue(kind);
        Immutability.IsWhy(new KubeApiException(422, "Invalid", $"{kind} \"x\" is invalid: {field}: {message}")).ShouldBeTrue(kind);
    }

    [Theory]
    [InlineData("metadata.name", "Invalid value: \"immutable_\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters")]
    [InlineData("spec.template.spec.containers[0].name", "Invalid value: \"is \\\"immutable\\\"!\": must be a DNS label")]
    [InlineData("spec.replicas", "Invalid value: -1: must be greater than or equal to 0")]
    [InlineData("spec.selector", "Required value")]
    [InlineData("spec.ports[0].nodePort", "Invalid value: 80: provided port is not in the valid range")]
    [InlineData("spec", "Forbidden: may not be set together with the other")]
    [InlineData("spec.template.metadata.labels", "Invalid value: map[string]string{\"app\":\"immutable\"}: `selector` does not match template `labels`")]
    public void AnyOtherFault_IsNot(string field, string message) => Immutability.IsWhy(Invalid((field, message))).ShouldBeFalse();

    [Fact]
    public void OneFaultOfAnotherSort_IsEnough_AsTheNewObjectWouldHaveItToo() => Immutability.IsWhy(
        Invalid(("spec.selector", "Invalid value: v1.LabelSelector{}: field is immutable"), ("spec.replicas", "Invalid value: -1: must be positive"))).ShouldBeFalse();

    [Theory]
    [InlineData(400, "BadRequest")]
    [InlineData(403, "Forbidden")]
    [InlineData(409, "Conflict")]
    [InlineData(422, "")]
    [InlineData(500, "InternalError")]
    public void AnyOtherRefusal_IsNot_WhateverItSays(int code, string reason) =>
        Immutability.IsWhy(new KubeApiException(code, reason, "admission webhook says: the field is immutable")).ShouldBeFalse();

    private static KubeApiException Invalid(params (string Field, string Message)[] causes) => new(422, "Invalid", "x is invalid")
    {
        Causes = [.. causes.Select(c => new KubeCause("FieldValueInvalid", c.Message, c.Field))],
    };
}
