using System.Globalization;

namespace Plumb.Bench.Loop;

/// <summary>What a system at rest costs: requests, CPU and memory over minutes in which nothing happens.</summary>
internal static class Idle
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        var (applications, objects) = (arguments.Number("applications", 1000), arguments.Number("objects", 10));
        var minutes = arguments.Number("minutes", 5);
        var folder = Directory.CreateTempSubdirectory("plumb-bench-");
        try
        {
            await using var cluster = await BenchCluster.StartAsync(arguments, ct);
            await cluster.CreateNamespaceAsync("bench", ct);
            var repository = await BenchRepository.CreateAsync(Path.Combine(folder.FullName, "repository"), applications, objects, ct);
            await using var engine = await BenchEngine.CreateAsync(folder.FullName, repository, cluster, ct);
            await engine.StartAsync(ct);
            await engine.UntilReadyAsync(applications + 1, ct);
            GC.Collect();
            var (requests, watches, cpu) = (engine.Requests, engine.Watches, BenchEngine.Cpu);
            await Task.Delay(TimeSpan.FromMinutes(minutes), ct);
            var used = BenchEngine.Cpu - cpu;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{applications:N0} applications × {objects} objects, {minutes} minutes at rest"));
            Console.WriteLine($"requests           {engine.Requests - requests,8} (budget 0)");
            Console.WriteLine($"watches begun      {engine.Watches - watches,8} (keep-alives)");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"CPU                {used.TotalSeconds / (minutes * 60) * 100,8:N2} % of a core (budget 2)"));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory             {BenchEngine.WorkingSet / 1e6,8:N0} MB (budget 500)"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }
}
