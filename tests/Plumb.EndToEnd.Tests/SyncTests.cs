using Plumb.EndToEnd.Tests.Support;
using Plumb.Reconcile.Runs;

namespace Plumb.EndToEnd.Tests;

/// <summary>What a sync does with what it meets in a cluster: over real Git, real HTTP and the real <c>kubectl</c>.</summary>
public sealed class SyncTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ANamespaceThatIsStillTerminating_IsWaitedForByName_ThenMadeAnew()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")));
        await File.WriteAllTextAsync(
            Path.Combine(scene.Folder, "ns.yaml"),
            "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  finalizers: [tests.plumb.dev/hold]\n", Ct);
        await scene.KubectlAsync("apply", "-f", "ns.yaml");
        await scene.KubectlAsync("delete", "namespace", "shop", "--wait=false");

        await scene.StartAsync(Scene.Application("web", "web", "shop"));
        var waiting = await scene.UntilAsync("web", s => s.Operation?.Message.Contains("to be gone", StringComparison.Ordinal) == true);
        waiting.Operation!.Message.ShouldBe(
            "preparing the namespace: waiting for Namespace/shop to be gone (is being deleted and waits for its finalizer tests.plumb.dev/hold), "
            + "to create it anew");

        await scene.KubectlAsync("patch", "namespace", "shop", "--type=merge", "--patch", """{"metadata":{"finalizers":null}}""");
        var state = await scene.UntilReadyAsync("web");
        state.LastRun!.Phase.ShouldBe(RunPhase.Succeeded);
        (await scene.KubectlAsync("get", "configmap", "a", "--namespace", "shop", "-o", "jsonpath={.data.key}")).ShouldBe("1");
    }
}
