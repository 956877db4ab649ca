using Plumb.EndToEnd.Tests.Support;
using Plumb.Reconcile.Runs;

namespace Plumb.EndToEnd.Tests;

/// <summary>From a commit to a converged, watched cluster.</summary>
public sealed class DeliveryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ACommit_IsDelivered_AndTheNextOneChangesOnlyWhatItSays()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/app.yaml", Yaml.Deployment("web", 2)), ("web/config.yaml", Yaml.ConfigMap("settings", "1")));
        await scene.StartAsync(Scene.Application("web", "web", "shop"));
        await scene.UntilReadyAsync("web");
        (await scene.KubectlAsync("-n", "shop", "get", "deployment", "web", "-o", "jsonpath={.status.readyReplicas}")).ShouldBe("2");

        var commit = await scene.Git.WriteAsync(Ct, ("web/config.yaml", Yaml.ConfigMap("settings", "2")));
        scene.Push();
        var state = await scene.UntilReadyAsync("web", commit);

        (await scene.KubectlAsync("-n", "shop", "get", "configmap", "settings", "-o", "jsonpath={.data.key}")).ShouldBe("2");
        state.LastRun!.Results.Count(r => r.Status == ResultStatus.Synced).ShouldBe(1);
    }

    [Fact]
    public async Task WhatPeopleDoBehindPlumbsBack_IsUndoneWithinTwoSeconds()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/app.yaml", Yaml.Deployment("web", 2)), ("web/config.yaml", Yaml.ConfigMap("settings", "1")));
        await scene.StartAsync(Scene.Application("web", "web"));
        await scene.UntilReadyAsync("web");

        await scene.KubectlAsync("scale", "deployment", "web", "--replicas=5");
        await HealedAsync(async () => await scene.KubectlAsync("get", "deployment", "web", "-o", "jsonpath={.spec.replicas}") == "2");

        await scene.KubectlAsync("delete", "configmap", "settings");
        await HealedAsync(async () => (await scene.KubectlAsync("get", "configmap", "settings", "--ignore-not-found", "-o", "name")).Length > 0);

        await scene.KubectlAsync("patch", "configmap", "settings", "--type=merge", "-p", """{"data":{"key":"edited"}}""");
        await HealedAsync(async () => await scene.KubectlAsync("get", "configmap", "settings", "-o", "jsonpath={.data.key}") == "1");
        (await scene.UntilReadyAsync("web")).LastRun!.Trigger.ShouldBe(RunTrigger.SelfHeal);
    }

    [Fact]
    public async Task WhatLeavesGit_LeavesTheCluster()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")), ("web/b.yaml", Yaml.ConfigMap("b", "1")));
        await scene.StartAsync(Scene.Application("web", "web"));
        await scene.UntilReadyAsync("web");

        var commit = await scene.Git.WriteAsync(Ct, ("web/b.yaml", null));
        scene.Push();
        await scene.UntilReadyAsync("web", commit);

        (await scene.KubectlAsync("get", "configmap", "a", "b", "--ignore-not-found", "-o", "name")).Trim().ShouldBe("configmap/a");
    }

    [Fact]
    public async Task AfterARestart_NothingIsAppliedAgain_AndWhatLeftGitMeanwhileIsPruned()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")), ("web/b.yaml", Yaml.ConfigMap("b", "1")));
        await scene.StartAsync(Scene.Application("web", "web"));
        await scene.UntilReadyAsync("web");
        var version = await scene.KubectlAsync("get", "configmap", "a", "-o", "jsonpath={.metadata.resourceVersion}");
        await scene.StopEngineAsync();

        var commit = await scene.Git.WriteAsync(Ct, ("web/b.yaml", null));
        await scene.StartAsync(Scene.Application("web", "web"));
        scene.Push();
        await scene.UntilReadyAsync("web", commit);

        (await scene.KubectlAsync("get", "configmap", "a", "-o", "jsonpath={.metadata.resourceVersion}")).ShouldBe(version);
        (await scene.KubectlAsync("get", "configmap", "b", "--ignore-not-found", "-o", "name")).ShouldBeEmpty();
    }

    [Fact]
    public async Task ANamespaceThatSeveralApplicationsNeed_BelongsToNoneOfThem()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(
            Ct,
            ("one/a.yaml", Yaml.ConfigMap("a", "1")),
            ("two/b.yaml", Yaml.ConfigMap("b", "1")),
            ("owner/namespace.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {team: shop}}\n"));
        await scene.StartAsync(Scene.Application("one", "one", "shop"), Scene.Application("two", "two", "shop"));
        await scene.UntilReadyAsync("one");
        await scene.UntilReadyAsync("two");
        await scene.Reconciler.StartAsync([Scene.Application("owner", "owner")], [], Ct);
        await scene.UntilReadyAsync("owner");

        var commit = await scene.Git.WriteAsync(Ct, ("one/a.yaml", Yaml.ConfigMap("a", "2")));
        scene.Push();
        await scene.UntilReadyAsync("one", commit);

        (await scene.KubectlAsync("get", "namespace", "shop", "-o", "jsonpath={.metadata.labels.team}")).ShouldBe("shop");
        (await scene.Engine.Runs.ListAsync("owner", 10, Ct)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task AnIdleSystem_AsksTheClusterNothing()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/app.yaml", Yaml.Deployment("web", 2)), ("web/config.yaml", Yaml.ConfigMap("settings", "1")));
        await scene.StartAsync(Scene.Application("web", "web"));
        await scene.UntilReadyAsync("web");
        await scene.Git.WriteAsync(Ct, ("elsewhere/other.yaml", Yaml.ConfigMap("other", "1")));

        var before = Requests(scene);
        for (var i = 0; i < 3; i++)
        {
            // A commit that does not concern the application, compared and found to change nothing.
            var commit = await scene.Git.WriteAsync(Ct, ("elsewhere/other.yaml", Yaml.ConfigMap("other", $"{i}")));
            scene.Push();
            await scene.UntilReadyAsync("web", commit);
        }

        (Requests(scene) - before).ShouldBe(0);
    }

    private static long Requests(Scene scene) => scene.Sandbox!.RequestCountByVerb.Where(v => v.Key != "watch").Sum(v => v.Value);

    private static async Task HealedAsync(Func<Task<bool>> healed)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await healed())
        {
            // Each look is a kubectl process of a fifth of a second or more; the bound is the two seconds, with room for the last look.
            TimeProvider.System.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(10));
        }
    }
}
