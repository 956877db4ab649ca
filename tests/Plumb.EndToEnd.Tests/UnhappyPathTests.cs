using Plumb.EndToEnd.Tests.Support;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests;

/// <summary>What goes wrong is said once, clearly, and harms nothing else: over real Git and real HTTP.</summary>
public sealed class UnhappyPathTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task BadYamlInOneFileOfOneApplication_IsShownWithFileAndLine_AndOthersGoOn()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("bad/a.yaml", Yaml.ConfigMap("a", "1")), ("good/b.yaml", Yaml.ConfigMap("b", "1")));
        await scene.StartAsync(Scene.Application("bad", "bad"), Scene.Application("good", "good"));
        await scene.UntilReadyAsync("bad");

        var commit = await scene.Git.WriteAsync(
            Ct, ("bad/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n\tdata: {}\n"), ("good/b.yaml", Yaml.ConfigMap("b", "2")));
        scene.Push();
        await scene.UntilReadyAsync("good", commit);
        var bad = await scene.UntilAsync("bad", s => s.Conditions.Any(c => c.Type == Condition.ComparisonError));

        bad.Conditions[0].Message.ShouldContain("bad/a.yaml(4,");
        bad.Sync.ShouldBe(SyncStatus.Unknown);
        (await scene.KubectlAsync("get", "configmap", "a", "-o", "jsonpath={.data.key}")).ShouldBe("1");
    }

    [Fact]
    public async Task APathThatDoesNotExist_IsNamed()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")));
        await scene.StartAsync(Scene.Application("web", "wbe"));

        var state = await scene.UntilAsync("web", s => s.Conditions.Count > 0);
        state.Conditions[0].Message.ShouldContain("wbe");

        await scene.Git.WriteAsync(Ct, ("wbe/a.yaml", Yaml.ConfigMap("a", "1")));
        scene.Push();
        await scene.UntilReadyAsync("web");
    }

    [Fact]
    public async Task ARevisionThatDoesNotExist_IsNamed()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")));
        var spec = Scene.Application("web", "web");
        await scene.StartAsync(spec with { Sources = [spec.Sources[0] with { TargetRevision = "release-7" }] });

        var state = await scene.UntilAsync("web", s => s.Conditions.Count > 0);
        state.Conditions[0].Message.ShouldContain("release-7");
    }

    [Fact]
    public async Task ARepositoryThatIsNotThere_IsNamed_AndOthersGoOn()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")));
        var gone = Path.Combine(scene.Folder, "nowhere");
        var lost = Scene.Application("lost", "web");
        await scene.StartAsync(lost with { Sources = [lost.Sources[0] with { RepoUrl = gone }] }, Scene.Application("web", "web"));

        await scene.UntilReadyAsync("web");
        var state = await scene.UntilAsync("lost", s => s.Conditions.Count > 0);
        state.Conditions[0].Message.ShouldContain("nowhere");
    }

    [Fact]
    public async Task AForcePushedBranch_IsFollowed()
    {
        await using var scene = await Scene.CreateAsync();
        var first = await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")));
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "2")));
        await scene.StartAsync(Scene.Application("web", "web"));
        await scene.UntilReadyAsync("web");

        await scene.Git.GitAsync(Ct, "reset", "--quiet", "--hard", first);
        var rewritten = await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "3")));
        scene.Push();
        await scene.UntilReadyAsync("web", rewritten);

        (await scene.KubectlAsync("get", "configmap", "a", "-o", "jsonpath={.data.key}")).ShouldBe("3");
    }

    [Fact]
    public async Task ACommitThatRemovesEverything_PrunesNothing_WithoutAllowEmpty()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")), ("web/README.md", "kept"));
        await scene.StartAsync(Scene.Application("web", "web"));
        await scene.UntilReadyAsync("web");

        await scene.Git.WriteAsync(Ct, ("web/a.yaml", null));
        scene.Push();
        var state = await scene.UntilAsync("web", s => s.WaitingFor.Contains("allowEmpty", StringComparison.Ordinal));

        state.Sync.ShouldBe(SyncStatus.OutOfSync);
        (await scene.KubectlAsync("get", "configmap", "a", "-o", "name")).Trim().ShouldBe("configmap/a");
    }

    [Fact]
    public async Task TwoApplicationsClaimingOneObject_TheFirstKeepsIt_AndBothSurvive()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(
            Ct, ("one/a.yaml", Yaml.ConfigMap("shared", "1")), ("two/a.yaml", Yaml.ConfigMap("shared", "2")), ("two/b.yaml", Yaml.ConfigMap("own", "2")));
        await scene.StartAsync(Scene.Application("one", "one"));
        await scene.UntilReadyAsync("one");
        await scene.Reconciler.StartAsync([Scene.Application("two", "two")], [], Ct);

        var two = await scene.UntilAsync("two", s => s.LastRun is not null && s.Operation is null);
        two.Conditions.ShouldContain(c => c.Type == Condition.SharedResourceWarning && c.Message.Contains("belongs to the application one", StringComparison.Ordinal));
        (await scene.KubectlAsync("get", "configmap", "shared", "own", "-o", "jsonpath={.items[*].data.key}")).ShouldBe("1 2");

        // The first gives it up: the second takes it over, and nothing is deleted in between.
        var uid = await scene.KubectlAsync("get", "configmap", "shared", "-o", "jsonpath={.metadata.uid}");
        await scene.Git.WriteAsync(Ct, ("one/a.yaml", Yaml.ConfigMap("other", "1")));
        scene.Push();
        await scene.UntilReadyAsync("two");
        (await scene.KubectlAsync("get", "configmap", "shared", "-o", "jsonpath={.metadata.uid} {.data.key}")).ShouldBe($"{uid} 2");
    }

    [Fact]
    public async Task ADefinitionAndItsCustomResource_InOneCommit()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/a-resource.yaml", """
            apiVersion: example.com/v1
            kind: Widget
            metadata: {name: first}
            spec: {size: 3}
            """), ("web/b-definition.yaml", """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {kind: Widget, plural: widgets, singular: widget}
              versions:
              - name: v1
                served: true
                storage: true
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        properties: {size: {type: integer}}
            """));
        await scene.StartAsync(Scene.Application("web", "web"));
        await scene.UntilReadyAsync("web");

        (await scene.KubectlAsync("get", "widget", "first", "-o", "jsonpath={.spec.size}")).ShouldBe("3");
        await scene.KubectlAsync("patch", "widget", "first", "--type=merge", "-p", """{"spec":{"size":4}}""");
        await scene.UntilAsync("web", s => s.IsReady && s.LastRun?.Trigger == RunTrigger.SelfHeal);
    }

    [Fact]
    public async Task AnImmutableField_IsRefusedWithItsName_AndTheRestIsApplied()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/app.yaml", Yaml.Deployment("web")), ("web/config.yaml", Yaml.ConfigMap("settings", "1")));
        await scene.StartAsync(Scene.Application("web", "web"));
        await scene.UntilReadyAsync("web");

        await scene.Git.WriteAsync(
            Ct, ("web/app.yaml", Yaml.Deployment("web").Replace("app: web}", "app: changed}", StringComparison.Ordinal)), ("web/config.yaml", Yaml.ConfigMap("settings", "2")));
        scene.Push();
        var state = await scene.UntilAsync("web", s => s.LastRun?.Phase == RunPhase.Failed && s.Operation is null);

        state.LastRun!.Results.ShouldContain(r => (r.Status == ResultStatus.Failed || r.Status == ResultStatus.Blocked) && r.Id.Kind == "Deployment" && r.Message.Contains("spec.selector", StringComparison.Ordinal));
        (await scene.KubectlAsync("get", "configmap", "settings", "-o", "jsonpath={.data.key}")).ShouldBe("2");
    }

    [Fact]
    public async Task TheApiServerGoneMidApplyAndBack_IsFinished_AndNothingIsLost()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, [.. Enumerable.Range(0, 30).Select(i => ($"web/{i}.yaml", (string?)Yaml.ConfigMap($"c{i}", "1", $"argocd.argoproj.io/sync-wave: \"{i / 10}\"")))]);
        var spec = Scene.Application("web", "web");
        await scene.StartAsync(spec with { SyncPolicy = spec.SyncPolicy with { Retry = new RetrySpec(20, TimeSpan.FromMilliseconds(200), 1, TimeSpan.FromSeconds(1)) } });
        await scene.UntilAsync("web", s => s.Operation is not null);

        await scene.Sandbox!.PauseAsync();
        await scene.UntilAsync("web", s => s.Conditions.Count > 0 || s.LastRun is not null);
        await scene.Sandbox.ResumeAsync(Ct);

        await scene.UntilReadyAsync("web");
        (await scene.KubectlAsync("get", "configmaps", "-o", "name")).Split('\n').Count(l => l.StartsWith("configmap/c", StringComparison.Ordinal)).ShouldBe(30);
        (await scene.Engine.Runs.ListUnfinishedAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task ADegradedApplication_SaysWhy()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/app.yaml", """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: migrate}
            spec:
              backoffLimit: 0
              template:
                spec:
                  restartPolicy: Never
                  containers:
                  - {name: main, image: "registry.example.com/migrate:1", command: [sh, -c, "exit 3"]}
            """));
        await scene.StartAsync(Scene.Application("web", "web"));

        var state = await scene.UntilAsync("web", s => s.Health.Status == HealthStatus.Degraded);
        state.Health.Message.ShouldContain("Job/default/migrate");
    }

    [Fact]
    public async Task AnUnknownKind_IsNamed()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", "apiVersion: nobody.example.com/v1\nkind: Mystery\nmetadata: {name: a}\n"), ("web/b.yaml", Yaml.ConfigMap("b", "1")));
        await scene.StartAsync(Scene.Application("web", "web"));

        var state = await scene.UntilAsync("web", s => s.LastRun is not null && s.Operation is null);
        state.LastRun!.Phase.ShouldBe(RunPhase.Failed);
        state.LastRun.Message.ShouldContain("Mystery");
        (await scene.KubectlAsync("get", "configmap", "b", "-o", "name")).Trim().ShouldBe("configmap/b");
    }

    [Fact]
    public async Task ASyncByHand_OfWhatCannotBeHad_FailsWithTheReason()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")));
        await scene.StartAsync(Scene.Application("web", "nowhere", automated: false));
        await scene.UntilAsync("web", s => s.Conditions.Count > 0);

        var refused = await Should.ThrowAsync<InvalidOperationException>(scene.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "ann" }, Ct));
        refused.Message.ShouldContain("nowhere");
    }
}
