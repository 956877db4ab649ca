using System.Diagnostics;
using System.Globalization;

namespace Plumb.Bench.Loop;

/// <summary>
/// How time, CPU and memory grow with the number of applications: from an empty cluster to all Synced and Healthy, then one commit that
/// touches one of them, then rest.
/// </summary>
internal static class Scale
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        var objects = arguments.Number("objects", 4);
        var idle = TimeSpan.FromSeconds(arguments.Number("idle", 20));
        Console.WriteLine("applications |  objects |  all healthy |      CPU |   memory | renders of one commit | push to applied | idle requests | idle CPU");
        foreach (var text in arguments.Text("applications", "100,1000").Split(','))
        {
            var applications = int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
            await MeasureAsync(applications, objects, idle, arguments, ct);
        }

        return 0;
    }

    private static async Task MeasureAsync(int applications, int objects, TimeSpan idle, Arguments arguments, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("plumb-bench-");
        try
        {
            await using var cluster = await BenchCluster.StartAsync(arguments, ct);
            await cluster.CreateNamespaceAsync("bench", ct);
            var repository = await BenchRepository.CreateAsync(Path.Combine(folder.FullName, "repository"), applications, objects, ct);

            var (cpu, begun) = (BenchEngine.Cpu, Stopwatch.GetTimestamp());
            await using var engine = await BenchEngine.CreateAsync(folder.FullName, repository, cluster, ct);
            await engine.StartAsync(ct);
            await engine.UntilReadyAsync(applications + 1, ct);
            var (healthy, usedCpu) = (Stopwatch.GetElapsedTime(begun), BenchEngine.Cpu - cpu);

            var renders = engine.Reconciler.Metrics.Renders;
            var commit = await repository.ChangeAsync(applications / 2, objects, "2", ct);
            begun = Stopwatch.GetTimestamp();
            engine.Push();
            await engine.UntilAsync(BenchRepository.Name(applications / 2), s => s.IsReady && s.Revisions.Contains(commit), ct);
            var applied = Stopwatch.GetElapsedTime(begun);
            // All others have taken note of the commit before rest is measured.
            await engine.UntilReadyAsync(applications + 1, ct);
            for (var i = 0; i < applications; i++) await engine.UntilAsync(BenchRepository.Name(i), s => s.Revisions.Contains(commit), ct);
            renders = engine.Reconciler.Metrics.Renders - renders;

            GC.Collect();
            var (requests, restCpu) = (engine.Requests, BenchEngine.Cpu);
            await Task.Delay(idle, ct);
            var rest = BenchEngine.Cpu - restCpu;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{applications,12:N0} | {applications * objects,8:N0} | {healthy.TotalSeconds,10:N1} s | {usedCpu.TotalSeconds,6:N1} s | "
                + $"{BenchEngine.WorkingSet / 1e6,5:N0} MB | {renders,21} | {applied.TotalMilliseconds,12:N0} ms | {engine.Requests - requests,13} | "
                + $"{rest.TotalMilliseconds / idle.TotalMilliseconds * 100,6:N2} %"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
