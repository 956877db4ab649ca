using System.Reflection;
using Plumb.EndToEnd.Tests.Corpus;

namespace Plumb.EndToEnd.Tests.ArgoCd;

/// <summary>
/// <c>scenarios.txt</c> has every scenario directory, and each that today's renderers read is played by a test of this folder or is a
/// row of the table of plain directories.
/// </summary>
public sealed class ScenarioTableTests
{
    private static readonly Dictionary<string, string> Table = Lines()
        .Where(l => l.Length > 0 && l[0] != '#')
        .Select(l => l.Split(" | "))
        .ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);

    private static ILookup<string, ScenarioAttribute> Played { get; } = typeof(ScenarioTableTests).Assembly.GetTypes()
        .SelectMany(t => t.GetMethods())
        .SelectMany(m => m.GetCustomAttributes<ScenarioAttribute>())
        .ToLookup(a => a.Directory.Split('/')[0], StringComparer.Ordinal);

    [Fact]
    public void EveryDirectoryOnDisk_IsInTheTable()
    {
        if (!SharedData.IsHere("the table of Argo CD's scenarios")) return;
        Table.Keys.ShouldBe(Directory.EnumerateDirectories(ArgoScenario.Root).Select(d => Path.GetFileName(d)!), ignoreOrder: true);
    }

    [Fact]
    public void EveryDirectoryThatCanBeRead_IsPlayed_OrDelivered()
    {
        var delivered = PlainDirectory.Table
            .Where(d => d.Path.StartsWith("argo-cd-e2e/", StringComparison.Ordinal))
            .Select(d => d.PathInRepository.Split('/')[3])
            .ToHashSet(StringComparer.Ordinal);
        var readable = Table.Where(r => r.Value == "plain").Select(r => r.Key).ToList();
        readable.Where(d => !Played.Contains(d) && !delivered.Contains(d)).ShouldBeEmpty();
        Played.Select(p => p.Key).Where(d => !Table.ContainsKey(d)).ShouldBeEmpty("a test plays a directory that is not there");

        var later = Table.Where(r => r.Value != "plain").GroupBy(r => r.Value).OrderBy(g => g.Key, StringComparer.Ordinal);
        var outcomes = Played.SelectMany(p => p).Select(a => a.Test).Where(t => t.Length > 0).Distinct(StringComparer.Ordinal).Count();
        Console.WriteLine(
            $"{Table.Count} scenario directories of Argo CD: {readable.Count} read today ({readable.Count(Played.Contains)} played with the "
            + $"outcomes of {outcomes} of its tests, the others delivered as they are), later {string.Join(", ", later.Select(g => $"{g.Count()} {g.Key}"))}");
    }

    private static string[] Lines()
    {
        using var stream = typeof(ScenarioTableTests).Assembly.GetManifestResourceStream("argo-scenarios.txt")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n');
    }
}
