using Plumb.Kubernetes.Cache;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Discovery;
using Plumb.Kubernetes.Inventory;
using Plumb.Kubernetes.Planning;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Applying;

/// <summary>Deletes one object of an application, and never one that its tracking annotation does not give to that application.</summary>
internal sealed class Delete(LiveCluster cluster, LiveReader reader)
{
    private const string PropagationOption = "PrunePropagationPolicy=";

    /// <summary>Deletes.</summary>
    /// <exception cref="KubeApiException">Refused, or no answer.</exception>
    public async Task<ResourceResult> RunAsync(ApplyRequest request, ApplyItem item, CancellationToken ct)
    {
        var application = request.Application;
        if (FindKind(item) is not { } kind) return Done(item, item.Id, "gone: so is its kind");
        var id = DesiredForm.Locate(item.Id, kind.Namespaced, application);
        if (id.Name.Length == 0)
        {
            if (cluster.Cache.FindGenerated(application.Name, id) is not { } generated) return Done(item, id, "gone already");
            id = generated;
        }

        var live = await reader.ReadAsync(id, kind, application.Name, ct);
        if (live is null) return Done(item, id, "gone already");
        if (live.Application != application.Name)
        {
            var whose = live.Application is { } other ? $"its tracking annotation gives it to the application {other}" : "it has no tracking annotation";
            return new ResourceResult(id, ResultStatus.Failed, $"not deleted: {whose}, so {application.Name} did not make it", item.Action);
        }

        var write = new WriteOptions(application.Name) { DryRun = request.DryRun, User = request.Impersonate };
        var answer = await cluster.Client.DeleteAsync(kind, id.Namespace, id.Name, live.Uid, (request.Propagation ?? Propagation(application)).ToString(), write, ct);
        if (request.DryRun) return Done(item, id, "deleted (dry run)");
        var going = await TakeInAsync(id, kind, live, answer, application.Name, ct);
        if (!going || !item.WaitUntilGone) return Done(item, id, going ? "deletion begun" : "deleted");
        return await AwaitGoneAsync(item, id, live.Uid, ct);
    }

    private async Task<ResourceResult> AwaitGoneAsync(ApplyItem item, ResourceId id, string uid, CancellationToken ct)
    {
        try
        {
            await cluster.Cache.WaitAsync(id, now => now is null || now.Uid != uid, ct);
            return Done(item, id, "deleted");
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            var finalizers = cluster.Cache.Find(id)?.RemainingFinalizers ?? [];
            var why = finalizers.Count > 0 ? $"waits for its finalizers {string.Join(", ", finalizers)}" : "not gone yet";
            return new ResourceResult(id, ResultStatus.Failed, $"deletion begun, {why}", item.Action);
        }
    }

    /// <summary>Writes the answer through to the cache. Whether the object is still there.</summary>
    private async Task<bool> TakeInAsync(
        ResourceId id, ApiResource kind, LiveObject live, KubeResponse? answer, string flow, CancellationToken ct)
    {
        var body = answer?.Body.AsMap();
        if (body is not null && new KubeObject(body) is { Kind: not "Status" } left)
        {
            // Finalizers or a grace period: still there, marked. (Some kinds answer with their last state; the watch tells when it is gone.)
            if (left.Uid == live.Uid) await cluster.TakeInAsync(id, kind, body, flow, ct);
            return true;
        }

        cluster.Cache.Remove(id, live.Uid);
        return false;
    }

    private ApiResource? FindKind(ApplyItem item) =>
        (item.Change as KubernetesChange)?.Live is { } live && cluster.Catalog.Find(live.GroupVersionKind) is { } exact ? exact
        : item.Desired is ManifestResource manifest && cluster.Catalog.Find(manifest.Object.GroupVersionKind) is { } stated ? stated
        : cluster.Catalog.Find(new GroupKind(item.Id.Group, item.Id.Kind));

    private static DeletePropagation Propagation(ApplicationSpec application)
    {
        var asked = application.SyncPolicy.SyncOptions.LastOrDefault(o => o.StartsWith(PropagationOption, StringComparison.Ordinal));
        return asked?[PropagationOption.Length..].ToLowerInvariant() switch
        {
            "background" => DeletePropagation.Background,
            "orphan" => DeletePropagation.Orphan,
            _ => DeletePropagation.Foreground, // Argo CD's default
        };
    }

    private static ResourceResult Done(ApplyItem item, ResourceId id, string message) => new(id, ResultStatus.Pruned, message, item.Action);
}
