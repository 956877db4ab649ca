using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;

namespace Plumb.Reconcile.Sync;

/// <summary>What became of each resource so far, in the order done.</summary>
internal sealed class SyncResults
{
    private readonly List<ResourceResult> _all = [];

    public IReadOnlyList<ResourceResult> All => _all;

    public void Add(ResourceResult result, SyncStep step, bool isHook = false) =>
        _all.Add(result with { Phase = step.Phase, Wave = step.Wave, IsHook = isHook });

    /// <summary>A later result for the same resource in the same step takes the place of the earlier one.</summary>
    public void Replace(ResourceResult result, SyncStep step)
    {
        var at = _all.FindIndex(r => r.Id == result.Id && IsOf(r, step) && !r.IsHook);
        if (at < 0) Add(result, step);
        else _all[at] = result with { Phase = step.Phase, Wave = step.Wave };
    }

    /// <summary>A result outside all steps; a later one for the same resource takes its place.</summary>
    public void Record(ResourceResult result)
    {
        _all.RemoveAll(r => r.Id == result.Id && !r.IsHook);
        _all.Add(result);
    }

    /// <summary>What failed in a step, its hooks included.</summary>
    public IReadOnlyList<ResourceResult> Failures(SyncStep step) => [.. _all.Where(r => IsFailure(r) && IsOf(r, step))];

    public bool HasFailed(ResourceId id) => _all.Exists(r => r.Id == id && IsFailure(r));

    public bool IsPruned(ResourceId id, SyncStep step) => _all.Exists(r => r.Id == id && r.Status == ResultStatus.Pruned && IsOf(r, step));

    private static bool IsOf(ResourceResult result, SyncStep step) => result.Phase == step.Phase && result.Wave == step.Wave;

    private static bool IsFailure(ResourceResult result) => result.Status is ResultStatus.Failed or ResultStatus.Blocked or ResultStatus.Skipped;
}
