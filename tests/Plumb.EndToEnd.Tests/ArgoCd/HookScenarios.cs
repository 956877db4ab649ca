using Plumb.Reconcile.Health;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests.ArgoCd;

/// <summary>Hooks, as Argo CD's own end-to-end tests expect them.</summary>
public sealed class HookScenarios
{
    private const string FailsHook = """{"op": "replace", "path": "/spec/containers/0/command", "value": ["false"]}""";

    private static string Phase(string phase) =>
        $$$"""{"op": "replace", "path": "/metadata/annotations", "value": {"argocd.argoproj.io/hook": "{{{phase}}}"}}""";

    private static string Policy(string policy) =>
        $$"""{"op": "add", "path": "/metadata/annotations/argocd.argoproj.io~1hook-delete-policy", "value": "{{policy}}"}""";

    [Theory]
    [Scenario("hook", "TestPreSyncHookSuccessful")]
    [Scenario("hook", "TestSyncHookSuccessful")]
    [Scenario("hook", "TestPostSyncHookSuccessful")]
    [InlineData("PreSync", SyncPhases.PreSync)]
    [InlineData("Sync", SyncPhases.Sync)]
    [InlineData("PostSync", SyncPhases.PostSync)]
    public async Task AHookThatSucceeds_IsAResultOfItsPhase_AndStays(string phase, SyncPhases expected)
    {
        if (!SharedData.IsHere(nameof(AHookThatSucceeds_IsAResultOfItsPhase_AndStays))) return;
        await using var scenario = await ArgoScenario.StartAsync("hook", files: [("hook.yaml", $"[{Phase(phase)}]")]);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        run.Results.Count.ShouldBe(2);
        var hook = run.Result("Pod", "hook");
        (hook.IsHook, hook.Phase, hook.Status).ShouldBe((true, expected, ResultStatus.Synced));
        var state = await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
        state.Resource("Pod", "pod").Sync.ShouldBe(SyncStatus.Synced);
        (await scenario.IsLiveAsync("pod", "hook")).ShouldBeTrue();
        (await scenario.KubectlAsync("get", "pod", "hook", "-o", "jsonpath={.metadata.finalizers}")).ShouldBeEmpty();
    }

