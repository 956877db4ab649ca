using System.Xml.Linq;
using Plumb.EndToEnd.Tests.Support;

namespace Plumb.EndToEnd.Tests.Architecture;

/// <summary>The table of docs/architecture.md: who may import whom. Arrows point down only.</summary>
public sealed class ProjectReferencesTests
{
    private static readonly string[] Everything = ["*"];

    private static readonly Dictionary<string, (int Floor, string[] MayImport)> Table = new()
    {
        ["Plumb.Reconcile"] = (0, []),
        ["Plumb.GoTemplate"] = (0, []),
        ["Plumb.Api"] = (0, []),
        ["Plumb.Git"] = (1, ["Plumb.Reconcile"]),
        ["Plumb.Manifests"] = (1, ["Plumb.Reconcile", "Plumb.GoTemplate"]),
        ["Plumb.Processes"] = (1, ["Plumb.Reconcile"]),
        ["Plumb.Store"] = (1, ["Plumb.Reconcile"]),
        ["Plumb.Forges"] = (1, ["Plumb.Reconcile"]),
        ["Plumb.Notify"] = (1, ["Plumb.Reconcile"]),
        ["Plumb.Fleet"] = (1, ["Plumb.Reconcile"]),
        ["Plumb.Charts"] = (2, ["Plumb.Reconcile", "Plumb.Manifests", "Plumb.GoTemplate"]),
        ["Plumb.Kubernetes"] = (2, ["Plumb.Reconcile", "Plumb.Manifests"]),
        ["Plumb.Sandbox"] = (2, ["Plumb.Manifests"]),
        ["Plumb.Web"] = (2, ["Plumb.Api"]),
        ["Plumb.Server"] = (3, Everything),
        ["Plumb.Native"] = (4, Everything),
        ["Plumb"] = (4, Everything),
    };

    private static readonly string[] NamesThatSayNothing = ["Common", "Core", "Utils", "Abstractions", "Helpers"];

    private static string Root => Clone.Root;

    public static TheoryData<string> Projects => [.. Directory.GetDirectories(Path.Combine(Root, "src")).Select(d => Path.GetFileName(d)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void AProject_ImportsOnlyWhatTheTableAllows(string project)
    {
        Table.ShouldContainKey(project, "every project under src/ has a line in docs/architecture.md and here");
        var (floor, allowed) = Table[project];
        var file = XDocument.Load(Path.Combine(Root, "src", project, project + ".csproj"));
        foreach (var import in file.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)))
        {
            if (allowed == Everything) Table[import].Floor.ShouldBeLessThan(floor, $"{project} → {import}");
            else allowed.ShouldContain(import, $"{project} → {import}");
        }
    }

    [Fact]
    public void NoFolder_HasANameThatSaysNothing() =>
        Directory.GetDirectories(Path.Combine(Root, "src"), "*", SearchOption.AllDirectories)
            .Where(d => NamesThatSayNothing.Contains(Path.GetFileName(d)))
            .ShouldBeEmpty();

    [Fact]
    public void EveryPackage_HasALineInTheListOfDependencies()
    {
        var listed = File.ReadAllText(Path.Combine(Root, "docs", "dependencies.md"));
        XDocument.Load(Path.Combine(Root, "Directory.Packages.props")).Descendants("PackageVersion")
            .Select(p => p.Attribute("Include")!.Value)
            .Where(name => !listed.Contains($"`{name}`", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }
}
