using Plumb.Manifests.Documents;
using Plumb.Manifests.Kustomize.Merging;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Schemas;

namespace Plumb.Manifests.Kustomize.Transformers;

/// <summary>Applies one patch to one object, with what Kustomize does around it.</summary>
internal static class PatchApplication
{
    /// <summary>
    /// Merges a patch into an object, which keeps its name, kind and namespace unless the patch may change them
    /// (<c>Resource.ApplySmPatch</c>).
    /// </summary>
    public static void Merge(Resource target, Resource patch, KustomizeSchemas schemas)
    {
        var (name, ns, kind) = (target.Name, target.Namespace, target.Kind);
        if (patch.MayChangeName || patch.MayChangeKind) target.StorePreviousId();
        target.Node = StrategicMerge.Apply(target.Node!, patch.Node!, schemas);
        if (target.IsEmpty) return;
        if (!patch.MayChangeKind) target.SetKind(kind);
        if (!patch.MayChangeName) target.SetName(name);
        target.SetNamespace(ns);
    }

    /// <summary>The same for several objects of a list (<c>ResMap.ApplySmPatch</c>).</summary>
    public static void Merge(ResourceList resources, IEnumerable<Resource> targets, Resource patch, KustomizeSchemas schemas)
    {
        foreach (var target in targets)
        {
            var copy = patch.Clone();

            // As the original does before it merges: labels and annotations of the patch are text from here on.
            copy.TakeMetadataOf(patch);
            copy.SetApiVersion(target.ApiVersion);
            Merge(target, copy, schemas);
        }

        resources.DropEmpty();
        resources.CheckIds();
    }

    /// <summary>Runs operations on an object.</summary>
    /// <param name="target">The object.</param>
    /// <param name="operations">What to do.</param>
    /// <param name="isNoted">Whether what it is known by is noted before.</param>
    public static void Run(Resource target, ListNode operations, bool isNoted)
    {
        if (isNoted) target.StorePreviousId();
        var node = target.Node!;

        // Kustomize keeps notes in annotations, so that to an operation an object that it took notes of always has some.
        var metadata = node.GetOrAddMap("metadata");
        if (isNoted || target.HasNotes) metadata.GetOrAddMap("annotations");
        Json6902.Apply(node, operations);
        if (node.Get("metadata") is { Kind: YamlKind.Map }) target.SetTextMap("annotations", target.TextMap("annotations"));
    }
}
