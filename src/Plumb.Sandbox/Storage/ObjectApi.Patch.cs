using Plumb.Manifests.Documents;
using Plumb.Manifests.Fields;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Patches;
using Plumb.Manifests.Schemas;

namespace Plumb.Sandbox.Storage;

/// <summary>The ways to patch, by media type.</summary>
internal enum PatchKind
{
    Json,
    Merge,
    Strategic,
}

internal sealed partial class ObjectApi
{
    /// <summary>Patches what is there.</summary>
    /// <exception cref="ApiException">Refused.</exception>
    public WriteResult Patch(
        KindStore kind, ServedVersion version, string @namespace, string name, PatchKind how, Node patch, WriteRequest write)
    {
        var type = kind.Type;
        if (how == PatchKind.Strategic && type.IsCustom)
        {
            throw ApiErrors.UnsupportedMediaType(
                "application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml");
        }

        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var current = kind.State.Find(@namespace, name) ?? throw ApiErrors.NotFound(type, name);
            var old = current.RootAs(type.ApiVersion(version.Version));
            var updated = new KubeObject(Patched(version, old, how, patch));
            if (new KubeObject(old).GroupVersionKind != updated.GroupVersionKind && !type.IsCustom)
            {
                throw ApiErrors.InvalidPatch($"Invalid value: {Json.WriteText((Node)Json.WriteText(updated.Root))}: {WhyNot(updated.GroupVersionKind, type)}");
            }

            if (updated.ResourceVersion != current.Object.ResourceVersion) throw ApiErrors.Stale(type, name);
            CheckPatchedIdentity(old, updated);
            CheckUnknownPatchFields(type, version, updated.Root, write);
            SchemaWalk.Normalize(updated.Root, version.Schema);
            if (Change(kind, version, current, updated, write, track: true) is { } stored) return new(stored, false);
        }

