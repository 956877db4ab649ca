using Plumb.Tests.Support;

namespace Plumb.Tests;

/// <summary><c>plumb helm template --dry-run=server</c>: the cluster's capabilities, and its answers to <c>lookup</c>.</summary>
public sealed class HelmTemplateServerTests(SandboxCluster cluster) : IClassFixture<SandboxCluster>, IDisposable
{
    private readonly string _chart = Directory.CreateTempSubdirectory("plumb-chart-").FullName;

    public void Dispose() => Directory.Delete(_chart, recursive: true);

    [Fact]
    public async Task Lookup_AnswersFromTheCluster_AndOnlyThen()
    {
        Write("name: {{ (lookup \"v1\" \"Namespace\" \"\" \"kube-system\").metadata | default dict | dig \"name\" \"nobody\" }}\nkinds: {{ .Capabilities.APIVersions.Has \"batch/v1/Job\" }}\n");

        var alone = await PlumbProcess.RunAsync("helm", "template", _chart, "--dry-run=client");
        alone.Output.ShouldContain("name: nobody\nkinds: false\n", customMessage: alone.ToString());
        var asked = await PlumbProcess.RunAsync("helm", "template", _chart, "--dry-run=server", "--kubeconfig", cluster.Kubeconfig);
        asked.Output.ShouldContain("name: kube-system\nkinds: true\n", customMessage: asked.ToString());
    }

    [Fact]
    public async Task AnUnknownKind_FailsTheTemplate()
    {
        Write("{{ lookup \"example.com/v1\" \"Thing\" \"a\" \"b\" }}");

        var ended = await PlumbProcess.RunAsync("helm", "template", _chart, "--validate", "--kubeconfig", cluster.Kubeconfig);

        ended.Code.ShouldBe(1);
        ended.Error.ShouldContain("Flag --validate has been deprecated, use '--dry-run=server' instead");
        ended.Error.ShouldContain("unable to get apiresource from unstructured: example.com/v1, Kind=Thing");
    }

    [Fact]
    public async Task ACluster_ThatCannotBeReached_AndAnUnknownValue_AreRefused()
    {
        Write("a: b\n");
        var gone = Path.Combine(_chart, "nowhere.kubeconfig");

        var unreachable = await PlumbProcess.RunAsync("helm", "template", _chart, "--dry-run=server", "--kubeconfig", gone);
        unreachable.Code.ShouldBe(1);
        unreachable.Error.ShouldContain("Error: cluster reachability check failed:");
        unreachable.Error.ShouldContain(gone);
        (await PlumbProcess.RunAsync("helm", "template", _chart, "--dry-run=none")).Error.ShouldContain("Error: invalid dry-run value (\"none\"). Must be \"server\" or \"client\"");
    }

    private void Write(string template)
    {
        Directory.CreateDirectory(Path.Combine(_chart, "templates"));
        File.WriteAllText(Path.Combine(_chart, "Chart.yaml"), "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
        File.WriteAllText(Path.Combine(_chart, "templates", "a.yaml"), template);
    }
}
