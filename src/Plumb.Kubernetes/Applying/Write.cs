using Plumb.Kubernetes.Cache;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Compare;
using Plumb.Kubernetes.Discovery;
using Plumb.Kubernetes.Inventory;
using Plumb.Kubernetes.Planning;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Applying;

/// <summary>Makes one object what its manifest says, by the means its options allow.</summary>
internal sealed class Write(LiveCluster cluster, ForeignWrites foreign, TimeProvider time)
{
    private const int ConflictAttempts = 4;
    private static readonly TimeSpan GoneTimeout = TimeSpan.FromMinutes(2);

    /// <summary>All that one write needs.</summary>
    private sealed record WriteTask(
        ApplyItem Item, ResourceId Id, ApiResource Kind, KubeObject Wanted, ResourceOptions Options, WriteOptions How, bool DryRun,
        ApplicationSpec Application)
    {
        public Schema Schema => (Item.Change as KubernetesChange)?.Schema ?? Schema.Unknown;

        /// <summary>What to send, given what is live.</summary>
        public MapNode Body(KubeObject? live) => DesiredForm.Masked(Wanted, live, Schema, Application, Options.Replace).Root;
    }

    /// <summary>Writes.</summary>
    /// <exception cref="KubeApiException">Refused, or no answer.</exception>
    public async Task<ResourceResult> RunAsync(Batch batch, ApplyItem item, CancellationToken ct)
    {
        var manifest = (ManifestResource)item.Desired!;
        var type = manifest.Object.GroupVersionKind;
        if (await cluster.FindAsync(type, ct) is not { } kind)
        {
            return batch.Request.DryRun && batch.Defines(type)
                ? new ResourceResult(item.Id, ResultStatus.Synced, "created (dry run; its kind is not there yet)", item.Action)
                : new ResourceResult(item.Id, ResultStatus.Failed, $"apply refused: the cluster does not know the kind {type}", item.Action);
        }

        var id = DesiredForm.Locate(item.Id, kind.Namespaced, batch.Application);
        var how = new WriteOptions(batch.Application.Name)
        {
            DryRun = batch.Request.DryRun,
            User = batch.Request.Impersonate,
            FieldValidation = manifest.Options.Validate ? "Warn" : "Ignore",
            FieldManager = DesiredForm.FieldManagerOf(manifest),
        };
        var task = new WriteTask(item, id, kind, DesiredForm.Of(manifest, kind, batch.Application, cluster.Tracking), manifest.Options, how, batch.Request.DryRun,
            batch.Application);
        if (SharedWith(batch, task) is { } other)
        {
            return new ResourceResult(
                id, ResultStatus.Failed, $"apply refused: it is part of the application {other} and FailOnSharedResource=true", item.Action);
        }

        try
        {
            if (id.Name.Length == 0) return await GenerateAsync(batch, task, ct);
            return await foreign.DuringAsync(id, () => task.Options.Replace ? ReplaceAsync(task, ct) : ApplyAsync(task, ct));
        }
        catch (KubeApiException e) when (Refusal.NeedsRecreation(e) && task.Options.Force)
        {
            return await foreign.DuringAsync(id, () => RecreateAsync(task, ct));
        }
        catch (KubeApiException e) when (e.Code == 404 && task.DryRun && batch.MakesNamespace(id.Namespace))
        {
            return new ResourceResult(id, ResultStatus.Synced, "created (dry run; its namespace is not there yet)", item.Action);
        }
    }

    private string? SharedWith(Batch batch, WriteTask task)
    {
        if (!batch.Application.SyncPolicy.Has("FailOnSharedResource=true")) return null;
        return cluster.Cache.Find(task.Id)?.Application is { } other && other != batch.Application.Name ? other : null;
    }

