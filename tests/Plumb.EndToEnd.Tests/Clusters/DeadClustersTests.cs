using System.Diagnostics;
using Plumb.EndToEnd.Tests.Support;
using Plumb.Kubernetes.Client;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests.Clusters;

/// <summary>A cluster that is stopped and one that is frozen delay nobody else: many applications on three clusters.</summary>
public sealed class DeadClustersTests
{
    private const int Each = 30; // more than the comparisons that one cluster may have at once

    /// <summary>A frozen server is given up after longer than any deadline here: whoever waited for one would fail.</summary>
    private static readonly KubeClientOptions Patient = new()
    {
        RequestTimeout = TimeSpan.FromMinutes(10),
        PingDelay = TimeSpan.FromMinutes(10),
    };

    private static readonly KubeClientOptions Impatient = new()
    {
        RequestTimeout = TimeSpan.FromSeconds(3),
        MaxRetries = 1,
        PingDelay = TimeSpan.FromSeconds(1),
        PingTimeout = TimeSpan.FromSeconds(1),
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ADeadAndAFrozenCluster_DelayNobodyElse_AndRecoverByThemselves()
    {
        await using var scene = await Scene.CreateAsync(client: Patient);
        await using var stopped = await Fleet.SandboxAsync();
        await using var frozen = await FrozenSandbox.StartAsync(scene.Folder, Ct);
        await Fleet.WriteKubeconfigAsync(scene, ("stopped", stopped, null));
        await MergeAsync(scene.Kubeconfig, frozen.Kubeconfig);
        await scene.Git.WriteAsync(Ct, [.. Enumerable.Range(0, Each).Select(i => ($"app-{i}/a.yaml", (string?)Yaml.ConfigMap($"a-{i}", "1")))]);
        string[] clusters = ["in-cluster", "stopped", "frozen"];
        await scene.StartAsync([.. clusters.SelectMany(c => Enumerable.Range(0, Each).Select(i => Application(c, i)))]);
        foreach (var cluster in clusters) await ReadyAsync(scene, cluster, null);

        await stopped.PauseAsync();
        frozen.Freeze();
        var commit = await scene.Git.WriteAsync(Ct, [.. Enumerable.Range(0, Each).Select(i => ($"app-{i}/a.yaml", (string?)Yaml.ConfigMap($"a-{i}", "2")))]);
        scene.Push();
        await ReadyAsync(scene, "in-cluster", commit);

        var lost = await scene.UntilAsync("stopped-0", s => s.Conditions.Any(c => c.Message.StartsWith("cluster stopped: cannot reach", StringComparison.Ordinal)));
        lost.Conditions.ShouldAllBe(c => c.Message.Contains("stopped", StringComparison.Ordinal));

        // A second commit while one is known to be dead, and requests to the other hang.
        commit = await scene.Git.WriteAsync(Ct, [.. Enumerable.Range(0, Each).Select(i => ($"app-{i}/a.yaml", (string?)Yaml.ConfigMap($"a-{i}", "3")))]);
        scene.Push();
        await ReadyAsync(scene, "in-cluster", commit);

        await stopped.ResumeAsync(Ct);
        frozen.Thaw();
        await ReadyAsync(scene, "stopped", commit, TimeSpan.FromMinutes(2));
        await ReadyAsync(scene, "frozen", commit, TimeSpan.FromMinutes(2));
        (await Fleet.KubectlAsync(scene, stopped, "get", "configmap", "a-7", "-o", "jsonpath={.data.key}")).ShouldBe("3");
    }

    [Fact]
    public async Task AFrozenCluster_SaysSo_AndRecoversByItself()
    {
        await using var scene = await Scene.CreateAsync(client: Impatient);
        await using var frozen = await FrozenSandbox.StartAsync(scene.Folder, Ct);
        await Fleet.WriteKubeconfigAsync(scene);
        await MergeAsync(scene.Kubeconfig, frozen.Kubeconfig);
        await scene.Git.WriteAsync(Ct, ("app-0/a.yaml", Yaml.ConfigMap("a-0", "1")));
        await scene.StartAsync(Application("frozen", 0));
        await scene.UntilReadyAsync("frozen-0");

        frozen.Freeze();
        var commit = await scene.Git.WriteAsync(Ct, ("app-0/a.yaml", Yaml.ConfigMap("a-0", "2")));
        scene.Push();
        await SaidAsync(() => scene.Engine.Targets.Find(new DestinationSpec("frozen"))!.Status.Fault);
        var lost = await scene.UntilAsync("frozen-0", s => s.Conditions.Any(c => c.Type == Condition.ComparisonError));
        lost.Conditions.ShouldAllBe(c => c.Message.StartsWith("cluster frozen: ", StringComparison.Ordinal));

        frozen.Thaw();
        await scene.UntilReadyAsync("frozen-0", commit);
    }

    /// <summary>A frozen server is known as one when nothing was answered for some time: pings first, then a list.</summary>
    private static async Task SaidAsync(Func<string?> fault)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        while (fault() is null) await Task.Delay(100, limit.Token);
    }

