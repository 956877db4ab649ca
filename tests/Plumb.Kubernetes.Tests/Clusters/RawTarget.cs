using Microsoft.Extensions.Logging.Abstractions;
using Plumb.Kubernetes.Client;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Sync;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Tests.Clusters;

/// <summary>A target on a <see cref="RawApiServer"/>, with short delays, and the application <c>shop</c> on it.</summary>
internal sealed class RawTarget : IAsyncDisposable
{
    private readonly KubernetesMetrics _metrics = new();

    public RawTarget(string kubeconfig, Func<KubernetesTargetOptions, KubernetesTargetOptions>? change = null)
    {
        var options = new KubernetesTargetOptions
        {
            Name = "raw",
            Kubeconfig = kubeconfig,
            Client = new KubeClientOptions { RequestTimeout = TimeSpan.FromSeconds(2), MaxRetries = 1, RetryDelay = TimeSpan.FromMilliseconds(20) },
            Watch = new WatchOptions
            {
                ReturnJitter = TimeSpan.FromMilliseconds(20),
                RefusedRetry = TimeSpan.FromMilliseconds(200),
                LongestRetry = TimeSpan.FromMilliseconds(500),
            },
        };
        Target = new KubernetesTarget(change?.Invoke(options) ?? options, NullLogger<KubernetesTarget>.Instance, _metrics, TimeProvider.System);
    }

    public KubernetesTarget Target { get; }

    public static ApplicationSpec Shop { get; } = new()
    {
        Name = "shop",
        Sources = [new SourceSpec { RepoUrl = "https://example.com/config.git" }],
        Destination = new DestinationSpec(Namespace: "shop"),
        Digest = "1",
    };

    public static ResourceId Id(string name, string kind = "ConfigMap") => new(kind == "Widget" ? "example.com" : "", kind, "shop", name);

    public Task StartAsync() => Target.StartAsync(LiveTarget.Ct);

    /// <summary>Whether it is known to be there.</summary>
    public bool Exists(string name, string kind = "ConfigMap") => Target.Observe([Id(name, kind)])[0] is { Exists: true, Version.Length: > 0 };

    /// <summary>What would be done for the application when Git states these ConfigMaps.</summary>
    public async Task<IReadOnlyList<Change>> PlanAsync(params string[] names) => (await Target.PlanAsync(
        new PlanRequest(Shop, ["c0ffee"], [.. names.Select(n => Manifest(n))]), LiveTarget.Ct)).Changes;

    public static ManifestResource Manifest(string name, string kind = "ConfigMap")
    {
        var root = Json.Parse(RawApiServer.Object(kind, name, "", 1)).AsMap()!;
        root["metadata"] = new MapNode { ["name"] = name, ["namespace"] = "shop" };
        root.Freeze();
        var obj = new KubeObject(root);
        return new ManifestResource { Id = obj.Id, Object = obj, Digest = "digest of " + name, Origin = new Origin("test.yaml", 1), Rank = KindRank.Of(kind) };
    }

    public static async Task UntilAsync(Func<bool> condition, string because, int seconds = 20)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(LiveTarget.Ct);
        deadline.CancelAfter(TimeSpan.FromSeconds(seconds));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        try
        {
            while (!condition()) await timer.WaitForNextTickAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!LiveTarget.Ct.IsCancellationRequested)
        {
            throw new ShouldAssertException($"not within {seconds} s: {because}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Target.DisposeAsync();
        _metrics.Dispose();
    }
}
