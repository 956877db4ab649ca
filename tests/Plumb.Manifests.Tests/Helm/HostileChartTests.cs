using System.Diagnostics;
using Plumb.Manifests.Tests.Plain;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Targets;

namespace Plumb.Manifests.Tests.Helm;

/// <summary>
/// What a hostile chart does to an application: one clear error. How long and how much it took is printed, and <c>bench</c> measures it; so that
/// what is printed is of the chart, no other test runs beside.
/// </summary>
[Collection(nameof(Alone))]
public sealed class HostileChartTests
{
    /// <summary>Names of the charts.</summary>
    public static TheoryData<string> Names => [.. HostileCharts.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void AHostileChart_EndsInAClearError(string name)
    {
        var (_, files, words) = HostileCharts.All.Single(c => c.Name == name);
        var tree = new MemoryTree(files.ToDictionary(f => f.Path, f => f.Data));
        var source = new SourceSpec { RepoUrl = "https://git.example.com/c.git" };
        var application = new ApplicationSpec { Name = "app", Sources = [source] };
        var begun = Stopwatch.GetTimestamp();
        var before = GC.GetTotalAllocatedBytes();
        var result = new ManifestRenderer().Render(
            new RenderRequest(tree, application, source, new TargetCapabilities { Version = "v1.33.0" }), TestContext.Current.CancellationToken);
        var errors = result.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.ToString()).ToList();
        Console.WriteLine(
            $"{name}: {Stopwatch.GetElapsedTime(begun).TotalSeconds:0.00} s, {(GC.GetTotalAllocatedBytes() - before) >> 20} MB allocated: "
            + (errors.Count == 0 ? "no error" : errors[0][..Math.Min(160, errors[0].Length)].ReplaceLineEndings(" ")));
        errors.Count.ShouldBeGreaterThan(0);
        errors.ShouldContain(e => e.Contains(words, StringComparison.Ordinal), string.Join('\n', errors));
        errors.ShouldAllBe(e => e.Length < 5_000);
    }
}

/// <summary>Tests that no other runs beside.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
