using Plumb.Manifests.Documents;
using Plumb.Sandbox.Tests.Http;

namespace Plumb.Sandbox.Tests.Admission;

/// <summary>Evictions ask the Pod's disruption budget.</summary>
public sealed class EvictionTests : WireSandbox
{
    private const string Pods = "/api/v1/namespaces/default/pods";
    private const string Budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";

    [Fact]
    public async Task Eviction_IsRefused_WhenTheBudgetIsUsedUp_AndTakenFromItOtherwise()
    {
        await MakePodAsync("a");
        await MakePodAsync("b");
        await SendAsync(HttpMethod.Post, Budgets, Json.Parse("""
            {"metadata":{"name":"guard"},"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"web"}}}}
            """), 201);
        var early = await EvictAsync("a", 429);
        early["details"]["causes"][0]["message"].AsString().ShouldBe("The disruption budget guard is still being processed by the server.");
        await SendAsync(HttpMethod.Patch, Budgets + "/guard/status", Json.Parse("""
            {"status":{"observedGeneration":1,"disruptionsAllowed":1,"currentHealthy":2,"desiredHealthy":1,"expectedPods":2}}
            """), 200, "application/merge-patch+json");
        await EvictAsync("a", 201);
        var refused = await EvictAsync("b", 429);
        refused["message"].AsString().ShouldBe("Cannot evict pod as it would violate the pod's disruption budget.");
        refused["details"]["causes"][0]["reason"].AsString().ShouldBe("DisruptionBudget");
        refused["details"]["causes"][0]["message"].AsString().ShouldBe("The disruption budget guard needs 1 healthy pods and has 2 currently");
        await SendAsync(HttpMethod.Get, Pods + "/a", null, 404);
        await SendAsync(HttpMethod.Get, Pods + "/b", null, 200);
    }

    private Task<Node> EvictAsync(string name, int expected) => SendAsync(
        HttpMethod.Post, $"{Pods}/{name}/eviction", new MapNode { ["metadata"] = new MapNode { ["name"] = name } }, expected);

    private async Task MakePodAsync(string name)
    {
        await SendAsync(HttpMethod.Post, Pods, Json.Parse("""
            {"metadata":{"name":"NAME","labels":{"app":"web"}},"spec":{"containers":[{"name":"main","image":"nginx"}]}}
            """.Replace("NAME", name)), 201);
        await SendAsync(HttpMethod.Patch, $"{Pods}/{name}/status", Json.Parse("""{"status":{"phase":"Running"}}"""), 200, "application/merge-patch+json");
    }
}
