using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Registry;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Sync;

/// <summary>Why a wait inside a sync ended.</summary>
internal enum WaitVerdict
{
    /// <summary>Something may have changed: look again.</summary>
    Look,

    /// <summary>The deadline passed.</summary>
    TimedOut,

    /// <summary>A newer desired state takes the place of this one.</summary>
    Superseded,

    /// <summary>Somebody stopped it.</summary>
    Terminated,
}

/// <summary>What a sync may do.</summary>
/// <param name="Prune">Delete what left Git.</param>
/// <param name="DryRun">Ask the target, change nothing.</param>
/// <param name="Selected">Only these; empty takes all and runs hooks.</param>
internal sealed record SyncSettings(bool Prune, bool DryRun, IReadOnlySet<ResourceId> Selected);

/// <summary>What the loop around a sync gives it.</summary>
internal interface ISyncHost
{
    /// <summary>Shows progress: all results so far.</summary>
    Task ReportAsync(string message, IReadOnlyList<ResourceResult> results, CancellationToken ct);

    /// <summary>Waits for the next sign of change, until the deadline.</summary>
    Task<WaitVerdict> WaitAsync(DateTimeOffset deadline, CancellationToken ct);

    /// <summary>Registers, changes or removes an application or project.</summary>
    ResourceResult ApplyRegistry(ApplyItem item);

    /// <summary>Health of a registered application as its parent's wave sees it.</summary>
    HealthState ObserveRegistered(ResourceId id);
}

/// <summary>How a sync ended.</summary>
/// <param name="Phase">Succeeded, Failed, Superseded or Terminated.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Results">One per resource and phase.</param>
internal sealed record SyncOutcome(RunPhase Phase, string Message, IReadOnlyList<ResourceResult> Results);

