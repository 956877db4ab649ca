using Plumb.EndToEnd.Tests.Support;
using Plumb.Kubernetes.Client;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Sandbox;

namespace Plumb.EndToEnd.Tests.Faults;

/// <summary>The sandbox goes away in the middle of an apply and comes back; a real one in <see cref="ControlPlaneFaultsTests"/>.</summary>
public sealed class StoppedControlPlaneTests
{
    private const int Objects = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AnApiServerThatDiesMidApply_PrunesNothing_EndsTheRun_AndIsCaughtUpWith()
    {
        var writes = 0;
        var died = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        SandboxFault? Die(SandboxRequest request)
        {
            if (request is not { Verb: "patch", Resource: "configmaps" } || Interlocked.Increment(ref writes) != Objects + 10) return null;
            died.TrySetResult();
            return new SandboxFault { Abort = true };
        }

        // Fewer attempts than usual: what is tested is what follows when they are used up.
        await using var scene = await Scene.CreateAsync(new SandboxOptions { Fault = Die }, client: new KubeClientOptions { MaxRetries = 1 });
        await DeliverAsync(scene);
        var commit = await ChangeAsync(scene);
        await died.Task.WaitAsync(Patience, Ct);
        await scene.Sandbox!.PauseAsync();

        var away = await scene.UntilAsync("web", s => s.Operation is null && s.Conditions.Any(c => c.Type == Condition.ComparisonError), Patience);
        away.Sync.ShouldBe(SyncStatus.Unknown);
        scene.Sandbox.Objects.Get("", "ConfigMap", "default", "leaves").ShouldNotBeNull();

        await scene.Sandbox.ResumeAsync(Ct);
        await CaughtUpAsync(scene, commit);
    }

    private static async Task DeliverAsync(Scene scene)
    {
        await scene.Git.WriteAsync(
            Ct, [.. Enumerable.Range(0, Objects).Select(i => ($"web/c{i}.yaml", (string?)Yaml.ConfigMap($"c{i}", "1"))), ("web/leaves.yaml", Yaml.ConfigMap("leaves", "1"))]);
        var spec = Scene.Application("web", "web");
        var retry = new Reconcile.Applications.RetrySpec(-1, TimeSpan.FromSeconds(1), 1, TimeSpan.FromSeconds(1));
        await scene.StartAsync(spec with { SyncPolicy = spec.SyncPolicy with { Retry = retry } });
        await scene.UntilAsync("web", s => s.IsReady, Patience);
    }

    private static async Task<string> ChangeAsync(Scene scene)
    {
        var commit = await scene.Git.WriteAsync(
            Ct, [.. Enumerable.Range(0, Objects).Select(i => ($"web/c{i}.yaml", (string?)Yaml.ConfigMap($"c{i}", "2"))), ("web/leaves.yaml", null)]);
        scene.Push();
        return commit;
    }

    private static async Task CaughtUpAsync(Scene scene, string commit)
    {
        await scene.UntilAsync("web", s => s.IsReady && s.Revisions.Contains(commit), Patience);
        var values = await scene.KubectlAsync("get", "configmaps", "-o", "jsonpath={range .items[*]}{.metadata.name}={.data.key} {end}");
        var ours = values.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(v => v[0] == 'c' || v.StartsWith("leaves", StringComparison.Ordinal));
        ours.Order().ShouldBe(Enumerable.Range(0, Objects).Select(i => $"c{i}=2").Order());
    }
}
