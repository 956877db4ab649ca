using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.CustomKinds;
using Plumb.Sandbox.Lifecycle;

namespace Plumb.Sandbox.Storage;

internal sealed partial class ObjectApi
{
    public const string OrphanFinalizer = "orphan";

    public const string ForegroundFinalizer = "foregroundDeletion";

    /// <summary>Deletes at once, or marks for deletion when finalizers stand in the way.</summary>
    /// <exception cref="ApiException">Not there, a precondition does not hold, or the object may not be deleted.</exception>
    public DeleteResult Delete(KindStore kind, string @namespace, string name, DeleteRequest request)
    {
        var type = kind.Type;
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var current = kind.State.Find(@namespace, name) ?? throw ApiErrors.NotFound(type, name);
            CheckPreconditions(type, current.Object, request);
            if (type.Is("", "Namespace")) NamespaceLifecycle.CheckDelete(type, current);
            var root = current.Object.Root.DeepClone();
            var metadata = root.GetOrAddMap("metadata");
            var changed = SetPropagation(metadata, request.Propagation);
            if (CustomKindInstaller.IsDefinition(type) && !current.IsTerminating) CustomKindInstaller.MarkTerminating(root, Now());
            var terminating = new KubeObject(root);
            if (!HasFinalizers(type, root))
            {
                if (request.DryRun) return new(current, true);
                if (Remove(kind, current) is not { } last) continue;
                return new(last, true);
            }

            if (current.IsTerminating && !changed) return new(current, false);
            if (!current.IsTerminating)
            {
                metadata["deletionTimestamp"] = Now();
                // Their registries mark these two on their own.
                var marksItself = CustomKindInstaller.IsDefinition(type) || type.Is("", "Namespace");
                if (!marksItself) metadata["deletionGracePeriodSeconds"] = 0;
                if (!marksItself && metadata["generation"].AsInt() is { } generation) metadata["generation"] = generation + 1;
                if (type.Is("", "Namespace")) root.GetOrAddMap("status")["phase"] = "Terminating";
            }

            if (request.DryRun) return new(Unstored(type, terminating), false);
            if (StoreChanged(kind, current, terminating) is { } stored) return new(stored, false);
        }

        throw TooBusy(type, name);
    }

    private static void CheckPreconditions(ResourceType type, KubeObject obj, DeleteRequest request)
    {
        if (request.Uid is { Length: > 0 } uid && uid != obj.Uid)
        {
            throw ApiErrors.PreconditionFailed(type, obj.Name, $"the UID in the precondition ({uid}) does not match the UID in record ({obj.Uid}). " +
                "The object might have been deleted and then recreated");
        }

        if (request.ResourceVersion is { Length: > 0 } version && version != obj.ResourceVersion)
        {
            throw ApiErrors.PreconditionFailed(type, obj.Name, $"the ResourceVersion in the precondition ({version}) does not match the " +
                $"ResourceVersion in record ({obj.ResourceVersion}). The object might have been modified");
        }
    }

    /// <summary>Writes the propagation down as finalizers, where the garbage collector finds it. True when something changed.</summary>
    private static bool SetPropagation(MapNode metadata, DeletePropagation? propagation)
    {
        if (propagation is null) return false;
        var before = Texts(metadata["finalizers"]).ToList();
        var after = before.Where(f => f is not (OrphanFinalizer or ForegroundFinalizer)).ToList();
        if (propagation == DeletePropagation.Foreground) after.Add(ForegroundFinalizer);
        if (propagation == DeletePropagation.Orphan) after.Add(OrphanFinalizer);
        if (before.SequenceEqual(after)) return false;
        metadata["finalizers"] = after.Count == 0 ? Node.Absent : new ListNode(after.Select(f => (Node)f));
        return true;
    }
}
