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
        SchemaWalk.Normalize(body, version.Schema);
        var metadata = body.GetOrAddMap("metadata");
        var bodyName = metadata["name"].AsString() ?? "";
        if (bodyName.Length == 0)
        {
            throw ApiErrors.BadRequest($"the name of the object ({name} based on URL) was undeterminable: name must be provided");
        }

        if (bodyName != name)
        {
            throw ApiErrors.BadRequest($"the name of the object ({bodyName}) does not match the name on the URL ({name})");
        }

        var bodyNamespace = metadata["namespace"].AsString() ?? "";
        if (@namespace.Length > 0 && bodyNamespace.Length > 0 && bodyNamespace != @namespace) throw WrongNamespace(bodyNamespace, @namespace);
        FillNamespace(type, metadata, @namespace);
        var stated = metadata["resourceVersion"].AsString() ?? "";
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var current = kind.State.Find(@namespace, name) ?? throw ApiErrors.NotFound(type, name);
            CheckUid(type, current.Object, metadata["uid"].AsString() ?? "");
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
        var faults = new List<SchemaFault>();
        CheckImmutable(old, updated, faults);
        if (write.Subresource is "status" or "approval") updated = WithStatusOnly(old, updated);
        KeepSystemFields(old, updated);
        if (write.Seen is { } seen && seen != current.Revision) throw new ChangedMeanwhileException();
        updated = Patched(version, updated, write);
        SchemaWalk.ApplyDefaults(updated.Root, version.Schema);
        if (write.Subresource is "" && version.HasStatus) updated.Root["status"] = old.Root["status"].DeepClone();
        if (track)
        {
            if (!type.IsCustom && write.Subresource is "") KindRules.ApplyDefaults(updated, this);
            ServerSideApply.TrackUpdate(old, updated, version.Schema, new(write.Manager, write.Subresource, Time.GetUtcNow()));
        }

        if (type.IsCustom)
        {
            if (SpecChanged(old.Root, updated.Root)) updated.Root.GetOrAddMap("metadata")["generation"] = Generation(old) + 1;
            faults.AddRange(SchemaWalk.Validate(updated.Root, version.Schema));
            if (faults.Count == 0 && version.Rules is { } rules) faults.AddRange(rules.Check(updated.Root, old.Root));
        }
        else
        {
            faults.AddRange(KindRules.PrepareUpdate(old, updated, write.Subresource, this));
            if (CustomKindInstaller.IsDefinition(type) && write.Subresource is "")
                faults.AddRange(CustomKindInstaller.Prepare(updated, old));
        }

        AddFaults(faults, MetadataRules.Check(updated, type));
        if (faults.Count > 0) throw ApiErrors.Invalid(type, old.Name, faults);
        _escalation.Check(type, updated, old, write.User);
        if (write.Subresource is "" && type.Kind is "Service" or "PersistentVolumeClaim" && _quotas.Apply(type, old.Namespace))
            _quotas.Check(type, updated, old);
        if (SameButTimes(old.Root, updated.Root)) return current;
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

    private static ApiException WrongNamespace(string stated, string requested) => ApiErrors.BadRequest(
        $"the namespace of the object ({stated}) does not match the namespace on the request ({requested})");

    private static void CheckUid(ResourceType type, KubeObject old, string uid)
    {
        if (uid.Length == 0 || uid == old.Uid) return;
        throw ApiErrors.Conflict(type, old.Name,
            $"StorageError: invalid object, Code: 4, Key: {StorageKey.Of(type, old)}, ResourceVersion: 0, AdditionalErrorMsg: " +
            $"Precondition failed: UID in precondition: {uid}, UID in object meta: {old.Uid}");
    }

    /// <summary>The server checks metadata before a kind's rules and again with them, and says both.</summary>
    private static void CheckImmutable(KubeObject old, KubeObject updated, List<SchemaFault> faults)
    {
        for (var round = 0; round < 2; round++)
        {
            if (updated.Uid.Length > 0 && updated.Uid != old.Uid)
            {
                faults.Add(new("FieldValueInvalid", "metadata.uid", $"Invalid value: \"{updated.Uid}\": field is immutable"));
            }

            if (!IsTerminating(old.Root) && updated.Root["metadata"]["deletionTimestamp"].AsString() is { } time)
            {
                var printed = DateTimeOffset.TryParse(time, System.Globalization.CultureInfo.InvariantCulture, out var parsed)
                    ? parsed.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss '+0000 UTC'", System.Globalization.CultureInfo.InvariantCulture)
                    : time;
                faults.Add(new("FieldValueInvalid", "metadata.deletionTimestamp", $"Invalid value: {printed}: field is immutable"));
            }

            CheckNewFinalizers(old, updated, faults);
        }
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

    private static bool SameButTimes(MapNode old, MapNode updated)
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
            if (!SameOwners(a["managedFields"], b["managedFields"])) return false;
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
