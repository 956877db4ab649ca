using Plumb.Manifests.Documents;
using Plumb.Manifests.Fields;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Sandbox.Admission;
using Plumb.Sandbox.CustomKinds;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.Storage;

internal sealed partial class ObjectApi
{
    /// <summary>Replaces an object, or the part of it that the subresource stands for, by a body that the caller gives away.</summary>
    /// <exception cref="ApiException">Refused.</exception>
    public WriteResult Update(KindStore kind, ServedVersion version, string @namespace, string name, MapNode body, WriteRequest write)
    {
        var type = kind.Type;
        CheckTypeMeta(type, version, body);
        CheckUnknownFields(type, version, body, write);
        var metadata = body.GetOrAddMap("metadata");
        FillNamespace(type, metadata, @namespace);
        var bodyName = metadata["name"].AsString() ?? "";
        if (bodyName.Length == 0) metadata["name"] = name;
        else if (bodyName != name)
        {
            throw ApiErrors.BadRequest($"the name of the object ({bodyName}) does not match the name on the URL ({name})");
        }

        var stated = metadata["resourceVersion"].AsString() ?? "";
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var current = kind.State.Find(@namespace, name) ?? throw ApiErrors.NotFound(type, name);
            if (stated.Length > 0 && stated != "0" && stated != current.Object.ResourceVersion) throw ApiErrors.Stale(type, name);
            var updated = new KubeObject(attempt == MaxAttempts - 1 ? body : body.DeepClone());
            if (Change(kind, version, current, updated, write, track: true) is { } stored) return new(stored, false);
        }

