using Plumb.EndToEnd.Tests.Support;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;

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

    [Fact]
    public async Task ADeletion_RunsItsHooksAroundIt_AsRealJobs_AndTakesWhatSyncHooksLeftBehind()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(
            Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")), ("web/migrate.yaml", Job("migrate", "PreSync")),
            ("web/backup.yaml", Job("backup", "PreDelete")), ("web/report.yaml", Job("report", "PostDelete")));
        await scene.StartAsync(Scene.Application("web", "web"));
        await scene.UntilReadyAsync("web");
        (await scene.KubectlAsync("get", "job", "-o", "name")).Trim().ShouldBe("job.batch/migrate");

        await scene.Reconciler.DeleteAsync("web", new DeleteRequest(), Ct);

        (await scene.KubectlAsync("get", "job", "-o", "name")).Trim().ShouldBe("job.batch/report");
        (await scene.KubectlAsync("get", "configmap", "a", "--ignore-not-found", "-o", "name")).ShouldBeEmpty();
        var run = (await scene.Engine.Runs.ListAsync("web", 1, Ct)).Single();
        run.Results.Where(r => r.IsHook).Select(r => $"{r.Id.Name} {r.Phase} {r.Status}").ShouldBe(["backup PreDelete Synced", "report PostDelete Synced"]);
    }

    [Fact]
    public async Task AFailedBackup_KeepsEverything_AndAnObjectStuckOnAFinalizerIsNamed()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(
            Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1").Replace("  name: a", "  name: a\n  finalizers: [tests.plumb.dev/hold]")),
            ("web/backup.yaml", Job("backup", "PreDelete", fails: true)));
        await scene.StartAsync(Scene.Application("web", "web"));
        await scene.UntilReadyAsync("web");

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => scene.Reconciler.DeleteAsync("web", new DeleteRequest(), Ct));
        refused.Message.ShouldStartWith("a PreDelete hook failed, so nothing was deleted: batch/Job/default/backup: ");
        (await scene.KubectlAsync("get", "configmap", "a", "-o", "jsonpath={.metadata.deletionTimestamp}")).ShouldBeEmpty();

        var deletion = scene.Reconciler.DeleteAsync("web", new DeleteRequest { RunHooks = false, Propagation = DeletePropagation.Background }, Ct);
        await scene.UntilAsync("web", s => s.WaitingFor.Contains("waits for its finalizers tests.plumb.dev/hold", StringComparison.Ordinal));
        await scene.KubectlAsync("patch", "configmap", "a", "--type=merge", "--patch", """{"metadata":{"finalizers":null}}""");
        await deletion;
    }

    private static string Job(string name, string hook, bool fails = false) => $$"""
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: {{name}}
          annotations: {argocd.argoproj.io/hook: {{hook}}}
        spec:
          backoffLimit: 0
          template:
            metadata:
              annotations: { {{(fails ? "sandbox.plumb.dev/exit: fail" : "")}} }
            spec:
              restartPolicy: Never
              containers: [{name: job, image: registry.example.com/job:1, command: ["true"]}]

        """;
}
