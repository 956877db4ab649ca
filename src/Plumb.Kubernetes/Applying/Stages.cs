using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Sync;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Applying;

/// <summary>The order inside one batch. Pure.</summary>
internal static class Stages
{
    /// <summary>
    /// Positions of what is to be applied: namespaces, then definitions, then the rest by the rank of their kinds. What is in one stage
    /// does not depend on each other.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<int>> Applies(IReadOnlyList<ApplyItem> items) =>
    [
        .. Enumerable.Range(0, items.Count)
            .Where(i => items[i].Action is not (ChangeAction.Delete or ChangeAction.None) && items[i].Desired is not null)
            .GroupBy(i => StageOf(items[i]))
            .OrderBy(stage => stage.Key)
            .Select(stage => (IReadOnlyList<int>)[.. stage]),
    ];

    /// <summary>Positions of what is to be deleted: the reverse of the order in which it would be applied.</summary>
    public static IReadOnlyList<IReadOnlyList<int>> Deletes(IReadOnlyList<ApplyItem> items) =>
    [
        .. Enumerable.Range(0, items.Count)
            .Where(i => items[i].Action == ChangeAction.Delete)
            .GroupBy(i => (items[i].Change?.Wave ?? items[i].Desired?.Wave ?? 0, Stage: DeleteStageOf(items[i])))
            .OrderByDescending(stage => stage.Key)
            .Select(stage => (IReadOnlyList<int>)[.. stage]),
    ];

    private static (int Stage, int Rank) StageOf(ApplyItem item) =>
        IsNamespace(item) ? (0, 0) : IsDefinition(item) ? (1, 0) : (2, item.Desired!.Rank);

    private static (int Stage, int Rank) DeleteStageOf(ApplyItem item) =>
        IsNamespace(item) ? (0, 0) : IsDefinition(item) ? (1, 0) : (2, KindRank.Of(item.Id.Kind));

    internal static bool IsNamespace(ApplyItem item) => item.Id is { Group: "", Kind: "Namespace" };

    internal static bool IsDefinition(ApplyItem item) => DefinedKinds.IsDefinition(new GroupVersionKind(item.Id.Group, "", item.Id.Kind));
}
