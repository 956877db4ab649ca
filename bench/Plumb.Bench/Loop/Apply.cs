using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Plumb.Kubernetes;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Sync;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;

namespace Plumb.Bench.Loop;

/// <summary>
/// The same YAML applied three ways to the same server: by <c>kubectl apply --server-side</c>, by Plumb (read, plan and apply, the cluster
/// being followed already, as it is in a server), and by bare parallel requests, which is what the API server can do at most.
/// </summary>
internal static class Apply
{
    private const int Parallelism = 24;

    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        var (count, rounds) = (arguments.Number("objects", 1000), arguments.Number("rounds", 3));
        var folder = Directory.CreateTempSubdirectory("plumb-bench-");
        try
        {
            await using var cluster = await BenchCluster.StartAsync(arguments, ct);
            using var api = await RawApi.OpenAsync(cluster.Kubeconfig, ct);
            Console.WriteLine($"{count} ConfigMaps, created; best of {rounds}; {(cluster.IsSandbox ? "sandbox" : "the cluster of --kubeconfig")}");
            var (kubectl, plumb, raw) = (TimeSpan.MaxValue, TimeSpan.MaxValue, TimeSpan.MaxValue);
            for (var round = 0; round < rounds; round++)
            {
                kubectl = Min(kubectl, await InNamespaceAsync(cluster, $"kubectl-{round}", ns => KubectlAsync(cluster, folder.FullName, ns, count, ct), ct));
                plumb = Min(plumb, await InNamespaceAsync(cluster, $"plumb-{round}", ns => PlumbAsync(cluster, ns, count, ct), ct));
                raw = Min(raw, await InNamespaceAsync(cluster, $"raw-{round}", ns => RawAsync(api, ns, count, ct), ct));
            }

            Print("kubectl apply --server-side", kubectl, kubectl);
            Print("plumb", plumb, kubectl);
            Print("bare parallel patches", raw, kubectl);
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return 0;
    }

    private static async Task<TimeSpan> InNamespaceAsync(BenchCluster cluster, string name, Func<string, Task<TimeSpan>> run, CancellationToken ct)
    {
        await cluster.CreateNamespaceAsync(name, ct);
        return await run(name);
    }

    private static async Task<TimeSpan> KubectlAsync(BenchCluster cluster, string folder, string ns, int count, CancellationToken ct)
    {
        var file = Path.Combine(folder, ns + ".yaml");
        await File.WriteAllTextAsync(file, string.Join("---\n", Enumerable.Range(0, count).Select(i => Manifest(i, ns))), ct);
        var begun = Stopwatch.GetTimestamp();
        await cluster.KubectlAsync(["apply", "--server-side", "-f", file], ct);
        return Stopwatch.GetElapsedTime(begun);
    }

    private static async Task<TimeSpan> PlumbAsync(BenchCluster cluster, string ns, int count, CancellationToken ct)
    {
        using var metrics = new KubernetesMetrics();
        var target = new KubernetesTarget(
            new() { Name = "bench", Kubeconfig = cluster.Kubeconfig }, NullLogger<KubernetesTarget>.Instance, metrics, TimeProvider.System);
        await using (target)
        {
            await target.StartAsync(ct);
            var application = new ApplicationSpec { Name = ns, Sources = [new SourceSpec { RepoUrl = BenchRepository.Url }] };
            var text = string.Join("---\n", Enumerable.Range(0, count).Select(i => Manifest(i, ns)));
            var begun = Stopwatch.GetTimestamp();
            var desired = Read(text);
            var plan = await target.PlanAsync(new PlanRequest(application, ["1"], desired), ct);
            var results = await target.ApplyAsync(
                new ApplyRequest(application, [.. plan.Changes.Select(c => new ApplyItem(c.Id, c.Action, c.Desired, c))]), ct);
            var elapsed = Stopwatch.GetElapsedTime(begun);
            if (results.FirstOrDefault(r => r.Status != ResultStatus.Synced) is { } failed) throw new InvalidOperationException(failed.ToString());
            return elapsed;
        }
    }

    private static List<ManifestResource> Read(string text) =>
    [
        .. YamlReader.ReadAll(Encoding.UTF8.GetBytes(text), "bench.yaml", []).Select(document =>
        {
            var root = document.Value.AsMap()!;
            root.Freeze();
            var obj = new KubeObject(root);
            return new ManifestResource
            {
                Id = obj.Id,
                Object = obj,
                Digest = Convert.ToHexStringLower(SHA256.HashData(Json.Write(root))),
                Origin = document.Origin,
                Rank = KindRank.Of(obj.Kind),
            };
        }),
    ];

    private static async Task<TimeSpan> RawAsync(RawApi api, string ns, int count, CancellationToken ct)
    {
        var begun = Stopwatch.GetTimestamp();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = ct };
        await Parallel.ForEachAsync(Enumerable.Range(0, count), parallel, async (i, token) =>
        {
            var path = $"/api/v1/namespaces/{ns}/configmaps/map-{i}?fieldManager=bench&force=true";
            await api.SendAsync(HttpMethod.Patch, path, Manifest(i, ns), "application/apply-patch+yaml", token);
        });
        return Stopwatch.GetElapsedTime(begun);
    }

    private static string Manifest(int i, string ns) => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: map-{{i}}
          namespace: {{ns}}
          labels: {app: bench, number: "{{i}}"}
        data:
          first: "a value of some length, as configuration has"
          second: "{{i}}"

        """;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static void Print(string who, TimeSpan elapsed, TimeSpan reference) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{who,-30} {elapsed.TotalMilliseconds,8:N0} ms   {reference / elapsed,6:N2} × as fast as kubectl"));
}
