using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Registry;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Sync;

/// <summary>Executes one plan: phases and waves in order, each applied, then waited for; then the hooks' clean-up.</summary>
internal sealed class SyncOperation(
    ApplicationSpec spec, Plan plan, ITarget target, SyncSettings settings, ISyncHost host, ReconcilerOptions options, TimeProvider time)
{
    /// <summary>How often one object may vanish under a sync before that counts as a failure.</summary>
    private const int MaxReapplications = 5;

    private readonly SyncResults _results = new();
    private readonly Dictionary<ResourceId, int> _reapplications = [];
    private HookRunner? _hooks;

    private HookRunner Hooks => _hooks ??= new HookRunner(spec, target, options, _results, plan.Impersonate, settings.Done, host.RecordAsync);

    public async Task<SyncOutcome> RunAsync(CancellationToken ct)
    {
        var selective = settings.Selected.Count > 0;
        var changes = Taking(selective);
        if (SharedResource(changes) is { } shared) return new SyncOutcome(RunPhase.Failed, shared, []);
        var hooks = selective || settings.DryRun ? [] : plan.Hooks;
        var steps = SyncSteps.Of(changes, hooks);

        for (var i = 0; i < steps.Count; i++)
        {
            if (await RunStepAsync(steps[i], isLast: i == steps.Count - 1, ct).ConfigureAwait(false) is { } ending)
                return await EndAsync(ending, hooks, ct).ConfigureAwait(false);
        }

        return new SyncOutcome(RunPhase.Succeeded, SyncWords.Summary(_results.All, settings.DryRun, settings.IsPartial), _results.All);
    }

    private IReadOnlyList<Change> Taking(bool selective)
    {
        // What is in sync is never applied again; without the option its wave still waits for its health.
        var outOfSyncOnly = spec.SyncPolicy.Has("ApplyOutOfSyncOnly=true");
        return selective || outOfSyncOnly
            ? [.. plan.Changes.Where(c => (!selective || settings.Selected.Contains(c.Id)) && !(outOfSyncOnly && c.InSync && c.Action == ChangeAction.None))]
            : plan.Changes;
    }

    private string? SharedResource(IReadOnlyList<Change> changes) =>
        spec.SyncPolicy.Has("FailOnSharedResource=true") && changes.FirstOrDefault(c => c.ClaimedBy is { } other && other != spec.Name) is { } shared
            ? $"nothing was synced: {shared.Id} is part of the application {shared.ClaimedBy} too, and FailOnSharedResource=true. Remove it from one of the two"
            : null;

    private async Task<SyncEnding?> RunStepAsync(SyncStep step, bool isLast, CancellationToken ct)
    {
        if (settings.DryRun) return await ApplyAsync(step, ct).ConfigureAwait(false);
        var before = await AwaitWindowAsync(step, ct).ConfigureAwait(false)
            ?? await AwaitConfirmationAsync(step, ct).ConfigureAwait(false)
            ?? await AwaitLeavingAsync(step, ct).ConfigureAwait(false);
        if (before is not null) return before;
        var failure = await ApplyAsync(step, ct).ConfigureAwait(false);
        // As in Argo CD, one that is refused does not cut off the hooks that were started beside it.
        return failure is not null && !Hooks.AreRunning(step) ? failure : await AwaitHealthAsync(step, isLast, ct).ConfigureAwait(false);
    }

    /// <summary>A window that closes stops a sync between two steps, until it opens again.</summary>
    private async Task<SyncEnding?> AwaitWindowAsync(SyncStep step, CancellationToken ct)
    {
        while (host.Window() is { } closed)
        {
            var ending = await PauseAsync(step, [$"its {closed.Words}"], closed.Until, ct).ConfigureAwait(false);
            if (ending is { Phase: not RunPhase.Failed }) return ending;
        }

        return null;
    }

    private async Task<SyncEnding?> AwaitConfirmationAsync(SyncStep step, CancellationToken ct)
    {
        var asking = step.Changes.Where(c => c.Error is null && NeedsConfirmation(c)).Select(c => c.Id.ToString()).ToList();
        while (asking.Count > 0 && settings is { Prune: true, CanAsk: true } && !host.IsPruneConfirmed())
        {
            var words = $"the deletion of {SyncWords.List(asking)} to be confirmed (Prune=confirm): {SyncWords.HowToConfirm(spec.Name)}";
            if (await PauseAsync(step, [words], deadline: null, ct).ConfigureAwait(false) is { } ending) return ending;
        }

        return null;
    }

    /// <summary>
    /// What is being deleted is not applied: the server would accept the change and delete the object all the same. It is applied once
    /// it is gone.
    /// </summary>
    private async Task<SyncEnding?> AwaitLeavingAsync(SyncStep step, CancellationToken ct)
    {
        var wanted = step.Changes.Where(c => IsLive(c) && c.Error is null).Select(c => c.Id).ToList();
        var began = time.GetTimestamp();
        while (true)
        {
            var leaving = target.Observe(wanted).Where(o => o.Deleting).ToList();
            if (leaving.Count == 0) return null;
            var reasons = leaving.Select(o => $"{o.Id} to be gone ({SyncWords.Leaving(o)}), to create it anew").ToList();
            if (await PauseAsync(step, reasons, Left(began), ct).ConfigureAwait(false) is { } ending) return ending;
        }
    }

    private async Task<SyncEnding?> ApplyAsync(SyncStep step, CancellationToken ct)
    {
        var items = new List<ApplyItem>();
        foreach (var change in step.Changes)
        {
            if (Skip(change) is { } skipped) _results.Add(skipped, step);
            else items.Add(new ApplyItem(change.Id, change.Action, change.Desired, change));
        }

        await host.ReportAsync($"{SyncWords.Name(step)}: applying", _results.All, ct).ConfigureAwait(false);
        await ApplyToTargetAsync([.. items.Where(i => i.Change is not RegistryChange)], step, ct).ConfigureAwait(false);
        await Hooks.StartAsync(step, ct).ConfigureAwait(false);
        foreach (var item in items.Where(i => i.Change is RegistryChange))
            _results.Add(settings.DryRun ? new ResourceResult(item.Id, ResultStatus.Unchanged, "dry run", item.Action) : host.ApplyRegistry(item), step);
        return Failure(step);
    }

    private ResourceResult? Skip(Change change)
    {
        if (change.Error is { } error) return new ResourceResult(change.Id, ResultStatus.Blocked, error, change.Action);
        switch (change.Action)
        {
            // Gone or going since the plan was made: it is to be created after all.
            case ChangeAction.None when !settings.DryRun && IsLive(change) && target.Observe([change.Id]) is [{ Exists: false }]:
                return null;
            case ChangeAction.None:
                return new ResourceResult(change.Id, ResultStatus.Unchanged);
            case ChangeAction.Delete when change.Options.Prune == Permission.Denied:
                return new ResourceResult(change.Id, ResultStatus.PruneSkipped, "not pruned: Prune=false", change.Action);
            case ChangeAction.Delete when !settings.Prune:
                return new ResourceResult(change.Id, ResultStatus.PruneSkipped, "not pruned: pruning is off", change.Action);
            case ChangeAction.Delete when NeedsConfirmation(change) && !settings.CanAsk:
                return new ResourceResult(
                    change.Id, ResultStatus.PruneSkipped, "not pruned: Prune=confirm, and nobody is here to confirm it", change.Action);
            default:
                return null;
        }
    }

    private async Task ApplyToTargetAsync(List<ApplyItem> items, SyncStep step, CancellationToken ct)
    {
        if (items.Count == 0) return;
        var made = items.Select(i => i.Action == ChangeAction.None ? i with { Action = ChangeAction.Create } : i).ToList();
        var results = await target.ApplyAsync(new ApplyRequest(spec, made, settings.DryRun) { Impersonate = plan.Impersonate }, ct).ConfigureAwait(false);
        foreach (var result in results) _results.Replace(result, step);
    }

    private List<Change> Deleting(IReadOnlyList<Change> applied)
    {
        var live = applied.Where(IsLive).ToList();
        var deleting = target.Observe([.. live.Select(c => c.Id)]).Where(o => o.Deleting).Select(o => o.Id).ToHashSet();
        return [.. live.Where(c => deleting.Contains(c.Id))];
    }

    private async Task<SyncEnding?> AwaitHealthAsync(SyncStep step, bool isLast, CancellationToken ct)
    {
        var began = time.GetTimestamp();
        var applied = step.Changes.Where(c => c.Action != ChangeAction.Delete && !_results.HasFailed(c.Id)).ToList();
        // The last wave needs no waiting: what it started shows as the application's health. Unless it was applied to its own end.
        if (isLast) applied = Deleting(applied);
        while (true)
        {
            if (await ReapplyVanishedAsync(applied, step, ct).ConfigureAwait(false) is { } failed) return failed;
            var running = await Hooks.CollectAsync(step, ct).ConfigureAwait(false);
            var failure = Failure(step);
            if (failure is not null && running.Count == 0) return failure;

            var unhealthy = failure is null ? Unhealthy(applied) : [];
            var degraded = unhealthy.Where(u => u.Health.Status == HealthStatus.Degraded).ToList();
            if (degraded.Count > 0)
            {
                var words = string.Join(", ", degraded.Select(d => $"{d.Id} is degraded: {d.Health.Message}"));
                return SyncEnding.Failed($"wave {step.Wave}: {words}");
            }

            List<string> waiting = [.. unhealthy.Select(u => $"{u.Id} ({u.Words})"), .. running, .. failure is null ? Leaving(step) : []];
            if (waiting.Count == 0) return null;
            if (await PauseAsync(step, waiting, Left(began), ct).ConfigureAwait(false) is { } ending) return ending;
        }
    }

    /// <summary>
    /// What was applied in this step and is gone again (deleted by somebody, or applied while it was on its way out) is applied anew.
    /// </summary>
    private async Task<SyncEnding?> ReapplyVanishedAsync(IReadOnlyList<Change> applied, SyncStep step, CancellationToken ct)
    {
        var live = applied.Where(IsLive).ToList();
        // What has ended and been cleaned away still has its last health; it has not vanished.
        var vanished = live.Zip(target.Observe([.. live.Select(c => c.Id)]))
            .Where(p => !p.Second.Exists && p.Second.Health.Status == HealthStatus.Missing).Select(p => p.First).ToList();
        if (vanished.Count == 0) return null;
        foreach (var change in vanished)
        {
            var times = _reapplications[change.Id] = _reapplications.GetValueOrDefault(change.Id) + 1;
            if (times > MaxReapplications)
            {
                return SyncEnding.Failed(
                    $"{SyncWords.Name(step)}: {change.Id} vanished {times} times after it was applied: something else deletes it. Find out what");
            }

            await host.ReportAsync(
                $"{SyncWords.Name(step)}: {change.Id} vanished after it was applied and is applied anew ({times} of {MaxReapplications})",
                _results.All, ct).ConfigureAwait(false);
        }

        await ApplyToTargetAsync([.. vanished.Select(c => new ApplyItem(c.Id, ChangeAction.Create, c.Desired, c))], step, ct).ConfigureAwait(false);
        return Failure(step);
    }

    private List<(ResourceId Id, HealthState Health, string Words)> Unhealthy(IReadOnlyList<Change> changes)
    {
        var registered = changes.Where(c => !IsLive(c)).Select(c => (c.Id, Health: host.ObserveRegistered(c.Id), Deleting: false, Words: ""));
        var live = target.Observe([.. changes.Where(IsLive).Select(c => c.Id)])
            .Select(o => (o.Id, o.Health, o.Deleting, Words: o.Deleting ? $"{SyncWords.Leaving(o)}; created anew when it is gone" : ""));
        // Paused on purpose does not hold up the rest, as in Argo CD; what cannot be judged does.
        return
        [
            .. registered.Concat(live)
                .Where(o => o.Deleting || o.Health.Status is not (HealthStatus.Healthy or HealthStatus.Suspended))
                .Select(o => (o.Id, o.Deleting ? new HealthState(HealthStatus.Progressing) : o.Health, o.Words.Length > 0 ? o.Words : SyncWords.Of(o.Health))),
        ];
    }

    /// <summary>What was pruned in a step and is not gone yet, as in Argo CD.</summary>
    private IEnumerable<string> Leaving(SyncStep step)
    {
        var pruned = step.Changes.Where(c => c.Action == ChangeAction.Delete && c is not RegistryChange && _results.IsPruned(c.Id, step)).Select(c => c.Id);
        return target.Observe([.. pruned]).Where(o => o.Deleting).Select(o => $"{o.Id} to be gone ({SyncWords.Leaving(o)})");
    }

    /// <summary>The end of a wait by the clock of now: the wall clock may be set while we wait, and must neither end nor prolong it.</summary>
    private DateTimeOffset Left(long began) => time.GetUtcNow() + options.WaveTimeout - time.GetElapsedTime(began);

    /// <summary>Shows what is waited for, and waits for the next sign of change; an ending when there is no more waiting.</summary>
    private async Task<SyncEnding?> PauseAsync(SyncStep step, IReadOnlyList<string> reasons, DateTimeOffset? deadline, CancellationToken ct)
    {
        var message = SyncWords.Waiting(step, reasons);
        await host.ReportAsync(message, _results.All, ct).ConfigureAwait(false);
        return await host.WaitAsync(deadline, ct).ConfigureAwait(false) switch
        {
            WaitVerdict.TimedOut => SyncEnding.Failed($"timed out after {options.WaveTimeout}: {message}"),
            WaitVerdict.Superseded => new SyncEnding(RunPhase.Superseded, $"a newer desired state took over while {message}"),
            WaitVerdict.Terminated => new SyncEnding(RunPhase.Terminated, $"stopped while {message}"),
            _ => null,
        };
    }

    private async Task<SyncOutcome> EndAsync(SyncEnding ending, IReadOnlyList<DesiredResource> hooks, CancellationToken ct)
    {
        if (ending.Phase is RunPhase.Terminated or RunPhase.Superseded)
        {
            await Hooks.StopAsync(ct).ConfigureAwait(false);
            return new SyncOutcome(ending.Phase, ending.Message, _results.All);
        }

        var message = ending.Message;
        foreach (var step in SyncSteps.OfHooks(SyncPhases.SyncFail, hooks))
        {
            if (await RunStepAsync(step, isLast: true, ct).ConfigureAwait(false) is not { } second) continue;
            message += $"; a SyncFail hook failed: {second.Message}";
            break;
        }

        return new SyncOutcome(ending.Phase, message, _results.All);
    }

    private SyncEnding? Failure(SyncStep step) =>
        _results.Failures(step) is { Count: > 0 } failures ? SyncEnding.Failed(SyncWords.Failures(failures)) : null;

    private static bool NeedsConfirmation(Change change) =>
        change.Action == ChangeAction.Delete && change.Options.Prune == Permission.Confirm;

    /// <summary>Whether the target holds it; what is registered with Plumb it does not.</summary>
    private static bool IsLive(Change change) => change is not RegistryChange && change.Action != ChangeAction.Delete;
}
