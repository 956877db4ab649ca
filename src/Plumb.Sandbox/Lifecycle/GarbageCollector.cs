using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Lifecycle;

/// <summary>
/// Deletes what has lost its owners, holds owners that are deleted in the foreground until their dependents are gone, and cuts
/// dependents loose from owners that are deleted with orphaning. Used by one loop only.
/// </summary>
internal sealed class GarbageCollector(ObjectApi api)
{
    private const string Manager = "kube-controller-manager";

    private readonly record struct Place(string Group, string Kind, string Namespace, string Name);

    private readonly Dictionary<string, HashSet<Place>> _dependents = []; // by owner uid
    private readonly Dictionary<Place, IReadOnlyList<string>> _owners = []; // uids

    /// <summary>Takes note of a change and does what follows from it.</summary>
    public void Observe(ObjectEvent e)
    {
        var obj = e.Object;
        var place = PlaceOf(obj);
        if (e.Kind == WatchKind.Deleted)
        {
            var owners = _owners.GetValueOrDefault(place) ?? [];
            Index(place, []);
            if (_dependents.TryGetValue(obj.Uid, out var dependents))
            {
                foreach (var dependent in dependents.ToList()) Review(dependent);
                if (_dependents.TryGetValue(obj.Uid, out var left) && left.Count == 0) _dependents.Remove(obj.Uid);
            }

            foreach (var owner in OwnerReferences(obj).Where(o => owners.Contains(o["uid"].AsString() ?? ""))) ReviewOwner(obj, owner);
            return;
        }

        var references = OwnerReferences(obj).ToList();
        var changed = Index(place, [.. references.Select(r => r["uid"].AsString() ?? "")]);
        if (references.Count > 0 && (changed || e.Kind == WatchKind.Added)) Review(place);
        if (!obj.Root["metadata"]["deletionTimestamp"].IsNullOrAbsent) Finish(obj);
        foreach (var owner in references.Where(r => r["blockOwnerDeletion"].AsBool() != true && changed)) ReviewOwner(obj, owner);
    }

    /// <summary>A terminating object whose finalizers are ours: do their work.</summary>
    private void Finish(KubeObject owner)
    {
        if (HasFinalizer(owner, ObjectApi.OrphanFinalizer))
        {
            foreach (var dependent in DependentsOf(owner)) CutLoose(dependent, owner.Uid);
            RemoveFinalizer(owner, ObjectApi.OrphanFinalizer);
        }
        else if (HasFinalizer(owner, ObjectApi.ForegroundFinalizer))
        {
            FinishForeground(owner);
        }
    }

    private void FinishForeground(KubeObject owner)
    {
        foreach (var dependent in DependentsOf(owner))
        {
            if (!IsTerminating(dependent)) DeleteUnlessOwnedElsewhere(dependent, owner);
        }

        if (!DependentsOf(owner).Any(d => Blocks(d, owner.Uid))) RemoveFinalizer(owner, ObjectApi.ForegroundFinalizer);
    }

    private void DeleteUnlessOwnedElsewhere(KubeObject dependent, KubeObject owner)
    {
        if (OwnerReferences(dependent).Any(r => r["uid"] != owner.Uid && FindOwner(dependent, r) is { } other && !IsTerminating(other)))
        {
            CutLoose(dependent, owner.Uid);
            return;
        }

        Delete(dependent, HasDependents(dependent) ? DeletePropagation.Foreground : DeletePropagation.Background);
    }

    /// <summary>Looks whether an object still has an owner; if none is left it goes.</summary>
    private void Review(Place place)
    {
        if (api.Get(place.Group, place.Kind, place.Namespace, place.Name) is not { } obj || IsTerminating(obj)) return;
        var references = OwnerReferences(obj).ToList();
        if (references.Count == 0) return;
        var gone = references.Where(r => FindOwner(obj, r) is null).ToList();
        if (gone.Count == 0) return;
        if (gone.Count == references.Count)
        {
            Delete(obj, HasFinalizer(obj, ObjectApi.OrphanFinalizer) ? DeletePropagation.Orphan : DeletePropagation.Background);
            return;
        }

        foreach (var reference in gone) CutLoose(obj, reference["uid"].AsString() ?? "");
    }

    private void ReviewOwner(KubeObject dependent, Node reference)
    {
        if (FindOwner(dependent, reference) is { } owner && IsTerminating(owner)) Finish(owner);
    }

