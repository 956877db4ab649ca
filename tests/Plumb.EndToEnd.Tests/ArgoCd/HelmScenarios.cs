using Plumb.Charts.Tests.Support;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests.ArgoCd;

/// <summary>Charts, as Argo CD's own end-to-end tests expect them (<c>helm_test.go</c>).</summary>
public sealed class HelmScenarios
{
    [Theory]
    [Scenario("helm", "TestDeclarativeHelm")]
    [Scenario("helm", "TestHelmIgnoreMissingValueFiles")]
    [Scenario("helm", "TestHelmReleaseName")]
    [Scenario("helm", "TestHelmSetFile")]
    [Scenario("helm-glob-values", "TestHelmGlobValueFilesIgnoreMissing")]
    [Scenario("helm-crd", "TestHelmCrdHook")]
    [Scenario("helm3-crd", "TestHelm3CRD")]
    [Scenario("helm-guestbook", "TestMultiSourceAppWithHelmExternalValueFiles")]
    [Scenario(".hidden-helm", "TestHelmValuesHiddenDirectory")]
    [Scenario("slow-manifest", "TestNestedRefresh")]
    [InlineData("helm", "{}")]
    [InlineData("helm", """{"valueFiles": ["does-not-exist-values.yaml"], "ignoreMissingValueFiles": true}""")]
    [InlineData("helm", """{"releaseName": "foo"}""")]
    [InlineData("helm", """{"fileParameters": [{"name": "foo", "path": "baz.yaml"}]}""")]
    [InlineData("helm-glob-values", """{"valueFiles": ["nonexistent/*.yaml"], "ignoreMissingValueFiles": true}""")]
    [InlineData("helm-crd", "{}")]
    [InlineData("helm3-crd", "{}")]
    [InlineData("helm-guestbook", """{"releaseName": "helm-guestbook"}""")]
    [InlineData(".hidden-helm", """{"valueFiles": ["foo.yaml"]}""")]
    [InlineData("slow-manifest", "{}")]
    public async Task AChart_IsSyncedByHand_AndHealthy(string directory, string helm)
    {
        if (!SharedData.IsHere(nameof(AChart_IsSyncedByHand_AndHealthy))) return;
        await using var scenario = await ArgoScenario.StartAsync(directory, Helm(helm), "", ("foo.yaml", ""));
        scenario.State.Sync.ShouldBe(SyncStatus.OutOfSync);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
    }

    [Theory]
    [Scenario("helm", "TestDeclarativeHelmInvalidValuesFile")]
    [Scenario("helm-glob-values", "TestHelmGlobValueFilesNoMatch")]
    [InlineData("helm", """{"valueFiles": ["does-not-exist-values.yaml"]}""", "does-not-exist-values.yaml does not exist")]
    [InlineData("helm-glob-values", """{"valueFiles": ["nonexistent/*.yaml"]}""", "values file glob \"nonexistent/*.yaml\" matched no files")]
    public async Task AValuesFileThatIsMissing_IsAComparisonError(string directory, string helm, string words)
    {
        if (!SharedData.IsHere(nameof(AValuesFileThatIsMissing_IsAComparisonError))) return;
        await using var scenario = await ArgoScenario.StartAsync(directory, Helm(helm));
        scenario.State.Sync.ShouldBe(SyncStatus.Unknown);
        scenario.State.Conditions.ShouldContain(c => c.Type == Condition.ComparisonError && c.Message.Contains(words, StringComparison.Ordinal));
    }