    [Fact]
    [Scenario("hook", "TestPreSyncHookFailure")]
    public async Task APreSyncHookThatFails_KeepsTheSyncFromBeginning()
    {
        if (!SharedData.IsHere(nameof(APreSyncHookThatFails_KeepsTheSyncFromBeginning))) return;
        await using var scenario = await ArgoScenario.StartAsync("hook", files: [("hook.yaml", $"[{Phase("PreSync")}, {FailsHook}]")]);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Failed);
        run.Results.Count.ShouldBe(1);
        run.Result("Pod", "hook").Message.ShouldContain("exit code 1");
        var state = await scenario.UntilAsync(s => s.Operation is null);
        state.Sync.ShouldBe(SyncStatus.OutOfSync);
        var pod = state.Resource("Pod", "pod");
        (pod.Sync, pod.Health.Status).ShouldBe((SyncStatus.OutOfSync, HealthStatus.Missing));
    }

    [Theory]
    [Scenario("hook", "TestSyncHookFailure")]
    [Scenario("hook", "TestPostSyncHookFailure")]
    [InlineData("Sync")]
    [InlineData("PostSync")]
    public async Task AHookThatFailsLater_FailsTheRun_AndWhatIsAppliedIsInSync(string phase)
    {
        if (!SharedData.IsHere(nameof(AHookThatFailsLater_FailsTheRun_AndWhatIsAppliedIsInSync))) return;
        await using var scenario = await ArgoScenario.StartAsync("hook", files: [("hook.yaml", $"[{Phase(phase)}, {FailsHook}]")]);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Failed);
        run.Results.Count.ShouldBe(2);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced && s.Resource("Pod", "pod").Sync == SyncStatus.Synced);
        (await scenario.IsLiveAsync("pod", "hook")).ShouldBeTrue();
    }

    [Fact]
    [Scenario("hook-and-deployment", "TestSyncHookResourceFailure")]
    public async Task ADeploymentThatIsNotReady_DoesNotFailASyncWhoseHookSucceeds()
    {
        if (!SharedData.IsHere(nameof(ADeploymentThatIsNotReady_DoesNotFailASyncWhoseHookSucceeds))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "hook-and-deployment",
            files: [("deployment.yaml", """
                [{"op": "add", "path": "/spec/template/metadata/annotations", "value": {"sandbox.plumb.dev/readiness": "fail"}}]
                """)]);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Progressing));
    }

    [Fact]
    [Scenario("hook", "TestPostSyncHookPodFailure")]
    public async Task APodThatFails_KeepsPostSyncHooksFromRunning()
    {
        if (!SharedData.IsHere(nameof(APodThatFails_KeepsPostSyncHooksFromRunning))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "hook", files: [("hook.yaml", $"[{Phase("PostSync")}]"), ("pod.yaml", $"[{FailsHook}]")]);
        var run = await scenario.SyncAsync();
        run.Results.Count.ShouldBe(1);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced && s.Resource("Pod", "pod").Health.Status == HealthStatus.Degraded);
        (await scenario.IsLiveAsync("pod", "hook")).ShouldBeFalse();
    }

    [Fact]
    [Scenario("hook", "TestSyncFailHookPodFailure")]
    public async Task SyncFailHooks_RunWhenAHookFailed()
    {
        if (!SharedData.IsHere(nameof(SyncFailHooks_RunWhenAHookFailed))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "hook", files: [("sync-fail.yaml", HookPod("sync-fail-hook", "SyncFail", "true")), ("hook.yaml", $"[{Phase("PostSync")}, {FailsHook}]")]);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Failed);
        var hook = run.Result("Pod", "sync-fail-hook");
        (hook.IsHook, hook.Phase, hook.Status).ShouldBe((true, SyncPhases.SyncFail, ResultStatus.Synced));
    }

    [Fact]
    [Scenario("hook", "TestSyncFailHookPodFailureSyncFailFailure")]
    public async Task ASyncFailHookThatFails_IsReportedBesideTheOthers()
    {
        if (!SharedData.IsHere(nameof(ASyncFailHookThatFails_IsReportedBesideTheOthers))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "hook",
            files:
            [
                ("good.yaml", HookPod("successful-sync-fail-hook", "SyncFail", "true")),
                ("bad.yaml", HookPod("failed-sync-fail-hook", "SyncFail", "false")),
                ("hook.yaml", $"[{Phase("PostSync")}, {FailsHook}]"),
            ]);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Failed);
        run.Results.Count.ShouldBe(4);
        run.Result("Pod", "successful-sync-fail-hook").Status.ShouldBe(ResultStatus.Synced);
        var failed = run.Result("Pod", "failed-sync-fail-hook");
        failed.Status.ShouldBe(ResultStatus.Failed);
        failed.Message.ShouldContain("exit code 1");
    }

    [Theory]
    [Scenario("hook", "TestInvalidlHookWaitsForOtherHooksToComplete")]
    [Scenario("hook", "TestInvalidSyncFailureHookWaitsForOtherHooksToComplete")]
    [InlineData("Sync")]
    [InlineData("SyncFail")]
    public async Task AHookThatIsRefused_LetsTheOthersOfItsPhaseFinish(string phase)
    {
        if (!SharedData.IsHere(nameof(AHookThatIsRefused_LetsTheOthersOfItsPhaseFinish))) return;
        var refused = HookPod("invalid-hook", phase, "true", "HookFailed");
        await using var scenario = await ArgoScenario.StartAsync(
            "hook",
            files:
            [
                ("invalid-hook.yaml", refused.Replace("name: main", "name: immutable", StringComparison.Ordinal)),
                ("other.yaml", HookPod("other-hook", phase, "true")),
                .. phase == "Sync" ? [] : new (string, string?)[] { ("hook.yaml", $"[{FailsHook}]") },
            ]);
        var there = scenario.Scene.Folder + "/there.yaml";
        await File.WriteAllTextAsync(there, refused, TestContext.Current.CancellationToken);
        await scenario.KubectlAsync("apply", "--server-side", "-f", there);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Failed);
        run.Results.Count.ShouldBe(4);
        run.Result("Pod", "invalid-hook").Status.ShouldBe(ResultStatus.Failed);
        run.Result("Pod", "other-hook").Status.ShouldBe(ResultStatus.Synced);
    }

    [Theory]
    [Scenario("hook", "TestHookDeletePolicyHookSucceededHookExit0")]
    [Scenario("hook", "TestHookDeletePolicyHookSucceededHookExit1")]
    [Scenario("hook", "TestHookDeletePolicyHookFailedHookExit0")]
    [Scenario("hook", "TestHookDeletePolicyHookFailedHookExit1")]
    [InlineData("HookSucceeded", true, false)]
    [InlineData("HookSucceeded", false, true)]
    [InlineData("HookFailed", true, true)]
    [InlineData("HookFailed", false, false)]
    public async Task ADeletePolicy_SaysWhetherTheHookStays(string policy, bool succeeds, bool stays)
    {
        if (!SharedData.IsHere(nameof(ADeletePolicy_SaysWhetherTheHookStays))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "hook", files: [("hook.yaml", succeeds ? $"[{Policy(policy)}]" : $"[{Policy(policy)}, {FailsHook}]")]);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(succeeds ? RunPhase.Succeeded : RunPhase.Failed, run.Message);
        run.Results.Count.ShouldBe(2);
        (await scenario.IsLiveAsync("pod", "hook")).ShouldBe(stays);
    }

    [Fact]
    [Scenario("hook", "TestHookBeforeHookCreation")]
    public async Task BeforeHookCreation_MakesTheHookAnewEachTime()
    {
        if (!SharedData.IsHere(nameof(BeforeHookCreation_MakesTheHookAnewEachTime))) return;
        await using var scenario = await ArgoScenario.StartAsync("hook", files: [("hook.yaml", $"[{Policy("BeforeHookCreation")}]")]);
        var uids = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var run = await scenario.SyncAsync();
            run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
            run.Results.Count.ShouldBe(2);
            await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
            uids.Add(await scenario.KubectlAsync("get", "pod", "hook", "-o", "jsonpath={.metadata.uid}"));
        }

        uids.ShouldBeUnique();
    }

    [Fact]
    [Scenario("hook", "TestHookBeforeHookCreationFailure")]
    public async Task ARunThatWaitsForAHook_CanBeStopped()
    {
        if (!SharedData.IsHere(nameof(ARunThatWaitsForAHook_CanBeStopped))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "hook", files: [("hook.yaml", """[{"op": "replace", "path": "/spec/containers/0/command", "value": ["sleep", "3600"]}]""")]);
        var running = scenario.SyncAsync();
        await scenario.UntilAsync(s => s.Operation?.Message.Contains("hook", StringComparison.Ordinal) == true);
        scenario.Scene.Reconciler.Terminate(ArgoScenario.Name);
        (await running).Phase.ShouldBe(RunPhase.Terminated);
    }

    [Fact]
    [Scenario("hook", "TestHookSkip")]
    public async Task Skip_LeavesTheObjectOut()
    {
        if (!SharedData.IsHere(nameof(Skip_LeavesTheObjectOut))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "hook",
            files: [("pod.yaml", """[{"op": "add", "path": "/metadata/annotations", "value": {"argocd.argoproj.io/hook": "Skip"}}]""")]);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        run.Results.Count.ShouldBe(1);
        (await scenario.IsLiveAsync("pod", "pod")).ShouldBeFalse();
    }

    [Fact]
    [Scenario("hook", "TestNamingNonHookResource")]
    public async Task AnObjectWithoutAName_FailsTheSync()
    {
        if (!SharedData.IsHere(nameof(AnObjectWithoutAName_FailsTheSync))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "hook", files: [("pod.yaml", """[{"op": "remove", "path": "/metadata/name"}]""")]);
        var state = await scenario.UntilAsync(s => s.Conditions.Count > 0);
        state.Conditions[0].Message.ShouldContain("metadata.name is missing");
    }

    [Fact]
    [Scenario("hook", "TestAutomaticallyNamingUnnamedHook")]
    public async Task AHookWithoutAName_GetsOneForEachPhase()
    {
        if (!SharedData.IsHere(nameof(AHookWithoutAName_GetsOneForEachPhase))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "hook", files: [("hook.yaml", $"[{{\"op\": \"remove\", \"path\": \"/metadata/name\"}}, {Phase("PreSync,PostSync")}]")]);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        run.Results.Count.ShouldBe(3);
        run.Results[0].Id.Name.ShouldContain("presync");
        run.Results[2].Id.Name.ShouldContain("postsync");
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced);
    }

    [Fact]
    [Scenario("hook-resource-deleted-externally", "TestHookResourceDeletedExternally")]
    [Scenario("multi-namespace-hook", "the directory as it is")]
    [Scenario("cluster-role-hook", "TestClusterRoleBindingHook")]
    public async Task HooksOfSeveralKindsAndNamespaces_Succeed()
    {
        if (!SharedData.IsHere(nameof(HooksOfSeveralKindsAndNamespaces_Succeed))) return;
        foreach (var directory in new[] { "hook-resource-deleted-externally", "cluster-role-hook" })
        {
            await using var scenario = await ArgoScenario.StartAsync(directory);
            var run = await scenario.SyncAsync();
            run.Phase.ShouldBe(RunPhase.Succeeded, $"{directory}: {run.Message}");
            await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
        }
    }

    private static string HookPod(string name, string phase, string command, string policy = "BeforeHookCreation") => $$"""
        apiVersion: v1
        kind: Pod
        metadata:
          annotations:
            argocd.argoproj.io/hook: {{phase}}
            argocd.argoproj.io/hook-delete-policy: {{policy}}
          name: {{name}}
        spec:
          containers:
          - command: ["{{command}}"]
            image: quay.io/argoprojlabs/argocd-e2e-container:0.1
            name: main
          restartPolicy: Never

        """;
}
