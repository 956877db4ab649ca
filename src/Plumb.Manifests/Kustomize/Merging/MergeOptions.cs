namespace Plumb.Manifests.Kustomize.Merging;

/// <summary>Whose items come first where lists are merged.</summary>
internal enum ListOrder
{
    /// <summary>Items of the target, then the patch's new ones.</summary>
    TargetFirst,

    /// <summary>Items of the patch, then what else the target has.</summary>
    PatchFirst,
}

/// <summary>How to merge.</summary>
/// <param name="Order">Whose items come first.</param>
/// <param name="InferKeys">
/// Whether lists without a schema are merged by <c>name</c> when all items have one. Kustomize's patches are not.
/// </param>
internal readonly record struct MergeOptions(ListOrder Order, bool InferKeys = false);
