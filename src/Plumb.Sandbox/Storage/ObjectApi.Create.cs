using System.Security.Cryptography;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Fields;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Patches;
using Plumb.Manifests.Schemas;
using Plumb.Sandbox.Admission;
using Plumb.Sandbox.CustomKinds;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Lifecycle;

namespace Plumb.Sandbox.Storage;

internal sealed partial class ObjectApi
{
    /// <summary>Creates from a body that the caller gives away.</summary>
    /// <exception cref="ApiException">Refused.</exception>
    public WriteResult Create(KindStore kind, ServedVersion version, string @namespace, MapNode body, WriteRequest write)
    {
        CheckTypeMeta(kind.Type, version, body);
        CheckUnknownFields(kind.Type, version, body, write);
        SchemaWalk.Normalize(body, version.Schema);
        return CreateChecked(kind, version, @namespace, new KubeObject(body), write, track: true);
    }

    private WriteResult CreateChecked(
        KindStore kind, ServedVersion version, string @namespace, KubeObject obj, WriteRequest write, bool track)
    {
        var type = kind.Type;
        var metadata = obj.Root.GetOrAddMap("metadata");
        FillNamespace(type, metadata, @namespace);
        NamespaceLifecycle.CheckCreate(this, type, obj.Name, @namespace);
        if (obj.ResourceVersion.Length > 0)
        {
            throw new ApiException(500, "", "resourceVersion should not be set on objects to be created");
        }

        var generateName = metadata["generateName"].AsString() ?? "";
        var generated = obj.Name.Length == 0 && generateName.Length > 0;
        if (obj.Name.Length == 0 && !generated)
        {
            throw ApiErrors.Invalid(type, "", [new("FieldValueRequired", "metadata.name", "Required value: name or generateName is required")]);
        }

        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (generated) metadata["name"] = generateName[..Math.Min(generateName.Length, 58)] + RandomSuffix();
            if (attempt == 0)
            {
                obj = Patched(version, obj, write);
                metadata = obj.Root.GetOrAddMap("metadata");
                PrepareCreated(type, version, obj, write, track);
            }

            if (kind.State.Find(@namespace, obj.Name) is null)
            {
                if (write.Seen > 0) throw new ChangedMeanwhileException();
                if (write.DryRun)
                {
                    if (_quotas.Apply(type, @namespace)) _quotas.Check(type, obj, null);
                    return new(Unstored(type, obj), true);
                }

                Conversions.Convert(obj.Root, type.ApiVersion(type.StorageVersion));
                if (StoreNew(kind, @namespace, obj) is { } stored)
                {
                    AfterPut(kind, stored);
                    if (type.Is("", "Namespace")) NamespaceLifecycle.Furnish(this, stored.Name);
                    return new(stored, true);
                }
            }

            if (!generated) break;
        }

