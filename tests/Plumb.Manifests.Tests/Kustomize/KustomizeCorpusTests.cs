using System.Diagnostics;
using System.Text.Json;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Kustomize;

namespace Plumb.Manifests.Tests.Kustomize;

/// <summary>
/// Public kustomizations, and the original's own cases, with what <c>kubectl kustomize</c> (v5.7.1) printed for them: the same bytes, or
/// the same refusal.
/// </summary>
public sealed class KustomizeCorpusTests
{
    /// <summary>Cases that are not compared, by id, each with its reason.</summary>
    private static readonly Dictionary<string, string> Excluded = [];

    [Theory]
    [InlineData("kustomize", 526)]
    [InlineData("krusty", 216)]
    public void Kustomizations_GiveWhatKubectlGives(string set, int cases)
    {
        if (!SharedData.IsHere($"kustomizations of {set}")) return;
        var index = Corpus.File(set + ".tgz", set + "/cases.json");
        var root = Path.GetDirectoryName(index)!;
        using var document = JsonDocument.Parse(File.ReadAllBytes(index));
        var all = document.RootElement.GetProperty("cases").EnumerateArray().ToArray();
        var only = Environment.GetEnvironmentVariable("PLUMB_CORPUS_CASE");
        var wrong = new List<string>();
        int built = 0, refused = 0;
        long bytes = 0;
        var slowest = new List<(double Milliseconds, string Id)>();
        var clock = Stopwatch.StartNew();
        foreach (var row in all)
        {
            var id = row.GetProperty("id").GetString()!;
            if (Excluded.ContainsKey(id) || (only is not null && !id.Contains(only, StringComparison.Ordinal))) continue;
            var started = Stopwatch.GetTimestamp();
            var (output, error) = Build(set, root, row);
            slowest.Add((Stopwatch.GetElapsedTime(started).TotalMilliseconds, id));
            var difference = row.GetProperty("exit").GetInt32() == 0
                ? error is null ? CompareOutput(root, row, output!) : $"  ours: error: {error}"
                : CompareRefusal(root, row, error);
            if (difference is not null) wrong.Add($"{id}\n{difference}");
            else if (error is null) built++;
            else refused++;
            bytes += output?.Length ?? 0;
        }

        Console.WriteLine(
            $"{set}: {built + refused} of {all.Length} as kubectl kustomize ({built} built, {refused} refused), {wrong.Count} differ, "
            + $"{Excluded.Count} excluded; {bytes} bytes in {clock.Elapsed.TotalSeconds:0.0} s");
        foreach (var (milliseconds, id) in slowest.OrderDescending().Take(5)) Console.WriteLine($"  {milliseconds:0} ms {id}");
        if (Environment.GetEnvironmentVariable("PLUMB_CORPUS_REPORT") is { Length: > 0 } report)
            File.WriteAllLines($"{report}.{set}", wrong);
        wrong.Take(20).ShouldBeEmpty();
        all.Length.ShouldBe(cases);
    }

    private static (string? Output, KustomizeException? Error) Build(string set, string root, JsonElement row)
    {
        var folder = set == "krusty"
            ? Path.Combine(root, row.GetProperty("id").GetString()!, "in")
            : Path.Combine(root, row.GetProperty("repo").GetString()!);
        var settings = new BuildSettings
        {
            RestrictsToRoot = row.GetProperty("load_restrictor").GetString() == "LoadRestrictionsRootOnly",
        };
        try
        {
            var dir = row.GetProperty("dir").GetString()!;
            var built = KustomizeBuild.Run(
                new FolderTree(folder), dir == "." ? "" : dir, settings, TestContext.Current.CancellationToken);
            return (built.ToYaml(), null);
        }
        catch (KustomizeException fault)
        {
            return (null, fault);
        }
    }

    private static string? CompareOutput(string root, JsonElement row, string output)
    {
        var expected = File.ReadAllText(Path.Combine(root, row.GetProperty("expected").GetString()!)).Split('\n');
        var actual = output.Split('\n');
        var masked = row.TryGetProperty("nondeterministic_lines", out var lines) ? lines.EnumerateArray().Select(l => l.GetInt32()).ToHashSet() : [];
        for (var i = 0; i < Math.Max(expected.Length, actual.Length); i++)
        {
            var (theirs, ours) = (i < expected.Length ? expected[i] : "<end>", i < actual.Length ? actual[i] : "<end>");
            if (theirs != ours && !masked.Contains(i + 1)) return $"  line {i + 1}: kubectl: {theirs}\n  line {i + 1}: ours:    {ours}";
        }

        return null;
    }

    /// <summary>The last part of what kubectl says is why; places and what led there are worded otherwise here.</summary>
    private static string? CompareRefusal(string root, JsonElement row, KustomizeException? error)
    {
        var file = row.TryGetProperty("stderr", out var stderr) ? stderr : row.GetProperty("expected_stderr");
        var expected = File.ReadAllText(Path.Combine(root, file.GetString()!));
        return error is null ? $"  kubectl: {expected}\n  ours:    built" : RefusalReasons.Differ(expected, error.Message);
    }
}
