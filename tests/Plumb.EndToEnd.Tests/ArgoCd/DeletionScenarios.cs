using Plumb.Reconcile.Health;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests.ArgoCd;

/// <summary>Deletions with their hooks, as Argo CD's own end-to-end tests expect them.</summary>
public sealed class DeletionScenarios
{
    private const string Hook = "hook.yaml";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Scenario("pre-delete-hook", "TestPreDeleteHook")]
    public async Task APreDeleteHook_RunsBeforeTheResourcesGo_AndIsGoneWithThem()
    {
        if (!SharedData.IsHere(nameof(APreDeleteHook_RunsBeforeTheResourcesGo_AndIsGoneWithThem))) return;
        await using var scenario = await ArgoScenario.StartAsync("pre-delete-hook");
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        run.Results.ShouldHaveSingleItem("a sync does not run what is for the deletion");
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced);
        (await scenario.IsLiveAsync("configmap", "guestbook-ui")).ShouldBeTrue();

        var deletion = scenario.DeleteAsync();
        await scenario.UntilAsync(s => s.WaitingFor.Contains("PreDelete, wave 0: waiting for hook", StringComparison.Ordinal));
        (await scenario.IsLiveAsync("configmap", "guestbook-ui")).ShouldBeTrue("the hook still runs");
        await deletion;

        scenario.Exists.ShouldBeFalse();
        (await scenario.IsLiveAsync("pod", "hook")).ShouldBeFalse();
        (await scenario.IsLiveAsync("configmap", "guestbook-ui")).ShouldBeFalse();
    }

    [Fact]
    [Scenario("pre-delete-hook", "TestPreDeleteHookFailureAndRetry")]
    public async Task APreDeleteHookThatFails_KeepsTheApplication_UntilACommitMendsIt()
    {
        if (!SharedData.IsHere(nameof(APreDeleteHookThatFails_KeepsTheApplication_UntilACommitMendsIt))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "pre-delete-hook", files: [(Hook, """[{"op": "replace", "path": "/spec/containers/0/command/0", "value": "false"}]""")]);
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced);

        // Removed from Git, as an Application object of Argo CD's is deleted: it goes as soon as it can.
        await scenario.RemoveFromGitAsync();
        var kept = await scenario.UntilAsync(s => s.Conditions.Any(c => c.Type == Condition.DeletionError));
        kept.Conditions.ShouldContain(c => c.Message.Contains("PreDelete hook failed", StringComparison.Ordinal));
        (await scenario.IsLiveAsync("configmap", "guestbook-ui")).ShouldBeTrue();

        await scenario.CommitFilesAsync((Hook, """[{"op": "replace", "path": "/spec/containers/0/command", "value": ["sleep", "1"]}]"""));
        await scenario.UntilGoneAsync();
        (await scenario.IsLiveAsync("configmap", "guestbook-ui")).ShouldBeFalse();
    }

    [Fact]
    [Scenario("post-delete-hook", "TestPostDeleteHook")]
    public async Task APostDeleteHook_RunsAfterTheDeletion_AndStays()
    {
        if (!SharedData.IsHere(nameof(APostDeleteHook_RunsAfterTheDeletion_AndStays))) return;
        await using var scenario = await ArgoScenario.StartAsync("post-delete-hook");
        (await scenario.IsLiveAsync("pod", "hook")).ShouldBeFalse();

        await scenario.DeleteAsync();

        scenario.Exists.ShouldBeFalse();
        (await scenario.IsLiveAsync("pod", "hook")).ShouldBeTrue();
    }

    /// <summary>
    /// There the deletion waits until somebody stops the sync; here it stops the sync itself, so that both of their steps are one. The
    /// kustomization of the directory does nothing but list the files that stand in the repository here.
    /// </summary>
    [Fact]
    [Scenario("hook-custom-health", "TestDeletingAppStuckInSync")]
    [Scenario("hook-custom-health", "TestDeletingNamespacedAppStuckInSync")]
    public async Task AnApplicationStuckInAHook_ThatARuleOfTheUsersHoldsUp_CanBeDeleted()
    {
        if (!SharedData.IsHere(nameof(AnApplicationStuckInAHook_ThatARuleOfTheUsersHoldsUp_CanBeDeleted))) return;
        var guestbook = Path.Combine(ArgoScenario.Root, "guestbook");
        await using var scenario = await ArgoScenario.StartAsync(
            "hook-custom-health",
            files:
            [
                ArgoScenario.HealthOf("ConfigMap", "return { status = obj.annotations and obj.annotations['health'] or 'Progressing' }"),
                .. await GuestbookAsync("guestbook-ui-deployment.yaml", "guestbook-ui-svc.yaml"),
            ]);
        var sync = scenario.SyncAsync();
        var stuck = await scenario.UntilAsync(s => s.Operation?.Message.Contains("my-map", StringComparison.Ordinal) == true);
        stuck.Operation!.Phase.ShouldBe(RunPhase.Running);
        stuck.Sync.ShouldBe(SyncStatus.OutOfSync);
        stuck.Resource("Deployment", "guestbook-ui").Health.Status.ShouldBe(HealthStatus.Missing);

        await scenario.DeleteAsync();

        (await sync).Phase.ShouldBe(RunPhase.Terminated);
        scenario.Exists.ShouldBeFalse();

        async Task<IReadOnlyList<(string, string?)>> GuestbookAsync(params string[] files)
        {
            var found = new List<(string, string?)>();
            foreach (var file in files) found.Add((file, await File.ReadAllTextAsync(Path.Combine(guestbook, file), Ct)));
            return found;
        }
    }
}
