using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Tests.Clusters;
using Plumb.Manifests.Documents;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Tests.Lookups;

/// <summary>What <c>lookup</c> of a chart gets from a cluster.</summary>
public sealed class LookupTests
{
    [Fact]
    public async Task AnObject_ComesWhole_AsItIsNow()
    {
        await using var live = await LiveTarget.OpenAsync();
        await PostAsync(live, "one", "1");

        (await AskAsync(live, "one"))["data"]["key"].AsString().ShouldBe("1");
        await live.EditAsync("/api/v1/namespaces/NS/configmaps/one", """{"data":{"key":"2"}}""");
        var found = await AskAsync(live, "one");
        found["data"]["key"].AsString().ShouldBe("2");
        found["metadata"]["uid"].AsString().ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task AList_HoldsObjectsThatSayWhatTheyAre_AndIsTheSameWhileTheyAre()
    {
        await using var live = await LiveTarget.OpenAsync();
        await PostAsync(live, "a", "1");
        await PostAsync(live, "b", "2");

        var first = await live.Target.LookUpAsync(Request(live, "v1", "Secret", ""), LiveTarget.Ct);
        var list = await AskAsync(live, "");
        list["kind"].AsString().ShouldBe("ConfigMapList");
        list["items"].AsList()!.Select(i => i["metadata"]["name"].AsString()).Where(n => n != "kube-root-ca.crt").ShouldBe(["a", "b"]);
        list["items"].AsList()!.ShouldAllBe(i => i["kind"].AsString() == "ConfigMap" && i["apiVersion"].AsString() == "v1");
        (await live.Target.LookUpAsync(Request(live, "v1", "Secret", ""), LiveTarget.Ct)).Digest
            .ShouldBe(first.Digest, "writes to other objects do not count");
    }

    [Fact]
    public async Task WhatIsNotThere_IsNothing_AndAnUnknownKind_IsAFault()
    {
        await using var live = await LiveTarget.OpenAsync();

        (await live.Target.LookUpAsync(Request(live, "v1", "ConfigMap", "nobody"), LiveTarget.Ct)).ShouldBe(LiveAnswer.Nothing);
        (await live.Target.LookUpAsync(Request(live, "apps/v1", "Nonsense", "nobody"), LiveTarget.Ct)).ShouldBe(LiveAnswer.Nothing);
        (await live.Target.LookUpAsync(Request(live, "nonsense.example.com/v1", "Thing", "x"), LiveTarget.Ct)).Fault
            .ShouldBe("unable to get apiresource from unstructured: nonsense.example.com/v1, Kind=Thing: the server could not find the requested resource");
    }

    [Fact]
    public async Task AClusterThatIsUsedWithSomeNamespaces_AnswersForNoOther()
    {
        await using var all = await LiveTarget.OpenAsync();
        await using var limited = await LiveTarget.OpenAsync(change: o => o with { Namespaces = [all.Namespace] }, beside: all);

        (await limited.Target.LookUpAsync(Request(limited, "v1", "ConfigMap", ""), LiveTarget.Ct)).Fault.ShouldBeNull();
        foreach (var query in (LiveQuery[])[new("v1", "Secret", "kube-system", "x"), new("v1", "Secret", "", ""), new("v1", "Namespace", "", "")])
            (await limited.Target.LookUpAsync(new LookupRequest("shop", query), LiveTarget.Ct)).Fault!.ShouldContain("outside of the namespaces");
    }

    private static Task<KubeResponse> PostAsync(LiveTarget live, string name, string value) => live.KubectlAsync(c => c.SendAsync(
        new KubeRequest("create", HttpMethod.Post, $"/api/v1/namespaces/{live.Namespace}/configmaps")
        {
            Body = Json.Write(Json.Parse($$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"},"data":{"key":"{{{value}}}"}}""")),
        },
        LiveTarget.Ct));

    private static async Task<Node> AskAsync(LiveTarget live, string name)
    {
        var answer = await live.Target.LookUpAsync(Request(live, "v1", "ConfigMap", name), LiveTarget.Ct);
        answer.Fault.ShouldBeNull();
        return Json.Parse(answer.Content.Span);
    }

    private static LookupRequest Request(LiveTarget live, string apiVersion, string kind, string name) =>
        new("shop", new LiveQuery(apiVersion, kind, live.Namespace, name));
}
