using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Tests.Http;

namespace Plumb.Sandbox.Tests.Admission;

/// <summary>Admission webhooks that change, warn, refuse, hang and fail.</summary>
public sealed class WebhookTests : WireSandbox
{
    private const string Configurations = "/apis/admissionregistration.k8s.io/v1/";

    [Fact]
    public async Task Validating_Denies_InTheServersWords_AndWithItsCode()
    {
        await using var judge = await WebhookServer.StartAsync(
            request => request["object"]["data"]["k"] == "bad"
                ? new MapNode { ["allowed"] = false, ["status"] = new MapNode { ["message"] = "no bad values", ["code"] = 403 } }
                : new MapNode { ["allowed"] = true, ["warnings"] = new ListNode { "think twice" } },
            Ct);
        await RegisterAsync(false, judge);
        (await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "bad"), 403))["message"].AsString()
            .ShouldBe("admission webhook \"judge.example.com\" denied the request: no bad values");
        await SendAsync(HttpMethod.Get, ConfigMaps + "/a", null, 404);
        await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "good"), 201);
        await SendAsync(HttpMethod.Patch, ConfigMaps + "/a", Json.Parse("""{"data":{"k":"bad"}}"""), 403, "application/merge-patch+json");
        var update = judge.Asked.Last();
        update["operation"].AsString().ShouldBe("UPDATE");
        update["oldObject"]["data"]["k"].AsString().ShouldBe("good");
        update["object"]["data"]["k"].AsString().ShouldBe("bad");
        update["userInfo"]["username"].AsString().ShouldBe("sandbox-admin");
        update["resource"]["resource"].AsString().ShouldBe("configmaps");
        var applied = Map("b", "bad");
        await SendAsync(HttpMethod.Patch, ConfigMaps + "/b?fieldManager=me", applied, 403, "application/apply-patch+yaml");
        await SendAsync(HttpMethod.Patch, ConfigMaps + "/b?fieldManager=me&dryRun=All", applied, 403, "application/apply-patch+yaml");
        judge.Asked.Last()["dryRun"].AsBool().ShouldBe(true);
    }

    [Fact]
    public async Task Mutating_Patches_WhatIsStored_AndValidatingSeesIt()
    {
        var patch = Convert.ToBase64String(Encoding.UTF8.GetBytes("""[{"op":"add","path":"/data/added","value":"by webhook"}]"""));
        await using var mutator = await WebhookServer.StartAsync(
            _ => new MapNode { ["allowed"] = true, ["patchType"] = "JSONPatch", ["patch"] = patch }, Ct);
        await using var judge = await WebhookServer.StartAsync(_ => new MapNode { ["allowed"] = true }, Ct);
        await RegisterAsync(true, mutator);
        await RegisterAsync(false, judge);
        var made = await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "v"), 201);
        made["data"]["added"].AsString().ShouldBe("by webhook");
        judge.Asked.Last()["object"]["data"]["added"].AsString().ShouldBe("by webhook");
        (await SendAsync(HttpMethod.Get, ConfigMaps + "/a", null, 200))["data"]["added"].AsString().ShouldBe("by webhook");
    }

    [Fact]
    public async Task Delete_IsAskedAbout_WithTheOldObject()
    {
        await using var judge = await WebhookServer.StartAsync(
            request => new MapNode { ["allowed"] = request["operation"] != "DELETE" }, Ct);
        await RegisterAsync(false, judge);
        await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "v"), 201);
        (await SendAsync(HttpMethod.Delete, ConfigMaps + "/a", null, 400))["message"].AsString()
            .ShouldBe("admission webhook \"judge.example.com\" denied the request without explanation");
        judge.Asked.Last()["oldObject"]["metadata"]["name"].AsString().ShouldBe("a");
    }

    [Fact]
    public async Task Hanging_IsAFailure_OrIgnored_AsThePolicySays()
    {
        await using var judge = await WebhookServer.StartAsync(_ => new MapNode { ["hang"] = true }, Ct);
        await RegisterAsync(false, judge, """{"timeoutSeconds":1}""");
        (await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "v"), 500))["message"].AsString()!.ShouldContain(
            "failed calling webhook \"judge.example.com\": failed to call webhook: Post");
        await SendAsync(HttpMethod.Patch, Configurations + "validatingwebhookconfigurations/judge",
            Json.Parse("""[{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Ignore"}]"""), 200, "application/json-patch+json");
        await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "v"), 201);
    }

    [Fact]
    public async Task Selectors_Decide_WhatIsAsked()
    {
        await using var judge = await WebhookServer.StartAsync(_ => new MapNode { ["allowed"] = false }, Ct);
        await RegisterAsync(false, judge, """{"objectSelector":{"matchLabels":{"made":"elsewhere"}}}""");
        await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "v"), 201);
        judge.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("object.metadata.name == 'a'", true)]
    [InlineData("object.metadata.name == 'b'", false)]
    [InlineData("request.operation == 'CREATE' && request.userInfo.username == 'sandbox-admin' && oldObject == null", true)]
    [InlineData("request.resource.resource == 'configmaps' && request.namespace == 'default' && !request.dryRun", true)]
    [InlineData("'system:masters' in request.userInfo.groups", true)]
    [InlineData("!object.data.exists(k, k == 'k')", false)]
    public async Task MatchConditions_Decide_WhatIsAsked(string expression, bool asked)
    {
        await using var judge = await WebhookServer.StartAsync(_ => new MapNode { ["allowed"] = true }, Ct);
        await RegisterAsync(false, judge, Conditions(expression));
        await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "v"), 201);
        judge.Asked.Count.ShouldBe(asked ? 1 : 0);
    }

    [Fact]
    public async Task MatchConditions_ThatFail_RefuseTheRequest_OrLeaveTheWebhookOut_AsThePolicySays()
    {
        await using var judge = await WebhookServer.StartAsync(_ => new MapNode { ["allowed"] = false }, Ct);
        await RegisterAsync(false, judge, Conditions("object.spec.replicas > 3"));
        (await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "v"), 403))["message"].AsString().ShouldBe(
            "configmaps \"a\" is forbidden: expression 'object.spec.replicas > 3' resulted in error: no such key: spec");
        await SendAsync(HttpMethod.Patch, Configurations + "validatingwebhookconfigurations/judge",
            Json.Parse("""[{"op":"replace","path":"/webhooks/0/failurePolicy","value":"Ignore"}]"""), 200, "application/json-patch+json");
        await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "v"), 201);
        judge.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task MatchConditions_OneThatIsFalse_DecidesOverOneThatFails()
    {
        await using var judge = await WebhookServer.StartAsync(_ => new MapNode { ["allowed"] = false }, Ct);
        await RegisterAsync(false, judge, Conditions("object.spec.replicas > 3", "request.operation == 'DELETE'"));
        await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "v"), 201);
        judge.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""[{"name":"a","expression":""}]""", "FieldValueRequired", "webhooks[0].matchConditions[0].expression", "Required value")]
    [InlineData("""[{"name":"","expression":"true"}]""", "FieldValueRequired", "webhooks[0].matchConditions[0].name", "Required value")]
    [InlineData("""[{"name":"a","expression":"true"},{"name":"a","expression":"true"}]""", "FieldValueDuplicate",
        "webhooks[0].matchConditions[1].name", "Duplicate value: \"a\"")]
    [InlineData("""[{"name":"a","expression":"nobody.knows"}]""", "FieldValueInvalid", "webhooks[0].matchConditions[0].expression",
        "Invalid value: \"nobody.knows\": compilation failed: ERROR: <input>:1:1: undeclared reference to 'nobody'")]
    [InlineData("""[{"name":"a","expression":"object.x =="}]""", "FieldValueInvalid", "webhooks[0].matchConditions[0].expression",
        "Invalid value: \"object.x ==\": compilation failed: ERROR: <input>:1:")]
    public async Task MatchConditions_ThatCannotBeUsed_AreRefused(string conditions, string reason, string field, string words)
    {
        var refusal = await SendAsync(HttpMethod.Post, Configurations + "validatingwebhookconfigurations", Configuration(
            """{"url":"https://127.0.0.1:1/"}""", $$"""{"matchConditions":{{conditions}}}"""), 422);
        var cause = refusal["details"]["causes"].AsList().ShouldHaveSingleItem();
        cause["reason"].AsString().ShouldBe(reason);
        cause["field"].AsString().ShouldBe(field);
        cause["message"].AsString()!.ShouldStartWith(words);
    }

    private static string Conditions(params string[] expressions) => Json.WriteText(new MapNode
    {
        ["matchConditions"] = new ListNode(expressions.Select((e, i) => (Node)new MapNode { ["name"] = $"c{i}", ["expression"] = e })),
    });

    [Fact]
    public async Task Service_ThatNothingMaps_FailsAndSaysWhy()
    {
        await SendAsync(HttpMethod.Post, Configurations + "validatingwebhookconfigurations", Configuration(
            """{"service":{"namespace":"default","name":"judge"}}""", "{}"), 201);
        (await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "v"), 500))["message"].AsString()!.ShouldContain(
            "no container runs behind the service default/judge in the sandbox; map it to an address");
    }

    [Fact]
    public async Task Url_OfAnotherMachine_IsNotCalled()
    {
        await SendAsync(HttpMethod.Post, Configurations + "validatingwebhookconfigurations", Configuration(
            """{"url":"https://192.0.2.1/judge"}""", "{}"), 201);
        (await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "v"), 500))["message"].AsString()!.ShouldContain("on this machine only");
    }

    private Task RegisterAsync(bool mutating, WebhookServer server, string more = "{}") => SendAsync(
        HttpMethod.Post,
        Configurations + (mutating ? "mutatingwebhookconfigurations" : "validatingwebhookconfigurations"),
        Configuration($$"""{"url":"{{server.Url}}judge","caBundle":"{{server.Bundle}}"}""", more),
        201);

    private static Node Configuration(string clientConfig, string more)
    {
        var webhook = Json.Parse($$"""
            {"name":"judge.example.com","admissionReviewVersions":["v1"],"sideEffects":"None","clientConfig":{{clientConfig}},
             "rules":[{"operations":["*"],"apiGroups":[""],"apiVersions":["v1"],"resources":["configmaps"]}]}
            """).AsMap()!;
        foreach (var (key, value) in Json.Parse(more).AsMap()!) webhook[key] = value;
        return new MapNode { ["metadata"] = new MapNode { ["name"] = "judge" }, ["webhooks"] = new ListNode { webhook } };
    }
}
