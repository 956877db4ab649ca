using Plumb.Conformance.Tests.Differences;
using Plumb.Conformance.Tests.Scenarios;

namespace Plumb.Conformance.Tests;

/// <summary>Each scenario does what it says on the sandbox, and the same on a real control plane.</summary>
public sealed class ConformanceTests(ConformanceRun run)
{
    public static TheoryData<string> Scenarios => [.. ScenarioFile.ReadAll().Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void AScenario_IsAnsweredAsExpected_AndAlikeByBoth(string scenario)
    {
        if (!run.IsWhole && run.Scenarios.All(s => s.Name != scenario)) return;
        run.OutcomeOf(scenario).Faults.ShouldBeEmpty();
    }

    [Fact]
    public void TheRun_ComparesWithARealControlPlane_OrSaysThatItDoesNot()
    {
        if (run.IsCompared)
        {
            Console.WriteLine($"conformance: {run.Pairs} pairs of answers compared in {run.Scenarios.Count} scenarios");
            if (run.IsWhole) run.Pairs.ShouldBeGreaterThanOrEqualTo(400);
            return;
        }

        if (Environment.GetEnvironmentVariable("PLUMB_REQUIRE_KUBE") == "1") Assert.Fail("PLUMB_TEST_KUBECONFIG names no cluster");
        Console.WriteLine($"conformance: {run.Requests} requests to the sandbox only: PLUMB_TEST_KUBECONFIG names no cluster; ./test --kube starts one");
    }

    [Fact]
    public void EveryKnownDifference_StillOccurs()
    {
        if (run is not { IsCompared: true, IsWhole: true }) return;
        KnownDifferences.Titles.Where(t => !run.Seen.ContainsKey(t)).ShouldBeEmpty();
    }

    [Fact]
    public void EveryKnownDifference_HasALineInTheDocumentation()
    {
        var page = File.ReadAllText(Path.Combine(ScenarioFile.Root, "docs", "sandbox.md"));
        KnownDifferences.Titles.Where(t => !page.Contains(t, StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
