using System.Diagnostics;
using System.Globalization;
using Plumb.Bench.Loop;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Helm.Rendering;

namespace Plumb.Bench.Helm;

/// <summary>
/// Charts of the corpus beside the real <c>helm template</c>: as whole processes, and in this process, one after another and by two workers,
/// each compared with helm run in the same way. Both sides are measured in rounds over all cases, of which the median counts.
/// </summary>
internal static class HelmCharts
{
    private const int Workers = 2;

    private sealed record Round(double Wall, double User);

    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        var cases = await HelmCase.ReadAsync(arguments.Text("corpus", ""), arguments.Number("cases", 150), ct);
        var helm = arguments.Text("helm", "helm");
        var native = arguments.Text("native", "");
        var rounds = arguments.Number("rounds", 3);

        Console.WriteLine($"{cases.Count} cases of {cases.Select(c => c.Chart).Distinct().Count()} charts; mean of the cases, median of {rounds} rounds; CPU is user time");
        var start = await StartAsync(helm, ct);
        var keyless = new List<HelmCase>();
        var renderer = new HelmRenderer();
        foreach (var one in cases)
        {
            if (one.Render(renderer, one.Load(ct), 0, ct).KeyTime == TimeSpan.Zero) keyless.Add(one);
        }

        if (arguments.Text("only", "") != "keyless") await CompareAsync("all of them", cases, helm, native, start, 1, ct);
        await CompareAsync("those in which no keys or certificates are made and no passwords hashed", keyless, helm, native, start, rounds, ct);
        return 0;
    }

    /// <summary>User time that helm spends on its start.</summary>
    private static async Task<TimeSpan> StartAsync(string helm, CancellationToken ct)
    {
        var before = ChildTimes.User;
        for (var i = 0; i < 20; i++) await ProgramRun.TimeAsync(helm, ["version"], Environment.CurrentDirectory, ct);
        return (ChildTimes.User - before) / 20;
    }

    private static async Task CompareAsync(
        string what, IReadOnlyList<HelmCase> cases, string helm, string native, TimeSpan start, int rounds, CancellationToken ct)
    {
        Console.WriteLine($"\n{cases.Count} cases: {what}");
        var helmTimes = new List<double>();
        var ownTimes = new List<double>();
        foreach (var one in cases) helmTimes.Add(await ProgramRun.TimeAsync(helm, one.Arguments, one.Folder, ct));
        if (native.Length > 0)
        {
            foreach (var one in cases) ownTimes.Add(await ProgramRun.TimeAsync(native, ["helm", .. one.Arguments], one.Folder, ct));
        }

        Console.WriteLine(Row("helm template, a process each, median", ProgramRun.Median(helmTimes), "ms"));
        if (ownTimes.Count > 0)
        {
            Console.WriteLine(Row("plumb-render helm template, a process each, median", ProgramRun.Median(ownTimes), "ms") + Ratio(ProgramRun.Median(helmTimes), ProgramRun.Median(ownTimes), "as fast"));
            Console.WriteLine(Row("  the cases in which it is not slower", ownTimes.Zip(helmTimes).Count(t => t.First <= t.Second) * 100.0 / cases.Count, "%"));
        }

        var programs = await MedianAsync(rounds, cases.Count, _ => ProcessesAsync(helm, cases, 1, ct), () => ChildTimes.User);
        var pairs = await MedianAsync(rounds, cases.Count, _ => ProcessesAsync(helm, cases, Workers, ct), () => ChildTimes.User);
        var work = programs.User - start.TotalMilliseconds;
        Console.WriteLine(Row("helm template, one after another", programs.Wall, "ms"));
        Console.WriteLine(Row($"helm template, {Workers} at a time", pairs.Wall, "ms"));
        Console.WriteLine(Row("  its CPU less that of helm version", work, "ms"));

        await MeasureAsync("in-process, charts and templates read anew", 1, rounds, cases, (c, round) => c.Render(new HelmRenderer(), c.Load(ct), round, ct), programs.Wall, work);
        var renderer = new HelmRenderer();
        var charts = new Dictionary<string, Chart>();
        foreach (var one in cases) charts[one.Chart] = one.Load(ct);
        HelmRelease Remembered(HelmCase one, int round) => one.Render(renderer, charts[one.Chart], round, ct);
        await MeasureAsync("in-process, charts remembered", 1, rounds, cases, Remembered, programs.Wall, work);
        await MeasureAsync($"in-process, charts remembered, {Workers} at a time", Workers, rounds, cases, Remembered, pairs.Wall, work);
    }

    private static async Task MeasureAsync(
        string name, int workers, int rounds, IReadOnlyList<HelmCase> cases, Func<HelmCase, int, HelmRelease> render, double helmWall, double helmWork)
    {
        foreach (var one in cases) render(one, 0); // compiled by then
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var own = await MedianAsync(
            rounds, cases.Count,
            round => workers == 1
                ? Task.Run(() => { foreach (var one in cases) render(one, round); })
                : Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = workers }, (one, _) =>
                {
                    render(one, round);
                    return ValueTask.CompletedTask;
                }),
            () => Environment.CpuUsage.UserTime);
        allocated = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / cases.Count / rounds;
        Console.WriteLine(Row(name, own.Wall, "ms") + Ratio(helmWall, own.Wall, "the charts per second (goal 50)"));
        Console.WriteLine(Row("  its CPU", own.User, "ms") + Ratio(helmWork, own.User, $"less CPU (goal 3), {allocated / 1024.0:N0} KB allocated each"));
    }

    private static Task ProcessesAsync(string program, IReadOnlyList<HelmCase> cases, int workers, CancellationToken ct) => Parallel.ForEachAsync(
        cases, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = ct },
        async (one, token) => await ProgramRun.TimeAsync(program, one.Arguments, one.Folder, token));

    /// <summary>Time of a case, in milliseconds: what it took until all were done, divided by how many there are.</summary>
    private static async Task<Round> MedianAsync(int rounds, int cases, Func<int, Task> all, Func<TimeSpan> cpu)
    {
        var times = new List<Round>();
        for (var round = 1; round <= rounds; round++)
        {
            var (begun, user) = (Stopwatch.GetTimestamp(), cpu());
            await all(round);
            times.Add(new Round(Stopwatch.GetElapsedTime(begun).TotalMilliseconds / cases, (cpu() - user).TotalMilliseconds / cases));
        }

        return new Round(ProgramRun.Median([.. times.Select(t => t.Wall)]), ProgramRun.Median([.. times.Select(t => t.User)]));
    }

    private static string Row(string name, double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{name,-56} {value,9:N2} {unit}");

    private static string Ratio(double theirs, double own, string what) => string.Create(CultureInfo.InvariantCulture, $"   {theirs / own:N2} × {what}");
}
