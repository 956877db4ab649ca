using System.Diagnostics;
using System.Globalization;
using Plumb.Bench.Loop;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Helm.Rendering;

namespace Plumb.Bench.Helm;

/// <summary>
/// Charts of the corpus beside the real <c>helm template</c>: one as a whole process, all in this process, with what helm spends on its
/// start taken off. Cases in which charts make keys and certificates are among them, for all alike.
/// </summary>
internal static class HelmCharts
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        var cases = await HelmCase.ReadAsync(arguments.Text("corpus", ""), arguments.Number("cases", 150), ct);
        var helm = arguments.Text("helm", "helm");
        var native = arguments.Text("native", "");
        var rounds = arguments.Number("rounds", 3);

        Console.WriteLine($"{cases.Count} cases of {cases.Select(c => c.Chart).Distinct().Count()} charts");
        var start = await StartAsync(helm, ct);
        await CompareAsync("all of them", cases, helm, native, start, rounds, ct);
        await CompareAsync("those whose output is the same each time (no keys, no certificates)", [.. cases.Where(c => c.IsSteady)], helm, native, start, rounds, ct);
        return 0;
    }

    /// <summary>User time that helm spends on its start.</summary>
    private static async Task<TimeSpan> StartAsync(string helm, CancellationToken ct)
    {
        var before = ChildTimes.User;
        for (var i = 0; i < 20; i++) await TimeAsync(helm, ["version"], Environment.CurrentDirectory, ct);
        return (ChildTimes.User - before) / 20;
    }

    private static async Task CompareAsync(
        string what, IReadOnlyList<HelmCase> cases, string helm, string native, TimeSpan start, int rounds, CancellationToken ct)
    {
        Console.WriteLine($"\n{cases.Count} cases: {what}");
        var helmTimes = new List<double>();
        var ownTimes = new List<double>();
        var before = ChildTimes.User;
        foreach (var one in cases) helmTimes.Add(await TimeAsync(helm, one.Arguments, one.Folder, ct));
        var helmUser = ChildTimes.User - before;
        if (native.Length > 0)
        {
            foreach (var one in cases) ownTimes.Add(await TimeAsync(native, one.Arguments, one.Folder, ct));
        }

        Console.WriteLine(Row("helm template, a process each, median", Median(helmTimes), "ms", null));
        if (ownTimes.Count > 0)
        {
            Console.WriteLine(Row("plumb-helm template, a process each, median", Median(ownTimes), "ms", Median(helmTimes) / Median(ownTimes)));
            Console.WriteLine(Row("  the cases in which it is not slower", ownTimes.Zip(helmTimes).Count(t => t.First <= t.Second) * 100.0 / cases.Count, "%", null));
        }

        var helmWall = helmTimes.Sum() / cases.Count;
        var helmWork = ((helmUser / cases.Count) - start).TotalMilliseconds;
        Console.WriteLine(Row("helm template, a process each, mean", helmWall, "ms", null));
        Console.WriteLine(Row("  its user time less that of helm version, mean", helmWork, "ms", null));

        Measure("in-process, files and templates read anew", rounds, cases, ct, (c, _) => c.Render(new HelmRenderer(), c.Load(ct), ct), helmWall, helmWork);
        var renderer = new HelmRenderer();
        var charts = new Dictionary<string, Chart>();
        foreach (var one in cases) charts[one.Chart] = one.Load(ct);
        Measure("in-process, charts remembered", rounds, cases, ct, (c, _) => c.Render(renderer, charts[c.Chart], ct), helmWall, helmWork);
    }

    private static void Measure(
        string name, int rounds, IReadOnlyList<HelmCase> cases, CancellationToken ct, Func<HelmCase, int, int> render, double helmWall, double helmWork)
    {
        foreach (var one in cases) render(one, 0); // compiled by then
        var best = double.MaxValue;
        long bytes = 0;
        for (var round = 1; round <= rounds; round++)
        {
            ct.ThrowIfCancellationRequested();
            var (allocated, cpu) = (GC.GetTotalAllocatedBytes(precise: true), Environment.CpuUsage.UserTime);
            foreach (var one in cases) render(one, round);
            var used = (Environment.CpuUsage.UserTime - cpu).TotalMilliseconds / cases.Count;
            if (used >= best) continue;
            best = used;
            bytes = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / cases.Count;
        }

        Console.WriteLine(Row(name + ", user time, mean", best, "ms", null));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {helmWall / best:N1} × the charts per second of helm template (goal 50), {helmWork / best:N2} × less CPU than helm's own work (goal 3), "
            + $"{bytes / 1024.0:N0} KB allocated each"));
    }

    private static async Task<double> TimeAsync(string program, IReadOnlyList<string> arguments, string folder, CancellationToken ct)
    {
        var info = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        var begun = Stopwatch.GetTimestamp();
        using var process = Process.Start(info)!;
        var output = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, ct);
        var error = process.StandardError.ReadToEndAsync(ct);
        await output;
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0
            ? Stopwatch.GetElapsedTime(begun).TotalMilliseconds
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}: {await error}");
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static string Row(string name, double value, string unit, double? ratio) => string.Create(
        CultureInfo.InvariantCulture, $"{name,-56} {value,9:N2} {unit}{(ratio is { } r ? $"   {r:N2} × as fast" : "")}");
}
