using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Plumb.GoTemplate;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Helm.Rendering;
using Plumb.Manifests.Helm.Values;

namespace Plumb.Manifests.Tests.Helm;

/// <summary>Public charts with what real helm 4.1.4 printed for them: the same bytes, or the same refusal.</summary>
public sealed class ChartCorpusTests
{
    /// <summary>Cases that are not compared, by id, each with its reason.</summary>
    private static readonly Dictionary<string, string> Excluded = [];

    [Theory]
    [InlineData("helm", 1575)]
    [InlineData("helm-upstream", 105)]
    public void Charts_GiveWhatHelmGives(string set, int cases)
    {
        if (!SharedData.IsHere($"charts of {set}")) return;
        var index = Corpus.File(set + ".tgz", set + "/cases.json");
        var root = Path.GetDirectoryName(index)!;
        using var document = JsonDocument.Parse(File.ReadAllBytes(index));
        var all = document.RootElement.GetProperty("cases").EnumerateArray().ToArray();
        var only = Environment.GetEnvironmentVariable("PLUMB_CORPUS_CASE");
        var wrong = new ConcurrentBag<string>();
        int rendered = 0, refused = 0;
        long bytes = 0;
        var slowest = new ConcurrentBag<(double Milliseconds, string Id)>();
        var clock = Stopwatch.StartNew();
        var renderer = new HelmRenderer();
        var charts = new ConcurrentDictionary<string, Chart>(StringComparer.Ordinal); // cases share charts, as applications do
        // one by one, as a few charts make many RSA keys and take a hundred times as long as the others
        Parallel.ForEach(Partitioner.Create(all, EnumerablePartitionerOptions.NoBuffering), new ParallelOptions { MaxDegreeOfParallelism = 2 }, row =>
        {
            var id = row.GetProperty("id").GetString()!;
            if (Excluded.ContainsKey(id) || (only is not null && !id.Contains(only, StringComparison.Ordinal))) return;
            var started = Stopwatch.GetTimestamp();
            var run = ChartCase.Of(set, root, row);
            var (output, error) = run.Render(renderer, charts, TestContext.Current.CancellationToken);
            var difference = row.GetProperty("exit").GetInt32() == 0
                ? error is null ? CompareOutput(root, row, output!) : $"  ours: Error: {error}"
                : CompareRefusal(root, row, error);
            if (difference is not null) wrong.Add($"{id}\n{difference}");
            else if (error is null) Interlocked.Increment(ref rendered);
            else Interlocked.Increment(ref refused);
            Interlocked.Add(ref bytes, output?.Length ?? 0);
            slowest.Add((Stopwatch.GetElapsedTime(started).TotalMilliseconds, id));
        });
        Console.WriteLine(
            $"{set}: {rendered + refused} of {all.Length} as helm ({rendered} rendered, {refused} refused), {wrong.Count} differ, "
            + $"{Excluded.Count} excluded; {bytes} bytes in {clock.Elapsed.TotalSeconds:0.0} s");
        foreach (var (milliseconds, id) in slowest.OrderDescending().Take(5)) Console.WriteLine($"  {milliseconds:0} ms {id}");
        if (Environment.GetEnvironmentVariable("PLUMB_CORPUS_REPORT") is { Length: > 0 } report)
            File.WriteAllLines($"{report}.{set}", wrong.Order(StringComparer.Ordinal));
        wrong.Order(StringComparer.Ordinal).Take(20).ShouldBeEmpty();
        all.Length.ShouldBe(cases);
    }

