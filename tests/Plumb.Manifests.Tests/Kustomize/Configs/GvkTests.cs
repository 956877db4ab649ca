using Plumb.Manifests.Kustomize.Configs;

namespace Plumb.Manifests.Tests.Kustomize.Configs;

public sealed class GvkTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("v1", "", "v1")]
    [InlineData("apps/v1", "apps", "v1")]
    [InlineData("/v1", "", "v1")]
    [InlineData("apps/", "apps", "")]
    [InlineData("/apps/", "", "apps/")]
    [InlineData("a/b/c", "a", "b/c")]
    public void ApiVersion_IsCutAtTheFirstSlash(string apiVersion, string group, string version) =>
        Gvk.Of(apiVersion, "K").ShouldBe(new Gvk(group, version, "K"));

    [Theory]
    [InlineData("", "", "", "[noKind].[noVer].[noGrp]")]
    [InlineData("", "", "k", "k.[noVer].[noGrp]")]
    [InlineData("", "v", "", "[noKind].v.[noGrp]")]
    [InlineData("g", "", "k", "k.[noVer].g")]
    [InlineData("g", "v", "k", "k.v.g")]
    [InlineData("rbac.authorization.k8s.io", "v1", "ClusterRole", "ClusterRole.v1.rbac.authorization.k8s.io")]
    public void Name_MarksWhatIsEmpty(string group, string version, string kind, string expected) =>
        new Gvk(group, version, kind).ToString().ShouldBe(expected);

    [Theory]
    [InlineData("group1 version1 kind1", true)]
    [InlineData("group2 version1 kind1", false)]
    [InlineData("group1 version2 kind1", false)]
    [InlineData("group1 version1 kind2", false)]
    [InlineData("group1 * kind1", true)]
    [InlineData("* * kind1", true)]
    [InlineData("* * *", true)]
    public void Selector_MeansAllWhereItIsEmpty(string selector, bool expected)
    {
        var parts = selector.Split(' ').Select(p => p == "*" ? "" : p).ToArray();
        new Gvk("group1", "version1", "kind1").IsSelectedBy(new Gvk(parts[0], parts[1], parts[2])).ShouldBe(expected);
    }

    [Fact]
    public void Selector_WithAGroup_DoesNotMeanObjectsWithoutOne() =>
        new Gvk("", "v1", "Service").IsSelectedBy(new Gvk("serving.knative.dev", "v1", "Service")).ShouldBeFalse();

    [Theory]
    [InlineData("a b CustomResourceDefinition", "a b RoleBinding")]
    [InlineData("a b Namespace", "a b ClusterRole")]
    [InlineData("a b a", "a b b")]
    [InlineData("a b Namespace", "a c Namespace")]
    [InlineData("a c Namespace", "b c Namespace")]
    [InlineData("b c Namespace", "a c ClusterRole")]
    [InlineData("a c Namespace", "a b ClusterRole")]
    [InlineData("a d Namespace", "b c Namespace")]
    [InlineData("a b PodDisruptionBudget", "a b MutatingWebhookConfiguration")]
    [InlineData("a b PodDisruptionBudget", "a b CustomKindX")]
    [InlineData("a b CustomKindX", "a b MutatingWebhookConfiguration")]
    [InlineData("a b CustomKindA", "a b CustomKindB")]
    [InlineData("a b MutatingWebhookConfiguration", "a b ValidatingWebhookConfiguration")]
    [InlineData("a b CustomKindX", "a b ValidatingWebhookConfiguration")]
    [InlineData("a b APIService", "a b ValidatingWebhookConfiguration")]
    [InlineData("a b Service", "a b APIService")]
    [InlineData("a b Endpoints", "a b Service")]
    public void Order_PutsFirstWhatOthersReferTo(string less, string more)
    {
        Of(less).CompareTo(Of(more)).ShouldBeNegative();
        Of(more).CompareTo(Of(less)).ShouldBePositive();
    }

    private static Gvk Of(string text) => text.Split(' ') is [var group, var version, var kind] ? new Gvk(group, version, kind) : default;
}
