using System.Diagnostics;
using System.Globalization;

namespace Plumb.Bench.Loop;

/// <summary>
/// From a drift to its end: an object is changed behind Plumb's back, and the time is taken until the server shows the old value again.
/// Each drift concerns another application, as a fight over one is slowed down on purpose.
/// </summary>
internal static class Heal
{
    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        var (applications, drifts) = (arguments.Number("applications", 200), arguments.Number("drifts", 200));
        var folder = Directory.CreateTempSubdirectory("plumb-bench-");
        try
        {
            await using var cluster = await BenchCluster.StartAsync(arguments, ct);
            await cluster.CreateNamespaceAsync("bench", ct);
            var repository = await BenchRepository.CreateAsync(Path.Combine(folder.FullName, "repository"), applications, 2, ct);
            await using var engine = await BenchEngine.CreateAsync(folder.FullName, repository, cluster, ct);
            await engine.StartAsync(ct);
            await engine.UntilReadyAsync(applications + 1, ct);
            using var api = await RawApi.OpenAsync(cluster.Kubeconfig, ct);
            var times = new List<double>();
            for (var i = 0; i < drifts; i++)
            {
                var path = $"/api/v1/namespaces/bench/configmaps/{BenchRepository.Name(i % applications)}-0";
                await api.SendAsync(HttpMethod.Patch, path, """{"data":{"value":"drifted"}}""", "application/merge-patch+json", ct);
                var begun = Stopwatch.GetTimestamp();
                while ((await api.GetAsync(path, ct)).Contains("drifted", StringComparison.Ordinal)) await Task.Delay(2, ct);
                times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }

            times.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{drifts} drifts healed: p50 {times[times.Count / 2]:N0} ms, p90 {times[times.Count * 9 / 10]:N0} ms, "
                + $"p99 {times[times.Count * 99 / 100]:N0} ms, longest {times[^1]:N0} ms (budget 2,000)"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }
}
