using Plumb.Kubernetes.Cache;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Applying;

/// <summary>
/// Executes a batch: applies stage by stage, parallel inside a stage, then deletes in reverse. Each item fills its own slot; a cluster
/// that vanishes fails the items in flight and skips the rest.
/// </summary>
internal sealed class Applier(LiveCluster cluster, Write write, Delete delete, KubernetesMetrics metrics, TimeProvider time)
{
    private const int Parallelism = 24;
    private static readonly TimeSpan EstablishTimeout = TimeSpan.FromSeconds(30);

    /// <summary>One result per item, in order.</summary>
    public async Task<IReadOnlyList<ResourceResult>> ApplyAsync(ApplyRequest request, CancellationToken ct)
    {
        var batch = new Batch(request);
        foreach (var stage in Stages.Applies(request.Items))
        {
            await RunStageAsync(batch, stage, ct);
            if (!request.DryRun && Stages.IsDefinition(request.Items[stage[0]])) await EstablishAsync(batch, stage, ct);
        }

        foreach (var stage in Stages.Deletes(request.Items)) await RunStageAsync(batch, stage, ct);
        return batch.Results(ct.IsCancellationRequested);
    }

    private async Task RunStageAsync(Batch batch, IReadOnlyList<int> stage, CancellationToken ct)
    {
        var bounded = new ParallelOptions { MaxDegreeOfParallelism = Parallelism };
        await Parallel.ForEachAsync(stage, bounded, async (i, _) =>
        {
            if (ct.IsCancellationRequested || batch.ClusterGone is not null) return;
            var result = await RunOneAsync(batch, batch.Request.Items[i], ct);
            if (result is null) return;
            batch[i] = result;
            metrics.Applied(result.Status switch
            {
                ResultStatus.Failed => "failed",
                ResultStatus.Unchanged => "unchanged",
                ResultStatus.Pruned => "deleted",
                _ => "written",
            });
        });
    }

    /// <summary>Null when it was cancelled before it began.</summary>
    private async Task<ResourceResult?> RunOneAsync(Batch batch, ApplyItem item, CancellationToken ct)
    {
        try
        {
            return item.Action == ChangeAction.Delete
                ? await delete.RunAsync(batch.Request, item, ct)
                : await write.RunAsync(batch, item, ct);
        }
        catch (KubeApiException e)
        {
            if (e.IsUnreachable) batch.ClusterGone = e.Message;
            return new ResourceResult(item.Id, ResultStatus.Failed, Planning.Refusal.Words(item.Id, e, Verb(item), batch.Request.Impersonate, item.Desired), item.Action);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Waits until the definitions just applied are established and their kinds can be used.</summary>
    private async Task EstablishAsync(Batch batch, IReadOnlyList<int> stage, CancellationToken ct)
    {
        var applied = stage.Where(i => batch[i]?.Status is ResultStatus.Synced or ResultStatus.Unchanged).ToList();
        if (applied.Count == 0) return;
        using var timeout = new CancellationTokenSource(EstablishTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            await Task.WhenAll(applied.Select(i => cluster.Cache.WaitAsync(
                batch.Request.Items[i].Id,
                live => live?.Document is { } crd && LiveCluster.ConditionIsTrue(crd.Root, "Established"),
                linked.Token)));
            var kinds = applied
                .SelectMany(i => DefinedKinds.Of(((ManifestResource)batch.Request.Items[i].Desired!).Object))
                .Where(k => k.Served).Select(k => k.Type).ToList();
            for (var attempt = 1; kinds.Exists(k => cluster.Catalog.Find(k) is null); attempt++)
            {
                // An established kind shows in discovery a moment later.
                if (attempt > 1) await Task.Delay(Backoff.Delay(attempt, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1)), time, linked.Token);
                await cluster.RefreshAsync(linked.Token);
            }
        }
        catch (OperationCanceledException)
        {
            if (ct.IsCancellationRequested) return;
            foreach (var i in applied.Where(i => !IsEstablished(batch.Request.Items[i].Id)))
            {
                var seconds = EstablishTimeout.TotalSeconds;
                var why = $"not established within {seconds:0} s: see the conditions of the CustomResourceDefinition";
                batch[i] = batch[i]! with { Status = ResultStatus.Failed, Message = why };
            }
        }
    }

    private bool IsEstablished(ResourceId id) =>
        cluster.Cache.Find(id)?.Document is { } crd && LiveCluster.ConditionIsTrue(crd.Root, "Established");

    private static string Verb(ApplyItem item) => item.Action switch
    {
        ChangeAction.Delete => "delete",
        ChangeAction.Replace => "replace",
        _ => "apply",
    };
}

/// <summary>A batch under way: its slots.</summary>
internal sealed class Batch(ApplyRequest request)
{
    private readonly ResourceResult?[] _results = new ResourceResult?[request.Items.Count]; // each slot has one writer at a time
    private volatile string? _clusterGone;

    public ApplyRequest Request => request;

    public ApplicationSpec Application => request.Application;

    /// <summary>Why the cluster does not answer any more; null while it does.</summary>
    public string? ClusterGone
    {
        get => _clusterGone;
        set => _clusterGone = value;
    }

    public ResourceResult? this[int index]
    {
        get => _results[index];
        set => _results[index] = value;
    }

    /// <summary>Kinds that definitions of this batch would make known: a dry run cannot ask about them.</summary>
    public bool Defines(GroupVersionKind type) => request.Items.Any(i =>
        Stages.IsDefinition(i) && i.Desired is ManifestResource manifest && DefinedKinds.Of(manifest.Object).Any(k => k.Type == type));

    /// <summary>Whether the batch would make a namespace.</summary>
    public bool MakesNamespace(string name) => request.Items.Any(i => Stages.IsNamespace(i) && i.Id.Name == name);

    public IReadOnlyList<ResourceResult> Results(bool cancelled)
    {
        var all = new ResourceResult[_results.Length];
        for (var i = 0; i < all.Length; i++)
        {
            var item = request.Items[i];
            all[i] = _results[i] ?? (item.Action == ChangeAction.None
                ? new ResourceResult(item.Id, ResultStatus.Unchanged)
                : new ResourceResult(
                    item.Id, ResultStatus.Skipped,
                    cancelled ? "not begun: stopped" : ClusterGone is { } gone ? $"not begun: {gone}" : "not begun", item.Action));
        }

        return all;
    }
}
