using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Plumb.Bench.Helm;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Kustomize;

namespace Plumb.Bench.Kustomize;

/// <summary>
/// Kustomizations of the corpus beside the real <c>kubectl kustomize</c>: one as a whole process, all in this process, with what kubectl
/// spends on its start taken off.
/// </summary>
internal static class KustomizeBuilds
{
    private sealed record Case(string Folder, string Directory, bool RestrictsToRoot)
    {
        public IReadOnlyList<string> Flags => RestrictsToRoot ? [] : ["--load-restrictor", "LoadRestrictionsNone"];

        public int Build(CancellationToken ct) => KustomizeBuild.Run(
            new FolderTree(Folder), Directory, new BuildSettings { RestrictsToRoot = RestrictsToRoot }, ct).ToYaml().Length;
    }

    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        var cases = await ReadAsync(arguments.Text("corpus", ""), arguments.Number("cases", 526), ct);
        var tool = arguments.Text("tool", "kubectl");
        var native = arguments.Text("native", "");
        var rounds = arguments.Number("rounds", 3);
        Console.WriteLine($"{cases.Count} kustomizations");

        var before = ChildTimes.User;
        for (var i = 0; i < 20; i++) await ProgramRun.TimeAsync(tool, ["version", "--client"], Environment.CurrentDirectory, ct);
        var start = (ChildTimes.User - before) / 20;

        before = ChildTimes.User;
        var toolTimes = new List<double>();
        foreach (var one in cases) toolTimes.Add(await ProgramRun.TimeAsync(tool, ["kustomize", one.Directory, .. one.Flags], one.Folder, ct));
        var toolUser = ChildTimes.User - before;
        var ownTimes = new List<double>();
        if (native.Length > 0)
        {
            foreach (var one in cases) ownTimes.Add(await ProgramRun.TimeAsync(native, ["kustomize", "build", one.Directory, .. one.Flags], one.Folder, ct));
        }

        Console.WriteLine(Row("kubectl kustomize, a process each, median", ProgramRun.Median(toolTimes), null));
        if (ownTimes.Count > 0)
        {
            Console.WriteLine(Row("plumb-render kustomize build, a process each, median", ProgramRun.Median(ownTimes), ProgramRun.Median(toolTimes) / ProgramRun.Median(ownTimes)));
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  it is not slower in {ownTimes.Zip(toolTimes).Count(t => t.First <= t.Second) * 100.0 / cases.Count:N1} % of the cases"));
        }

        var toolWall = toolTimes.Sum() / cases.Count;
        var toolWork = ((toolUser / cases.Count) - start).TotalMilliseconds;
        Console.WriteLine(Row("kubectl kustomize, a process each, mean", toolWall, null));
        Console.WriteLine(Row("  its user time less that of kubectl version, mean", toolWork, null));
        Measure(cases, rounds, toolWall, toolWork, ct);
        return 0;
    }

    private static void Measure(IReadOnlyList<Case> cases, int rounds, double toolWall, double toolWork, CancellationToken ct)
    {
        // as in a process that has been at work for a while: everything is compiled to the end
        for (var warm = 0; warm < 10; warm++)
        {
            foreach (var one in cases) one.Build(ct);
        }

        var (best, bestWall) = (double.MaxValue, double.MaxValue);
        long bytes = 0;
        for (var round = 0; round < rounds; round++)
        {
            var (allocated, cpu, clock) = (GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.UserTime, Stopwatch.GetTimestamp());
            foreach (var one in cases) one.Build(ct);
            var used = (Environment.CpuUsage.UserTime - cpu).TotalMilliseconds / cases.Count;
            bestWall = Math.Min(bestWall, Stopwatch.GetElapsedTime(clock).TotalMilliseconds / cases.Count);
            if (used >= best) continue;
            best = used;
            bytes = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / cases.Count;
        }

        Console.WriteLine(Row("in-process, every file read and built anew, mean", bestWall, toolWall / bestWall));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {toolWall / bestWall:N1} × the builds per second of kubectl kustomize (goal 20); user time {best:N2} ms, {toolWork / best:N2} × less than kubectl's own "
            + $"work (goal 1); {bytes / 1024.0:N0} KB allocated each"));
    }

    private static async Task<IReadOnlyList<Case>> ReadAsync(string root, int count, CancellationToken ct)
    {
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(root, "cases.json"), ct));
        var all = document.RootElement.GetProperty("cases").EnumerateArray().Where(r => r.GetProperty("exit").GetInt32() == 0).ToList();
        count = Math.Min(count, all.Count);
        return
        [
            .. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Count / count)]).Select(row => new Case(
                Path.Combine(root, row.GetProperty("repo").GetString()!), row.GetProperty("dir").GetString()!,
                row.GetProperty("load_restrictor").GetString() == "LoadRestrictionsRootOnly")),
        ];
    }

    private static string Row(string name, double milliseconds, double? ratio) => string.Create(
        CultureInfo.InvariantCulture, $"{name,-56} {milliseconds,9:N2} ms{(ratio is { } r ? $"   {r:N2} × as fast" : "")}");
}
