using Plumb.Reconcile.Health;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests.ArgoCd;

/// <summary>Syncs, waves, selections and options, as Argo CD's own end-to-end tests expect them.</summary>
public sealed class SyncScenarios
{
    /// <summary>Image names that do not exist keep a Deployment from its goal, there as here.</summary>
    private const string InvalidImage =
        """{"op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "alpine:ops!"}""";

    [Theory]
    [Scenario("deployment", "TestDeployment")]
    [Scenario("guestbook", "TestTrackAppStateAndSyncApp")]
    [Scenario("guestbook-logs", "TestPermissions")]
    [Scenario("guestbook_local", "TestLocalManifestSync")]
    [Scenario("crd-creation", "TestCRDs")]
    [Scenario("crd-subresource", "TestCRDStatusSubresourceAction")]
    [Scenario("config-map", "TestDiscoverNewCommit")]
    [Scenario("secrets", "TestAppWithSecrets")]
    [Scenario("multi-sync/builtin", "testMultiSync")]
    [Scenario("kustomize", "TestKustomizeReplicas2AppSource")]
    [Scenario("kustomize-with-version-override", "TestKustomizeUnsetOverride")]
    [Scenario("managed-by-url-test", "TestManagedByURLWithAnnotation")]
    [Scenario("shards-sync-assigned-apps/app-1", "TestShardsSyncAssignedApps")]
    [Scenario("shards-sync-assigned-apps/app-2", "TestShardsSyncAssignedApps")]
    [Scenario("git-submodule", "TestGitSubmoduleSSHSupport")]
    [Scenario("cluster-role", "TestClusterRoleIsNotNamespaced")]
    [Scenario("duplicated-resources", "TestDuplicatedResources")]
    [Scenario("multi-namespace", "the directory as it is")]
    [Scenario("service", "the directory as it is")]
    [Scenario("resource-actions", "TestOldStyleResourceAction")]
    [Scenario("hydrator-directory", "TestSimpleHydrator")]
    [InlineData("deployment")]
    [InlineData("guestbook")]
    [InlineData("guestbook-logs")]
    [InlineData("guestbook_local")]
    [InlineData("crd-creation")]
    [InlineData("crd-subresource")]
    [InlineData("config-map")]
    [InlineData("secrets")]
    [InlineData("multi-sync/builtin")]
    [InlineData("kustomize")]
    [InlineData("kustomize-with-version-override")]
    [InlineData("managed-by-url-test")]
    [InlineData("shards-sync-assigned-apps/app-1")]
    [InlineData("shards-sync-assigned-apps/app-2")]
    [InlineData("git-submodule")]
    [InlineData("cluster-role")]
    [InlineData("duplicated-resources")]
    [InlineData("service")]
    [InlineData("resource-actions")]
    [InlineData("hydrator-directory")]
    public async Task ADirectory_IsSyncedByHand_AndHealthy(string directory)
    {
        if (!SharedData.IsHere(nameof(ADirectory_IsSyncedByHand_AndHealthy))) return;
        await using var scenario = await ArgoScenario.StartAsync(directory);
        scenario.State.Sync.ShouldBe(SyncStatus.OutOfSync);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));

        // Once more: nothing is left to do, and nothing is done.
        var again = await scenario.SyncAsync();
        again.Phase.ShouldBe(RunPhase.Succeeded, again.Message);
        again.Results.ShouldAllBe(r => r.Status == ResultStatus.Unchanged);
    }

    [Theory]
    [Scenario("one-deployment", "TestOneProgressingDeploymentIsSucceededAndSynced")]
    [Scenario("one-deployment", "TestDegradedDeploymentIsSucceededAndSynced")]
    [Scenario("progressive-sync/dev", "the directory as it is")]
    [InlineData(600, HealthStatus.Progressing)]
    [InlineData(1, HealthStatus.Degraded)]
    public async Task ADeploymentThatGetsNowhere_IsSynced_AndItsHealthSaysSo(int deadline, HealthStatus expected)
    {
        if (!SharedData.IsHere(nameof(ADeploymentThatGetsNowhere_IsSynced_AndItsHealthSaysSo))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "one-deployment",
            files: [("deployment.yaml",
                $$"""[{"op": "replace", "path": "/spec/progressDeadlineSeconds", "value": {{deadline}}}, {{InvalidImage}}]""")]);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        run.Results.Count.ShouldBe(1);
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, expected));
    }

    [Fact]
    [Scenario("sync-waves", "TestFixingDegradedApp")]
    public async Task AWaveThatAScriptCallsDegraded_StopsTheSync_AndOneThatIsMendedLetsItGoOn()
    {
        if (!SharedData.IsHere(nameof(AWaveThatAScriptCallsDegraded_StopsTheSync_AndOneThatIsMendedLetsItGoOn))) return;
        const string Mend = """[{"op": "add", "path": "/metadata/annotations/health", "value": "Healthy"}]""";
        await using var scenario = await ArgoScenario.StartAsync(
            "sync-waves",
            files: ArgoScenario.HealthOf(
                "ConfigMap", "return { status = obj.metadata.annotations and obj.metadata.annotations['health'] or 'Degraded' }"));
        var failed = await scenario.SyncAsync();
        failed.Phase.ShouldBe(RunPhase.Failed);
        failed.Results.ShouldHaveSingleItem().Id.ShouldBe(ArgoScenario.Id("ConfigMap", "cm-1"));
        var state = await scenario.UntilAsync(s => s.Has(SyncStatus.OutOfSync, HealthStatus.Degraded));
        var (first, second) = (state.Resource("ConfigMap", "cm-1"), state.Resource("ConfigMap", "cm-2"));
        (first.Sync, first.Health.Status).ShouldBe((SyncStatus.Synced, HealthStatus.Degraded));
        (second.Sync, second.Health.Status).ShouldBe((SyncStatus.OutOfSync, HealthStatus.Missing));

        await scenario.CommitAsync(("cm-1.yaml", Mend), ("cm-2.yaml", Mend));
        await scenario.UntilAsync(s => s.Resource("ConfigMap", "cm-1").Sync == SyncStatus.OutOfSync);
        var mended = await scenario.SyncAsync();
        mended.Phase.ShouldBe(RunPhase.Succeeded, mended.Message);
        mended.Results.Count.ShouldBe(2);
        state = await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
        state.Resources.ShouldAllBe(r => r.Sync == SyncStatus.Synced && r.Health.Status == HealthStatus.Healthy);
    }

    /// <summary>
    /// There an aggregated API server comes; the sandbox runs no programs, so that a definition serves the kind in its stead. What is asked
    /// is the same: a kind that comes while everything runs is found by itself, and its objects are watched.
    /// </summary>
    [Fact]
    [Scenario("aggregated-apiserver", "TestAPIServiceLateRegistrationIsDiscovered")]
    public async Task AKindThatIsRegisteredLate_IsDiscovered_WithoutARestartOrAHardRefresh()
    {
        if (!SharedData.IsHere(nameof(AKindThatIsRegisteredLate_IsDiscovered_WithoutARestartOrAHardRefresh))) return;
        await using var scenario = await ArgoScenario.StartAsync("aggregated-apiserver");
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        var before = await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced);
        before.Resource("ConfigMap", "aggregated-apiserver-canary").Sync.ShouldBe(SyncStatus.Synced);

        var definition = Path.Combine(scenario.Scene.Folder, "flunders.yaml");
        await File.WriteAllTextAsync(definition, Flunders, TestContext.Current.CancellationToken);
        await scenario.KubectlAsync("apply", "--server-side", "-f", definition);
        await scenario.KubectlAsync("wait", "--for=condition=Established", "crd/flunders.wardle.example.com", "--timeout=30s");
        await scenario.CommitAsync(
            ("flunder.yaml", "apiVersion: wardle.example.com/v1alpha1\nkind: Flunder\nmetadata: {name: e2e-flunder}\n"));
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        var state = await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced && s.Operation is null);
        state.Resource("Flunder", "e2e-flunder").Sync.ShouldBe(SyncStatus.Synced);

        // Watched, not only asked for once: what others do to it is seen.
        await scenario.KubectlAsync("delete", "flunder", "e2e-flunder");
        await scenario.UntilAsync(s => s.Resource("Flunder", "e2e-flunder") is { Sync: SyncStatus.OutOfSync, Health.Status: HealthStatus.Missing });
    }

    private const string Flunders = """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: flunders.wardle.example.com}
        spec:
          group: wardle.example.com
          names: {kind: Flunder, listKind: FlunderList, plural: flunders, singular: flunder}
          scope: Namespaced
          versions:
          - name: v1alpha1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}

        """;

    [Fact]
    [Scenario("syncwaves-prune-order", "TestSyncPruneOrderWithSyncWaves")]
    public async Task Prunes_GoInReverseWaves_EachGoneBeforeTheNext()
    {
        if (!SharedData.IsHere(nameof(Prunes_GoInReverseWaves_EachGoneBeforeTheNext))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "syncwaves-prune-order",
            // Something must stay, as a directory that has become empty is another scenario.
            files: [("stays.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: stays}\n")]);
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));

        await scenario.CommitAsync(("pod.yaml", null), ("rbac.yaml", null));
        scenario.State.Sync.ShouldBe(SyncStatus.OutOfSync);
        var pruning = scenario.SyncAsync(prune: true);
        await scenario.UntilAsync(s => s.Operation is not null);
        await ScenarioAnswers.UntilAsync(async () => (await scenario.KubectlAsync(
            "get", "pod", "pod-with-finalizers", "-o", "jsonpath={.metadata.deletionTimestamp}")).Length > 0);
        (await scenario.IsLiveAsync("rolebinding", "modify-pods-rolebinding")).ShouldBeTrue("the Pod of the last wave is not gone yet");
        (await scenario.IsLiveAsync("serviceaccount", "modify-pods-sa")).ShouldBeTrue();

        // There the Pod's own hook takes the finalizer away with the rights that the other objects give it; here nothing runs in it.
        await scenario.KubectlAsync("patch", "pod", "pod-with-finalizers", "--type=merge", "-p", """{"metadata":{"finalizers":null}}""");
        var run = await pruning;
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        run.Results.Count(r => r.Status == ResultStatus.Pruned).ShouldBe(4);
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
    }

    [Fact]
    [Scenario("guestbook", "TestSyncWithCreateNamespace")]
    [Scenario("guestbook", "TestNamespaceCreationWithSSA")]
    [Scenario("guestbook", "TestNamespaceAutoCreation")]
    public async Task CreateNamespace_MakesIt_AndADeletionOfTheApplicationLeavesIt()
    {
        if (!SharedData.IsHere(nameof(CreateNamespace_MakesIt_AndADeletionOfTheApplicationLeavesIt))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "guestbook",
            application: """
                [{"op": "replace", "path": "/spec/destination/namespace", "value": "made-for-it"},
                 {"op": "add", "path": "/spec/syncPolicy", "value": {"syncOptions": ["CreateNamespace=true", "ServerSideApply=true"]}}]
                """);
        scenario.State.Sync.ShouldBe(SyncStatus.OutOfSync);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        run.Results.Count.ShouldBe(3);
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));

        await scenario.Scene.Reconciler.DeleteAsync(ArgoScenario.Name, cascade: true, TestContext.Current.CancellationToken);
        (await scenario.Scene.KubectlAsync("get", "namespace", "made-for-it", "-o", "name")).Trim().ShouldBe("namespace/made-for-it");
        (await scenario.Scene.KubectlAsync("get", "deployments", "-n", "made-for-it", "-o", "name")).ShouldBeEmpty();
    }

    [Fact]
    [Scenario("failure-during-sync", "TestSyncWithCreateNamespaceAndDryRunError")]
    public async Task AnObjectThatTheServerRefuses_FailsTheSync_AndTheNamespaceIsThere()
    {
        if (!SharedData.IsHere(nameof(AnObjectThatTheServerRefuses_FailsTheSync_AndTheNamespaceIsThere))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "failure-during-sync",
            application: """
                [{"op": "replace", "path": "/spec/destination/namespace", "value": "made-for-it"},
                 {"op": "add", "path": "/spec/syncPolicy", "value": {"syncOptions": ["CreateNamespace=true"]}}]
                """);
        scenario.State.Sync.ShouldBe(SyncStatus.OutOfSync);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Failed);
        run.Results.Count.ShouldBe(2);
        run.Result("Namespace", "made-for-it").Status.ShouldBe(ResultStatus.Synced);
        var refused = run.Result("ServiceAccount", "failure-during-sync");
        refused.Status.ShouldBe(ResultStatus.Failed);
        refused.Message.ShouldContain("metadata.labels: Invalid value");
    }

    [Fact]
    [Scenario("sync-options-validate-false", "TestSyncOptionsValidateFalse")]
    public async Task ValidateFalse_LetsAnUnknownFieldThrough()
    {
        if (!SharedData.IsHere(nameof(ValidateFalse_LetsAnUnknownFieldThrough))) return;
        await using var scenario = await ArgoScenario.StartAsync("sync-options-validate-false");
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
    }

    [Fact]
    [Scenario("sync-options-validate-false", "TestSyncOptionsValidateTrue")]
    public async Task WithoutValidateFalse_AnUnknownFieldIsRefusedByName()
    {
        if (!SharedData.IsHere(nameof(WithoutValidateFalse_AnUnknownFieldIsRefusedByName))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "sync-options-validate-false", files: [("invalid-cm.yaml", """[{"op": "remove", "path": "/metadata/annotations"}]""")]);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Failed);
        run.Results[0].Message.ShouldContain("field not declared");
    }

    [Fact]
    [Scenario("crd-validation", "TestSyncOptionValidateFalse")]
    public async Task AWrongType_IsRefused_WithAndWithoutValidation()
    {
        if (!SharedData.IsHere(nameof(AWrongType_IsRefused_WithAndWithoutValidation))) return;
        await using var scenario = await ArgoScenario.StartAsync("crd-validation");
        (await scenario.SyncAsync()).Results[0].Message.ShouldContain("containerPort");
        await scenario.CommitAsync(("deployment.yaml",
            """[{"op": "add", "path": "/metadata/annotations", "value": {"argocd.argoproj.io/sync-options": "Validate=false"}}]"""));
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Failed);
        run.Results[0].Message.ShouldContain("containerPort");
    }

    [Fact]
    [Scenario("guestbook", "TestSyncWithApplyOutOfSyncOnly")]
    public async Task ApplyOutOfSyncOnly_ReportsOnlyWhatDiffered()
    {
        if (!SharedData.IsHere(nameof(ApplyOutOfSyncOnly_ReportsOnlyWhatDiffered))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "guestbook",
            application: """[{"op": "add", "path": "/spec/syncPolicy", "value": {"syncOptions": ["ApplyOutOfSyncOnly=true"]}}]""");
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.CommitAsync(("guestbook-ui-deployment.yaml", """[{"op": "replace", "path": "/spec/replicas", "value": 1}]"""));
        var run = await scenario.SyncAsync();
        run.Results.ShouldHaveSingleItem().Id.ShouldBe(ArgoScenario.Id("Deployment", "guestbook-ui", "apps"));
        run.Results[0].Status.ShouldBe(ResultStatus.Synced);
    }

    [Fact]
    [Scenario("guestbook", "TestSyncWithSkipHook")]
    public async Task AnObjectThatBecomesSkip_IsLeftAlone_AndComparedAgainLater()
    {
        if (!SharedData.IsHere(nameof(AnObjectThatBecomesSkip_IsLeftAlone_AndComparedAgainLater))) return;
        const string Deployment = "guestbook-ui-deployment.yaml";
        await using var scenario = await ArgoScenario.StartAsync("guestbook");
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced);
        await scenario.CommitAsync((Deployment,
            """
            [{"op": "add", "path": "/metadata/annotations", "value": {"argocd.argoproj.io/hook": "Skip"}},
             {"op": "replace", "path": "/spec/replicas", "value": 1}]
            """));
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced);
        await scenario.SyncAsync(prune: true);
        (await scenario.IsLiveAsync("deployment", "guestbook-ui")).ShouldBeTrue("Git still states it");
        await scenario.CommitAsync((Deployment, """[{"op": "remove", "path": "/metadata/annotations"}]"""));
        await scenario.UntilAsync(s => s.Sync == SyncStatus.OutOfSync);
    }

    [Fact]
    [Scenario("guestbook", "TestSyncWithForceReplace")]
    public async Task ForceAndReplace_MakeAnObjectAnew_WhoseSelectorChanged()
    {
        if (!SharedData.IsHere(nameof(ForceAndReplace_MakeAnObjectAnew_WhoseSelectorChanged))) return;
        await using var scenario = await ArgoScenario.StartAsync("guestbook");
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
        await scenario.CommitAsync(("guestbook-ui-deployment.yaml",
            """
            [{"op": "add", "path": "/metadata/finalizers", "value": ["example.com/test"]},
             {"op": "add", "path": "/metadata/annotations", "value": {"argocd.argoproj.io/sync-options": "Force=true,Replace=true"}},
             {"op": "add", "path": "/spec/selector/matchLabels/env", "value": "e2e"},
             {"op": "add", "path": "/spec/template/metadata/labels/env", "value": "e2e"},
             {"op": "replace", "path": "/spec/replicas", "value": 2}]
            """));
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
    }

    [Fact]
    [Scenario("config-map", "TestSyncOptionReplace")]
    [Scenario("config-map", "TestCreateConfigMapsAndWaitForUpdate")]
    public async Task Replace_ReplacesWhatDiffers()
    {
        if (!SharedData.IsHere(nameof(Replace_ReplacesWhatDiffers))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "config-map",
            files: [("config-map.yaml",
                """[{"op": "add", "path": "/metadata/annotations", "value": {"argocd.argoproj.io/sync-options": "Replace=true"}}]""")]);
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced);
        await scenario.CommitAsync(("config-map.yaml", """[{"op": "add", "path": "/data/foo2", "value": "bar2"}]"""));
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        run.Results[0].Message.ShouldContain("replaced");
        (await scenario.KubectlAsync("get", "configmap", "my-map", "-o", "jsonpath={.data.foo2}")).ShouldBe("bar2");
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced);
    }

    [Fact]
    [Scenario("secrets", "TestImmutableChange")]
    public async Task AnImmutableSecret_IsRefused_AndMadeAnewWhenForced()
    {
        if (!SharedData.IsHere(nameof(AnImmutableSecret_IsRefused_AndMadeAnewWhenForced))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "secrets",
            files: [("secrets.yaml",
                """
                [{"op": "add", "path": "/data/new-field", "value": "dGVzdA=="}, {"op": "add", "path": "/immutable", "value": true}]
                """)]);
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.CommitAsync(("secrets.yaml", """[{"op": "add", "path": "/data/new-field", "value": "dGVzdDI="}]"""));
        var refused = await scenario.SyncAsync();
        refused.Phase.ShouldBe(RunPhase.Failed);
        refused.Result("Secret", "test-secret").Message.ShouldContain("immutable");
        refused.Results.ShouldAllBe(r => !r.Message.Contains("dGVzdDI=", StringComparison.Ordinal));
        scenario.State.Sync.ShouldBe(SyncStatus.OutOfSync);

        await scenario.CommitAsync(("secrets.yaml",
            """[{"op": "add", "path": "/metadata/annotations", "value": {"argocd.argoproj.io/sync-options": "Force=true"}}]"""));
        var forced = await scenario.SyncAsync();
        forced.Phase.ShouldBe(RunPhase.Succeeded, forced.Message);
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
    }

    [Fact]
    [Scenario("guestbook", "TestSelectiveSync")]
    public async Task ASelectiveSync_TouchesOnlyWhatIsSelected()
    {
        if (!SharedData.IsHere(nameof(ASelectiveSync_TouchesOnlyWhatIsSelected))) return;
        await using var scenario = await ArgoScenario.StartAsync("guestbook");
        var run = await scenario.SyncAsync(only: ArgoScenario.Id("Service", "guestbook-ui"));
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        var state = await scenario.UntilAsync(s => s.Operation is null && s.Resource("Service", "guestbook-ui").Sync == SyncStatus.Synced);
        state.Sync.ShouldBe(SyncStatus.OutOfSync);
        state.Resource("Service", "guestbook-ui").Health.Status.ShouldBe(HealthStatus.Healthy);
        state.Resource("Deployment", "guestbook-ui").Health.Status.ShouldBe(HealthStatus.Missing);
    }

    [Fact]
    [Scenario("hook", "TestSelectiveSyncDoesNotRunHooks")]
    public async Task ASelectiveSync_RunsNoHooks()
    {
        if (!SharedData.IsHere(nameof(ASelectiveSync_RunsNoHooks))) return;
        await using var scenario = await ArgoScenario.StartAsync("hook");
        var run = await scenario.SyncAsync(only: ArgoScenario.Id("Pod", "pod"));
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        run.Results.Count.ShouldBe(1);
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
        (await scenario.IsLiveAsync("pod", "hook")).ShouldBeFalse();
    }

    [Fact]
    [Scenario("guestbook-with-namespace", "TestSelectiveSyncWithNamespace")]
    public async Task ASelection_WithANamespace_TakesOnlyThatOne()
    {
        if (!SharedData.IsHere(nameof(ASelection_WithANamespace_TakesOnlyThatOne))) return;
        const string Move = """[{"op": "replace", "path": "/metadata/namespace", "value": "another"}]""";
        await using var scenario = await ArgoScenario.StartAsync(
            "guestbook-with-namespace", files: [("guestbook-ui-deployment-ns.yaml", Move), ("guestbook-ui-svc-ns.yaml", Move)]);
        await scenario.Scene.KubectlAsync("create", "namespace", "another");
        var other = ArgoScenario.Id("Deployment", "guestbook-ui", "apps") with { Namespace = "another" };
        var run = await scenario.SyncAsync(only: other);
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        var state = await scenario.UntilAsync(s =>
            s.Operation is null && s.Resources.Any(r => r.Id == other && r.Health.Status == HealthStatus.Healthy));
        state.Sync.ShouldBe(SyncStatus.OutOfSync);
        var own = state.Resources.Single(r => r.Id == ArgoScenario.Id("Deployment", "guestbook-ui", "apps"));
        (own.Sync, own.Health.Status).ShouldBe((SyncStatus.OutOfSync, HealthStatus.Missing));
    }
}