    private void Delete(KubeObject obj, DeletePropagation propagation)
    {
        var (group, _, kind) = obj.GroupVersionKind;
        api.Delete(group, kind, obj.Namespace, obj.Name, propagation, obj.Uid);
    }

    private void CutLoose(KubeObject dependent, string ownerUid)
    {
        var (group, _, kind) = dependent.GroupVersionKind;
        if (api.Store.Catalog.Kind(group, kind) is not { } store) return;
        api.Mutate(store, dependent.Namespace, dependent.Name, root =>
        {
            if (root["metadata"]["ownerReferences"].AsList() is not { } references) return false;
            var kept = new ListNode(references.Where(r => r["uid"] != ownerUid));
            if (kept.Count == references.Count) return false;
            root.GetOrAddMap("metadata")["ownerReferences"] = kept.Count == 0 ? Node.Absent : kept;
            return true;
        }, Manager);
    }

    private void RemoveFinalizer(KubeObject obj, string finalizer)
    {
        var (group, _, kind) = obj.GroupVersionKind;
        if (api.Store.Catalog.Kind(group, kind) is not { } store) return;
        api.Mutate(store, obj.Namespace, obj.Name, root =>
        {
            if (root["metadata"]["uid"] != obj.Uid || root["metadata"]["finalizers"].AsList() is not { } finalizers) return false;
            var kept = new ListNode(finalizers.Where(f => f != finalizer));
            if (kept.Count == finalizers.Count) return false;
            root.GetOrAddMap("metadata")["finalizers"] = kept.Count == 0 ? Node.Absent : kept;
            return true;
        }, Manager);
    }

    private IEnumerable<KubeObject> DependentsOf(KubeObject owner)
    {
        if (!_dependents.TryGetValue(owner.Uid, out var places)) yield break;
        foreach (var place in places.ToList())
        {
            if (api.Get(place.Group, place.Kind, place.Namespace, place.Name) is { } found
                && OwnerReferences(found).Any(r => r["uid"] == owner.Uid))
            {
                yield return found;
            }
        }
    }

    private bool HasDependents(KubeObject obj) => DependentsOf(obj).Any();

    private KubeObject? FindOwner(KubeObject dependent, Node reference)
    {
        var gvk = GroupVersionKind.Parse(reference["apiVersion"].AsString() ?? "", reference["kind"].AsString() ?? "");
        if (api.Store.Catalog.Kind(gvk.Group, gvk.Kind) is not { } kind) return null;
        var found = kind.State.Find(kind.Type.Namespaced ? dependent.Namespace : "", reference["name"].AsString() ?? "")?.Object;
        return found is not null && reference["uid"] == found.Uid ? found : null;
    }

    /// <summary>Replaces the owners known of an object; false when they were the same.</summary>
    private bool Index(Place place, IReadOnlyList<string> owners)
    {
        var before = _owners.GetValueOrDefault(place) ?? [];
        if (before.SequenceEqual(owners)) return false;
        foreach (var uid in before)
        {
            if (_dependents.TryGetValue(uid, out var places) && places.Remove(place) && places.Count == 0) _dependents.Remove(uid);
        }

        foreach (var uid in owners)
        {
            if (!_dependents.TryGetValue(uid, out var places)) _dependents[uid] = places = [];
            places.Add(place);
        }

        if (owners.Count == 0) _owners.Remove(place);
        else _owners[place] = owners;
        return true;
    }

    private static Place PlaceOf(KubeObject obj)
    {
        var gvk = obj.GroupVersionKind;
        return new(gvk.Group, gvk.Kind, obj.Namespace, obj.Name);
    }

    private static IEnumerable<Node> OwnerReferences(KubeObject obj) => obj.Root["metadata"]["ownerReferences"].AsList() ?? [];

    private static bool Blocks(KubeObject dependent, string ownerUid) =>
        OwnerReferences(dependent).Any(r => r["uid"] == ownerUid && r["blockOwnerDeletion"].AsBool() == true);

    private static bool HasFinalizer(KubeObject obj, string finalizer) =>
        obj.Root["metadata"]["finalizers"].AsList()?.Any(f => f == finalizer) == true;

    private static bool IsTerminating(KubeObject obj) => !obj.Root["metadata"]["deletionTimestamp"].IsNullOrAbsent;
}
