using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;

namespace Plumb.Reconcile.Sync;

/// <summary>What became of each resource so far, in the order done.</summary>
internal sealed class SyncResults
{
    private readonly List<ResourceResult> _all = [];
    private readonly Dictionary<ResourceId, List<int>> _places = [];

    public IReadOnlyList<ResourceResult> All => _all;

    public void Add(ResourceResult result, SyncStep step, bool isHook = false) =>
        Append(result with { Phase = step.Phase, Wave = step.Wave, IsHook = isHook });

    /// <summary>A later result for the same resource in the same step takes the place of the earlier one.</summary>
    public void Replace(ResourceResult result, SyncStep step)
    {
        foreach (var place in PlacesOf(result.Id))
        {
            if (!IsOf(_all[place], step) || _all[place].IsHook) continue;
            _all[place] = result with { Phase = step.Phase, Wave = step.Wave };
            return;
        }

        Add(result, step);
    }

    /// <summary>A result outside all steps; a later one for the same resource takes its place.</summary>
    public void Record(ResourceResult result)
    {
        if (PlacesOf(result.Id).Any(place => !_all[place].IsHook))
        {
            _all.RemoveAll(r => r.Id == result.Id && !r.IsHook);
            _places.Clear();
            for (var i = 0; i < _all.Count; i++) Note(_all[i].Id, i);
        }

        Append(result);
    }

    /// <summary>What failed in a step, its hooks included.</summary>
    public IReadOnlyList<ResourceResult> Failures(SyncStep step) => [.. _all.Where(r => IsFailure(r) && IsOf(r, step))];

    public bool HasFailed(ResourceId id) => PlacesOf(id).Any(place => IsFailure(_all[place]));

    public bool IsPruned(ResourceId id, SyncStep step) =>
        PlacesOf(id).Any(place => _all[place].Status == ResultStatus.Pruned && IsOf(_all[place], step));

    private void Append(ResourceResult result)
    {
        Note(result.Id, _all.Count);
        _all.Add(result);
    }

    private void Note(ResourceId id, int place)
    {
        if (!_places.TryGetValue(id, out var places)) _places[id] = places = [];
        places.Add(place);
    }

    private List<int> PlacesOf(ResourceId id) => _places.GetValueOrDefault(id) ?? [];

    private static bool IsOf(ResourceResult result, SyncStep step) => result.Phase == step.Phase && result.Wave == step.Wave;

    private static bool IsFailure(ResourceResult result) => result.Status is ResultStatus.Failed or ResultStatus.Blocked or ResultStatus.Skipped;
}