    private static async Task ReadyAsync(Scene scene, string cluster, string? commit, TimeSpan? deadline = null)
    {
        await Task.WhenAll(Enumerable.Range(0, Each).Select(i =>
            scene.UntilAsync($"{cluster}-{i}", s => s.IsReady && (commit is null || s.Revisions.Contains(commit)), deadline)));
    }

    private static ApplicationSpec Application(string cluster, int number)
    {
        var spec = Scene.Application($"{cluster}-{number}", $"app-{number}");
        return spec with
        {
            Destination = new DestinationSpec(cluster, Namespace: "default"),
            SyncPolicy = spec.SyncPolicy with { Retry = new RetrySpec(-1, TimeSpan.FromSeconds(1), 1, TimeSpan.FromSeconds(1)) },
        };
    }

    private static async Task MergeAsync(string into, string other) =>
        await File.WriteAllTextAsync(into, Merged(await File.ReadAllTextAsync(into, Ct), await File.ReadAllTextAsync(other, Ct)), Ct);

    /// <summary>Both kubeconfigs in one: each list's items come behind the other's.</summary>
    private static string Merged(string all, string other)
    {
        var renamed = other.Replace("sandbox", "frozen", StringComparison.Ordinal);
        foreach (var section in (string[])["clusters:", "users:", "contexts:"])
        {
            var start = renamed.IndexOf("\n" + section, StringComparison.Ordinal) + section.Length + 2;
            var lines = renamed[start..].Split('\n').TakeWhile(l => l.StartsWith('-') || l.StartsWith(' '));
            all = all.Replace("\n" + section + "\n", "\n" + section + "\n" + string.Join('\n', lines) + "\n", StringComparison.Ordinal);
        }

        return all;
    }

    /// <summary>A <c>plumb sandbox</c> process that can be frozen as the kernel does it.</summary>
    private sealed class FrozenSandbox : IAsyncDisposable
    {
        private readonly Process _process;

        private FrozenSandbox(Process process, string kubeconfig) => (_process, Kubeconfig) = (process, kubeconfig);

        public string Kubeconfig { get; }

        public static async Task<FrozenSandbox> StartAsync(string folder, CancellationToken ct)
        {
            var kubeconfig = Path.Combine(folder, "frozen-kubeconfig");
            var start = new ProcessStartInfo("dotnet", [Clone.Command, "sandbox", "--write-kubeconfig", kubeconfig]) { RedirectStandardOutput = true, RedirectStandardError = true };
            var process = Process.Start(start)!;
            (await process.StandardOutput.ReadLineAsync(ct)).ShouldNotBeNull();
            return new FrozenSandbox(process, kubeconfig);
        }

        public void Freeze() => Signal("-STOP");

        public void Thaw() => Signal("-CONT");

        public async ValueTask DisposeAsync()
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        private void Signal(string signal)
        {
            using var kill = Process.Start("kill", [signal, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
            kill.ExitCode.ShouldBe(0);
        }
    }
}