    /// <summary>
    /// As Helm 3 (<c>version: v3</c>): the corpus says of each case how helm 3.17 or 3.18 related to helm 4; where 3.17 prints the same bytes so
    /// must we, where it orders documents otherwise they must be the same documents. A quarter of the plain cases does.
    /// </summary>
    [Fact]
    public void Charts_AsHelmThree_GiveWhatHelmThreeGives()
    {
        if (!SharedData.IsHere("charts as Helm 3")) return;
        var index = Corpus.File("helm.tgz", "helm/cases.json");
        var root = Path.GetDirectoryName(index)!;
        using var document = JsonDocument.Parse(File.ReadAllBytes(index));
        var renderer = new HelmRenderer();
        var charts = new ConcurrentDictionary<string, Chart>(StringComparer.Ordinal);
        var wrong = new ConcurrentBag<string>();
        int same = 0, reordered = 0;
        var chosen = document.RootElement.GetProperty("cases").EnumerateArray().Where(r => r.GetProperty("exit").GetInt32() == 0)
            .Select((row, i) => (row, Relation: RelationToThree(row), i))
            .Where(c => !c.Relation.StartsWith("content differs", StringComparison.Ordinal) && (c.Relation != "same" || c.i % 4 == 0)).ToArray();
        Parallel.ForEach(Partitioner.Create(chosen, EnumerablePartitionerOptions.NoBuffering), new ParallelOptions { MaxDegreeOfParallelism = 2 }, c =>
        {
            var (output, error) = ChartCase.Of("helm", root, c.row).Render(renderer, charts, TestContext.Current.CancellationToken, HelmVersion.Three);
            var id = c.row.GetProperty("id").GetString();
            if (error is not null) wrong.Add($"{id}: {error}");
            else if (c.Relation == "same" && CompareOutput(root, c.row, output!) is { } difference) wrong.Add($"{id}\n{difference}");
            else if (c.Relation != "same" && !SameLines(root, c.row, output!)) wrong.Add($"{id}: other documents");
            else if (c.Relation == "same") Interlocked.Increment(ref same);
            else Interlocked.Increment(ref reordered);
        });
        Console.WriteLine($"as Helm 3: {same} cases with the same bytes, {reordered} with the same documents in another order, {wrong.Count} differ");
        wrong.Order(StringComparer.Ordinal).Take(20).ShouldBeEmpty();
        (same + reordered).ShouldBe(chosen.Length);
    }

    private static string RelationToThree(JsonElement row) =>
        row.TryGetProperty("helm_3_17", out var seventeen) && seventeen.ValueKind == JsonValueKind.String
            ? seventeen.GetString()!
            : row.GetProperty("helm_3_18").GetString()!;

    private static bool SameLines(string root, JsonElement row, string output)
    {
        var expected = GoText.FromBytes(File.ReadAllBytes(Path.Combine(root, row.GetProperty("expected").GetString()!))).Split('\n');
        var masked = row.GetProperty("nondeterministic_lines").EnumerateArray().Select(l => l.GetInt32()).ToHashSet();
        var fixedLines = expected.Where((l, i) => !masked.Contains(i + 1)).Where(l => l.Trim().Length > 0 && l != "---").ToList();
        var left = output.Split('\n').Where(l => l.Trim().Length > 0 && l != "---").GroupBy(l => l).ToDictionary(g => g.Key, g => g.Count());
        foreach (var line in fixedLines)
        {
            if (!left.TryGetValue(line, out var count) || count == 0) return false;
            left[line] = count - 1;
        }

        return left.Values.Sum() <= masked.Count;
    }

    private static string? CompareOutput(string root, JsonElement row, string output)
    {
        var expected = GoText.FromBytes(File.ReadAllBytes(Path.Combine(root, row.GetProperty("expected").GetString()!))).Split('\n');
        var actual = output.Split('\n');
        var masked = row.GetProperty("nondeterministic_lines").EnumerateArray().Select(l => l.GetInt32()).ToHashSet();
        for (var i = 0; i < Math.Min(expected.Length, actual.Length); i++)
        {
            if (expected[i] != actual[i] && !masked.Contains(i + 1)) return $"  line {i + 1}\n  helm: {expected[i]}\n  ours: {actual[i]}";
        }

        return expected.Length == actual.Length ? null : $"  {actual.Length} lines instead of {expected.Length}";
    }

    private static string? CompareRefusal(string root, JsonElement row, string? error)
    {
        var expected = File.ReadAllText(Path.Combine(root, row.GetProperty("expected_stderr").GetString()!));
        var wanted = Normal(expected[(expected.IndexOf("Error: ", StringComparison.Ordinal) + "Error: ".Length)..]);
        if (error is null) return $"  helm: {wanted}\n  ours: (no error)";
        return wanted == Normal(error) ? null : $"  helm: {wanted}\n  ours: {error}";
    }

    /// <summary>Go walks maps at random, so the faults of a schema come in any order.</summary>
    private static string Normal(string error) => error.StartsWith("values don't meet", StringComparison.Ordinal)
        ? string.Join('\n', error.TrimEnd().Split('\n').Order(StringComparer.Ordinal))
        : error.TrimEnd();
}

