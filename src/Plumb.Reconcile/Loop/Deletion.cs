using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Registry;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Sync;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Loop;

/// <summary>What the loop around a deletion gives it.</summary>
internal interface IDeletionHost
{
    /// <summary>Shows what it does or waits for, and what is wrong; null when nothing is.</summary>
    void Show(string progress, string? fault = null);

    /// <summary>Waits for the next sign of change, until the deadline; null: however long it takes.</summary>
    Task<WaitVerdict> WaitAsync(DateTimeOffset? deadline, CancellationToken ct);

    /// <summary>Whether a person has allowed it; asked for from now on when not.</summary>
    bool IsConfirmed(string subject);
}

/// <summary>How a deletion ended.</summary>
/// <param name="Done">False: it is given up, everything that is left stays, and the message says what to do.</param>
/// <param name="Message">One sentence.</param>
internal sealed record DeletionOutcome(bool Done, string Message);

/// <summary>
/// Deletes one application: PreDelete hooks, then the applications it registered, its resources wave by wave in reverse, PostDelete hooks. It
/// remembers what is done, so that it goes on where a fault of the cluster stopped it.
/// </summary>
internal sealed class Deletion(
    ApplicationSpec spec, DeleteRequest request, DeletionHooks hooks, ITarget? target, IRegistry registry, Claims claims, IDeletionHost host,
    ReconcilerOptions options, TimeProvider time)
{
    /// <summary>How long one attempt waits for finalizers before it says what holds them up and goes on waiting.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly SyncResults _results = new();
    private readonly HashSet<ResourceId> _asked = [];
    private bool _preDeleteDone;
    private bool _allowed;

    public DeleteRequest Request => request;

    public ITarget? Target => target;

    /// <summary>User that it acts as; null: Plumb itself.</summary>
    public string? Impersonate { get; init; }

    public IReadOnlyList<ResourceResult> Results => _results.All;

    /// <summary>Null when the request was changed meanwhile: it is to be begun anew.</summary>
    /// <exception cref="TargetException">The cluster cannot be reached; to be called again.</exception>
    public async Task<DeletionOutcome?> RunAsync(CancellationToken ct)
    {
        if (hooks.Fault is { } fault) return new DeletionOutcome(false, fault);
        if (!await AwaitConfirmationAsync(ct).ConfigureAwait(false)) return null;

        if (!_preDeleteDone)
        {
            if (await RunHooksAsync(SyncPhases.PreDelete, hooks.PreDelete, ct).ConfigureAwait(false) is not { } failed) return null;
            if (failed.Length > 0)
            {
                return new DeletionOutcome(
                    false, $"a PreDelete hook failed, so nothing was deleted: {failed}. Mend it, or delete with --skip-hooks (plumb app delete {spec.Name})");
            }

            _preDeleteDone = true;
        }

        if (request.Cascade)
        {
            if (!await DeleteChildrenAsync(ct).ConfigureAwait(false)) return null;
            if (target is not null && !await DeleteResourcesAsync(ct).ConfigureAwait(false)) return null;
        }

        if (await RunHooksAsync(SyncPhases.PostDelete, hooks.PostDelete, ct).ConfigureAwait(false) is not { } late) return null;
        return new DeletionOutcome(true, Summary() + (late.Length > 0 ? $"; a PostDelete hook failed: {late}" : ""));
    }

    private string Summary()
    {
        var deleted = _results.All.Count(r => r.Status == ResultStatus.Pruned);
        var kept = _results.All.Count(r => r.Status == ResultStatus.PruneSkipped);
        if (!request.Cascade) return "application deleted, its resources stay";
        if (target is null) return "application deleted; its resources stay, as no known cluster matches its destination";
        return $"application deleted, with {deleted} resources{(kept > 0 ? $"; {kept} stay as Delete=false asks" : "")}";
    }

    /// <summary>Nothing is begun before what asks for a confirmation has it.</summary>
    private async Task<bool> AwaitConfirmationAsync(CancellationToken ct)
    {
        if (_allowed || !request.Cascade || target is null) return true;
        var asking = (await PlanAsync(target, ct).ConfigureAwait(false)).Where(c => c.Options.Delete == Permission.Confirm).Select(c => c.Id.ToString()).ToList();
        while (asking.Count > 0 && !host.IsConfirmed("deletion"))
        {
            host.Show($"deletion: {SyncWords.List(asking)} must be confirmed (Delete=confirm): {SyncWords.HowToConfirm(spec.Name)}");
            if (await host.WaitAsync(null, ct).ConfigureAwait(false) != WaitVerdict.Look) return false;
        }

        return _allowed = true;
    }

    /// <summary>What failed, in words, empty when nothing did; null when the request was changed.</summary>
    private async Task<string?> RunHooksAsync(SyncPhases phase, IReadOnlyList<DesiredResource> wanted, CancellationToken ct)
    {
        if (target is null) return "";
        var runner = new HookRunner(spec, target, options, _results, user: Impersonate);
        foreach (var step in SyncSteps.OfHooks(phase, wanted))
        {
            host.Show($"deletion: {SyncWords.Name(step)}");
            await runner.StartAsync(step, ct).ConfigureAwait(false);
            while (await runner.CollectAsync(step, ct).ConfigureAwait(false) is { Count: > 0 } running)
            {
                host.Show($"deletion: {SyncWords.Waiting(step, running)}");
                if (await host.WaitAsync(null, ct).ConfigureAwait(false) == WaitVerdict.Superseded)
                {
                    await runner.StopAsync(ct).ConfigureAwait(false);
                    return null;
                }
            }

            if (_results.Failures(step) is { Count: > 0 } failures) return SyncWords.Failures(failures);
        }

        return "";
    }

    private async Task<bool> DeleteChildrenAsync(CancellationToken ct)
    {
        while (registry.ChildrenOf(spec.Name) is { Count: > 0 } children)
        {
            // Once each: one that refuses to go says why, and is a person's to mend.
            // Clusters go last: the applications are not done with them.
            var going = registry.PlanRegistry(spec.Name, []).Where(c => c.Action == ChangeAction.Delete).ToList();
            var wanted = going.Exists(c => c.Id.Kind != "Cluster") ? going.Where(c => c.Id.Kind != "Cluster") : going;
            foreach (var child in wanted.Where(c => _asked.Add(c.Id)))
                registry.ApplyRegistry(spec.Name, new ApplyItem(child.Id, ChangeAction.Delete, null, child));
            if (registry.ChildrenOf(spec.Name).Count == 0) return true;
            host.Show($"deletion: waiting for the applications that it registered to be gone: {SyncWords.List([.. children.Select(Describe)])}");
            if (await host.WaitAsync(time.GetUtcNow() + Patience, ct).ConfigureAwait(false) == WaitVerdict.Superseded) return false;
        }

        return true;

        string Describe(string child)
        {
            if (registry.Find(child) is not { } state) return child;
            var why = state.Conditions.FirstOrDefault(c => c.Type == Condition.DeletionError)?.Message ?? state.WaitingFor;
            return why.Length > 0 ? $"{child} ({why})" : child;
        }
    }

    private async Task<bool> DeleteResourcesAsync(CancellationToken ct)
    {
        while (true)
        {
            var items = (await PlanAsync(target!, ct).ConfigureAwait(false))
                .OrderByDescending(c => c.Wave).ThenByDescending(c => c.Rank)
                .Select(c => new ApplyItem(c.Id, ChangeAction.Delete, null, c) { WaitUntilGone = true })
                .ToList();
            if (items.Count == 0) return true;
            host.Show($"deletion: {items.Count} resources are left");
            using var patience = new CancellationTokenSource(Patience < options.DeleteTimeout ? Patience : options.DeleteTimeout, time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
            var results = await target!.ApplyAsync(
                new ApplyRequest(spec, items) { Propagation = request.Propagation, Impersonate = Impersonate }, limit.Token).ConfigureAwait(false);
            ct.ThrowIfCancellationRequested();
            foreach (var gone in results.Where(r => r.Status == ResultStatus.Pruned)) _results.Record(gone);
            var stuck = results.Where(r => r.Status == ResultStatus.Failed).ToList();
            var left = results.Count(r => r.Status is ResultStatus.Failed or ResultStatus.Skipped);
            if (left == 0) return true;

            var words = $"deletion: {left} of {items.Count} resources are left: {SyncWords.Failures(stuck.Count > 0 ? stuck : [.. results.Where(r => r.Status == ResultStatus.Skipped)])}";
            host.Show(words, words);
            if (await host.WaitAsync(time.GetUtcNow() + options.MaxErrorDelay, ct).ConfigureAwait(false) == WaitVerdict.Superseded) return false;
        }
    }

    /// <summary>What is to go: all that it made, hooks included, but not what others state now or what asks to stay.</summary>
    private async Task<IReadOnlyList<Change>> PlanAsync(ITarget from, CancellationToken ct)
    {
        await from.GetCapabilitiesAsync(ct).ConfigureAwait(false);
        var plan = await from.PlanAsync(new PlanRequest(spec, [], []) { IsDeletion = true, Impersonate = Impersonate }, ct).ConfigureAwait(false);
        var deletes = plan.Changes.Where(c => c.Action == ChangeAction.Delete && claims.Other(spec.Name, from.Description.Server, c.Id) is null).ToList();
        foreach (var kept in deletes.Where(c => c.Options.Delete == Permission.Denied))
            _results.Record(new ResourceResult(kept.Id, ResultStatus.PruneSkipped, "not deleted: Delete=false", ChangeAction.Delete));
        return [.. deletes.Where(c => c.Options.Delete != Permission.Denied)];
    }
}
