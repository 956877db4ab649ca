using Plumb.Manifests.Kustomize.Configs;

namespace Plumb.Manifests.Tests.Kustomize.Configs;

public sealed class DefaultFieldsTests
{
    private static readonly TransformerConfig Default = TransformerConfig.Default;

    [Fact]
    public void Lists_HaveAsManyFieldsAsTheOriginal()
    {
        Default.NamePrefix.Count.ShouldBe(1);
        Default.NameSuffix.Count.ShouldBe(1);
        Default.Namespace.Count.ShouldBe(3);
        Default.CommonLabels.Count.ShouldBe(32);
        Default.Labels.ShouldBeEmpty();
        Default.TemplateLabels.Count.ShouldBe(10);
        Default.CommonAnnotations.Count.ShouldBe(9);
        Default.VarReference.Count.ShouldBe(72);
        Default.Images.Count.ShouldBe(6);
        Default.Replicas.Count.ShouldBe(4);
        Default.NameReference.Count.ShouldBe(16);
    }

    [Theory]
    [InlineData("ConfigMap", "CronJob", "spec/jobTemplate/spec/template/spec/volumes/projected/sources/configMap/name")]
    [InlineData("Secret", "PodTemplate", "template/spec/imagePullSecrets/name")]
    [InlineData("Secret", "Pod", "spec/initContainers/env/valueFrom/secretKeyRef/name")]
    [InlineData("Secret", "Ingress", @"metadata/annotations/nginx.ingress.kubernetes.io\/auth-tls-secret")]
    [InlineData("Service", "MutatingWebhookConfiguration", "webhooks/clientConfig/service")]
    [InlineData("ServiceAccount", "ClusterRoleBinding", "subjects")]
    [InlineData("PriorityClass", "ReplicationController", "spec/template/spec/priorityClassName")]
    [InlineData("StorageClass", "StatefulSet", "spec/volumeClaimTemplates/spec/storageClassName")]
    public void Name_IsReferredToFrom(string kind, string referrer, string path) =>
        Default.NameReference.Single(r => r.Referral.Kind == kind).Referrers
            .ShouldContain(f => f.Gvk.Kind == referrer && f.Path == path && !f.Create);

    [Fact]
    public void NamesOfConfigMaps_AreLookedForInPodsOfV1Only() =>
        Default.NameReference.Single(r => r.Referral.Kind == "ConfigMap").Referrers
            .Where(f => f.Gvk.Kind == "Pod").ShouldAllBe(f => f.Gvk.Version == "v1");

    [Fact]
    public void Selectors_AreMadeOnlyForWorkloadsAndServices() =>
        Default.CommonLabels.Where(f => f.Create && f.Path.StartsWith("spec/selector", StringComparison.Ordinal)).Select(f => f.Gvk.Kind)
            .ShouldBe(["Service", "Deployment", "StatefulSet", "ReplicationController", "DaemonSet", "ReplicaSet"], ignoreOrder: true);

    [Fact]
    public void TemplateLabels_LeaveSelectorsOut() =>
        Default.TemplateLabels.ShouldAllBe(f => f.Path.EndsWith("metadata/labels", StringComparison.Ordinal) && f.Create);
}
