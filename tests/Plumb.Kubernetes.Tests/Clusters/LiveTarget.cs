using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Plumb.Kubernetes.Client;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Sync;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Tests.Clusters;

/// <summary>A target on a cluster, with an application in a namespace of its own, and an eye on the requests it sends.</summary>
internal sealed class LiveTarget : IAsyncDisposable
{
    private readonly KubernetesMetrics _metrics = new();
    private readonly MeterListener _listener = new();
    private readonly List<string> _requests = [];

    private LiveTarget(string kubeconfig, string? context, string @namespace, KubeClientOptions? client)
    {
        Namespace = @namespace;
        Target = new KubernetesTarget(
            new() { Name = "test", Kubeconfig = kubeconfig, Context = context, Client = client ?? new() },
            NullLogger<KubernetesTarget>.Instance, _metrics, TimeProvider.System);
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, _metrics.Meter)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
        {
            if (instrument.Name != "plumb_kubernetes_requests_total") return;
            foreach (var (key, value) in tags)
            {
                if (key != "verb") continue;
                lock (_requests) _requests.Add((string)value!);
            }
        });
        _listener.Start();
    }

    public KubernetesTarget Target { get; }

    public string Namespace { get; }

    /// <summary>Verbs of all requests so far.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>A target on the cluster under test, and a namespace that is gone afterwards.</summary>
    public static async Task<LiveTarget> OpenAsync(KubeClientOptions? client = null, string? kubeconfig = null)
    {
        var cluster = await TestCluster.GetAsync();
        var live = new LiveTarget(kubeconfig ?? cluster.Kubeconfig, null, "plumb-" + Guid.NewGuid().ToString("n")[..10], client);
        await live.Target.StartAsync(Ct);
        await live.KubectlAsync(c => c.SendAsync(
            new KubeRequest("create", HttpMethod.Post, "/api/v1/namespaces")
            {
                Body = Json.Write(Json.Parse($$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{live.Namespace}}}"}}""")),
            },
            Ct));
        return live;
    }

    public ApplicationSpec Application(string name = "shop", params string[] syncOptions) => new()
    {
        Name = name + "-" + Namespace,
        Sources = [new SourceSpec { RepoUrl = "https://example.com/config.git" }],
        Destination = new DestinationSpec(Namespace: Namespace),
        SyncPolicy = new SyncPolicySpec { SyncOptions = syncOptions },
        Digest = "1",
    };

    /// <summary>A manifest as a renderer would make it; <c>NS</c> stands for the namespace.</summary>
    public ManifestResource Manifest(string json, ResourceOptions? options = null, bool hook = false)
    {
        var root = Json.Parse(json.Replace("NS", Namespace, StringComparison.Ordinal)).AsMap()!;
        root.Freeze();
        var obj = new KubeObject(root);
        return new ManifestResource
        {
            Id = obj.Id,
            Object = obj,
            Digest = Convert.ToHexStringLower(SHA256.HashData(Json.Write(root))),
            Origin = new Origin("test.yaml", 1),
            Rank = KindRank.Of(obj.Kind),
            Options = options ?? ResourceOptions.Default,
            IsHook = hook,
        };
    }

    public ManifestResource ConfigMap(string name, string value = "1", ResourceOptions? options = null) => Manifest(
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","namespace":"NS"},"data":{"key":"{{{value}}}"}}""", options);

    public ManifestResource Deployment(string name, int replicas = 1, string app = "web") => Manifest(
        $$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{name}}}","namespace":"NS"},
         "spec":{"replicas":{{{replicas}}},"selector":{"matchLabels":{"app":"{{{app}}}"}},
          "template":{"metadata":{"labels":{"app":"{{{app}}}"}},
           "spec":{"containers":[{"name":"c","image":"nginx:1","resources":{"requests":{"cpu":"0.1","memory":"1024Mi"} } }]} } } }
        """);

    public Task<Plan> PlanAsync(ApplicationSpec application, params IReadOnlyList<ManifestResource> desired) =>
        Target.PlanAsync(new PlanRequest(application, ["c0ffee"], desired), Ct);

    /// <summary>Plans and applies all of it.</summary>
    public async Task<IReadOnlyList<ResourceResult>> SyncAsync(ApplicationSpec application, params IReadOnlyList<ManifestResource> desired)
    {
        var plan = await PlanAsync(application, desired);
        return await ApplyAsync(application, plan);
    }

    public Task<IReadOnlyList<ResourceResult>> ApplyAsync(ApplicationSpec application, Plan plan, bool wait = true) => Target.ApplyAsync(
        new ApplyRequest(application, [.. plan.Changes.Select(c => new ApplyItem(c.Id, c.Action, c.Desired, c) { WaitUntilGone = wait })]), Ct);

    /// <summary>Does something behind the target's back.</summary>
    public async Task<T> KubectlAsync<T>(Func<KubeClient, Task<T>> act)
    {
        var cluster = await TestCluster.GetAsync();
        using var metrics = new KubernetesMetrics();
        var config = await KubeconfigFile.ReadAsync(new KubernetesTargetOptions { Name = "kubectl", Kubeconfig = cluster.Kubeconfig });
        using var client = new KubeClient(new KubeConnection(config), new(), TimeProvider.System, metrics, NullLogger.Instance);
        return await act(client);
    }

    /// <summary>A merge patch by somebody else.</summary>
    public Task EditAsync(string path, string patch) => KubectlAsync(c => c.SendAsync(
        new KubeRequest("patch", HttpMethod.Patch, path.Replace("NS", Namespace, StringComparison.Ordinal) + "?fieldManager=kubectl-edit")
        {
            Body = Json.Write(Json.Parse(patch)),
            ContentType = "application/merge-patch+json",
        },
        Ct));

    /// <summary>Creates behind the target's back, again and again while the kind is not served yet.</summary>
    public async Task EventuallyPostedAsync(string path, string json)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            try
            {
                await KubectlAsync(c => c.SendAsync(new KubeRequest("create", HttpMethod.Post, path) { Body = Json.Write(Json.Parse(json)) }, Ct));
                return;
            }
            catch (KubeApiException e) when (e.Code is 404 or 409 && !deadline.IsCancellationRequested)
            {
                await timer.WaitForNextTickAsync(deadline.Token);
            }
        }
    }

    public Task DeleteAsync(string path) => KubectlAsync(c => c.SendAsync(
        new KubeRequest("delete", HttpMethod.Delete, path.Replace("NS", Namespace, StringComparison.Ordinal)), Ct));

    public async Task<Node> GetAsync(string path) =>
        await KubectlAsync(c => c.GetAsync(path.Replace("NS", Namespace, StringComparison.Ordinal), Ct));

    /// <summary>Waits until the cluster's state, as the target sees it, is as wanted.</summary>
    public async Task EventuallyAsync(Func<bool> condition, string because, int seconds = 20)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        deadline.CancelAfter(TimeSpan.FromSeconds(seconds));
        try
        {
            // Looked at on each event, and now and then for what makes no event.
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            while (!condition()) await timer.WaitForNextTickAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!Ct.IsCancellationRequested)
        {
            throw new ShouldAssertException($"not within {seconds} s: {because}");
        }
    }

    public Task<bool> HealthyAsync(ResourceId id) => Task.FromResult(Target.Observe([id])[0].Health.Status == HealthStatus.Healthy);

    public async ValueTask DisposeAsync()
    {
        await Target.DisposeAsync();
        try
        {
            await KubectlAsync(c => c.SendAsync(new KubeRequest("delete", HttpMethod.Delete, "/api/v1/namespaces/" + Namespace), default));
        }
        catch (KubeApiException e) when (e.Code is 404 or 409)
        {
            // already on its way
        }

        _listener.Dispose();
        _metrics.Dispose();
    }
}