        throw TooBusy(type, name);
    }

    /// <summary>Server-side apply: creates or merges.</summary>
    /// <exception cref="ApiException">Refused; 409 with the conflicts when other managers own fields.</exception>
    public WriteResult Apply(
        KindStore kind, ServedVersion version, string @namespace, string name, MapNode applied, bool force, WriteRequest write)
    {
        var type = kind.Type;
        CheckApplied(type, version, @namespace, name, applied, write);
        var writer = new FieldWriter(write.Manager, write.Subresource, Time.GetUtcNow());
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            var current = kind.State.Find(@namespace, name);
            if (current is null && write.Subresource.Length > 0) throw ApiErrors.NotFound(type, name);
            var live = current is null ? null : new KubeObject(current.RootAs(type.ApiVersion(version.Version)));
            if (live is not null && applied["metadata"]["resourceVersion"].AsString() is { Length: > 0 } stated && stated != live.ResourceVersion)
            {
                throw ApiErrors.Stale(type, name);
            }

            var result = Merge(live, applied, version, writer, force);
            if (result.Object is not { } merged) throw ConflictsOf(result.Conflicts);
            merged = new KubeObject(merged.Root.DeepClone());
            SchemaWalk.Normalize(merged.Root, version.Schema);
            if (current is null)
            {
                merged.Root.GetOrAddMap("metadata").Remove("resourceVersion");
                try
                {
                    return CreateChecked(kind, version, @namespace, merged, write, track: false);
                }
                catch (ApiException e) when (e.Reason == "AlreadyExists")
                {
                    continue;
                }
            }

            if (Change(kind, version, current, merged, write, track: false) is { } stored) return new(stored, false);
        }

        throw TooBusy(type, name);
    }

    private static ApplyResult Merge(KubeObject? live, MapNode applied, ServedVersion version, FieldWriter writer, bool force)
    {
        try
        {
            return ServerSideApply.Apply(live, new KubeObject(applied.DeepClone()), version.Schema, writer, force);
        }
        catch (PatchException e)
        {
            throw Refused(e);
        }
    }

    private static ApiException Refused(PatchException e) => e.Fault switch
    {
        PatchFault.Malformed => ApiErrors.BadRequest(e.Message),
        PatchFault.TooLarge => new ApiException(413, "RequestEntityTooLarge", e.Message),
        PatchFault.Internal => new ApiException(500, "", e.Message),
        // The server keeps the reason to itself.
        _ => new ApiException(422, "Invalid", "the server rejected our request due to an error in our request") { Details = new MapNode() },
    };

    private static MapNode Patched(ServedVersion version, MapNode old, PatchKind how, Node patch)
    {
        try
        {
            var result = how switch
            {
                PatchKind.Json => JsonPatch.Apply(old, patch.AsList() ?? throw Malformed(patch, "jsonpatch.Patch")),
                PatchKind.Merge => MergePatch.Apply(old, patch),
                _ => StrategicMergePatch.Apply(
                    old, patch.AsMap() ?? throw Malformed(patch, "map[string]interface {}"), version.Schema),
            };
            return result.AsMap()?.DeepClone() ?? throw new PatchException("the patch leaves no object");
        }
        catch (PatchException e)
        {
            throw Refused(e);
        }
    }

    private static PatchException Malformed(Node patch, string target)
    {
        var kind = patch.Kind switch
        {
            NodeKind.Map => "object",
            NodeKind.List => "array",
            NodeKind.String => "string",
            NodeKind.Bool => "bool",
            _ => "number",
        };
        return new PatchException($"json: cannot unmarshal {kind} into Go value of type {target}") { Fault = PatchFault.Malformed };
    }

    private static void CheckPatchedIdentity(MapNode old, KubeObject updated)
    {
        if (updated.Name.Length == 0)
        {
            throw ApiErrors.BadRequest(
                $"the name of the object ({old["metadata"]["name"].AsString()} based on URL) was undeterminable: name must be provided");
        }

        if (updated.Name != old["metadata"]["name"].AsString())
        {
            throw ApiErrors.BadRequest(
                $"the name of the object ({updated.Name}) does not match the name on the URL ({old["metadata"]["name"].AsString()})");
        }

        if (updated.Namespace != (old["metadata"]["namespace"].AsString() ?? ""))
        {
            throw WrongNamespace(updated.Namespace, old["metadata"]["namespace"].AsString() ?? "");
        }
    }

    private static void CheckUnknownPatchFields(ResourceType type, ServedVersion version, MapNode body, WriteRequest write)
    {
        if (WrongType(type, version, body) is { } wrong)
        {
            // Go prints the patched document; what it says of the value is the same.
            throw ApiErrors.InvalidPatch($"Invalid value: {Json.WriteText((Node)Json.WriteText(body))}: {wrong}");
        }

        var unknown = SchemaWalk.Prune(body, version.Schema);
        if (unknown.Count == 0 || write.Validation == FieldValidation.Ignore) return;
        var texts = unknown.Select(path => $"unknown field \"{path}\"").ToList();
        if (write.Validation == FieldValidation.Strict)
        {
            throw ApiErrors.InvalidPatch($"Invalid value: \"{Json.WriteText(body)}\": strict decoding error: {string.Join(", ", texts)}");
        }

        foreach (var text in texts) write.Warnings.Add(text);
    }

    private void CheckApplied(
        ResourceType type, ServedVersion version, string @namespace, string name, MapNode applied, WriteRequest write)
    {
        var obj = new KubeObject(applied);
        if (obj.ApiVersion.Length > 0 && obj.Kind.Length == 0)
        {
            throw ApiErrors.BadRequest("invalid object type: apiVersion and kind must be set in an applied configuration");
        }

        if (obj.ApiVersion != type.ApiVersion(version.Version))
        {
            throw ApiErrors.BadRequest(
                $"Incorrect version specified in apply patch. Specified patch version: {obj.ApiVersion}, expected: {type.ApiVersion(version.Version)}");
        }

        CheckTypeMeta(type, version, applied);
        var metadata = applied.GetOrAddMap("metadata");
        if (obj.Namespace.Length > 0 && obj.Namespace != @namespace) throw WrongNamespace(obj.Namespace, @namespace);
        FillNamespace(type, metadata, @namespace);
        if (obj.Name.Length == 0) metadata["name"] = name;
        if (obj.Name != name)
            throw ApiErrors.BadRequest($"the name of the object ({obj.Name}) does not match the name on the URL ({name})");
        if (!metadata["managedFields"].IsNullOrAbsent)
        {
            throw ApiErrors.BadRequest("metadata.managedFields must be nil");
        }

        RefuseWrongTypes(type, version, applied);
        var unknown = SchemaWalk.Prune(applied, version.Schema);
        if (unknown.Count > 0)
        {
            // Typed merging has no place for fields that no schema declares, whatever fieldValidation says.
            var texts = unknown.Select(path => $".{path}: field not declared in schema").ToList();
            var why = texts.Count == 1 ? texts[0] : $"errors:\n  {string.Join("\n  ", texts)}";
            throw new ApiException(500, "",
                $"failed to create typed patch object ({@namespace}/{name}; {obj.ApiVersion}, Kind={obj.Kind}): {why}");
        }

        // Who applies the object owns nothing of the status, and the other way round.
        if (version.HasStatus && write.Subresource.Length == 0) applied.Remove("status");
        foreach (var field in (ReadOnlySpan<string>)["creationTimestamp", "uid", "generation", "selfLink", "deletionTimestamp"])
        {
            if (field is not "uid") metadata.Remove(field);
        }

        if (write.Subresource != "status") return;
        foreach (var key in applied.Keys.Where(k => k is not ("apiVersion" or "kind" or "metadata" or "status")).ToList())
            applied.Remove(key);
    }

    private static ApiException ConflictsOf(IReadOnlyList<FieldConflict> conflicts)
    {
        var causes = new ListNode();
        var lines = new List<string>();
        foreach (var byManager in conflicts.GroupBy(Owner).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var fields = byManager.Select(c => c.Field).ToList();
            lines.Add(conflicts.Count == 1
                ? $"conflict with {byManager.Key}: {fields[0]}"
                : $"conflicts with {byManager.Key}:\n- " + string.Join("\n- ", fields));
            foreach (var field in fields)
            {
                causes.Add(new MapNode
                {
                    ["reason"] = "FieldManagerConflict",
                    ["message"] = $"conflict with {byManager.Key}",
                    ["field"] = field,
                });
            }
        }

        var count = conflicts.Count;
        var head = $"Apply failed with {count} conflict{(count == 1 ? "" : "s")}: ";
        return new(409, "Conflict", head + string.Join("\n", lines)) { Details = new MapNode { ["causes"] = causes } };
    }

    private static string Owner(FieldConflict c)
    {
        var text = $"\"{c.Manager}\"";
        if (c.Subresource.Length > 0) text += $" with subresource \"{c.Subresource}\"";
        if (c.ApiVersion.Length > 0) text += " using " + c.ApiVersion;
        if (c.Time.Length > 0) text += " at " + c.Time;
        return text;
    }
}
