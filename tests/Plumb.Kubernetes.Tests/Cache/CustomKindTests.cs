using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Tests.Clusters;
using Plumb.Manifests.Documents;
using Plumb.Reconcile.Resources;

namespace Plumb.Kubernetes.Tests.Cache;

/// <summary>Kinds that come, change and go while the cluster is followed.</summary>
public sealed class CustomKindTests
{
    [Fact]
    public async Task AKind_ThatAppears_ChangesItsVersion_Vanishes_AndComesBackInAnotherScope_IsFollowedThroughout()
    {
        await using var live = await LiveTarget.OpenAsync();
        var group = live.Namespace + ".example.com";
        var cluster = await live.Target.ClusterAsync(LiveTarget.Ct);
        var gadget = new ResourceId(group, "Gadget", live.Namespace, "one");

        // It appears: nobody asked for it, its objects are seen.
        await PostAsync(live, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Definition(group, "Namespaced", ("v1", true)));
        await live.EventuallyAsync(() => cluster.Catalog.Find(new Discovery.GroupKind(group, "Gadget")) is not null, "the kind is found");
        await PostAsync(live, $"/apis/{group}/v1/namespaces/{live.Namespace}/gadgets", Gadget(group, "v1", live.Namespace));
        await live.EventuallyAsync(() => live.Target.Observe([gadget])[0].Version.Length > 0, "its object is seen");
        var application = live.Application();
        var manifest = live.Manifest(Gadget(group, "v1", "NS"));
        await live.SyncAsync(application, manifest);

        // Another version is served and the old one no more: the same object, as the new version shows it.
        await PutAsync(live, $"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.{group}", Definition(group, "Namespaced", ("v1", false), ("v2", true)));
        await live.EventuallyAsync(
            () => cluster.Cache.Find(gadget)?.Document?.ApiVersion == group + "/v2", "it is read at the version that is served", 30);
        (await live.PlanAsync(application, live.Manifest(Gadget(group, "v2", "NS")))).Changes.ShouldHaveSingleItem().Error.ShouldBeNull();

        // It vanishes with its objects; the application is told.
        await using var events = live.Target.WatchAsync(LiveTarget.Ct).GetAsyncEnumerator(LiveTarget.Ct);
        await live.DeleteAsync($"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.{group}");
        await live.EventuallyAsync(() => !live.Target.Observe([gadget])[0].Exists, "its objects are gone");
        await live.EventuallyAsync(() => cluster.Catalog.Find(new Discovery.GroupKind(group, "Gadget")) is null, "so is the kind", 30);
        (await events.MoveNextAsync()).ShouldBeTrue();
        (events.Current.Application is null || events.Current.Application == application.Name).ShouldBeTrue();

        // It comes back, no longer in namespaces.
        await PostAsync(live, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Definition(group, "Cluster", ("v1", true)));
        await live.EventuallyAsync(() => cluster.Catalog.Find(new Discovery.GroupKind(group, "Gadget")) is { Namespaced: false }, "its scope is known", 30);
        await live.SyncAsync(application, live.Manifest(Gadget(group, "v1", "")));
        await live.EventuallyAsync(() => live.Target.Observe([gadget with { Namespace = "" }])[0].Exists, "its object is seen");
        await live.DeleteAsync($"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.{group}");
    }

    private static string Gadget(string group, string version, string @namespace) =>
        $$$"""
        {"apiVersion":"{{{group}}}/{{{version}}}","kind":"Gadget","metadata":{"name":"one"{{{(@namespace.Length == 0 ? "" : $",\"namespace\":\"{@namespace}\"")}}}},"spec":{"size":1} }
        """;

    private static string Definition(string group, string scope, params (string Name, bool Served)[] versions)
    {
        var all = versions.Select((v, i) =>
            $$$"""
            {"name":"{{{v.Name}}}","served":{{{(v.Served ? "true" : "false")}}},"storage":{{{(i == versions.Length - 1 ? "true" : "false")}}},
             "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true} } }
            """);
        return
            $$$"""
            {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"gadgets.{{{group}}}"},
             "spec":{"group":"{{{group}}}","scope":"{{{scope}}}","names":{"plural":"gadgets","singular":"gadget","kind":"Gadget","listKind":"GadgetList"},
              "versions":[{{{string.Join(',', all)}}}]} }
            """;
    }

    private static Task PostAsync(LiveTarget live, string path, string json) => live.EventuallyPostedAsync(path, json);

    private static Task PutAsync(LiveTarget live, string path, string json) => live.KubectlAsync(async c =>
    {
        var body = Json.Parse(json).AsMap()!;
        body.GetOrAddMap("metadata")["resourceVersion"] = (await c.GetAsync(path, LiveTarget.Ct))["metadata"]["resourceVersion"];
        return await c.SendAsync(new KubeRequest("update", HttpMethod.Put, path) { Body = Json.Write(body) }, LiveTarget.Ct);
    });
}
