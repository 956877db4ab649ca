using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Sync;

/// <summary>Runs hooks: creates them anew, waits for their end, and deletes them as their policies say.</summary>
internal sealed class HookRunner(
    ApplicationSpec spec, ITarget target, ReconcilerOptions options, SyncResults results, IReadOnlyList<HookProgress>? earlier = null,
    Func<HookProgress, CancellationToken, Task>? record = null, string? user = null)
{
    private readonly List<DesiredResource> _running = [];

    /// <summary>Creates the hooks of a step. What cannot be created has failed.</summary>
    public async Task StartAsync(SyncStep step, CancellationToken ct)
    {
        var hooks = await ResumeAsync(step, ct).ConfigureAwait(false);
        if (hooks.Count == 0) return;
        var live = target.Observe([.. hooks.Select(h => h.Id)]);
        var stale = hooks.Zip(live).Where(p => p.Second.Exists && IsRecreated(p.First)).Select(p => p.First).ToList();
        var stuck = (await DeleteAsync(stale, ct).ConfigureAwait(false)).Where(r => r.Status == ResultStatus.Failed).ToList();
        foreach (var result in stuck)
            results.Add(result with { Message = $"the hook of an earlier sync is in the way: {result.Message}" }, step, isHook: true);

        var free = hooks.Where(h => !stuck.Exists(s => s.Id == h.Id)).ToList();
        if (free.Count == 0) return;
        var created = await target.ApplyAsync(
            new ApplyRequest(spec, [.. free.Select(h => new ApplyItem(h.Id, ChangeAction.Create, h))]) { Impersonate = user }, ct).ConfigureAwait(false);
        foreach (var (hook, result) in free.Zip(created))
        {
            if (result.Status is ResultStatus.Failed or ResultStatus.Skipped)
            {
                results.Add(result, step, isHook: true);
                continue;
            }

            _running.Add(hook);
            await RecordAsync(new HookProgress(hook.Id, step.Phase, target.Observe([hook.Id])[0].Uid), ct).ConfigureAwait(false);
        }
    }

    /// <summary>Whether hooks of a step were started and have not ended.</summary>
    public bool AreRunning(SyncStep step) => step.Hooks.Any(_running.Contains);

    /// <summary>
    /// Takes over from the runs that Plumb stopped during: what has ended well stays done, what was begun and is still there is awaited.
    /// The rest is to be started.
    /// </summary>
    private async Task<IReadOnlyList<DesiredResource>> ResumeAsync(SyncStep step, CancellationToken ct)
    {
        List<DesiredResource> open = [];
        List<DesiredResource> done = [];
        foreach (var hook in step.Hooks)
        {
            var before = earlier?.FirstOrDefault(h => h.Id == hook.Id && h.Phase == step.Phase);
            if (before is { Succeeded: true })
            {
                done.Add(hook);
                var message = $"done before Plumb stopped. {before.Message}".TrimEnd();
                results.Add(new ResourceResult(hook.Id, ResultStatus.Synced, message, ChangeAction.Create), step, isHook: true);
            }
            else if (before is { Uid.Length: > 0 } && target.Observe([hook.Id]) is [{ Deleting: false } live] && live.Uid == before.Uid)
            {
                _running.Add(hook);
            }
            else
            {
                open.Add(hook);
            }
        }

        // Plumb may have stopped between the end of a hook and its deletion.
        await DeleteAsync([.. done.Where(h => h.DeletePolicies.HasFlag(HookDeletePolicies.HookSucceeded))], ct).ConfigureAwait(false);
        return open;
    }

    /// <summary>Takes note of the hooks of a step that have ended, and says which have not.</summary>
    public async Task<IReadOnlyList<string>> CollectAsync(SyncStep step, CancellationToken ct)
    {
        var waiting = new List<string>();
        var hooks = step.Hooks.Where(_running.Contains).ToList();
        foreach (var (hook, state) in hooks.Zip(target.Observe([.. hooks.Select(h => h.Id)])))
        {
            if (Verdict(state) is { } verdict) await FinishAsync(hook, step, verdict, ct).ConfigureAwait(false);
            else waiting.Add($"hook {hook.Id} ({SyncWords.Of(state.Health)})");
        }

        return waiting;
    }

    /// <summary>Stops what runs: the sync does not go on.</summary>
    public async Task StopAsync(CancellationToken ct)
    {
        await DeleteAsync([.. _running], ct).ConfigureAwait(false);
        _running.Clear();
    }

    private static HealthState? Verdict(Observation state)
    {
        // One that has ended may be gone already: a Job with a time to live.
        if (state.Health.Status is HealthStatus.Healthy or HealthStatus.Degraded) return state.Health;

        // Deleted behind our back: it will never finish.
        return !state.Exists || state.Deleting ? new HealthState(HealthStatus.Degraded, "the hook object was deleted while it ran") : null;
    }

    private async Task FinishAsync(DesiredResource hook, SyncStep step, HealthState verdict, CancellationToken ct)
    {
        _running.Remove(hook);
        var succeeded = verdict.Status == HealthStatus.Healthy;
        var status = succeeded ? ResultStatus.Synced : ResultStatus.Failed;
        var message = succeeded ? verdict.Message : $"hook failed: {verdict.Message}";
        results.Add(new ResourceResult(hook.Id, status, message, ChangeAction.Create), step, isHook: true);
        if (succeeded) await RecordAsync(new HookProgress(hook.Id, step.Phase, "", true, verdict.Message), ct).ConfigureAwait(false);
        var policy = succeeded ? HookDeletePolicies.HookSucceeded : HookDeletePolicies.HookFailed;
        if (hook.DeletePolicies.HasFlag(policy)) await DeleteAsync([hook], ct).ConfigureAwait(false);
    }

    private Task RecordAsync(HookProgress progress, CancellationToken ct) => record is null ? Task.CompletedTask : record(progress, ct);

    private async Task<IReadOnlyList<ResourceResult>> DeleteAsync(IReadOnlyList<DesiredResource> hooks, CancellationToken ct)
    {
        if (hooks.Count == 0) return [];
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.DeleteTimeout);
        var items = hooks.Select(h => new ApplyItem(h.Id, ChangeAction.Delete, null) { WaitUntilGone = true });
        return await target.ApplyAsync(new ApplyRequest(spec, [.. items]) { Impersonate = user }, limit.Token).ConfigureAwait(false);
    }

    private static bool IsRecreated(DesiredResource hook) =>
        hook.DeletePolicies == HookDeletePolicies.None || hook.DeletePolicies.HasFlag(HookDeletePolicies.BeforeHookCreation);
}
