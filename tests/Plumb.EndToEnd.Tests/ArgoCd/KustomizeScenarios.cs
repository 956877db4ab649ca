using Plumb.EndToEnd.Tests.Support;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests.ArgoCd;

/// <summary>Kustomizations, as Argo CD's own end-to-end tests expect them (<c>kustomize_test.go</c>).</summary>
public sealed class KustomizeScenarios
{
    private const string NoDirectory = """[{"op": "remove", "path": "/spec/source/directory"}]""";

    [Fact]
    [Scenario("guestbook", "TestKustomize2AppSource")]
    public async Task PrefixSuffixAndLabels_OfTheApplication_AreApplied()
    {
        if (!SharedData.IsHere(nameof(PrefixSuffixAndLabels_OfTheApplication_AreApplied))) return;
        await using var scenario = await ArgoScenario.StartAsync("guestbook", Kustomize("""{"namePrefix": "k2-", "nameSuffix": "-deploy1"}"""));
        scenario.State.Sync.ShouldBe(SyncStatus.OutOfSync);
        await scenario.EditApplicationAsync("""
            [{"op": "replace", "path": "/spec/source/kustomize/namePrefix", "value": "k2-patched-"},
             {"op": "add", "path": "/spec/source/kustomize/commonLabels", "value": {"patched-by": "argo-cd"}}]
            """);
        await SyncedAsync(scenario);
        foreach (var kind in (string[])["service", "deployment"])
        {
            (await scenario.KubectlAsync("get", kind, "k2-patched-guestbook-ui-deploy1", "-o", "jsonpath={.metadata.labels.patched-by}"))
                .ShouldBe("argo-cd");
        }
    }

    [Fact]
    [Scenario("kustomize-cm-gen", "TestSyncStatusOptionIgnore")]
    public async Task AGeneratedConfigMapThatWasReplaced_IsLeftAndIgnored_WhenItSaysSo()
    {
        if (!SharedData.IsHere(nameof(AGeneratedConfigMapThatWasReplaced_IsLeftAndIgnored_WhenItSaysSo))) return;
        await using var scenario = await ArgoScenario.StartAsync("kustomize-cm-gen", NoDirectory);
        await SyncedAsync(scenario);
        var old = scenario.State.Resources.ShouldHaveSingleItem().Id.Name;
        old.ShouldStartWith("my-map-");

        await scenario.CommitAsync(("kustomization.yaml", """[{"op": "replace", "path": "/configMapGenerator/0/literals/0", "value": "foo=baz"}]"""));
        await SyncedAsync(scenario);
        scenario.State.Resources.Count.ShouldBe(2);
        scenario.State.Resources.ShouldContain(r => r.Id.Name == old);
        scenario.State.Resources.ShouldContain(r => r.Id.Name != old && r.Id.Name.StartsWith("my-map-") && r.Sync == SyncStatus.Synced);
    }

    [Fact]
    [Scenario("invalid-kustomize", "TestKustomizeDeclarativeInvalidApp")]
    public async Task AKustomizationWhoseFileIsMissing_IsAComparisonError()
    {
        if (!SharedData.IsHere(nameof(AKustomizationWhoseFileIsMissing_IsAComparisonError))) return;
        await using var scenario = await ArgoScenario.StartAsync("invalid-kustomize", NoDirectory);
        scenario.State.Sync.ShouldBe(SyncStatus.Unknown);
        scenario.State.Conditions.ShouldContain(c => c.Type == Condition.ComparisonError
            && c.Message.Contains("invalid-kustomize/kustomization.yaml(2,5): 'does-not-exist.yaml' doesn't exist", StringComparison.Ordinal));
    }

    [Fact]
    [Scenario("guestbook", "TestKustomizeReplicas2AppSource")]
    [Scenario("guestbook", "TestKustomizeUnsetOverrideDeployment")]
    public async Task Replicas_OfTheApplication_Count_UntilTheyAreTakenAway()
    {
        if (!SharedData.IsHere(nameof(Replicas_OfTheApplication_Count_UntilTheyAreTakenAway))) return;
        await using var scenario = await ArgoScenario.StartAsync("guestbook", Kustomize("""{"replicas": [{"name": "guestbook-ui", "count": 2}]}"""));
        await SyncedAsync(scenario);
        (await scenario.KubectlAsync("get", "deployment", "guestbook-ui", "-o", "jsonpath={.spec.replicas}")).ShouldBe("2");

        await scenario.EditApplicationAsync("""[{"op": "remove", "path": "/spec/source/kustomize"}]""");
        await SyncedAsync(scenario);
        (await scenario.KubectlAsync("get", "deployment", "guestbook-ui", "-o", "jsonpath={.spec.replicas}")).ShouldNotBe("2");
    }

    [Theory]
    [Scenario("kustomize", "TestKustomizeImages")]
    [Scenario("kustomize", "TestKustomizeNameSuffix")]
    [Scenario("kustomize", "TestKustomizeUnsetOverride")]
    [InlineData("""{"images": ["quay.io/argoprojlabs/argocd-e2e-container:0.2", "quay.io/argoprojlabs/argocd-e2e-container:0.3"]}""", "{.items[0].spec.containers[0].image}", "quay.io/argoprojlabs/argocd-e2e-container:0.3")]
    [InlineData("""{"nameSuffix": "-suf"}""", "{.items[0].metadata.name}", "*-suf")]
    public async Task WhatTheApplicationSets_ArrivesInTheCluster(string kustomize, string path, string expected)
    {
        if (!SharedData.IsHere(nameof(WhatTheApplicationSets_ArrivesInTheCluster))) return;
        await using var scenario = await ArgoScenario.StartAsync("kustomize", Kustomize(kustomize));
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        var value = await scenario.KubectlAsync("get", "pods", "-o", $"jsonpath={path}");
        if (expected.StartsWith('*')) value.ShouldEndWith(expected[1..]);
        else value.ShouldBe(expected);
    }

