using Plumb.Reconcile.Health;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests.ArgoCd;

/// <summary>What happens to applications over time, as Argo CD's own end-to-end tests expect it.</summary>
public sealed class ApplicationScenarios
{
    private const string Deployment = "guestbook-ui-deployment.yaml";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string SelfHealing(bool selfHeal) =>
        """[{"op": "add", "path": "/spec/syncPolicy", "value": {"automated": {"selfHeal": VALUE}, "retry": {"limit": 0}}}]"""
            .Replace("VALUE", selfHeal ? "true" : "false", StringComparison.Ordinal);

    private static string Options(string options) =>
        $$$"""[{"op": "add", "path": "/spec/syncPolicy", "value": {"syncOptions": ["{{{options}}}"]}}]""";

    private static string Annotate(string name, string value) =>
        $$$"""[{"op": "add", "path": "/metadata/annotations", "value": {"argocd.argoproj.io/{{{name}}}": "{{{value}}}"}}]""";

    [Fact]
    [Scenario("guestbook", "TestAutoSyncSelfHealDisabled")]
    public async Task WithoutSelfHeal_CommitsAreSynced_AndDriftIsOnlyShown()
    {
        if (!SharedData.IsHere(nameof(WithoutSelfHeal_CommitsAreSynced_AndDriftIsOnlyShown))) return;
        await using var scenario = await ArgoScenario.StartAsync("guestbook", application: SelfHealing(false));
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced && s.Operation is null);
        await scenario.CommitAsync((Deployment, """[{"op": "replace", "path": "/spec/revisionHistoryLimit", "value": 1}]"""));
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced && s.Operation is null);
        await scenario.KubectlAsync("patch", "deployment", "guestbook-ui", "--type=merge", "-p", """{"spec":{"revisionHistoryLimit":0}}""");
        var state = await scenario.UntilAsync(s =>
            s.Sync == SyncStatus.OutOfSync && s.WaitingFor.Contains("selfHeal", StringComparison.OrdinalIgnoreCase));
        state.Resource("Deployment", "guestbook-ui").Message.ShouldContain("revisionHistoryLimit");
    }

    [Fact]
    [Scenario("guestbook", "TestAutoSyncSelfHealEnabled")]
    public async Task WithSelfHeal_DriftIsUndone_AndABadCommitIsTriedOnceAndShown()
    {
        if (!SharedData.IsHere(nameof(WithSelfHeal_DriftIsUndone_AndABadCommitIsTriedOnceAndShown))) return;
        await using var scenario = await ArgoScenario.StartAsync("guestbook", application: SelfHealing(true));
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced && s.Operation is null);
        var first = scenario.State.LastRun!.Id;
        await scenario.KubectlAsync("patch", "deployment", "guestbook-ui", "--type=merge", "-p", """{"spec":{"revisionHistoryLimit":0}}""");
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced && s.LastRun!.Id != first);

        await scenario.CommitAsync((Deployment, """[{"op": "replace", "path": "/spec/revisionHistoryLimit", "value": "badValue"}]"""));
        var failed = await scenario.UntilAsync(s => s.LastRun!.Phase == RunPhase.Failed && s.Conditions.Any(c => c.Type == Condition.SyncError));
        failed.Sync.ShouldBe(SyncStatus.OutOfSync);

        await scenario.CommitAsync((Deployment, """[{"op": "replace", "path": "/spec/revisionHistoryLimit", "value": 1}]"""));
        var mended = await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced && s.LastRun!.Phase == RunPhase.Succeeded && s.Operation is null);
        mended.Conditions.ShouldBeEmpty();
    }

    [Fact]
    [Scenario("guestbook", "TestAutoSyncRetryAndRefreshEnabled")]
    public async Task ACommitThatMendsARunBeingRetried_IsTakenUp()
    {
        if (!SharedData.IsHere(nameof(ACommitThatMendsARunBeingRetried_IsTakenUp))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "guestbook",
            application: """
                [{"op": "add", "path": "/spec/syncPolicy", "value": {"automated": {}, "retry":
                  {"limit": -1, "refresh": true, "backoff": {"duration": "1s", "factor": 1, "maxDuration": "1s"}}}}]
                """);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced && s.Operation is null);
        await scenario.CommitAsync((Deployment, """[{"op": "replace", "path": "/spec/revisionHistoryLimit", "value": "badValue"}]"""));
        await scenario.UntilAsync(s => s.LastRun is { Phase: RunPhase.Failed, Attempt: >= 1 });
        await scenario.CommitAsync((Deployment, """[{"op": "replace", "path": "/spec/revisionHistoryLimit", "value": 42}]"""));
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced && s.LastRun!.Phase == RunPhase.Succeeded);
    }

    [Fact]
    [Scenario("hook", "TestFailedSyncWithRetry")]
    public async Task AFailedSync_IsRetriedAsOftenAsThePolicySays()
    {
        if (!SharedData.IsHere(nameof(AFailedSync_IsRetriedAsOftenAsThePolicySays))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "hook",
            application: """
                [{"op": "add", "path": "/spec/syncPolicy", "value": {"automated": {}, "retry": {"limit": 1, "backoff": {"duration": "1s"}}}}]
                """,
            files: [("hook.yaml", """
                [{"op": "replace", "path": "/metadata/annotations", "value": {"argocd.argoproj.io/hook": "PreSync"}},
                 {"op": "replace", "path": "/spec/containers/0/command", "value": ["false"]}]
                """)]);
        var state = await scenario.UntilAsync(s => s.LastRun is { Phase: RunPhase.Failed, Attempt: 1 } && s.WaitsOn == WaitReason.Person);
        state.WaitingFor.ShouldContain("failed 2 times");
    }

    [Fact]
    [Scenario("two-nice-pods", "TestPruningRequired")]
    public async Task WithoutPrune_WhatLeftGitStays_AndIsShown()
    {
        if (!SharedData.IsHere(nameof(WithoutPrune_WhatLeftGitStays_AndIsShown))) return;
        await using var scenario = await ArgoScenario.StartAsync("two-nice-pods");
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.CommitAsync(("pod-2.yaml", null));
        var run = await scenario.SyncAsync();
        run.Result("Pod", "pod-2").Status.ShouldBe(ResultStatus.PruneSkipped);
        scenario.State.Sync.ShouldBe(SyncStatus.OutOfSync);
        (await scenario.IsLiveAsync("pod", "pod-2")).ShouldBeTrue();
    }

    [Theory]
    [Scenario("two-nice-pods", "TestSyncOptionPruneFalseResourceLevel")]
    [Scenario("two-nice-pods", "TestSyncOptionPruneFalseAppLevel")]
    [Scenario("two-nice-pods", "TestSyncOptionPruneFalseResourceOverride")]
    [InlineData("", "Prune=false")]
    [InlineData("Prune=false", "")]
    [InlineData("Prune=true", "Prune=false")]
    public async Task PruneFalse_KeepsTheObject_AndTheApplicationOutOfSync(string ofApplication, string ofPod)
    {
        if (!SharedData.IsHere(nameof(PruneFalse_KeepsTheObject_AndTheApplicationOutOfSync))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "two-nice-pods",
            application: ofApplication.Length == 0 ? "" : Options(ofApplication),
            files: ofPod.Length == 0 ? [] : [("pod-1.yaml", Annotate("sync-options", ofPod))]);
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced);
        await scenario.CommitAsync(("pod-1.yaml", null));
        var run = await scenario.SyncAsync(prune: true);
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        scenario.State.Sync.ShouldBe(SyncStatus.OutOfSync);
        scenario.State.Resource("Pod", "pod-1").Sync.ShouldBe(SyncStatus.OutOfSync);
        (await scenario.IsLiveAsync("pod", "pod-1")).ShouldBeTrue();
    }

    [Fact]
    [Scenario("two-nice-pods", "TestCompareOptionIgnoreExtraneous")]
    public async Task IgnoreExtraneous_KeepsTheApplicationSynced()
    {
        if (!SharedData.IsHere(nameof(IgnoreExtraneous_KeepsTheApplicationSynced))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "two-nice-pods", files: [("pod-1.yaml", Annotate("compare-options", "IgnoreExtraneous"))]);
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.CommitAsync(("pod-1.yaml", null));
        var state = await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced && s.Operation is null);
        state.Resources.Count.ShouldBe(2);
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced);
        (await scenario.IsLiveAsync("pod", "pod-1")).ShouldBeTrue();
    }

    [Theory]
    [Scenario("two-nice-pods", "TestPermissionDeniedWithScopedRepo")]
    [Scenario("two-nice-pods", "TestPermissionDeniedWithNegatedNamespace")]
    [Scenario("two-nice-pods", "TestPermissionDeniedWithNegatedServer")]
    [InlineData("""{"sourceRepos": ["https://other.example.com/*"], "destinations": [{"server": "*", "namespace": "*"}]}""", "does not allow the repository")]
    [InlineData(
        """{"sourceRepos": ["*"], "destinations": [{"server": "*", "namespace": "*"}, {"server": "*", "namespace": "!*e2e*"}]}""", "destination")]
    [InlineData(
        """
        {"sourceRepos": ["*"], "destinations":
          [{"server": "*", "namespace": "*"}, {"server": "!https://kubernetes.default.svc", "namespace": "*"}]}
        """,
        "destination")]
    public async Task AProjectThatForbidsIt_IsNamed_AndNothingIsApplied(string project, string words)
    {
        if (!SharedData.IsHere(nameof(AProjectThatForbidsIt_IsNamed_AndNothingIsApplied))) return;
        await using var scenario = await ArgoScenario.StartAsync("two-nice-pods", application: SelfHealing(true), project: project);
        var state = await scenario.UntilAsync(s => s.Conditions.Any(c => c.Type == Condition.InvalidSpecError));
        state.Conditions[0].Message.ShouldContain(words);
        (await scenario.KubectlAsync("get", "pods", "-o", "name")).ShouldBeEmpty();
    }

    [Fact]
    [Scenario("guestbook-logs", "TestPermissions")]
    public async Task AProjectThatAllowsItLater_LetsItGoOn()
    {
        if (!SharedData.IsHere(nameof(AProjectThatAllowsItLater_LetsItGoOn))) return;
        await using var scenario = await ArgoScenario.StartAsync("guestbook-logs", application: SelfHealing(true), project: "{}");
        await scenario.UntilAsync(s => s.Conditions.Any(c => c.Type == Condition.InvalidSpecError));
        await scenario.EditProjectAsync("""{"sourceRepos": ["*"], "destinations": [{"server": "*", "namespace": "*"}]}""");
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
    }

    [Fact]
    [Scenario("guestbook", "TestNotPermittedResources")]
    public async Task AKindThatTheProjectForbids_IsNotApplied_AndTheRestIs()
    {
        if (!SharedData.IsHere(nameof(AKindThatTheProjectForbids_IsNotApplied_AndTheRestIs))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "guestbook",
            project: """
                {"sourceRepos": ["*"], "destinations": [{"server": "*", "namespace": "*"}],
                 "namespaceResourceBlacklist": [{"group": "", "kind": "Service"}]}
                """);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Failed);
        run.Result("Service", "guestbook-ui").Status.ShouldBe(ResultStatus.Blocked);
        (await scenario.IsLiveAsync("service", "guestbook-ui")).ShouldBeFalse();
    }

    [Theory]
    [Scenario("guestbook", "TestComparisonFailsIfClusterNotAdded")]
    [Scenario("guestbook", "TestComparisonFailsIfDestinationClusterIsInvalid")]
    [InlineData("""[{"op": "replace", "path": "/spec/destination/server", "value": "https://not-registered.example.com/api"}]""")]
    [InlineData("""
        [{"op": "remove", "path": "/spec/destination/server"}, {"op": "add", "path": "/spec/destination/name", "value": "temp-cluster"}]
        """)]
    public async Task AClusterNobodyKnows_IsNamed(string destination)
    {
        if (!SharedData.IsHere(nameof(AClusterNobodyKnows_IsNamed))) return;
        await using var scenario = await ArgoScenario.StartAsync("guestbook", application: destination);
        var state = await scenario.UntilAsync(s => s.Conditions.Any(c => c.Type == Condition.InvalidSpecError));
        state.Conditions[0].Message.ShouldContain("no cluster matches");
        state.Sync.ShouldBe(SyncStatus.Unknown);
    }

    /// <summary>The kind is OpenShift's; a definition serves it here.</summary>
    [Fact]
    [Scenario("global-with-no-namespace", "TestCreateAppWithNoNameSpaceForGlobalResource")]
    public async Task AClusterScopedObject_NeedsNoNamespaceInTheDestination()
    {
        if (!SharedData.IsHere(nameof(AClusterScopedObject_NeedsNoNamespaceInTheDestination))) return;
        const string Consoles = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: consoles.config.openshift.io}
            spec:
              group: config.openshift.io
              names: {kind: Console, listKind: ConsoleList, plural: consoles, singular: console}
              scope: Cluster
              versions:
              - name: v1
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}

            """;
        await using var scenario = await ArgoScenario.StartAsync(
            "global-with-no-namespace",
            application: """[{"op": "remove", "path": "/spec/destination/namespace"}]""",
            files: ("consoles.yaml", Consoles));
        scenario.State.Conditions.ShouldBeEmpty();
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        var state = await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
        state.Conditions.ShouldBeEmpty();
        state.Resource("Console", "cluster").Id.Namespace.ShouldBeEmpty();
    }

    [Fact]
    [Scenario("crd-version-differences", "TestAppSyncWrongVersion")]
    public async Task AWrongVersionOrGroup_IsSaid_WithWhatTheClusterHas()
    {
        if (!SharedData.IsHere(nameof(AWrongVersionOrGroup_IsSaid_WithWhatTheClusterHas))) return;
        await using var scenario = await ArgoScenario.StartAsync("crd-version-differences", application: Include("crd-v1alpha1.yaml"));
        var made = await scenario.SyncAsync();
        made.Phase.ShouldBe(RunPhase.Succeeded, made.Message);
        foreach (var (file, words) in new[]
        {
            ("crd-v1alpha2-instance.yaml", "does not serve Fake at argoproj.io/v1alpha2, only at argoproj.io/v1alpha1"),
            ("crd-wronggroup-instance.yaml", "wrong.group/v1alpha1/Fake"),
            ("crd-does-not-exist-instance.yaml", "argoproj.io/v1alpha1/DoesNotExist"),
        })
        {
            await scenario.EditApplicationAsync(Include(file));
            var state = await scenario.UntilAsync(s => s.Conditions.Any(c => c.Message.Contains(words, StringComparison.Ordinal)));
            state.Sync.ShouldBe(SyncStatus.OutOfSync);
        }

        static string Include(string file) => $$"""[{"op": "add", "path": "/spec/source/directory/include", "value": "{{file}}"}]""";
    }

    [Fact]
    [Scenario("tracking-instance-label", "TestTrackingMethodAnnotationMovedResource")]
    public async Task ATrackingAnnotationOfAnApplicationThatIsGone_IsADifference_AndRepaired()
    {
        if (!SharedData.IsHere(nameof(ATrackingAnnotationOfAnApplicationThatIsGone_IsADifference_AndRepaired))) return;
        await using var scenario = await ArgoScenario.StartAsync("tracking-instance-label");
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced && s.Operation is null);
        await scenario.KubectlAsync(
            "annotate", "configmap", "my-map", "--overwrite", $"argocd.argoproj.io/tracking-id=old-app:/ConfigMap:{ArgoScenario.Namespace}/my-map");
        await scenario.UntilAsync(s => s.Sync == SyncStatus.OutOfSync);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced && s.Operation is null);
        (await scenario.KubectlAsync("get", "configmap", "my-map", "-o", "jsonpath={.metadata.annotations.argocd\\.argoproj\\.io/tracking-id}"))
            .ShouldBe($"{ArgoScenario.Name}:/ConfigMap:{ArgoScenario.Namespace}/my-map");
        (await scenario.KubectlAsync("get", "configmap", "my-map", "-o", "jsonpath={.metadata.labels.app\\.kubernetes\\.io/instance}"))
            .ShouldBe("my-release");
    }

    [Fact]
    [Scenario("deployment", "TestAnnotationTrackingExtraResources")]
    public async Task OnlyATrackingAnnotationThatNamesItsOwnObject_Counts()
    {
        if (!SharedData.IsHere(nameof(OnlyATrackingAnnotationThatNamesItsOwnObject_Counts))) return;
        await using var scenario = await ArgoScenario.StartAsync("deployment");
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
        await MakeAsync("extra-configmap", $"{ArgoScenario.Name}:apps/Deployment:{ArgoScenario.Namespace}/guestbook-cm");
        (await scenario.SyncAsync(prune: true)).Phase.ShouldBe(RunPhase.Succeeded);
        (await scenario.IsLiveAsync("configmap", "extra-configmap")).ShouldBeTrue();

        await MakeAsync("other-configmap", $"{ArgoScenario.Name}:/ConfigMap:{ArgoScenario.Namespace}/other-configmap");
        await scenario.UntilAsync(s => s.Sync == SyncStatus.OutOfSync);
        (await scenario.SyncAsync(prune: true)).Phase.ShouldBe(RunPhase.Succeeded);
        (await scenario.IsLiveAsync("configmap", "other-configmap")).ShouldBeFalse();

        async Task MakeAsync(string name, string trackingId)
        {
            var file = Path.Combine(scenario.Scene.Folder, name + ".yaml");
            await File.WriteAllTextAsync(
                file,
                $"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n  annotations: {{argocd.argoproj.io/tracking-id: \"{trackingId}\"}}\n",
                Ct);
            await scenario.KubectlAsync("create", "-f", file);
        }
    }

    [Fact]
    [Scenario("guestbook-with-plain-namespace-manifest", "TestSourceNamespaceCanBeMigratedToManagedNamespaceWithoutBeingPrunedOrOutOfSync")]
    [Scenario("guestbook-with-namespace-manifest", "TestNamespacedAutoCreation")]
    public async Task ANamespaceThatBecomesManaged_IsNotPruned()
    {
        if (!SharedData.IsHere(nameof(ANamespaceThatBecomesManaged_IsNotPruned))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "guestbook-with-plain-namespace-manifest",
            files: [("guestbook-ui-namespace.yaml",
                $$"""[{"op": "replace", "path": "/metadata/name", "value": "{{ArgoScenario.Namespace}}"}]""")]);
        (await scenario.SyncAsync(prune: true)).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced);
        await scenario.EditApplicationAsync("""
            [{"op": "add", "path": "/spec/syncPolicy", "value": {"syncOptions": ["CreateNamespace=true"],
              "managedNamespaceMetadata": {"labels": {"foo": "bar"}}}}]
            """);
        (await scenario.SyncAsync(prune: true)).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced);
        await scenario.CommitAsync(("guestbook-ui-namespace.yaml", null));
        (await scenario.SyncAsync(prune: true)).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced);
        (await scenario.KubectlAsync("get", "namespace", ArgoScenario.Namespace, "-o", "jsonpath={.metadata.labels.foo}")).ShouldBe("bar");
        (await scenario.IsLiveAsync("deployment", "guestbook-ui")).ShouldBeTrue();
    }

    [Fact]
    [Scenario("self-managed-app", "TestSelfManagedApps")]
    public async Task AnApplicationThatHoldsItself_ComesToRest()
    {
        if (!SharedData.IsHere(nameof(AnApplicationThatHoldsItself_ComesToRest))) return;
        await using var scenario = await ArgoScenario.StartAsync("self-managed-app");
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced && s.Operation is null);
    }

    [Fact]
    [Scenario("empty-dir", "TestMaskSecretValues")]
    [Scenario("secrets", "TestMaskSecretValues")]
    public async Task ValuesOfSecrets_ShowInNoDiff()
    {
        if (!SharedData.IsHere(nameof(ValuesOfSecrets_ShowInNoDiff))) return;
        const string Secret = """
            apiVersion: v1
            kind: Secret
            metadata:
              name: secret
              annotations: {app: test}
            stringData:
              username: SECRETVAL
            data:
              password: U0VDUkVUVkFM

            """;
        await using var scenario = await ArgoScenario.StartAsync("secrets", files: [("secrets.yaml", Secret)]);
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
        await scenario.CommitAsync(("secrets.yaml", """[{"op": "replace", "path": "/stringData/username", "value": "NEWSECRETVAL"}]"""));
        await scenario.UntilAsync(s => s.Sync == SyncStatus.OutOfSync);
        Shown().ShouldNotContain("SECRETVAL");
        Shown().ShouldNotContain("U0VDUkVUVkFM");

        await scenario.CommitAsync(("secrets.yaml", """[{"op": "replace", "path": "/data/password", "value": 12345}]"""));
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Failed);
        (Shown() + run.Message + run.Results[0].Message).ShouldNotContain("12345");

        string Shown()
        {
            var plan = scenario.Scene.Reconciler.FindPlan(ArgoScenario.Name)!;
            return string.Concat(plan.Changes.Select(c => c.DescribeLive() + c.DescribeDesired() + c.Error)) + scenario.State;
        }
    }

    [Fact]
    [Scenario("declarative-apps", "TestDeclarativeInvalidPath")]
    [Scenario("ssa-revision-history", "TestKnownTypesInCRDDiffing")]
    public async Task APathThatDoesNotExist_IsNamed_AndTheApplicationStays()
    {
        if (!SharedData.IsHere(nameof(APathThatDoesNotExist_IsNamed_AndTheApplicationStays))) return;
        await using var scenario = await ArgoScenario.StartAsync(
            "guestbook", application: """[{"op": "replace", "path": "/spec/source/path", "value": "garbage"}]""");
        var state = await scenario.UntilAsync(s => s.Conditions.Count > 0);
        state.Conditions[0].Message.ShouldContain("garbage");
        state.Sync.ShouldBe(SyncStatus.Unknown);
        await scenario.EditApplicationAsync("""[{"op": "replace", "path": "/spec/source/path", "value": "guestbook"}]""");
        await scenario.UntilAsync(s => s.Sync == SyncStatus.OutOfSync);
    }

    [Fact]
    [Scenario("cross-namespace-ownership", "TestCrossNamespaceOwnership")]
    public async Task ObjectsOwnedByAClusterScopedOne_AreInItsTree_WhateverTheirNamespace()
    {
        if (!SharedData.IsHere(nameof(ObjectsOwnedByAClusterScopedOne_AreInItsTree_WhateverTheirNamespace))) return;
        await using var scenario = await ArgoScenario.StartAsync("cross-namespace-ownership");
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced);
        var uid = await scenario.KubectlAsync("get", "clusterrole", "test-cluster-role", "-o", "jsonpath={.metadata.uid}");
        await scenario.Scene.KubectlAsync("create", "namespace", "another");
        foreach (var ns in new[] { ArgoScenario.Namespace, "another" })
        {
            var file = Path.Combine(scenario.Scene.Folder, ns + ".yaml");
            await File.WriteAllTextAsync(
                file,
                $$"""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata:
                  name: test-role
                  namespace: {{ns}}
                  ownerReferences:
                  - {apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, name: test-cluster-role, uid: {{uid}}}
                rules: []

                """,
                Ct);
            await scenario.Scene.KubectlAsync("create", "-f", file);
        }

        var target = scenario.Scene.Engine.Targets.All[0];
        var role = scenario.State.Resource("ClusterRole", "test-cluster-role").Id;
        await ScenarioAnswers.UntilAsync(() => Task.FromResult(target.OwnerTree([role]).Count == 2));
        target.OwnerTree([role]).Select(o => o.Id.Namespace).Order().ShouldBe(["another", ArgoScenario.Namespace]);
    }

    [Fact]
    [Scenario("always-outofsync", "made to keep automated sync from looping")]
    public async Task AManifestThatTheServerDefaultsOtherwise_IsSyncedOnce()
    {
        if (!SharedData.IsHere(nameof(AManifestThatTheServerDefaultsOtherwise_IsSyncedOnce))) return;
        await using var scenario = await ArgoScenario.StartAsync("always-outofsync", application: SelfHealing(true));
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
        scenario.Scene.Reconciler.Refresh(ArgoScenario.Name);
        var before = scenario.State.ReconciledAt;
        await scenario.UntilAsync(s => s.ReconciledAt != before && s.Sync == SyncStatus.Synced);
        (await scenario.Scene.Engine.Runs.ListAsync(ArgoScenario.Name, 10, Ct)).ShouldHaveSingleItem().Phase.ShouldBe(RunPhase.Succeeded);
    }

    [Fact]
    [Scenario("bad-servicecatalog", "made to break discovery")]
    public async Task AnApiServiceThatNobodyServes_HarmsNoOtherKind()
    {
        if (!SharedData.IsHere(nameof(AnApiServiceThatNobodyServes_HarmsNoOtherKind))) return;
        await using var scenario = await ArgoScenario.StartAsync("bad-servicecatalog");
        (await scenario.SyncAsync()).Phase.ShouldBe(RunPhase.Succeeded);
        var state = await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced && s.Operation is null);
        state.Resource("APIService", "v1beta1.servicecatalog.k8s.io").Health.Status.ShouldBe(HealthStatus.Progressing);
        await scenario.CommitAsync(("more.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more}\n"));
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced && s.Resource("ConfigMap", "more").Sync == SyncStatus.Synced);
    }
}