    [Theory]
    [Scenario("helm-glob-values", "TestHelmGlobValueFiles")]
    [Scenario("helm-glob-values", "TestHelmRecursiveGlobValueFiles")]
    [Scenario("helm-values", "TestHelmSetEnv")]
    [Scenario("helm-values", "TestHelmSetStringEnv")]
    [Scenario("hydrator-helm", "TestHydratorWithHelm")]
    [Scenario("helm-kube-version", "TestKubeVersion")]
    [Scenario("helm-api-versions", "TestApiVersions")]
    [InlineData("helm-glob-values", """{"valueFiles": ["envs/*.yaml"]}""", "foo", "b-value")]
    [InlineData("helm-glob-values", """{"valueFiles": ["envs/**/*.yaml"]}""", "foo", "c-value")]
    [InlineData("helm-values", """{"parameters": [{"name": "foo", "value": "$ARGOCD_APP_NAME"}]}""", "foo", ArgoScenario.Name)]
    [InlineData("helm-values", """{"parameters": [{"name": "foo", "value": "${ARGOCD_APP_NAME}-$$x", "forceString": true}]}""", "foo", ArgoScenario.Name + "-$x")]
    [InlineData("hydrator-helm", """{"parameters": [{"name": "message", "value": "helm-hydrated-with-inline-params"}]}""", "message", "helm-hydrated-with-inline-params")]
    [InlineData("hydrator-helm", "{}", "helmns", ArgoScenario.Namespace)]
    [InlineData("helm-kube-version", """{"kubeVersion": "999.999.999"}""", "kubeVersion", "v999.999.999")]
    [InlineData("helm-api-versions", """{"apiVersions": ["v1/MyTestResource"]}""", "apiVersions", "*v1/MyTestResource*")]
    public async Task WhatAChartIsGiven_ArrivesInTheCluster(string directory, string helm, string key, string expected)
    {
        if (!SharedData.IsHere(nameof(WhatAChartIsGiven_ArrivesInTheCluster))) return;
        await using var scenario = await ArgoScenario.StartAsync(directory, Helm(helm));
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        var value = await scenario.KubectlAsync("get", "configmap", "my-map", "-o", $"jsonpath={{.data.{key}}}");
        if (expected.StartsWith('*')) value.ShouldContain(expected.Trim('*'));
        else value.ShouldBe(expected);
    }

