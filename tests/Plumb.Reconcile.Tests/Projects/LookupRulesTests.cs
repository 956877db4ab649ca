using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Projects;
using Plumb.Reconcile.Rendering;

namespace Plumb.Reconcile.Tests.Projects;

/// <summary>What the charts of a project may look up.</summary>
public sealed class LookupRulesTests
{
    private static readonly DestinationSpec Here = new(Namespace: "shop");

    private static readonly ProjectSpec Team = new()
    {
        Name = "team",
        Destinations = [new DestinationSpec("", DestinationSpec.InClusterServer, "shop"), new DestinationSpec("", DestinationSpec.InClusterServer, "shop-*")],
        NamespaceResourceBlacklist = [new KindPattern("rbac.authorization.k8s.io", "*")],
        ClusterResourceWhitelist = [new KindPattern("storage.k8s.io", "StorageClass")],
    };

    [Theory]
    [InlineData("v1", "Secret", "shop", "login")]
    [InlineData("v1", "Secret", "shop-test", "")]
    public void ItsOwnNamespaces_AreAllowed(string apiVersion, string kind, string ns, string name) =>
        ProjectRules.CheckLookup(new LiveQuery(apiVersion, kind, ns, name), isClusterScoped: false, Here, Team).ShouldBeNull();

    [Theory]
    [InlineData("v1", "Secret", "kube-system", "does not allow the namespace kube-system")]
    [InlineData("v1", "Secret", "", "does not allow the namespace *")]
    [InlineData("rbac.authorization.k8s.io/v1", "Role", "shop", "does not allow the kind rbac.authorization.k8s.io/Role")]
    public void OthersAreNot(string apiVersion, string kind, string ns, string words) =>
        ProjectRules.CheckLookup(new LiveQuery(apiVersion, kind, ns, ""), isClusterScoped: false, Here, Team)!.ShouldContain(words);

    [Fact]
    public void KindsWithoutANamespace_AreAllowedOneByOne()
    {
        ProjectRules.CheckLookup(new LiveQuery("storage.k8s.io/v1", "StorageClass", "", ""), isClusterScoped: true, Here, Team).ShouldBeNull();
        ProjectRules.CheckLookup(new LiveQuery("v1", "Node", "", ""), isClusterScoped: true, Here, Team)!.ShouldContain("cluster-scoped kind /Node");
    }

    [Fact]
    public void AllNamespacesAtOnce_NeedAProjectThatAllowsAll_AndDeniesNone()
    {
        var all = new LiveQuery("v1", "ConfigMap", "", "");
        ProjectRules.CheckLookup(all, isClusterScoped: false, Here, ProjectSpec.AllowAll).ShouldBeNull();
        var butOne = ProjectSpec.AllowAll with { Destinations = [new DestinationSpec("*", "*", "*"), new DestinationSpec("", "*", "!kube-system")] };
        ProjectRules.CheckLookup(all, isClusterScoped: false, Here, butOne)!.ShouldContain("does not allow all namespaces");
    }
}
