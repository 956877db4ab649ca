using System.Globalization;
using System.Security.Cryptography;
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
internal readonly record struct OwnerReference(string Uid, bool Controller);

/// <summary>
/// One live object at one version: the whole document when an application manages it or cares about it, else only what owner trees
/// need. Immutable, apart from what is worked out on first use.
/// </summary>
internal sealed class LiveObject
{
    private static readonly OwnerReference[] NoOwners = [];

    private object? _health; // a boxed HealthState; written more than once at worst with the same content
    private string? _fingerprint;

    public LiveObject(ResourceId id, KubeObject document, bool namespaced, Func<string?, ResourceId, bool> keepWhole)
    {
        Id = id;
        Version = document.ResourceVersion;
        Uid = document.Uid;
        var metadata = document.Root["metadata"];
        Owners = ReadOwners(metadata["ownerReferences"].AsList());
        Deleting = !metadata["deletionTimestamp"].IsNullOrAbsent;
        CreatedAt = DateTimeOffset.TryParse(
            metadata["creationTimestamp"].AsString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
        Application = Tracking.OwnerOf(document, namespaced);
        IsHook = Application is not null && LiveAnnotations.IsHook(document);
        if (keepWhole(Application, id))
        {
            document.Root.Freeze();
            Document = document;
        }
        else if (Owners.Length > 0)
        {
            _health = Assess(document); // seen in owner trees only
        }
    }

    public ResourceId Id { get; }

    /// <summary><c>metadata.resourceVersion</c>.</summary>
    public string Version { get; }

    public string Uid { get; }

    public OwnerReference[] Owners { get; }

    public bool Deleting { get; }

    /// <summary>What holds up its deletion, where that is known; empty while it is not being deleted.</summary>
    public IReadOnlyList<string> RemainingFinalizers =>
        Deleting && Document?.Root["metadata"]["finalizers"].AsList() is { } list ? [.. list.Select(f => f.AsString()).OfType<string>()] : [];

    public DateTimeOffset? CreatedAt { get; }

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

    private static object Assess(KubeObject document) => ResourceHealth.Assess(document);

    private static OwnerReference[] ReadOwners(ListNode? references)
    {
        if (references is null || references.Count == 0) return NoOwners;
        return [.. references.Select(r => new OwnerReference(r["uid"].AsString() ?? "", r["controller"].AsBool() ?? false))];
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
