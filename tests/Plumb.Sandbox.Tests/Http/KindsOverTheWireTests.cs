using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Tests.Http;

/// <summary>Custom kinds, subresources and patches as a client of the HTTP API meets them.</summary>
public sealed class KindsOverTheWireTests : WireSandbox
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Widgets = "/apis/example.com/v1/namespaces/default/widgets";
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";

    [Fact]
    public async Task NamesTakenByAnotherDefinition_AreRefused_UntilTheOtherGoes()
    {
        await DefineWidgetsAsync();
        await SendAsync(HttpMethod.Post, Definitions, Definition("gadgets", "Widget"), 201);
        var clash = await SendAsync(HttpMethod.Get, Definitions + "/gadgets.example.com", null, 200);
        Condition(clash, "NamesAccepted")["reason"].AsString().ShouldBe("ListKindConflict");
        Condition(clash, "Established")["status"].AsString().ShouldBe("False");
        await SendAsync(HttpMethod.Get, "/apis/example.com/v1/namespaces/default/gadgets", null, 404, json: false);

        await SendAsync(HttpMethod.Delete, Definitions + "/widgets.example.com", null, 200);
        using var watch = await WatchAsync(Definitions + "?watch=1&fieldSelector=metadata.name=gadgets.example.com");
        Node seen;
        do seen = (await NextAsync(watch))["object"];
        while (Condition(seen, "Established")["status"].AsString() != "True");
        await SendAsync(HttpMethod.Get, "/apis/example.com/v1/namespaces/default/gadgets", null, 200);
    }

    [Fact]
    public async Task AllServedVersions_ShowTheSameObject()
    {
        await DefineWidgetsAsync();
        await SendAsync(HttpMethod.Post, Widgets, Widget("w"), 201);
        var beta = await SendAsync(HttpMethod.Get, Widgets.Replace("/v1/", "/v1beta1/") + "/w", null, 200);
        beta["apiVersion"].AsString().ShouldBe("example.com/v1beta1");
        beta["spec"]["size"].AsInt().ShouldBe(3);
        await SendAsync(HttpMethod.Get, Widgets.Replace("/v1/", "/v1alpha1/") + "/w", null, 404, json: false);
        var list = await SendAsync(HttpMethod.Get, Widgets.Replace("/v1/", "/v1beta1/"), null, 200);
        list["items"].AsList()!.Single()["apiVersion"].AsString().ShouldBe("example.com/v1beta1");
    }

    [Fact]
    public async Task CustomStatus_IsWrittenOnlyThroughItsSubresource()
    {
        await DefineWidgetsAsync();
        await SendAsync(HttpMethod.Post, Widgets, Widget("w"), 201);
        var status = new MapNode { ["status"] = new MapNode { ["size"] = 2 }, ["spec"] = new MapNode { ["size"] = 9 } };
        var main = await SendAsync(HttpMethod.Patch, Widgets + "/w", status, 200, "application/merge-patch+json");
        main["status"].IsAbsent.ShouldBeTrue();
        main["spec"]["size"].AsInt().ShouldBe(9);
        status["spec"] = new MapNode { ["size"] = 1 };
        var sub = await SendAsync(HttpMethod.Patch, Widgets + "/w/status", status, 200, "application/merge-patch+json");
        sub["status"]["size"].AsInt().ShouldBe(2);
        sub["spec"]["size"].AsInt().ShouldBe(9);
        sub["metadata"]["generation"].AsInt().ShouldBe(2);
    }

    [Fact]
    public async Task CustomScale_ReadsAndWritesTheNamedPaths()
    {
        await DefineWidgetsAsync();
        await SendAsync(HttpMethod.Post, Widgets, Widget("w"), 201);
        var scale = await SendAsync(HttpMethod.Get, Widgets + "/w/scale", null, 200);
        scale["kind"].AsString().ShouldBe("Scale");
        scale["spec"]["replicas"].AsInt().ShouldBe(3);
        var wish = new MapNode { ["spec"] = new MapNode { ["replicas"] = 7 } };
        await SendAsync(HttpMethod.Patch, Widgets + "/w/scale", wish, 200, "application/merge-patch+json");
        (await SendAsync(HttpMethod.Get, Widgets + "/w", null, 200))["spec"]["size"].AsInt().ShouldBe(7);
    }

    [Fact]
    public async Task BuiltInStatus_IsKeptApartFromTheSpec()
    {
        var body = Deployment();
        body["status"] = new MapNode { ["readyReplicas"] = 5 };
        var created = await SendAsync(HttpMethod.Post, Deployments, body, 201);
        created["status"]["readyReplicas"].IsAbsent.ShouldBeTrue();
        var patch = new MapNode { ["status"] = new MapNode { ["readyReplicas"] = 1 }, ["spec"] = new MapNode { ["replicas"] = 4 } };
        var changed = await SendAsync(HttpMethod.Patch, Deployments + "/web/status", patch, 200, "application/merge-patch+json");
        changed["status"]["readyReplicas"].AsInt().ShouldBe(1);
        changed["spec"]["replicas"].AsInt().ShouldBe(1);
    }

    [Fact]
    public async Task JsonPatch_ChangesWhatItNames_OrNothing()
    {
        await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "1"), 201);
        var good = Json.Parse("""[{"op":"test","path":"/data/k","value":"1"},{"op":"add","path":"/data/l","value":"2"}]""");
        var patched = await SendAsync(HttpMethod.Patch, ConfigMaps + "/a", good, 200, "application/json-patch+json");
        patched["data"]["l"].AsString().ShouldBe("2");
        var failing = Json.Parse("""[{"op":"add","path":"/data/m","value":"3"},{"op":"test","path":"/data/k","value":"9"}]""");
        var refused = await SendAsync(HttpMethod.Patch, ConfigMaps + "/a", failing, 422, "application/json-patch+json");
        refused["reason"].AsString().ShouldBe("Invalid");
        (await SendAsync(HttpMethod.Get, ConfigMaps + "/a", null, 200))["data"]["m"].IsAbsent.ShouldBeTrue();
        var noList = await SendAsync(HttpMethod.Patch, ConfigMaps + "/a", new MapNode { ["op"] = "add" }, 400, "application/json-patch+json");
        noList["message"].AsString().ShouldBe("json: cannot unmarshal object into Go value of type jsonpatch.Patch");
    }

    [Fact]
    public async Task StrategicPatch_WithoutTheMergeKey_SaysWhichKey()
    {
        await SendAsync(HttpMethod.Post, Deployments, Deployment(), 201);
        var patch = Json.Parse("""{"spec":{"template":{"spec":{"containers":[{"image":"nginx:2"}]}}}}""");
        var status = await SendAsync(HttpMethod.Patch, Deployments + "/web", patch, 500, "application/strategic-merge-patch+json");
        status["message"].AsString().ShouldBe("map: map[image:nginx:2] does not contain declared merge key: name");
    }

    [Fact]
    public async Task Conflicts_OfSeveralManagers_AreListedByManager()
    {
        await SendAsync(HttpMethod.Post, ConfigMaps + "?fieldManager=zed", Map("a", "1"), 201);
        var other = new MapNode { ["data"] = new MapNode { ["l"] = "1" } };
        await SendAsync(HttpMethod.Patch, ConfigMaps + "/a?fieldManager=alf", other, 200, "application/merge-patch+json");
        var wish = Map("a", "2");
        wish["data"] = new MapNode { ["k"] = "2", ["l"] = "2" };
        var status = await SendAsync(HttpMethod.Patch, ConfigMaps + "/a?fieldManager=me", wish, 409, "application/apply-patch+yaml");
        var message = status["message"].AsString()!;
        message.ShouldStartWith("Apply failed with 2 conflicts: conflicts with \"alf\" using v1");
        message.ShouldContain("\n- .data.l\nconflicts with \"zed\" using v1");
        message.ShouldEndWith("\n- .data.k");
        status["details"]["causes"].AsList()!.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Job_WithoutLabels_ShowsThoseOfItsTemplate()
    {
        var job = Json.Parse("""
            {"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"once"},
             "spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"busybox"}]}}}}
            """);
        var created = await SendAsync(HttpMethod.Post, "/apis/batch/v1/namespaces/default/jobs", job, 201);
        created["metadata"]["labels"]["batch.kubernetes.io/job-name"].AsString().ShouldBe("once");
    }

    [Theory]
    [InlineData("fieldSelector=status.nope=x", "field label not supported: status.nope")]
    [InlineData("labelSelector=app%3D%25", "unable to parse requirement: values[0][app]: Invalid value: \"%\"")]
    [InlineData("labelSelector=app%20inn%20(a)", "unable to parse requirement: found 'inn'")]
    public async Task Selectors_ThatMakeNoSense_AreRefused(string query, string why)
    {
        var status = await SendAsync(HttpMethod.Get, "/api/v1/pods?" + query, null, 400);
        status["message"].AsString()!.ShouldStartWith(why);
    }

    private async Task DefineWidgetsAsync() => await SendAsync(HttpMethod.Post, Definitions, Definition("widgets", "Widget"), 201);

    private static Node Condition(Node crd, string type) =>
        crd["status"]["conditions"].AsList()?.FirstOrDefault(c => c["type"].AsString() == type) ?? default;

    private static MapNode Definition(string plural, string kind) => Json.Parse("""
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"PLURAL.example.com"},
         "spec":{"group":"example.com","scope":"Namespaced","names":{"plural":"PLURAL","kind":"KIND","singular":"a-PLURAL"},
          "versions":[
           {"name":"v1","served":true,"storage":true,
            "subresources":{"status":{},"scale":{"specReplicasPath":".spec.size","statusReplicasPath":".status.size"}},
            "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},
           {"name":"v1beta1","served":true,"storage":false,
            "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},
           {"name":"v1alpha1","served":false,"storage":false,
            "schema":{"openAPIV3Schema":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}
          ]}}
        """.Replace("PLURAL", plural).Replace("KIND", kind)).AsMap()!;

    private static Node Widget(string name) => Json.Parse(
        """{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"NAME"},"spec":{"size":3}}""".Replace("NAME", name));

    private static MapNode Deployment() => Json.Parse("""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
         "spec":{"selector":{"matchLabels":{"app":"web"}},
          "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"nginx"}]}}}}
        """).AsMap()!;
}
