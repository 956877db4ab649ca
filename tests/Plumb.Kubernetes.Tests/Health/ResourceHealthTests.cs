using Plumb.Kubernetes.Health;
using Plumb.Kubernetes.Tests.Compare;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Tests.Health;

/// <summary>One file a case in Fixtures, named <c>kind.verdict[.why].yaml</c>.</summary>
public sealed class ResourceHealthTests
{
    private static readonly string Folder = KubeYaml.Beside("tests", "Plumb.Kubernetes.Tests", "Health", "Fixtures");

    public static TheoryData<string> Fixtures =>
        new(Directory.GetFiles(Folder, "*.yaml").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void Assess_GivesTheVerdictOfTheFixture(string file)
    {
        var live = KubeYaml.FromFile(Path.Combine(Folder, file));

        ResourceHealth.Assess(live).Status.ToString().ShouldBe(file.Split('.')[1], StringCompareShould.IgnoreCase);
    }

    [Fact]
    public void Fixtures_CoverEveryRule() => Fixtures.Count.ShouldBeGreaterThan(80);

    [Theory]
    [InlineData("deployment.progressing.not-available.yaml", "Waiting for rollout to finish: 1 of 2 updated replicas are available...")]
    [InlineData("deployment.degraded.deadline.yaml", "Deployment \"web\" exceeded its progress deadline")]
    [InlineData("deployment.progressing.deleting.yaml", "Pending deletion")]
    [InlineData("pod.progressing.pending.yaml", "Unschedulable: no node")]
    [InlineData("pod.degraded.crashloopbackoff.yaml", "cannot start")]
    [InlineData("pod.degraded.failed.yaml", "container \"a\" failed with exit code 3")]
    [InlineData("job.degraded.failed.yaml", "too many failures")]
    [InlineData("custom.degraded.stalled.yaml", "Broken: no such chart")]
    [InlineData("custom.progressing.not-observed.yaml", "The controller has seen generation 1 of 2")]
    public void Assess_SaysWhy(string file, string message) =>
        ResourceHealth.Assess(KubeYaml.FromFile(Path.Combine(Folder, file))).Message.ShouldBe(message);

    [Fact]
    public void Assess_WhenDocumentIsOdd_DoesNotThrow()
    {
        var live = KubeYaml.Object("""{apiVersion: apps/v1, kind: Deployment, metadata: [], spec: text, status: {conditions: [1, null, {}]}}""");

        ResourceHealth.Assess(live).Status.ShouldBe(HealthStatus.Healthy);
    }
}
