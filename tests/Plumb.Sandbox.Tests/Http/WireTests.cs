using System.Net;
using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Tests.Http;

public sealed class WireTests : WireSandbox
{
    [Fact]
    public async Task Update_WithStaleVersion_IsAConflict()
    {
        var created = await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "1"), 201);
        var update = created.DeepClone();
        update.AsMap()!["data"] = new MapNode { ["k"] = "2" };
        await SendAsync(HttpMethod.Put, ConfigMaps + "/a", update, 200);
        update.AsMap()!["data"] = new MapNode { ["k"] = "3" };
        var status = await SendAsync(HttpMethod.Put, ConfigMaps + "/a", update, 409);
        status["message"].AsString().ShouldBe("Operation cannot be fulfilled on configmaps \"a\": the object has been modified; " +
            "please apply your changes to the latest version and try again");
    }

    [Fact]
    public async Task Update_ThatChangesNothing_KeepsTheVersion()
    {
        var created = await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "1"), 201);
        var again = await SendAsync(HttpMethod.Put, ConfigMaps + "/a", created, 200);
        again["metadata"]["resourceVersion"].ShouldBe(created["metadata"]["resourceVersion"]);
    }

    [Fact]
    public async Task List_InPages_ShowsOneSnapshot()
    {
        for (var i = 0; i < 5; i++) await SendAsync(HttpMethod.Post, ConfigMaps, Map("m" + i, "1"), 201);
        var first = await SendAsync(HttpMethod.Get, ConfigMaps + "?limit=3&labelSelector=made=here", null, 200);
        first["items"].AsList()!.Count.ShouldBe(3);
        await SendAsync(HttpMethod.Delete, ConfigMaps + "/m4", null, 200);
        var rest = await SendAsync(
            HttpMethod.Get, ConfigMaps + "?limit=3&labelSelector=made=here&continue=" + first["metadata"]["continue"].AsString(), null, 200);
        rest["items"].AsList()!.Select(i => i["metadata"]["name"].AsString()).ShouldBe(["m3", "m4"]);
        rest["metadata"]["resourceVersion"].ShouldBe(first["metadata"]["resourceVersion"]);
    }

    [Fact]
    public async Task Watch_TellsWhatHappensAfterTheList()
    {
        var list = await SendAsync(HttpMethod.Get, ConfigMaps, null, 200);
        using var reader = await WatchAsync($"{ConfigMaps}?watch=1&resourceVersion={list["metadata"]["resourceVersion"].AsString()}");
        await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "1"), 201);
        await SendAsync(HttpMethod.Delete, ConfigMaps + "/a", null, 200);
        (await NextAsync(reader))["type"].AsString().ShouldBe("ADDED");
        (await NextAsync(reader))["type"].AsString().ShouldBe("DELETED");
    }

    [Fact]
    public async Task Watch_FromForgottenPast_IsExpired()
    {
        for (var i = 0; i < 40; i++) await SendAsync(HttpMethod.Post, ConfigMaps, Map("m" + i, "1"), 201);
        using var reader = await WatchAsync(ConfigMaps + "?watch=1&resourceVersion=2");
        var e = await NextAsync(reader);
        e["type"].AsString().ShouldBe("ERROR");
        e["object"]["code"].AsInt().ShouldBe(410);
        e["object"]["reason"].AsString().ShouldBe("Expired");
    }

    [Fact]
    public async Task WatchList_EndsTheInitialEventsWithABookmark()
    {
        await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "1"), 201);
        using var reader = await WatchAsync(
            ConfigMaps + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&labelSelector=made=here");
        (await NextAsync(reader))["type"].AsString().ShouldBe("ADDED");
        var bookmark = await NextAsync(reader);
        bookmark["type"].AsString().ShouldBe("BOOKMARK");
        bookmark["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"].AsString().ShouldBe("true");
    }

    [Fact]
    public async Task Finalizers_HoldADeletedObjectUntilTheyAreGone()
    {
        var map = Map("held", "1");
        map.GetOrAddMap("metadata")["finalizers"] = new ListNode { "example.com/hold" };
        await SendAsync(HttpMethod.Post, ConfigMaps, map, 201);
        var held = await SendAsync(HttpMethod.Delete, ConfigMaps + "/held", null, 200);
        held["metadata"]["deletionTimestamp"].AsString().ShouldNotBeNull();
        var patch = new MapNode { ["metadata"] = new MapNode { ["finalizers"] = Node.Null } };
        await SendAsync(HttpMethod.Patch, ConfigMaps + "/held", patch, 200, "application/merge-patch+json");
        await SendAsync(HttpMethod.Get, ConfigMaps + "/held", null, 404);
    }

    [Fact]
    public async Task Garbage_GoesWhenItsOwnerGoes()
    {
        var owner = await SendAsync(HttpMethod.Post, ConfigMaps, Map("owner", "1"), 201);
        var owned = Map("owned", "1");
        owned.GetOrAddMap("metadata")["ownerReferences"] = new ListNode
        {
            new MapNode { ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["name"] = "owner", ["uid"] = owner["metadata"]["uid"] },
        };
        await SendAsync(HttpMethod.Post, ConfigMaps, owned, 201);
        using var reader = await WatchAsync(ConfigMaps + "?watch=1&fieldSelector=metadata.name=owned");
        (await NextAsync(reader))["type"].AsString().ShouldBe("ADDED");
        await SendAsync(HttpMethod.Delete, ConfigMaps + "/owner", null, 200);
        (await NextAsync(reader))["type"].AsString().ShouldBe("DELETED");
    }

    [Fact]
    public async Task UnknownFields_AreRefusedWhenStrict()
    {
        var map = Map("a", "1");
        map["spec"] = new MapNode { ["foo"] = 1 };
        var status = await SendAsync(HttpMethod.Post, ConfigMaps + "?fieldValidation=Strict", map, 400);
        status["message"].AsString()!.ShouldContain("strict decoding error: unknown field \"spec\"");
    }

    [Fact]
    public async Task DryRun_StoresNothing()
    {
        await SendAsync(HttpMethod.Post, ConfigMaps + "?dryRun=All", Map("a", "1"), 201);
        await SendAsync(HttpMethod.Get, ConfigMaps + "/a", null, 404);
    }

    [Fact]
    public async Task PauseAndResume_KeepPortAndObjects()
    {
        await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "1"), 201);
        await Server.PauseAsync();
        await Should.ThrowAsync<HttpRequestException>(() => Http.GetAsync(ConfigMaps, Ct));
        await Server.ResumeAsync(Ct);
        await SendAsync(HttpMethod.Get, ConfigMaps + "/a", null, 200);
    }

    [Fact]
    public async Task Https_WithoutTheToken_IsUnauthorized()
    {
        await using var server = await SandboxServer.StartAsync(new SandboxOptions { RunControllers = false }, Ct);
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        using var http = new HttpClient(handler) { BaseAddress = server.Url };
        (await http.GetAsync("/api/v1/namespaces", Ct)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        http.DefaultRequestHeaders.Authorization = new("Bearer", server.Token);
        (await http.GetAsync("/api/v1/namespaces", Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