    [Fact]
    [Scenario("helm-namespace", "TestHelmNamespaceOverride")]
    public async Task AnotherNamespaceOfTheRelease_IsADifference()
    {
        if (!SharedData.IsHere(nameof(AnotherNamespaceOfTheRelease_IsADifference))) return;
        await using var scenario = await ArgoScenario.StartAsync("helm-namespace", Helm("{}"));
        await scenario.SyncAsync();
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced);
        await scenario.EditApplicationAsync("""[{"op": "add", "path": "/spec/source/helm/namespace", "value": "does-not-exist"}]""");
        await scenario.UntilAsync(s => s.Sync == SyncStatus.OutOfSync);
    }

    [Fact]
    [Scenario("multiple-source-values", "TestMultiSourceAppWithHelmExternalValueFiles")]
    public async Task ValuesOfAnotherSource_AreTaken()
    {
        if (!SharedData.IsHere(nameof(ValuesOfAnotherSource_AreTaken))) return;
        var values = await File.ReadAllTextAsync(Path.Combine(ArgoScenario.Root, "multiple-source-values", "values.yaml"), TestContext.Current.CancellationToken);
        await using var scenario = await ArgoScenario.StartAsync(
            "helm-guestbook",
            """
            [{"op": "add", "path": "/spec/sources", "value": [
              {"repoURL": "https://git.example.com/config.git", "ref": "values"},
              {"repoURL": "https://git.example.com/config.git", "path": "helm-guestbook",
               "helm": {"releaseName": "helm-guestbook", "valueFiles": ["$values/multiple-source-values/values.yaml"]}}]},
             {"op": "remove", "path": "/spec/source"}]
            """,
            "", ("../multiple-source-values/values.yaml", values));
        await scenario.SyncAsync();
        (await scenario.KubectlAsync("get", "deployments", "-o", "jsonpath={.items[*].spec.replicas}")).ShouldContain("3");
    }

    [Theory]
    [Scenario("helm-oci-with-dependencies", "TestGitWithHelmOCIRegistryDependencies")]
    [Scenario("helm-oci-authed-with-dependencies", "TestOCIWithAuthedHelmDependenciesInRegistry")]
    [InlineData("helm-oci-with-dependencies", "oci://localhost:5000/myrepo")]
    [InlineData("helm-oci-authed-with-dependencies", "oci://localhost:5001/myrepo")]
    public async Task DependenciesInARegistry_AreFetched(string directory, string repository)
    {
        if (!SharedData.IsHere(nameof(DependenciesInARegistry_AreFetched))) return;
        await using var registry = await Registry.StartAsync();
        await registry.PushAsync("myrepo/helm-values", "1.0.0", PackedDirectory("helm-values"));
        await using var scenario = await ArgoScenario.StartMappedAsync([$"{repository}=oci://{registry.Host}/myrepo"], directory, Helm("{}"));
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        await scenario.UntilAsync(s => s.Has(SyncStatus.Synced, HealthStatus.Healthy));
    }

    [Theory]
    [Scenario("helm-with-multiple-dependencies", "TestHelmWithMultipleDependencies")]
    [Scenario("helm-repo", "TestHelmRepo")]
    [InlineData("helm-with-multiple-dependencies", """[{"op": "remove", "path": "/spec/source/directory"}]""")]
    [InlineData("helm", """[{"op": "replace", "path": "/spec/source", "value": {"repoURL": "https://localhost:9444/argo-e2e/testdata.git/helm-repo/local", "chart": "helm", "targetRevision": "1.0.0"}}]""")]
    public async Task ChartsOfARepository_AreFetched(string directory, string application)
    {
        if (!SharedData.IsHere(nameof(ChartsOfARepository_AreFetched))) return;
        await using var server = await ChartServer.StartAsync();
        server.Offer("helm", "1.0.0", PackedDirectory("helm"));
        string[] map = [.. ((string[])["local", "local2"]).Select(r => $"https://localhost:9444/argo-e2e/testdata.git/helm-repo/{r}={server.Url}")];
        await using var scenario = await ArgoScenario.StartMappedAsync(map, directory, application);
        var run = await scenario.SyncAsync();
        run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        await scenario.UntilAsync(s => s.Sync == SyncStatus.Synced);
    }

    [Theory]
    [Scenario("helm-oci-with-dependencies", "TestHelmDependenciesPermissionDenied")]
    [Scenario("helm-with-multiple-dependencies-permission-denied", "TestHelmDependenciesPermissionDenied")]
    [InlineData("helm-oci-with-dependencies", "oci://localhost:5000/myrepo")]
    [InlineData(
        "helm-with-multiple-dependencies-permission-denied",
        "https://localhost:9443/argo-e2e/testdata.git/helm-repo/local, https://localhost:9443/argo-e2e/testdata.git/helm-repo/local2")]
    public async Task RepositoriesOfDependencies_MustBeAllowedByTheProject(string directory, string repositories)
    {
        if (!SharedData.IsHere(nameof(RepositoriesOfDependencies_MustBeAllowedByTheProject))) return;
        await using var server = await ChartServer.StartAsync();
        await using var registry = await Registry.StartAsync();
        server.Offer("helm", "1.0.0", PackedDirectory("helm"));
        await registry.PushAsync("myrepo/helm-values", "1.0.0", PackedDirectory("helm-values"));
        string[] map =
        [
            $"oci://localhost:5000/myrepo=oci://{registry.Host}/myrepo",
            .. ((string[])["local", "local2"]).Select(r => $"https://localhost:9443/argo-e2e/testdata.git/helm-repo/{r}={server.Url}"),
        ];
        await using var scenario = await ArgoScenario.StartMappedAsync(
            map, directory, Helm("{}"), """{"sourceRepos": ["https://git.example.com/*"], "destinations": [{"server": "*", "namespace": "*"}]}""");
        await scenario.UntilAsync(s => s.Conditions.Any(c => c.Message.Contains($"helm repos {repositories} are not permitted in project", StringComparison.Ordinal)));
        scenario.State.Resources.ShouldBeEmpty();
    }

    [Fact]
    [Scenario("helm-with-dependencies", "TestHelmWithDependencies")]
    public async Task ARepositoryThatOnlyANameStandsFor_IsAskedForByName()
    {
        if (!SharedData.IsHere(nameof(ARepositoryThatOnlyANameStandsFor_IsAskedForByName))) return;
        await using var scenario = await ArgoScenario.StartAsync("helm-with-dependencies", Helm("{}"));
        scenario.State.Conditions.ShouldContain(c => c.Message.Contains("nothing is known of the repository \"@custom-repo\"", StringComparison.Ordinal));
    }

    private static string Helm(string helm) =>
        $$"""[{"op": "remove", "path": "/spec/source/directory"}, {"op": "add", "path": "/spec/source/helm", "value": {{helm}}}]""";

    /// <summary>A scenario directory as <c>helm package</c> packs it.</summary>
    private static byte[] PackedDirectory(string name)
    {
        var root = Path.Combine(ArgoScenario.Root, name);
        return Packed.Archive(Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(f => ($"{name}/{Path.GetRelativePath(root, f).Replace('\\', '/')}", File.ReadAllText(f))));
    }
}
