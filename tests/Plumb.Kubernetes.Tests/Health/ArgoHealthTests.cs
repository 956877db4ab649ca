using System.Text.RegularExpressions;
using Plumb.Kubernetes.Health;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Rendering;

namespace Plumb.Kubernetes.Tests.Health;

/// <summary>What Argo CD says of the kinds that it judges in Go, message and all: <c>argo-cd.yaml</c>.</summary>
public sealed partial class ArgoHealthTests
{
    private const string Variable = "PLUMB_ARGO_HEALTH";

    private static readonly VerdictTable Table = VerdictTable.Read("argo-cd.yaml", "argo");

    public static TheoryData<string> Names => Table.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Assess_JudgesAsArgoCd_OrDiffersOnPurpose(string name)
    {
        var found = Table[name];

        var health = ResourceHealth.Assess(found.Object);

        health.Status.ShouldBe(found.Ours ?? HealthOf(found.Theirs)!.Value, health.Message);
        if (found.Message is { } message) health.Message.ShouldBe(message);
    }

    [Fact]
    public void Differences_HaveAReason_WhichThePageOnHealthStates()
    {
        Table.ShouldAccountForDifferences(HealthOf);
        Console.WriteLine($"Argo CD's health rules: {Table.Cases.Count} cases, {Table.Differing} differ on purpose");
    }

    /// <summary>
    /// Its own test data, when <c>PLUMB_ARGO_HEALTH</c> names its folder <c>gitops-engine/pkg/health</c>: each file has the verdict that its
    /// test states, and a case here.
    /// </summary>
    [Fact]
    public void EveryFileOfItsTestData_HasItsVerdict_AndACase()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } folder)
        {
            Console.WriteLine($"Argo CD's health test data: did not run, {Variable} does not name its folder gitops-engine/pkg/health");
            return;
        }

        var stated = Assertion().Matches(File.ReadAllText(Path.Combine(folder, "health_test.go")))
            .Select(m => (File: m.Groups[1].Value, Status: m.Groups[2].Value)).ToList();
        foreach (var (file, status) in stated)
        {
            var health = ResourceHealth.Assess(Read(Path.Combine(folder, file)));
            health.Status.ToString().ShouldBe(status, $"{file}: {health.Message}");
            Table.Cases.ShouldContain(c => c.Name == Path.GetFileName(file) && c.Theirs == status, file);
        }

        var files = Directory.GetFiles(Path.Combine(folder, "testdata")).Select(f => Path.GetFileName(f)!);
        files.Where(f => !Table.Cases.Any(c => c.Name == f)).ShouldBeEmpty();
        Console.WriteLine($"Argo CD's health test data: {stated.Count} verdicts, all the same");
        stated.Count.ShouldBeGreaterThan(40);
    }

    /// <summary>One of the objects states a key twice, of which the last wins in Go too.</summary>
    private static KubeObject Read(string path) => new(
        YamlReader.ReadAll(File.ReadAllBytes(path), path, new List<Diagnostic>()).Select(d => d.Value.AsMap()).OfType<MapNode>().First());

    private static HealthStatus? HealthOf(string status) => status == "none" ? null : Enum.Parse<HealthStatus>(status);

    [GeneratedRegex("""assertAppHealth\(t, "([^"]+)", HealthStatus(\w+)\)""")]
    private static partial Regex Assertion();
}