/// <summary>Executes one plan: phases and waves in order, each applied, then waited for; then the hooks' clean-up.</summary>
internal sealed class SyncOperation(
    ApplicationSpec spec, Plan plan, ITarget target, SyncSettings settings, ISyncHost host, ReconcilerOptions options, TimeProvider time)
{
    private readonly List<ResourceResult> _results = [];
    private readonly List<DesiredResource> _runningHooks = [];

    public async Task<SyncOutcome> RunAsync(CancellationToken ct)
    {
        var selective = settings.Selected.Count > 0;
        var changes = selective ? [.. plan.Changes.Where(c => settings.Selected.Contains(c.Id))] : plan.Changes;
        var hooks = selective || settings.DryRun ? [] : plan.Hooks;
        var steps = SyncSteps.Of(changes, hooks);

        for (var i = 0; i < steps.Count; i++)
        {
            var step = steps[i];
            var failure = await ApplyAsync(step, ct).ConfigureAwait(false);
            if (failure is null && !settings.DryRun)
                failure = await AwaitHealthAsync(step, isLast: i == steps.Count - 1, ct).ConfigureAwait(false);
            if (failure is { } failed) return await EndAsync(failed.Phase, failed.Message, hooks, ct).ConfigureAwait(false);
        }

        return new SyncOutcome(RunPhase.Succeeded, Summary(), _results);
    }

    private async Task<(RunPhase Phase, string Message)?> ApplyAsync(SyncStep step, CancellationToken ct)
    {
        var items = new List<ApplyItem>();
        foreach (var change in step.Changes)
        {
            if (Skip(change) is { } skipped) Add(skipped, step, isHook: false);
            else items.Add(new ApplyItem(change.Id, change.Action, change.Desired, change));
        }

        await host.ReportAsync($"{Name(step)}: applying", _results, ct).ConfigureAwait(false);
        await ApplyItemsAsync(items.Where(i => i.Change is not RegistryChange).ToList(), step, ct).ConfigureAwait(false);
        await StartHooksAsync(step, ct).ConfigureAwait(false);
        foreach (var item in items.Where(i => i.Change is RegistryChange))
        {
            Add(settings.DryRun ? new ResourceResult(item.Id, ResultStatus.Unchanged, "dry run", item.Action) : host.ApplyRegistry(item), step, isHook: false);
        }

        var failures = _results.Where(r => r.Status is ResultStatus.Failed or ResultStatus.Blocked or ResultStatus.Skipped && r.Wave == step.Wave && r.Phase == step.Phase).ToList();
        return failures.Count == 0 ? null : (RunPhase.Failed, Describe(failures));
    }

    private ResourceResult? Skip(Change change)
    {
        if (change.Error is { } error) return new ResourceResult(change.Id, ResultStatus.Blocked, error, change.Action);
        switch (change.Action)
        {
            case ChangeAction.None:
                return new ResourceResult(change.Id, ResultStatus.Unchanged);
            case ChangeAction.Delete when change.Options.Prune == Permission.Denied:
                return new ResourceResult(change.Id, ResultStatus.PruneSkipped, "not pruned: Prune=false", change.Action);
            case ChangeAction.Delete when change.Options.Prune == Permission.Confirm:
                return new ResourceResult(change.Id, ResultStatus.PruneSkipped, "not pruned: Prune=confirm waits for a confirmation",
                    change.Action);
            case ChangeAction.Delete when !settings.Prune:
                return new ResourceResult(change.Id, ResultStatus.PruneSkipped, "not pruned: pruning is off", change.Action);
            default:
                return null;
        }
    }

    private async Task ApplyItemsAsync(List<ApplyItem> items, SyncStep step, CancellationToken ct)
    {
        if (items.Count == 0) return;
        var results = await target.ApplyAsync(new ApplyRequest(spec, items, settings.DryRun), ct).ConfigureAwait(false);
        foreach (var result in results) Add(result, step, isHook: false);
    }

    private async Task StartHooksAsync(SyncStep step, CancellationToken ct)
    {
        if (step.Hooks.Count == 0) return;
        var live = target.Observe([.. step.Hooks.Select(h => h.Id)]);
        var stale = step.Hooks.Zip(live).Where(p => p.Second.Exists && RecreatesBefore(p.First)).Select(p => p.First).ToList();
        await DeleteHooksAsync(stale, ct).ConfigureAwait(false);

        var results = await target.ApplyAsync(
            new ApplyRequest(spec, [.. step.Hooks.Select(h => new ApplyItem(h.Id, ChangeAction.Create, h))]), ct).ConfigureAwait(false);
        foreach (var (hook, result) in step.Hooks.Zip(results))
        {
            if (result.Status == ResultStatus.Failed) Add(result, step, isHook: true);
            else _runningHooks.Add(hook);
        }
    }

    private async Task<(RunPhase Phase, string Message)?> AwaitHealthAsync(SyncStep step, bool isLast, CancellationToken ct)
    {
        var deadline = time.GetUtcNow() + options.WaveTimeout;
        // The last wave needs no waiting: what it started shows as the application's health.
        var resources = isLast
            ? []
            : step.Changes.Where(c => c.Action != ChangeAction.Delete && !Failed(c.Id)).Select(c => c.Id).ToList();
        var hooks = step.Hooks.Where(_runningHooks.Contains).ToList();
        while (true)
        {
            var unhealthy = Unhealthy(resources);
            var hookStates = target.Observe([.. hooks.Select(h => h.Id)]);
            var waiting = new List<string>(unhealthy.Where(u => u.Health.Status != HealthStatus.Degraded).Select(u => $"{u.Id} ({Words(u.Health)})"));
            var degraded = unhealthy.Where(u => u.Health.Status == HealthStatus.Degraded).ToList();
            foreach (var (hook, state) in hooks.Zip(hookStates).ToList())
            {
                if (HookVerdict(state) is not { } verdict)
                {
                    waiting.Add($"hook {hook.Id} ({Words(state.Health)})");
                    continue;
                }

                hooks.Remove(hook);
                await FinishHookAsync(hook, step, verdict, ct).ConfigureAwait(false);
            }

            if (_results.Any(r => r.IsHook && r.Status == ResultStatus.Failed && r.Phase == step.Phase))
                return (RunPhase.Failed, Describe([.. _results.Where(r => r.IsHook && r.Status == ResultStatus.Failed)]));
            if (degraded.Count > 0)
                return (RunPhase.Failed, $"wave {step.Wave}: {string.Join(", ", degraded.Select(d => $"{d.Id} is degraded: {d.Health.Message}"))}");
            if (waiting.Count == 0) return null;

            var message = $"{Name(step)}: waiting for {string.Join(", ", waiting.Take(3))}{(waiting.Count > 3 ? $" and {waiting.Count - 3} more" : "")}";
            await host.ReportAsync(message, _results, ct).ConfigureAwait(false);
            switch (await host.WaitAsync(deadline, ct).ConfigureAwait(false))
            {
                case WaitVerdict.TimedOut: return (RunPhase.Failed, $"timed out after {options.WaveTimeout}: {message}");
                case WaitVerdict.Superseded: return (RunPhase.Superseded, $"a newer desired state took over while {message}");
                case WaitVerdict.Terminated: return (RunPhase.Terminated, $"stopped while {message}");
                default: break;
            }
        }
    }

    private List<(ResourceId Id, HealthState Health)> Unhealthy(List<ResourceId> ids)
    {
        var registered = ids.Where(id => id.Group == RegisteredResource.Group).Select(id => (id, host.ObserveRegistered(id)));
        var live = target.Observe([.. ids.Where(id => id.Group != RegisteredResource.Group)]).Select(o => (o.Id, o.Health));
        // Paused on purpose does not hold up the rest, as in Argo CD; what cannot be judged does.
        return [.. registered.Concat(live).Where(o => o.Item2.Status is not (HealthStatus.Healthy or HealthStatus.Suspended))];
    }

    private static HealthState? HookVerdict(Observation state)
    {
        // One that has ended may be gone already: a Job with a time to live.
        if (state.Health.Status is HealthStatus.Healthy or HealthStatus.Degraded) return state.Health;

        // Deleted behind our back: it will never finish.
        return !state.Exists || state.Deleting ? new HealthState(HealthStatus.Degraded, "the hook object was deleted while it ran") : null;
    }

    private async Task FinishHookAsync(DesiredResource hook, SyncStep step, HealthState verdict, CancellationToken ct)
    {
        _runningHooks.Remove(hook);
        var succeeded = verdict.Status == HealthStatus.Healthy;
        Add(new ResourceResult(hook.Id, succeeded ? ResultStatus.Synced : ResultStatus.Failed, succeeded ? verdict.Message : $"hook failed: {verdict.Message}", ChangeAction.Create), step, isHook: true);
        var policy = succeeded ? HookDeletePolicies.HookSucceeded : HookDeletePolicies.HookFailed;
        if (hook.DeletePolicies.HasFlag(policy)) await DeleteHooksAsync([hook], ct).ConfigureAwait(false);
    }

    private async Task<SyncOutcome> EndAsync(RunPhase phase, string message, IReadOnlyList<DesiredResource> hooks, CancellationToken ct)
    {
        if (phase is RunPhase.Terminated or RunPhase.Superseded)
        {
            await DeleteHooksAsync([.. _runningHooks], ct).ConfigureAwait(false);
            _runningHooks.Clear();
            return new SyncOutcome(phase, message, _results);
        }

        foreach (var step in SyncSteps.OnFailure(hooks))
        {
            await ApplyAsync(step, ct).ConfigureAwait(false);
            await AwaitHealthAsync(step, isLast: true, ct).ConfigureAwait(false);
        }

        return new SyncOutcome(phase, message, _results);
    }

    private async Task DeleteHooksAsync(IReadOnlyList<DesiredResource> hooks, CancellationToken ct)
    {
        if (hooks.Count == 0) return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.DeleteTimeout);
        try
        {
            await target.ApplyAsync(
                new ApplyRequest(spec, [.. hooks.Select(h => new ApplyItem(h.Id, ChangeAction.Delete, null) { WaitUntilGone = true })]),
                limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // A hook stuck on a finalizer: creating it anew reports the conflict with the object's name.
        }
    }

    private static bool RecreatesBefore(DesiredResource hook) =>
        hook.DeletePolicies == HookDeletePolicies.None || hook.DeletePolicies.HasFlag(HookDeletePolicies.BeforeHookCreation);

    private void Add(ResourceResult result, SyncStep step, bool isHook) =>
        _results.Add(result with { Phase = step.Phase, Wave = step.Wave, IsHook = isHook });

    private bool Failed(ResourceId id) => _results.Exists(r => r.Id == id && r.Status is ResultStatus.Failed or ResultStatus.Blocked);

    private static string Name(SyncStep step) =>
        step.Phase == SyncPhases.PreSync && step.Changes.Count > 0 && step.Hooks.Count == 0
            && step.Changes.All(c => c.Desired is { IsShared: true })
            ? "preparing the namespace"
            : $"{step.Phase}, wave {step.Wave}";

    private static string Words(HealthState health) =>
        health.Message.Length > 0 ? $"{health.Status}: {health.Message}" : health.Status.ToString();

    private static string Describe(List<ResourceResult> failures) =>
        (failures.Count == 1 ? "" : $"{failures.Count} resources failed: ")
        + string.Join("; ", failures.Take(3).Select(f => $"{f.Id}: {f.Message}"))
        + (failures.Count > 3 ? $"; and {failures.Count - 3} more" : "");

    private string Summary()
    {
        var synced = _results.Count(r => r.Status == ResultStatus.Synced && !r.IsHook);
        var pruned = _results.Count(r => r.Status == ResultStatus.Pruned);
        var unchanged = _results.Count(r => r.Status == ResultStatus.Unchanged);
        var skipped = _results.Count(r => r.Status == ResultStatus.PruneSkipped);
        var hooks = _results.Count(r => r.IsHook);
        return $"{synced} synced, {unchanged} unchanged"
            + (pruned > 0 ? $", {pruned} pruned" : "") + (skipped > 0 ? $", {skipped} not pruned" : "")
            + (hooks > 0 ? $", {hooks} hooks" : "") + (settings.DryRun ? " (dry run)" : "");
    }
}
