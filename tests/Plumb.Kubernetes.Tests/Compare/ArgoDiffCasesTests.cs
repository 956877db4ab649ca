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

    /// <summary>
    /// The same where Argo CD's manager is ours: what Git does not state any more, and we own, is to go (its structured-merge and
    /// server-side cases).
    /// </summary>
    [Theory]
    [InlineData("smd-service-config.yaml", "smd-service-live-with-type.yaml", Verdict.Different, ".spec.type")] // a field that was applied before
    [InlineData("smd-service-config-2-ports.yaml", "smd-service-live.yaml", Verdict.Different, ".spec.ports")] // entries of a list go
    [InlineData("smd-service-config-ports.yaml", "smd-service-live.yaml", Verdict.Different, ".spec.ports")]
    [InlineData("smd-service-config.yaml", "smd-service-live.yaml", Verdict.Different, ".spec.ports")]
    [InlineData("smd-deploy-config.yaml", "smd-deploy-live.yaml", Verdict.Same, "")]
    [InlineData("ssd-configmap-config.yaml", "ssd-configmap-live.yaml", Verdict.Different, ".data.key3")]
    [InlineData("ssd-svc-no-label-config.yaml", "ssd-svc-label-live.yaml", Verdict.Different, ".metadata.labels.delete-me")]
    [InlineData("ssd-service-config.yaml", "ssd-service-live.yaml", Verdict.Same, "")]
    [InlineData("ssd-deploy-nested-config.yaml", "ssd-deploy-nested-live.yaml", Verdict.Different, ".spec.template.spec.containers")]
    [InlineData("ssd-deploy-with-manual-apply-config.yaml", "ssd-deploy-with-manual-apply-live.yaml", Verdict.Different, ".spec.template.spec.containers")]
    [InlineData("ssd-deploy-composite-key-config.yaml", "ssd-deploy-composite-key-live.yaml", Verdict.Different, ".spec.template.spec.containers")]
    public void Compare_OfWhatWeApplied_GivesTheVerdict(string config, string live, Verdict verdict, string field)
    {
        if (!SharedData.IsHere($"Argo CD's diff case {config} of what we applied")) return;
        var desired = Read(config);

        var result = Comparison.Compare(desired, ReadAsOurs(live), BuiltInKinds.SchemaOf(desired.GroupVersionKind)!, []);

        result.Verdict.ShouldBe(verdict, string.Join(' ', result.Fields));
        if (field.Length > 0) result.Fields.ShouldContain(f => f.StartsWith(field, StringComparison.Ordinal), string.Join(' ', result.Fields));
    }

    /// <summary>The server's answers to a dry run: what counts, and that what a webhook did counts only when asked.</summary>
    [Theory]
    [InlineData("ssd-service", "ssd-service", false, ".metadata.labels.app.kubernetes.io/instance", ".metadata.labels.event")]
    [InlineData("ssd-service", "ssd-service", true, ".metadata.labels.event", "")]
    [InlineData("smd-deploy2", "smd-deploy2", false, ".spec.template.spec.containers[name=\"nginx\"].ports", ".spec.template.spec.containers[name=\"nginx\"].resources.requests")]
    [InlineData("ssd-deploy-nested", "ssd-deploy-nested", false, ".spec.template.spec.containers", ".status")]
    [InlineData("ssd-deploy-with-manual-apply", "ssd-deploy-with-manual-apply", false, ".spec.template.spec.containers", ".metadata.annotations.kubectl")]
    [InlineData("ssd-svc-label", "ssd-svc-no-label", false, ".metadata.labels.delete-me", "")]
    [InlineData("ssd-deploy-composite-key", "ssd-deploy-composite-key", false, ".spec.template.spec.containers", "")]
    [InlineData("ssd-configmap", "ssd-configmap", false, ".data.key3", ".data.key1")]
    public void CompareDryRun_CountsWhatIsOurs(string live, string predicted, bool mutations, string counted, string passedOver)
    {
        if (!SharedData.IsHere($"Argo CD's server-side diff case {live}")) return;
        var before = ReadAsOurs(live + "-live.yaml");

        var result = Comparison.CompareDryRun(
            before, ReadAsOurs(predicted + "-predicted-live.json"), BuiltInKinds.SchemaOf(before.GroupVersionKind)!, [], mutations);

        result.Verdict.ShouldBe(Verdict.Different);
        result.Fields.ShouldContain(f => f.StartsWith(counted, StringComparison.Ordinal), string.Join(' ', result.Fields));
        if (passedOver.Length > 0) result.Fields.ShouldNotContain(f => f.StartsWith(passedOver, StringComparison.Ordinal), string.Join(' ', result.Fields));
    }

    /// <summary>No file of Argo CD's test data is left out of the tables above.</summary>
    [Fact]
    public void AllOfTheTestData_IsInATable()
    {
        if (!SharedData.IsHere("count of Argo CD's diff cases")) return;
        var files = Directory.GetFiles(Folder).Select(Path.GetFileName).OfType<string>().ToList();
        var tables = typeof(ArgoDiffCasesTests).GetMethods().SelectMany(m => m.GetCustomAttributes(typeof(InlineDataAttribute), false)).Cast<InlineDataAttribute>()
            .Select(d => d.Data).ToList();
        var used = tables.SelectMany(d => d[2] is bool
            ? new[] { d[0] + "-live.yaml", d[1] + "-predicted-live.json" }
            : [(string)d[0]!, (string)d[1]!]).ToHashSet(StringComparer.Ordinal);
        Console.WriteLine($"Argo CD's diff cases: {tables.Count} cases over {used.Count} of {files.Count} files");
        files.Where(f => !used.Contains(f)).ShouldBeEmpty();
    }

    private static string Folder => SharedData.PathOf("corpus", "repos", "argo-cd-e2e", "gitops-engine", "pkg", "diff", "testdata");

    private static Plumb.Manifests.Objects.KubeObject ReadAsOurs(string file) => KubeYaml.Object(
        File.ReadAllText(Path.Combine(Folder, file)).Replace("argocd-controller", Comparison.FieldManager, StringComparison.Ordinal));

    private static Plumb.Manifests.Objects.KubeObject Read(string file) => KubeYaml.FromFile(Path.Combine(Folder, file));
}
