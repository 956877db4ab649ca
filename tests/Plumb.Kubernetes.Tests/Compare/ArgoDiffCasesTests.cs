using Plumb.Kubernetes.Compare;
using Plumb.Manifests.Schemas;

namespace Plumb.Kubernetes.Tests.Compare;

/// <summary>
/// The pairs of manifest and live object that Argo CD's own diff is tested with, read where they stand beside the repository. None of the
/// live
/// objects was applied by Plumb: what Git does not state is others'.
/// </summary>
public sealed class ArgoDiffCasesTests
{
    [Theory]
    [InlineData("aggr-clusterrole-config.json", "aggr-clusterrole-live.json", Verdict.Same)]
    [InlineData("deployment-config.json", "deployment-live.json", Verdict.Same)]
    [InlineData("endpoints-config.json", "endpoints-live.json", Verdict.Same)]
    [InlineData("grafana-clusterrole-config.json", "grafana-clusterrole-live.json", Verdict.Same)]
    [InlineData("sealedsecret-config.json", "sealedsecret-live.json", Verdict.Same)]
    [InlineData("spinnaker-sa-config.json", "spinnaker-sa-live.json", Verdict.Same)]
    [InlineData("smd-deploy-config.yaml", "smd-deploy-live.yaml", Verdict.Same)]
    [InlineData("smd-service-config-2-ports.yaml", "smd-service-live.yaml", Verdict.Same)]
    [InlineData("ssd-configmap-config.yaml", "ssd-configmap-live.yaml", Verdict.Same)]
    [InlineData("smd-service-config.yaml", "smd-service-live.yaml", Verdict.Different)]
    [InlineData("smd-service-config-ports.yaml", "smd-service-live.yaml", Verdict.Different)]
    [InlineData("ssd-deploy-composite-key-config.yaml", "ssd-deploy-composite-key-live.yaml", Verdict.Different)]
    [InlineData("ssd-deploy-nested-config.yaml", "ssd-deploy-nested-live.yaml", Verdict.Different)]
    [InlineData("ssd-deploy-with-manual-apply-config.yaml", "ssd-deploy-with-manual-apply-live.yaml", Verdict.Different)]
    [InlineData("smd-deploy2-config.yaml", "smd-deploy2-live.yaml", Verdict.Suspect)] // repeats a port
    [InlineData("elasticsearch-config.json", "elasticsearch-live.json", Verdict.Suspect)] // a version without schema
    [InlineData("mutatingwebhookconfig-config.json", "mutatingwebhookconfig-live.json", Verdict.Suspect)] // a version without schema
    [InlineData("wordpress-config.json", "wordpress-live.json", Verdict.Suspect)] // an empty value the server may have dropped
    public void Compare_GivesTheVerdict(string config, string live, Verdict verdict)
    {
        if (!SharedData.IsHere($"Argo CD's diff case {config}")) return;
        var desired = Read(config);

        var result = Comparison.Compare(desired, Read(live), BuiltInKinds.SchemaOf(desired.GroupVersionKind) ?? Schema.Unknown, []);

        result.Verdict.ShouldBe(verdict, string.Join(' ', result.Fields));
    }

    private static Plumb.Manifests.Objects.KubeObject Read(string file) =>
        KubeYaml.FromFile(SharedData.PathOf("corpus", "repos", "argo-cd-e2e", "gitops-engine", "pkg", "diff", "testdata", file));
}