        throw kind.State.Find(@namespace, obj.Name) is { IsTerminating: true }
            ? ApiErrors.AlreadyExists(type, obj.Name, "object is being deleted: ")
            : ApiErrors.AlreadyExists(type, obj.Name);
    }

    /// <summary>What mutating webhooks made of a body.</summary>
    private static KubeObject Patched(ServedVersion version, KubeObject obj, WriteRequest write)
    {
        if (write.Patches.Count == 0) return obj;
        SchemaWalk.ApplyDefaults(obj.Root, version.Schema);
        Node root = obj.Root;
        foreach (var patch in write.Patches) root = JsonPatch.Apply(root, patch);
        return new(root.AsMap()!.DeepClone());
    }

    private StoredObject? StoreNew(KindStore kind, string @namespace, KubeObject obj)
    {
        if (!_quotas.Apply(kind.Type, @namespace)) return _store.Put(kind, null, obj);
        lock (_quotas.Gate)
        {
            _quotas.Check(kind.Type, obj, null);
            return _store.Put(kind, null, obj);
        }
    }

    private void PrepareCreated(ResourceType type, ServedVersion version, KubeObject obj, WriteRequest write, bool track)
    {
        var metadata = obj.Root.GetOrAddMap("metadata");
        SchemaWalk.ApplyDefaults(obj.Root, version.Schema);
        if (version.HasStatus) obj.Root.Remove("status");
        if (track)
        {
            // The writer owns what it wrote and the defaults of that; what the server makes of it from here on has no owner.
            metadata.Remove("managedFields");
            if (!type.IsCustom) KindRules.ApplyDefaults(obj, this);
            if (CustomKindInstaller.IsDefinition(type)) CustomKindInstaller.ApplyDefaults(obj);
            ServerSideApply.TrackUpdate(null, obj, version.Schema, new(write.Manager, write.Subresource, Time.GetUtcNow()));
        }

        metadata.Remove("selfLink");
        metadata.Remove("deletionTimestamp");
        metadata.Remove("deletionGracePeriodSeconds");
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Now();
        var faults = MetadataRules.CheckGenerateName(obj, type);
        if (type.IsCustom)
        {
            metadata["generation"] = 1;
            faults.AddRange(SchemaWalk.Validate(obj.Root, version.Schema));
            if (faults.Count == 0 && version.Rules is { } rules) faults.AddRange(rules.Check(obj.Root, null));
        }
        else
        {
            if (type.Is("", "Pod")) PodAdmission.Admit(type, obj, this);
            _ranges.Default(type, obj, obj.Namespace);
            faults.AddRange(KindRules.PrepareCreate(obj, this));
            if (type.Is("certificates.k8s.io", "CertificateSigningRequest")) SigningRequests.NoteRequester(obj, write.User);
            if (type.Is("", "Namespace")) NamespaceLifecycle.PrepareCreate(obj);
            if (CustomKindInstaller.IsDefinition(type)) faults.AddRange(CustomKindInstaller.Prepare(obj, null));
        }

        AddFaults(faults, MetadataRules.Check(obj, type));
        if (faults.Count > 0) throw ApiErrors.Invalid(type, obj.Name, faults);
        _escalation.Check(type, obj, null, write.User);
        _ranges.Check(type, obj);
    }

    private static void AddFaults(List<SchemaFault> faults, IEnumerable<SchemaFault> more)
    {
        foreach (var fault in more)
        {
            if (!faults.Contains(fault)) faults.Add(fault);
        }
    }

    private static void FillNamespace(ResourceType type, MapNode metadata, string @namespace)
    {
        var stated = metadata["namespace"].AsString() ?? "";
        if (!type.Namespaced)
        {
            if (stated.Length > 0)
                throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
            metadata.Remove("namespace");
            return;
        }

        if (stated.Length > 0 && stated != @namespace)
        {
            throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        }

        metadata["namespace"] = @namespace;
    }

    private void CheckTypeMeta(ResourceType type, ServedVersion version, MapNode body)
    {
        var apiVersion = body["apiVersion"].AsString() ?? "";
        var kind = body["kind"].AsString() ?? "";
        var expected = type.ApiVersion(version.Version);
        if (type.IsCustom && kind.Length == 0)
        {
            throw ApiErrors.BadRequest($"{type.Kind} in version \"{version.Version}\" cannot be handled as a {type.Kind}: " +
                $"Object 'Kind' is missing in '{Json.WriteText(body)}'");
        }

        if (apiVersion.Length == 0) body["apiVersion"] = expected;
        if (kind.Length == 0) body["kind"] = type.Kind;
        if (new KubeObject(body).GroupVersionKind is var stated && stated == new GroupVersionKind(type.Group, version.Version, type.Kind)) return;
        if (type.IsCustom && apiVersion == expected)
        {
            throw ApiErrors.Invalid(new(type.Group, kind, type.Plural, type.Namespaced, type.Versions, type.StorageVersion),
                new KubeObject(body).Name, [new("FieldValueInvalid", "kind", $"Invalid value: \"{kind}\": must be {type.Kind}")]);
        }

        if (type.IsCustom || stated.Kind == type.Kind && KindOf(stated) is not null)
        {
            throw ApiErrors.BadRequest($"the API version in the data ({apiVersion}) does not match the expected API version ({expected})");
        }

        if (apiVersion.Count(c => c == '/') > 1)
        {
            throw ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {type.Kind}): unexpected GroupVersion string: {apiVersion} ({Json.WriteText(body)[..30]} ...)");
        }

        throw ApiErrors.BadRequest($"{stated.Kind} in version \"{stated.Version}\" cannot be handled as a {type.Kind}: {WhyNot(stated, type)}");
    }

    private KindStore? KindOf(GroupVersionKind kind) =>
        _store.Catalog.Kind(kind.Group, kind.Kind) is { } found && !found.Type.IsCustom && found.Type.Version(kind.Version) is not null ? found : null;

    /// <summary>Why a kind is not another one, as Go's converter says it.</summary>
    private string WhyNot(GroupVersionKind stated, ResourceType type)
    {
        if (KindOf(stated) is not null)
        {
            return $"converting ({stated.Version}.{stated.Kind}) to ({GoPackage(type.Group)}.{type.Kind}): unknown conversion";
        }

        const string Scheme = "pkg/api/legacyscheme/scheme.go:30";
        return $"no kind \"{stated.Kind}\" is registered for version \"{stated.ApiVersion}\" in scheme \"{Scheme}\"";
    }

    private static string GoPackage(string group) => group.Length == 0 ? "core" : group.Split('.')[0];

    /// <summary>
    /// Drops what the schema does not know and says so; refuses built-in kinds with values of the wrong type, as Go cannot hold them.
    /// </summary>
    private static void CheckUnknownFields(ResourceType type, ServedVersion version, MapNode body, WriteRequest write)
    {
        RefuseWrongTypes(type, version, body);
        var unknown = SchemaWalk.Prune(body, version.Schema);
        if (unknown.Count == 0 || write.Validation == FieldValidation.Ignore) return;
        var texts = unknown.Select(path => $"unknown field \"{path}\"").ToList();
        if (write.Validation == FieldValidation.Strict)
        {
            throw ApiErrors.BadRequest(
                $"{type.Kind} in version \"{version.Version}\" cannot be handled as a {type.Kind}: strict decoding error: {string.Join(", ", texts)}");
        }

        foreach (var text in texts) write.Warnings.Add(text);
    }

    private static void RefuseWrongTypes(ResourceType type, ServedVersion version, MapNode body)
    {
        if (WrongType(type, version, body) is not { } wrong) return;
        throw ApiErrors.BadRequest($"{type.Kind} in version \"{version.Version}\" cannot be handled as a {type.Kind}: {wrong}");
    }

    private static string? WrongType(ResourceType type, ServedVersion version, MapNode body) => type.IsCustom
        ? null
        : SchemaWalk.Validate(body, version.Schema).FirstOrDefault(f => f.Reason == "FieldValueTypeInvalid")?.Message;

    /// <summary>An object as a dry run answers with it: not stored, without a resourceVersion of its own.</summary>
    private static StoredObject Unstored(ResourceType type, KubeObject obj)
    {
        Conversions.Convert(obj.Root, type.ApiVersion(type.StorageVersion));
        obj.Root.Freeze();
        return new(obj, 0);
    }

    private static string RandomSuffix() => RandomNumberGenerator.GetString("bcdfghjklmnpqrstvwxz2456789", 5);
}
