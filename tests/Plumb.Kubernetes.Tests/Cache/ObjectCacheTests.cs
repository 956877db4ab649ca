using Plumb.Kubernetes.Cache;
using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Resources;

namespace Plumb.Kubernetes.Tests.Cache;

public sealed class ObjectCacheTests
{
    private static readonly ApiResource ConfigMaps = new(new GroupVersionKind("", "v1", "ConfigMap"), "configmaps", true, ["list", "watch"]);
    private static readonly ResourceId Id = new("", "ConfigMap", "shop", "a");

    [Fact]
    public void Put_WhenTheAnswerToADeleteComesAfterTheWatchReportedTheEnd_DoesNotBringItBack()
    {
        using var metrics = new KubernetesMetrics();
        var cache = new ObjectCache(metrics, (_, _) => { });
        cache.Put(ConfigMaps, Document("1", "one"));
        cache.Remove(Id, "one");
        cache.Put(ConfigMaps, Document("2", "one"));
        cache.Find(Id).ShouldBeNull();

        cache.Put(ConfigMaps, Document("3", "two"));
        cache.Find(Id).ShouldNotBeNull().Uid.ShouldBe("two");
        cache.Remove(Id, "one"); // late word of the first incarnation
        cache.Find(Id).ShouldNotBeNull();
    }

    [Fact]
    public void Put_OlderNews_IsDropped()
    {
        using var metrics = new KubernetesMetrics();
        var cache = new ObjectCache(metrics, (_, _) => { });
        cache.Put(ConfigMaps, Document("10", "one"));
        cache.Put(ConfigMaps, Document("9", "one"));
        cache.Find(Id).ShouldNotBeNull().Version.ShouldBe("10");
    }

    [Fact]
    public void Replace_DropsWhatIsNotListed_ButKeepsWhatWasMadeAfterTheList()
    {
        using var metrics = new KubernetesMetrics();
        var gone = new List<string>();
        var cache = new ObjectCache(metrics, (change, _) => { if (change.After is null) gone.Add(change.Id.Name); });
        cache.Put(ConfigMaps, Document("5", "old", "old"));
        cache.Put(ConfigMaps, Document("20", "new", "new"));
        cache.BeginList(ConfigMaps, "", whole: true).Complete("10");
        gone.ShouldBe(["old"]);
        cache.Find(Id with { Name = "new" }).ShouldNotBeNull();
    }

    [Fact]
    public void Drop_WhenTheKindComesBack_TakesTheSameObjectsAgain()
    {
        using var metrics = new KubernetesMetrics();
        var cache = new ObjectCache(metrics, (_, _) => { });
        cache.Put(ConfigMaps, Document("1", "one"));
        cache.Drop(ConfigMaps.GroupKind);
        cache.Find(Id).ShouldBeNull();
        cache.Put(ConfigMaps, Document("1", "one"));
        cache.Find(Id).ShouldNotBeNull();
    }

    private static MapNode Document(string version, string uid, string name = "a") => Json.Parse(
        $$$"""
        {"apiVersion":"v1","kind":"ConfigMap",
         "metadata":{"name":"{{{name}}}","namespace":"shop","uid":"{{{uid}}}","resourceVersion":"{{{version}}}"} }
        """).AsMap()!;
}