    [Theory]
    [Scenario("kustomize-kube-version", "TestKustomizeKubeVersion")]
    [Scenario("kustomize-kube-version", "TestKustomizeNamespaceOverride")]
    [Scenario("kustomize-api-versions", "TestKustomizeApiVersions")]
    [InlineData("kustomize-kube-version", "{}", "kubeVersion", "v1.")]
    [InlineData("kustomize-kube-version", """{"kubeVersion": "999.999.999"}""", "kubeVersion", "v999.999.999")]
    [InlineData("kustomize-api-versions", "{}", "apiVersions", "v1")]
    [InlineData("kustomize-api-versions", """{"apiVersions": ["v1/MyTestResource"]}""", "apiVersions", "v1/MyTestResource")]
    public async Task AChartOfAKustomization_IsRendered_AsTheApplicationSays(string directory, string kustomize, string key, string words)
    {
        if (!SharedData.IsHere(nameof(AChartOfAKustomization_IsRendered_AsTheApplicationSays))) return;
        await using var scenario = await ArgoScenario.StartAsync(directory, Kustomize(kustomize));
        await SyncedAsync(scenario);
        (await scenario.KubectlAsync("get", "configmap", "my-map", "-o", $"jsonpath={{.data.{key}}}")).ShouldContain(words);
    }

    [Fact]
    [Scenario("hydrator-kustomize", "TestHydratorWithKustomize")]
    public async Task TheApplicationsSuffix_JoinsTheFilesPrefix()
    {
        if (!SharedData.IsHere(nameof(TheApplicationsSuffix_JoinsTheFilesPrefix))) return;
        await using var scenario = await ArgoScenario.StartAsync("hydrator-kustomize", Kustomize("""{"nameSuffix": "-inline"}"""));
        await SyncedAsync(scenario);
        (await scenario.KubectlAsync("get", "configmap", "kustomize-my-map-inline", "-o", "name")).ShouldContain("kustomize-my-map-inline");
    }

    [Theory]
    [Scenario("crashing-guestbook", "")]
    [Scenario("hook-custom-health", "")]
    [InlineData("crashing-guestbook")]
    [InlineData("hook-custom-health")]
    public async Task AKustomizationOfAnother_IsRead(string directory)
    {
        if (!SharedData.IsHere(nameof(AKustomizationOfAnother_IsRead))) return;
        var guestbook = await Task.WhenAll(((string[])["kustomization.yaml", "guestbook-ui-deployment.yaml", "guestbook-ui-svc.yaml"]).Select(async f => (
            $"../guestbook/{f}",
            (string?)await File.ReadAllTextAsync(Path.Combine(ArgoScenario.Root, "guestbook", f), TestContext.Current.CancellationToken))));
        await using var scenario = await ArgoScenario.StartAsync(directory, NoDirectory, "", guestbook);
        scenario.State.Sync.ShouldBe(SyncStatus.OutOfSync, string.Join(" | ", scenario.State.Conditions.Select(c => c.Message)));
        scenario.State.Resources.Select(r => $"{r.Id.Kind}/{r.Id.Name}").ShouldContain("Deployment/guestbook-ui");
    }

    [Theory]
    [Scenario("https-kustomize-base", "TestKustomizeHTTPSRemoteBase")]
    [Scenario("ssh-kustomize-base", "TestKustomizeSSHRemoteBase")]
    [InlineData("https-kustomize-base/local", "https://localhost:9443/argo-e2e/testdata.git", "guestbook", "Deployment/child-guestbook-ui")]
    [InlineData("ssh-kustomize-base/local", "ssh://root@localhost:2222/tmp/argo-e2e/testdata.git", "config-map", "ConfigMap/my-map")]
    public async Task ABaseInAnotherRepository_IsDelivered(string directory, string address, string folder, string name)
    {
        if (!SharedData.IsHere(nameof(ABaseInAnotherRepository_IsDelivered))) return;
        var temporary = Directory.CreateTempSubdirectory("plumb-base-");
        try
        {
            var git = await GitRepository.CreateAsync(Path.Combine(temporary.FullName, "testdata"), TestContext.Current.CancellationToken);
            await git.CommitFolderAsync(Path.Combine(ArgoScenario.Root, folder), folder, TestContext.Current.CancellationToken);
            await using var scenario = await ArgoScenario.StartMappedAsync([$"{address}={git.Folder}"], directory, NoDirectory);
            var run = await scenario.SyncAsync();
            run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
            await scenario.UntilAsync(s => s.Resources.Any(r => $"{r.Id.Kind}/{r.Id.Name}" == name && r.Sync == SyncStatus.Synced));
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static async Task SyncedAsync(ArgoScenario scenario)
    {
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
    }

    private static string Kustomize(string kustomize) =>
        $$"""[{"op": "remove", "path": "/spec/source/directory"}, {"op": "add", "path": "/spec/source/kustomize", "value": {{kustomize}}}]""";
}
