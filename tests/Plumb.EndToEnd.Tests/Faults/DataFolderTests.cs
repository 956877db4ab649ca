using Plumb.EndToEnd.Tests.Support;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests.Faults;

/// <summary>What can happen to the data folder, and that delivery outlives it.</summary>
public sealed class DataFolderTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ASecondPlumbOnTheSameDataFolder_RefusesToStart_AndSaysWhoHasIt()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")));
        await scene.StartAsync(Scene.Application("web", "web"));
        await scene.UntilReadyAsync("web");

        await using (var second = PlumbProcess.Start(scene.Kubeconfig, Path.Combine(scene.Folder, "data"), $"{scene.Git.Folder}//web"))
        {
            await second.Ended.WaitAsync(TimeSpan.FromSeconds(90), Ct);
            second.ExitCode.ShouldBe(2);
            second.Output.ShouldContain($"the data folder {Path.Combine(scene.Folder, "data")} is in use by another Plumb (process {Environment.ProcessId})");
            second.Output.ShouldContain("--data");
        }

        await scene.StopEngineAsync();
        await scene.StartAsync(Scene.Application("web", "web"));
        await scene.UntilReadyAsync("web");
    }

    [Fact]
    public async Task AHistoryThatIsDeleted_LosesTheHistoryOnly()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")), ("web/b.yaml", Yaml.ConfigMap("b", "1")));
        await scene.StartAsync(Scene.Application("web", "web"));
        await scene.UntilReadyAsync("web");
        var version = await scene.KubectlAsync("get", "configmap", "a", "-o", "jsonpath={.metadata.resourceVersion}");
        await scene.StopEngineAsync();
        foreach (var file in Directory.GetFiles(Path.Combine(scene.Folder, "data"), "history.db*")) File.Delete(file);

        var commit = await scene.Git.WriteAsync(Ct, ("web/b.yaml", null));
        await scene.StartAsync(Scene.Application("web", "web"));
        scene.Push();
        await scene.UntilReadyAsync("web", commit);

        (await scene.KubectlAsync("get", "configmap", "a", "-o", "jsonpath={.metadata.resourceVersion}")).ShouldBe(version);
        (await scene.KubectlAsync("get", "configmap", "b", "--ignore-not-found", "-o", "name")).ShouldBeEmpty();
        (await scene.Engine.Runs.ListAsync("web", 10, Ct)).Count.ShouldBe(1);
    }

    /// <summary>A real full disk: a small tmpfs, which only root may mount. Elsewhere the loop's own tests stand for it.</summary>
    [Fact]
    public async Task AFullDisk_HoldsTheLastGoodState_SaysSo_AndIsCaughtUpWithWhenThereIsSpace()
    {
        await using var scene = await Scene.CreateAsync();
        var data = Directory.CreateDirectory(Path.Combine(scene.Folder, "data")).FullName;
        if (!await SmallDisk.MountAsync(data, "6m", nameof(AFullDisk_HoldsTheLastGoodState_SaysSo_AndIsCaughtUpWithWhenThereIsSpace), Ct)) return;
        try
        {
            await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")));
            await scene.StartAsync(Scene.Application("web", "web"));
            var held = (await scene.UntilReadyAsync("web")).Revisions;
            await SmallDisk.FillAsync(data, Ct);

            // The new commit does not fit; what was delivered stays and is held.
            var commit = await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "2")), ("web/big.bin", SmallDisk.Noise(400_000)));
            scene.Push();
            var full = await scene.UntilAsync("web", s => s.Conditions.Any(c => c.Type == Condition.SourceWarning));
            full.Conditions.Single(c => c.Type == Condition.SourceWarning).Message.ShouldContain("Free space on the disk that holds the data folder");
            full.Revisions.ShouldBe(held);

            await scene.KubectlAsync("patch", "configmap", "a", "--type=merge", "-p", """{"data":{"key":"edited"}}""");
            var healed = await scene.UntilAsync("web", s => s.Conditions.Any(c => c.Type == Condition.HistoryWarning)
                && s.LastRun is { Trigger: RunTrigger.SelfHeal, Phase: RunPhase.Succeeded });
            healed.Conditions.Single(c => c.Type == Condition.HistoryWarning).Message.ShouldContain("Free space on the disk that holds the data folder");
            (await scene.KubectlAsync("get", "configmap", "a", "-o", "jsonpath={.data.key}")).ShouldBe("1");

            SmallDisk.Empty(data);
            scene.Push();
            await scene.UntilAsync("web", s => s.IsReady && s.Revisions.Contains(commit) && s.Conditions.Count == 0);
            (await scene.KubectlAsync("get", "configmap", "a", "-o", "jsonpath={.data.key}")).ShouldBe("2");
            (await scene.Engine.Runs.ListAsync("web", 10, Ct)).ShouldContain(r => r.Id == healed.LastRun!.Id);
        }
        finally
        {
            await scene.StopEngineAsync();
            await SmallDisk.UnmountAsync(data, Ct);
        }
    }

    [Fact]
    public async Task AFolderThatBecomesReadOnly_IsNamed_AndNothingElseIsHarmed()
    {
        await using var scene = await Scene.CreateAsync();
        var data = Directory.CreateDirectory(Path.Combine(scene.Folder, "data")).FullName;
        if (!await SmallDisk.MountAsync(data, "40m", nameof(AFolderThatBecomesReadOnly_IsNamed_AndNothingElseIsHarmed), Ct)) return;
        try
        {
            await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")));
            await scene.StartAsync(Scene.Application("web", "web"));
            await scene.UntilReadyAsync("web");
            // Files that are open for writing would keep the mount as it is.
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            await scene.StopEngineAsync();
            await SmallDisk.RemountAsync(data, "ro", Ct);

            var refused = await Should.ThrowAsync<IOException>(() => scene.StartAsync(Scene.Application("web", "web")));
            refused.Message.ShouldContain($"the data folder {data} cannot be written");

            await SmallDisk.RemountAsync(data, "rw", Ct);
            var commit = await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "2")));
            await scene.StartAsync(Scene.Application("web", "web"));
            scene.Push();
            await scene.UntilReadyAsync("web", commit);
        }
        finally
        {
            if (scene.Engine is not null) await scene.StopEngineAsync();
            await SmallDisk.UnmountAsync(data, Ct);
        }
    }
}
