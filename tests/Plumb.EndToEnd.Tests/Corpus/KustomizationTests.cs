using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests.Corpus;

/// <summary>Kustomizations of the public repositories, delivered to the sandbox from Git as they are.</summary>
public sealed class KustomizationTests
{
    private const string ArgoCd = "argo-cd-e2e/test/e2e/testdata/";
    private const string Flux = "flux2-kustomize-helm-example/";

    [Theory]
    [InlineData("podinfo/kustomize", "", "")]
    [InlineData("microservices-demo/kustomize", "", "")]
    [InlineData("microservices-demo/kustomize", "", "{components: [components/network-policies, components/without-loadgenerator]}")]
    [InlineData("microservices-demo/kustomize", "", "{components: [components/cymbal-branding, components/single-shared-session]}")]
    [InlineData(ArgoCd + "kustomize", "", "")]
    [InlineData(ArgoCd + "kustomize-cm-gen", "", "")]
    [InlineData(ArgoCd + "kustomize-with-version-override", "", "")]
    public async Task AKustomization_IsSyncedAndHealthy(string path, string above, string kustomize)
    {
        if (!SharedData.IsHere(path)) return;
        await using var delivery = await Delivery.StartAsync(Kustomization(path, above, kustomize));
        var state = await delivery.SettleAsync(s => Delivery.OutcomeOf(s) == Outcome.Healthy);
        Delivery.OutcomeOf(state).ShouldBe(Outcome.Healthy, Delivery.Describe(state));
    }

    /// <summary>Flux's own example: its objects are Flux's, of which the sandbox gets the definitions only, so that nobody fulfils them.</summary>
    [Theory]
    [InlineData(Flux + "apps/production", "HelmRelease/podinfo", "podinfo.production")]
    [InlineData(Flux + "apps/staging", "HelmRelease/podinfo", "podinfo.staging")]
    [InlineData(Flux + "infrastructure/controllers", "HelmRelease/cert-manager", "")]
    [InlineData(Flux + "infrastructure/configs", "ClusterIssuer/letsencrypt", "")]
    public async Task AKustomizationOfFluxsObjects_IsApplied(string path, string name, string words)
    {
        if (!SharedData.IsHere(path)) return;
        var folder = path[Flux.Length..];
        await using var delivery = await Delivery.StartAsync(Kustomization(path, folder[..folder.IndexOf('/')], "{components: [../../flux]}") with
        {
            Added = [("flux/kustomization.yaml", Component), ("flux/definitions.yaml", Definitions)],
        });
        var state = await delivery.SettleAsync(s => s.Resources.Any(r => $"{r.Id.Kind}/{r.Id.Name}" == name && r.Sync == SyncStatus.Synced));
        var found = state.Resources.SingleOrDefault(r => $"{r.Id.Kind}/{r.Id.Name}" == name)
            ?? throw new ShouldAssertException(Delivery.Describe(state));
        found.Sync.ShouldBe(SyncStatus.Synced, Delivery.Describe(state));
        if (words.Length == 0) return;
        var live = await delivery.KubectlAsync(
            "get", "helmreleases.helm.toolkit.fluxcd.io", name[(name.IndexOf('/') + 1)..], "--namespace", found.Id.Namespace, "-o", "yaml");
        live.ShouldContain(words);
    }

    [Fact]
    public async Task AnOverlay_FollowsItsBase_AndIsHeldAgainstDrift()
    {
        if (!SharedData.IsHere("podinfo")) return;
        await using var delivery = await Delivery.StartAsync(Kustomization("microservices-demo/kustomize", "", ""), automated: true);
        await delivery.SettleAsync(s => Delivery.OutcomeOf(s) == Outcome.Healthy);

        await delivery.ReplaceInAsync("kustomize/base/frontend.yaml", "targetPort: 8080", "targetPort: 8081");
        await PortBecomesAsync(delivery, 8081);

        await delivery.KubectlAsync(
            "patch", "service", "frontend", "--type=json", "-p",
            """[{"op": "replace", "path": "/spec/ports/0/targetPort", "value": 9000}]""");
        await PortBecomesAsync(delivery, 8081);
    }

    private static async Task PortBecomesAsync(Delivery delivery, int port)
    {
        try
        {
            await delivery.KubectlAsync("wait", "service/frontend", $"--for=jsonpath={{.spec.ports[0].targetPort}}={port}", "--timeout=30s");
        }
        catch (InvalidOperationException fault)
        {
            throw new ShouldAssertException($"{fault.Message}{Delivery.Describe(delivery.State)}");
        }
    }

    private static PlainDirectory Kustomization(string path, string above, string kustomize) =>
        new(path, Outcome.Healthy, [], "", "") { Above = above, Kustomize = kustomize };

    private const string Component = """
        apiVersion: kustomize.config.k8s.io/v1alpha1
        kind: Component
        resources: [definitions.yaml]
        """;

    private static string Definitions => string.Join("---\n", new[]
    {
        ("cert-manager.io", "v1", "ClusterIssuer", "clusterissuers"),
        ("gateway.networking.k8s.io", "v1", "Gateway", "gateways"),
        ("gateway.networking.k8s.io", "v1", "GatewayClass", "gatewayclasses"),
        ("helm.toolkit.fluxcd.io", "v2", "HelmRelease", "helmreleases"),
        ("source.toolkit.fluxcd.io", "v1", "HelmRepository", "helmrepositories"),
        ("source.toolkit.fluxcd.io", "v1", "OCIRepository", "ocirepositories"),
    }.Select(d => $$"""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: {{d.Item4}}.{{d.Item1}}}
        spec:
          group: {{d.Item1}}
          scope: {{(d.Item3.StartsWith("Cluster") || d.Item3.EndsWith("Class") ? "Cluster" : "Namespaced")}}
          names: {kind: {{d.Item3}}, plural: {{d.Item4}}, singular: {{d.Item3.ToLowerInvariant()}}, listKind: {{d.Item3}}List}
          versions:
          - name: {{d.Item2}}
            served: true
            storage: true
            schema:
              openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}

        """));
}
