using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Kustomize.Schemas;

namespace Plumb.Manifests.Kustomize.Merging;

/// <summary>
/// Strategic merge patches as Kustomize applies them (<c>patchstrategicmerge</c>, kyaml's <c>merge2</c>), which is not as the API server
/// does: the only directive is <c>$patch</c>; <c>$setElementOrder</c>, <c>$deleteFromPrimitiveList</c> and <c>$retainKeys</c> are keys
/// like any other; items of the patch come before those of the target.
/// </summary>
internal static class StrategicMerge
{
    /// <summary>
    /// Applies a patch to a resource. That keeps its own tree (<c>Resource.ApplyFilter</c>), so <c>$patch: replace</c> at the top of a
    /// patch, which would put another in its place, does nothing at all.
    /// </summary>
    /// <param name="target">Is changed.</param>
    /// <param name="patch">Stays as it is.</param>
    /// <param name="schemas">Say which lists are merged and by which keys.</param>
    /// <returns>The target; null when the patch takes the resource away.</returns>
    /// <exception cref="KustomizeException">Map meets list or scalar, or a directive has no meaning.</exception>
    public static YamlNode? Apply(YamlNode target, YamlNode patch, KustomizeSchemas schemas) =>
        Merge(target, patch, schemas, new MergeOptions(ListOrder.PatchFirst)) is null ? null : target;

    /// <summary>Merges in the ways that other users of <c>merge2</c> ask for, such as the values of Helm charts.</summary>
    /// <param name="target">Is changed; parts of it are in the result.</param>
    /// <param name="patch">Stays as it is.</param>
    /// <param name="schemas">Say which lists are merged and by which keys.</param>
    /// <param name="options">How to merge.</param>
    /// <returns>The result; null when nothing is left.</returns>
    /// <exception cref="KustomizeException">Map meets list or scalar, or a directive has no meaning.</exception>
    public static YamlNode? Merge(YamlNode target, YamlNode patch, KustomizeSchemas schemas, MergeOptions options) =>
        new MergeWalk(schemas, options).Walk(target, patch.Clone(), null, FieldPath.Root);
}
