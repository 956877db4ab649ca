using System.Globalization;
using System.Security.Cryptography;
using Plumb.Kubernetes.Discovery;
using Plumb.Kubernetes.Health;
using Plumb.Kubernetes.Inventory;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Resources;

namespace Plumb.Kubernetes.Cache;

/// <summary>An owner as an object names it.</summary>
/// <param name="Uid">The owner's uid.</param>
/// <param name="Controller">Whether that owner manages it.</param>
internal readonly record struct OwnerReference(ObjectUid Uid, bool Controller);

/// <summary>What is kept of an object, as its metadata decides.</summary>
internal enum ObjectDepth
{
    /// <summary>Its identity: nobody manages it and no tree shows it.</summary>
    Identity,

    /// <summary>Its identity and its health, which owner trees show.</summary>
    Health,

    /// <summary>The document: an application manages it or cares about it.</summary>
    Document,
}

/// <summary>
/// One live object at one version: the whole document when an application manages it or cares about it, else only what owner trees
/// need. Immutable, apart from what is worked out on first use. Clusters hold hundreds of thousands of these: fields are as small as
/// they can be.
/// </summary>
internal sealed class LiveObject
{
    private static readonly OwnerReference[] NoOwners = [];
    private static readonly object PlainlyHealthy = HealthState.Healthy; // one box for most
    private readonly ApiResource _kind;
    private readonly string _namespace;
    private readonly string _name;
    private readonly string? _versionText; // of documents, where the text is there anyway, and of versions that are no number
    private readonly ulong _version;
    private readonly long _createdAt; // seconds since 1970; long.MinValue: not said
    private object? _health; // a boxed HealthState; written more than once at worst with the same content
    private string? _fingerprint;

    /// <summary>From its metadata alone.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="id">Its identity, of shared strings.</param>
    /// <param name="metadata">A document that has its metadata, and may have more.</param>
    /// <param name="application">Whose it is, by <see cref="Tracking"/>.</param>
    public LiveObject(ApiResource kind, ResourceId id, KubeObject metadata, string? application)
    {
        (_kind, _namespace, _name, Application) = (kind, id.Namespace, id.Name, application);
        var map = metadata.Root["metadata"];
        var version = metadata.ResourceVersion;
        if (!ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out _version)) _versionText = version;
        Identity = new ObjectUid(metadata.Uid);
        Owners = ReadOwners(map["ownerReferences"].AsList());
        Deleting = !map["deletionTimestamp"].IsNullOrAbsent;
        _createdAt = DateTimeOffset.TryParse(
            map["creationTimestamp"].AsString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUnixTimeSeconds()
            : long.MinValue;
        IsHook = Application is not null && LiveAnnotations.IsHook(metadata);
    }

    /// <summary>From its document, which is kept (and frozen) or only judged.</summary>
    public LiveObject(ApiResource kind, ResourceId id, KubeObject document, string? application, ObjectDepth depth)
        : this(kind, id, document, application)
    {
        if (depth == ObjectDepth.Document)
        {
            document.Root.Freeze();
            Document = document;
            _versionText = document.ResourceVersion;
        }
        else if (depth == ObjectDepth.Health)
        {
            _health = Assess(document);
        }
    }

    public ResourceId Id => new(_kind.Type.Group, _kind.Type.Kind, _namespace, _name);

    /// <summary>The kind at the version that was read.</summary>
    public ApiResource Kind => _kind;

    public string Namespace => _namespace;

    public string Name => _name;

    /// <summary><c>metadata.resourceVersion</c>.</summary>
    public string Version => _versionText ?? _version.ToString(CultureInfo.InvariantCulture);

    /// <summary><c>metadata.uid</c>.</summary>
    public string Uid => Identity.ToString();

    /// <summary><c>metadata.uid</c>, small.</summary>
    public ObjectUid Identity { get; }

    public OwnerReference[] Owners { get; }

    public bool Deleting { get; }

    /// <summary>What holds up its deletion, where that is known; empty while it is not being deleted.</summary>
    public IReadOnlyList<string> RemainingFinalizers =>
        Deleting && Document?.Root["metadata"]["finalizers"].AsList() is { } list ? [.. list.Select(f => f.AsString()).OfType<string>()] : [];

    public DateTimeOffset? CreatedAt => _createdAt == long.MinValue ? null : DateTimeOffset.FromUnixTimeSeconds(_createdAt);

    /// <summary>The application it belongs to by its tracking annotation; null when to none.</summary>
    public string? Application { get; }

    /// <summary>Made as a hook.</summary>
    public bool IsHook { get; }

    /// <summary>The frozen document; null when only its identity is kept.</summary>
    public KubeObject? Document { get; }

    /// <summary>Whether a controller made it, so that no inventory lists it.</summary>
    public bool IsControlled => Owners.Any(o => o.Controller);

    /// <summary>Its health. Unknown when only its identity is kept and nothing owns it.</summary>
    public HealthState Health
    {
        get
        {
            if (_health is null && Document is not null) _health = Assess(Document);
            return _health is HealthState known ? known : new HealthState(HealthStatus.Unknown);
        }
    }

    /// <summary>
    /// Hash of all that a comparison looks at. A change of status gives a new version and the same fingerprint, so that what the server
    /// once told about the difference still holds.
    /// </summary>
    public string Fingerprint => _fingerprint ??= Document is null ? Version : ComputeFingerprint(Document.Root);

    /// <summary>Whether <paramref name="version"/> is newer than <paramref name="than"/>. Not comparable: taken as newer.</summary>
    public static bool IsNewer(string version, string than) =>
        !ulong.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var a)
        || !ulong.TryParse(than, NumberStyles.None, CultureInfo.InvariantCulture, out var b)
        || a > b;

    /// <summary>The same of two objects at known versions; not comparable: no.</summary>
    public static bool IsNewer(LiveObject one, LiveObject than) =>
        one._version > than._version && than._version > 0;

    /// <summary>Whether this is the same object at the same version, as the same version of its kind, and known no less well.</summary>
    public bool Covers(LiveObject other) =>
        Identity.Equals(other.Identity) && _version == other._version && Version == other.Version
        && (Document is not null || other.Document is null) && _kind.Type == other._kind.Type;

    private static object Assess(KubeObject document) =>
        ResourceHealth.Assess(document) is var health && health == HealthState.Healthy ? PlainlyHealthy : (object)health;

    private static OwnerReference[] ReadOwners(ListNode? references)
    {
        if (references is null || references.Count == 0) return NoOwners;
        return [.. references.Select(r => new OwnerReference(new ObjectUid(r["uid"].AsString() ?? ""), r["controller"].AsBool() ?? false))];
    }

    private static string ComputeFingerprint(MapNode root)
    {
        var relevant = new MapNode(root.Count);
        foreach (var (key, value) in root)
        {
            if (key is not ("status" or "metadata")) relevant[key] = value;
        }

        var metadata = new MapNode();
        foreach (var (key, value) in root["metadata"].AsMap() ?? [])
        {
            if (key is "resourceVersion" or "managedFields" or "generation") continue;
            metadata[key] = value;
        }

        relevant["metadata"] = metadata;
        foreach (var entry in root["metadata"]["managedFields"].AsList() ?? [])
        {
            if (entry["manager"].AsString() == Compare.Comparison.FieldManager) relevant["owned"] = entry["fieldsV1"];
        }

        return Convert.ToHexStringLower(SHA256.HashData(Json.Write(relevant)));
    }
}