    private async Task<ResourceResult> ApplyAsync(WriteTask task, CancellationToken ct)
    {
        var before = cluster.Cache.Find(task.Id);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (!task.DryRun) await AdoptAsync(task, attempt > 1, ct);
                var answer = await cluster.Client.ApplyAsync(
                    task.Kind, task.Id.Namespace, task.Id.Name, task.Body(LiveOf(task)), task.Options.ForceConflicts, task.How, ct);
                return await TookAsync(task, answer, before, ct);
            }
            catch (KubeApiException e) when (e.Code == 409 && !e.IsFieldConflict && attempt < ConflictAttempts)
            {
                // Lost against another writer inside the server: nothing was decided, so it is simply asked again.
                await Task.Delay(Backoff.Delay(attempt, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1)), time, ct);
            }
        }
    }

    /// <summary>The live object as last seen, at the manifest's version; null when it is not there.</summary>
    private KubeObject? LiveOf(WriteTask task) =>
        cluster.Cache.Find(task.Id)?.Document is { } known && known.ApiVersion == task.Kind.Type.ApiVersion ? known
        : (task.Item.Change as KubernetesChange)?.Live;

    /// <summary>
    /// Takes over what client-side tools own of the object, so that the apply that follows removes what they set and Git does not state.
    /// </summary>
    private async Task AdoptAsync(WriteTask task, bool again, CancellationToken ct)
    {
        // Who does not force conflicts takes nothing from anybody.
        if (!task.Options.ForceConflicts || task.How.FieldManager != Comparison.FieldManager 
            || Migration.Of(task.Application.SyncPolicy) is not { } adoption)
        {
            return;
        }

        var live = LiveOf(task);
        if (live is not null && again)
            live = await cluster.Client.GetAsync(task.Kind, task.Id.Namespace, task.Id.Name, task.How.Flow, ct) is { } now ? new KubeObject(now) : null;
        if (live is null || Migration.Taken(adoption, live, task.Wanted, task.Schema) is not { } taken) return;
        try
        {
            await cluster.Client.MergeAsync(task.Kind, task.Id.Namespace, task.Id.Name, Migration.Patch(adoption, live, taken), task.How, ct);
        }
        catch (KubeApiException e) when (e.Code == 404)
        {
            // Gone meanwhile: it is made anew, and nobody else owns anything of it.
        }
    }

    /// <summary>A PUT of the manifest, or a POST when there is nothing to replace; what other managers set is lost, as asked.</summary>
    private async Task<ResourceResult> ReplaceAsync(WriteTask task, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var before = cluster.Cache.Find(task.Id);
            try
            {
                if (attempt > 1 || before is null)
                {
                    var live = await cluster.Client.GetAsync(task.Kind, task.Id.Namespace, task.Id.Name, task.How.Flow, ct);
                    if (live is null)
                    {
                        var made = await cluster.Client.CreateAsync(task.Kind, task.Id.Namespace, task.Wanted.Root, task.How, ct);
                        return await TookAsync(task, made, null, ct);
                    }

                    return await TookAsync(task, await PutAsync(task, new KubeObject(live).ResourceVersion, ct), before, ct);
                }

                return await TookAsync(task, await PutAsync(task, before.Version, ct), before, ct);
            }
            catch (KubeApiException e) when (e.Code is 404 or 409 && e.Reason is "Conflict" or "AlreadyExists" && attempt < ConflictAttempts)
            {
                await Task.Delay(Backoff.Delay(attempt, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1)), time, ct);
            }
        }
    }

    private async Task<KubeResponse> PutAsync(WriteTask task, string version, CancellationToken ct)
    {
        var body = task.Body(LiveOf(task)).DeepClone();
        body.GetOrAddMap("metadata")["resourceVersion"] = version;
        return await cluster.Client.ReplaceAsync(task.Kind, task.Id.Namespace, task.Id.Name, body, task.How, ct);
    }

    /// <summary>
    /// Deletes and makes anew, as <c>Force=true</c> allows; only after the server has said that it would take the new object.
    /// </summary>
    private async Task<ResourceResult> RecreateAsync(WriteTask task, CancellationToken ct)
    {
        if (task.DryRun) return new ResourceResult(task.Id, ResultStatus.Synced, "deleted and created anew (dry run)", task.Item.Action);
        var live = await cluster.Client.GetAsync(task.Kind, task.Id.Namespace, task.Id.Name, task.How.Flow, ct);
        if (live is not null)
        {
            if (await WhyNotMadeAnewAsync(task, ct) is { } why)
                return new ResourceResult(task.Id, ResultStatus.Failed, $"force: not deleted, as it could not be made anew: {why}", task.Item.Action);
            var uid = new KubeObject(live).Uid;
            await cluster.Client.DeleteAsync(task.Kind, task.Id.Namespace, task.Id.Name, uid, "Foreground", task.How, ct);
            using var timeout = new CancellationTokenSource(GoneTimeout, time);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
            try
            {
                await cluster.Cache.WaitAsync(task.Id, now => now is null || now.Uid != uid, linked.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return new ResourceResult(
                    task.Id, ResultStatus.Failed,
                    $"force: not gone within {GoneTimeout.TotalSeconds:0} s after its deletion: see its finalizers", task.Item.Action);
            }
        }

        var answer = await cluster.Client.ApplyAsync(task.Kind, task.Id.Namespace, task.Id.Name, task.Wanted.Root, true, task.How, ct);
        var result = await TookAsync(task, answer, null, ct);
        return live is null ? result : result with { Message = WithWarnings("deleted and created anew", answer) };
    }

    /// <summary>A create as a dry run is checked before the server sees that the name is taken.</summary>
    private async Task<string?> WhyNotMadeAnewAsync(WriteTask task, CancellationToken ct)
    {
        try
        {
            await cluster.Client.CreateAsync(task.Kind, task.Id.Namespace, task.Wanted.Root, task.How with { DryRun = true }, ct);
            return null;
        }
        catch (KubeApiException e) when (e is { Code: 409, Reason: "AlreadyExists" })
        {
            return null;
        }
        catch (KubeApiException e) when (!e.IsUnreachable)
        {
            return Refusal.Words(task.Id, e, "create", desired: task.Item.Desired);
        }
    }

    /// <summary>An object whose name the server makes (<c>metadata.generateName</c>). Its result carries the name it got.</summary>
    private async Task<ResourceResult> GenerateAsync(Batch batch, WriteTask task, CancellationToken ct)
    {
        var answer = await cluster.Client.CreateAsync(task.Kind, task.Id.Namespace, task.Wanted.Root, task.How, ct);
        var made = new KubeObject(answer.Body.AsMap() ?? []);
        var id = task.Id with { Name = made.Name };
        if (!task.DryRun) cluster.Cache.AddGenerated(batch.Application.Name, task.Id, id);
        return await TookAsync(task with { Id = id }, answer, null, ct);
    }

    /// <summary>Writes the answer through to the cache, so that what is observed after this is at least as new.</summary>
    private async Task<ResourceResult> TookAsync(WriteTask task, KubeResponse answer, LiveObject? before, CancellationToken ct)
    {
        if (task.DryRun) return new ResourceResult(task.Id, ResultStatus.Synced, WithWarnings("dry run", answer), task.Item.Action);
        var document = answer.Body.AsMap() ?? [];
        var now = new KubeObject(document);
        var created = before is null ? answer.Status == 201 : before.Uid != now.Uid;
        var unchanged = !created && before is not null && before.Version == now.ResourceVersion;
        await cluster.TakeInAsync(task.Id, task.Kind, document, task.How.Flow, ct);
        return new ResourceResult(
            task.Id, unchanged ? ResultStatus.Unchanged : ResultStatus.Synced,
            WithWarnings(created ? "created" : unchanged ? "unchanged" : task.Options.Replace ? "replaced" : "configured", answer), task.Item.Action);
    }

    private static string WithWarnings(string text, KubeResponse answer) =>
        answer.Warnings.Count == 0 ? text : $"{text}; warning: {string.Join("; ", answer.Warnings.Take(5))}";
}