/// <summary>One call of <c>helm template</c>.</summary>
internal sealed class ChartCase
{
    private readonly string _folder;
    private readonly string _chart;
    private readonly string _release;
    private readonly string _namespace;
    private readonly string _kubeVersion;
    private readonly List<string> _apiVersions = [];
    private readonly List<string> _values = [];
    private readonly List<string> _sets = [];
    private readonly List<string> _shown = [];
    private readonly HashSet<string> _flags = [];

    private ChartCase(string folder, string chart, string release, string ns, string kubeVersion)
    {
        _folder = folder;
        _chart = chart;
        _release = release;
        _namespace = ns;
        _kubeVersion = kubeVersion;
    }

    public static ChartCase Of(string set, string root, JsonElement row)
    {
        if (set == "helm-upstream") return OfArguments(root, row.GetProperty("args").EnumerateArray().Select(a => a.GetString()!).ToArray());
        var chart = row.GetProperty("chart").GetString()!;
        var slash = chart.IndexOf('/');
        var result = new ChartCase(
            Path.Combine(root, chart[..slash]), chart[(slash + 1)..], row.GetProperty("release").GetString()!,
            row.GetProperty("namespace").GetString()!, row.GetProperty("kube_version").GetString()!.TrimStart('v'));
        result._apiVersions.AddRange(row.GetProperty("api_versions").EnumerateArray().Select(a => a.GetString()!));
        result._values.AddRange(row.GetProperty("values").EnumerateArray().Select(a => a.GetString()![(slash + 1)..]));
        result._flags.UnionWith(row.GetProperty("flags").EnumerateArray().Select(a => a.GetString()!));
        return result;
    }

    public (string? Output, string? Error) Render(
        HelmRenderer renderer, ConcurrentDictionary<string, Chart> charts, CancellationToken ct, HelmVersion helm = HelmVersion.Four)
    {
        try
        {
            var values = new ValueFlags { Files = _values, Set = _sets }.Merge(name => GoText.FromBytes(File.ReadAllBytes(Path.Combine(_folder, name))));
            var log = new HelmLog();
            var chart = charts.GetOrAdd(_folder + "/" + _chart, _ => ChartLoader.LoadFolder(new FolderTree(_folder), _chart, log, ct));
            var release = renderer.Render(
                new HelmRequest(
                    chart, values, new ReleaseOptions(_release, _namespace, _flags.Contains("--is-upgrade")),
                    new Capabilities(KubeVersion.Parse(_kubeVersion), _apiVersions, helm))
                {
                    Helm = helm,
                    // some charts make dozens of RSA keys, and the machine may be busy
                    Limits = new TemplateLimits { MaxTime = TimeSpan.FromMinutes(10), MaxKeyTime = TimeSpan.FromMinutes(10) },
                },
                log, ct);
            return (TemplateOutput.Print(
                release,
                new TemplateOutputOptions(_flags.Contains("--include-crds"), _flags.Contains("--no-hooks"), _flags.Contains("--skip-tests"), _shown)), null);
        }
        catch (HelmException fault)
        {
            return (null, fault.WhileRendering ? fault.Message + "\n\nUse --debug flag to render out invalid YAML" : fault.Message);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return (null, $"threw {fault.GetType().Name}: {fault.Message} {fault.StackTrace?.Split('\n')[0]}");
        }
    }

    private static ChartCase OfArguments(string root, string[] arguments)
    {
        var rest = new Queue<string>(arguments);
        var release = rest.Dequeue();
        var chart = rest.Dequeue();
        string ns = "default", kubeVersion = "1.35.0";
        var values = new List<string>();
        var sets = new List<string>();
        var shown = new List<string>();
        var flags = new HashSet<string>();
        while (rest.TryDequeue(out var flag))
        {
            switch (flag)
            {
                case "-n": ns = rest.Dequeue(); break;
                case "--kube-version": kubeVersion = rest.Dequeue(); break;
                case "-f": values.Add(rest.Dequeue()); break;
                case "--set": sets.Add(rest.Dequeue()); break;
                case "--show-only": shown.Add(rest.Dequeue()); break;
                default: flags.Add(flag); break;
            }
        }

        var result = new ChartCase(root, chart, release, ns, kubeVersion);
        result._values.AddRange(values);
        result._sets.AddRange(sets);
        result._shown.AddRange(shown);
        result._flags.UnionWith(flags);
        return result;
    }
}
