using Plumb.EndToEnd.Tests.Support;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests.Faults;

/// <summary>Two Plumbs by mistake on one cluster.</summary>
public sealed class SecondPlumbTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TwoThatFightOverOneApplication_EachSaySo_AndOneAloneIsAtRestAgain()
    {
        await using var first = await Scene.CreateAsync();
        await first.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "first")));
        await first.StartAsync(Scene.Application("web", "web"));
        await first.UntilReadyAsync("web");

        await using (var second = await Scene.CreateAsync(kubeconfig: first.Kubeconfig))
        {
            await second.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "second")));
            await second.StartAsync(Scene.Application("web", "web"));

            foreach (var scene in (Scene[])[first, second])
            {
                // Writes within one second look like one to the server; later heals are further apart.
                var state = await scene.UntilAsync(
                    "web", s => s.Conditions.Any(c => c.Type == Condition.OtherWriterWarning), TimeSpan.FromMinutes(4));
                var words = state.Conditions.Single(c => c.Type == Condition.OtherWriterWarning).Message;
                words.ShouldContain("ConfigMap/default/a");
                words.ShouldContain("a second Plumb on this cluster: stop one of the two");
            }
        }

        await first.UntilAsync("web", s => s is { Sync: SyncStatus.Synced, Operation: null }, TimeSpan.FromMinutes(3));
        (await first.KubectlAsync("get", "configmap", "a", "-o", "jsonpath={.data.key}")).ShouldBe("first");
    }

    [Fact]
    public async Task WritesOfPeopleAndOfPlumbItself_AreNotTakenForASecondPlumb()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "0")), ("web/app.yaml", Yaml.Deployment("app")));
        await scene.StartAsync(Scene.Application("web", "web"));
        await scene.UntilReadyAsync("web");

        for (var i = 1; i <= 4; i++)
        {
            var commit = await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", $"{i}")));
            scene.Push();
            await scene.UntilReadyAsync("web", commit);
            await scene.KubectlAsync("patch", "configmap", "a", "--type=merge", "-p", $$"""{"data":{"key":"edited {{i}}"} }""");
            await scene.KubectlAsync("label", "configmap", "a", $"by-hand={i}", "--overwrite");
            await scene.UntilAsync("web", s => s.IsReady && s.LastRun!.Trigger == Reconcile.Runs.RunTrigger.SelfHeal);
        }

        scene.Reconciler.Find("web")!.Conditions.ShouldBeEmpty();
    }
}