        throw TooBusy(type, name);
    }

    /// <summary>Takes an object from what was seen to what is wanted. Null: somebody else was faster, look again.</summary>
    private StoredObject? Change(
        KindStore kind, ServedVersion version, StoredObject current, KubeObject updated, WriteRequest write, bool track)
    {
        var type = kind.Type;
        var old = new KubeObject(current.RootAs(type.ApiVersion(version.Version)));
        CheckUid(type, old, updated);
        if (write.Subresource is "status" or "approval") updated = WithStatusOnly(old, updated);
        KeepSystemFields(old, updated);
        if (write.Seen is { } seen && seen != current.Revision) throw new ChangedMeanwhileException();
        updated = Patched(version, updated, write);
        SchemaWalk.ApplyDefaults(updated.Root, version.Schema);
        if (write.Subresource is "" && version.HasStatus) updated.Root["status"] = old.Root["status"].DeepClone();
        var faults = new List<SchemaFault>();
        if (type.IsCustom)
        {
            if (SpecChanged(old.Root, updated.Root)) updated.Root.GetOrAddMap("metadata")["generation"] = Generation(old) + 1;
            faults.AddRange(SchemaWalk.Validate(updated.Root, version.Schema));
        }
        else
        {
            faults.AddRange(KindRules.PrepareUpdate(old, updated, write.Subresource, this));
            if (CustomKindInstaller.IsDefinition(type) && write.Subresource is "")
                faults.AddRange(CustomKindInstaller.Prepare(updated, old, this));
        }

        AddFaults(faults, MetadataRules.Check(updated, type));
        CheckNewFinalizers(old, updated, faults);
        if (faults.Count > 0) throw ApiErrors.Invalid(type, old.Name, faults);
        _escalation.Check(type, updated, old, write.User);
        if (write.Subresource is "" && type.Kind is "Service" or "PersistentVolumeClaim" && _quotas.Apply(type, old.Namespace))
            _quotas.Check(type, updated, old);
        if (track)
        {
            // A client may also rewrite who owns what and change nothing else; one that states no owners leaves them as they are.
            var owners = updated.Root["metadata"]["managedFields"];
            if (SameButOwnership(old.Root, updated.Root) && (owners.IsNullOrAbsent || SameOwners(old.Root["metadata"]["managedFields"], owners)))
                return current;
            ServerSideApply.TrackUpdate(old, updated, version.Schema, new(write.Manager, write.Subresource, Time.GetUtcNow()));
        }
        else if (SameButTimes(old.Root, updated.Root))
        {
            return current;
        }

        if (write.DryRun) return Unstored(type, updated);
        return StoreChanged(kind, current, updated);
    }

    private static KubeObject WithStatusOnly(KubeObject old, KubeObject updated)
    {
        var root = old.Root.DeepClone();
        root["status"] = updated.Root["status"];
        if (updated.Root["metadata"]["managedFields"] is { IsAbsent: false } managed)
            root.GetOrAddMap("metadata")["managedFields"] = managed;
        return new(root);
    }

    private static void KeepSystemFields(KubeObject old, KubeObject updated)
    {
        var from = old.Root["metadata"];
        var to = updated.Root.GetOrAddMap("metadata");
        to.Remove("selfLink");
        foreach (var field in (ReadOnlySpan<string>)["uid", "creationTimestamp", "generation", "deletionTimestamp",
            "deletionGracePeriodSeconds", "resourceVersion"])
        {
            to[field] = from[field];
        }
    }

    private static void CheckUid(ResourceType type, KubeObject old, KubeObject updated)
    {
        if (updated.Uid.Length == 0 || updated.Uid == old.Uid) return;
        throw ApiErrors.Conflict(type, old.Name, $"Precondition failed: UID in precondition: {updated.Uid}, UID in object meta: {old.Uid}");
    }

    private static void CheckNewFinalizers(KubeObject old, KubeObject updated, List<SchemaFault> faults)
    {
        if (!IsTerminating(old.Root)) return;
        var before = Texts(old.Root["metadata"]["finalizers"]);
        var added = Texts(updated.Root["metadata"]["finalizers"]).Except(before).ToList();
        if (added.Count == 0) return;
        faults.Add(new("FieldValueForbidden", "metadata.finalizers",
            "Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{" +
            string.Join(", ", added.Select(f => $"\"{f}\"")) + "}"));
    }

    private static IEnumerable<string> Texts(Node list) => list.AsList()?.Select(n => n.AsString() ?? "") ?? [];

    private static long Generation(KubeObject obj) => obj.Root["metadata"]["generation"].AsInt() ?? 0;

    private static bool SpecChanged(MapNode old, MapNode updated)
    {
        foreach (var (key, value) in updated)
        {
            if (key is not ("metadata" or "status") && old[key] != value) return true;
        }

        return old.Keys.Any(key => key is not ("metadata" or "status") && !updated.ContainsKey(key));
    }

    private static bool SameButOwnership(MapNode old, MapNode updated) => Same(old, updated, (_, _) => true);

    private static bool SameButTimes(MapNode old, MapNode updated) => Same(old, updated, SameOwners);

    private static bool Same(MapNode old, MapNode updated, Func<Node, Node, bool> sameOwners)
    {
        if (old.Count != updated.Count) return false;
        foreach (var (key, value) in updated)
        {
            if (key != "metadata")
            {
                if (old[key] != value) return false;
                continue;
            }

            if (old[key].AsMap() is not { } a || value.AsMap() is not { } b) return false;
            if (!sameOwners(a["managedFields"], b["managedFields"])) return false;
            foreach (var name in a.Keys.Union(b.Keys))
            {
                if (name != "managedFields" && a[name] != b[name]) return false;
            }
        }

        return true;
    }

    private static bool SameOwners(Node old, Node updated)
    {
        var (a, b) = (old.AsList(), updated.AsList());
        if (a is null || b is null) return a is null == b is null;
        return a.Count == b.Count && a.Zip(b).All(pair => SameOwner(pair.First, pair.Second));
    }

    private static bool SameOwner(Node a, Node b) =>
        a["manager"] == b["manager"] && a["operation"] == b["operation"] && a["subresource"] == b["subresource"]
        && a["apiVersion"] == b["apiVersion"] && a["fieldsV1"] == b["fieldsV1"];
}
