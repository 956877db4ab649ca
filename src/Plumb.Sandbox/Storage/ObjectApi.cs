using Plumb.Manifests.Documents;
using Plumb.Manifests.Fields;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Access;
using Plumb.Sandbox.Admission;
using Plumb.Sandbox.CustomKinds;

namespace Plumb.Sandbox.Storage;

/// <summary>
/// Reads and writes of objects with all rules of an API server, whoever asks: HTTP, controllers or the lifecycle loops. A write goes:
/// unknown fields, defaults, the kind's rules, validation, ownership, store. It works on a copy of what it has seen and starts again
/// when somebody else was faster.
/// </summary>
internal sealed partial class ObjectApi : ISandboxApi
{
    private const int MaxAttempts = 100;

    private readonly ObjectStore _store;
    private readonly Escalation _escalation;
    private readonly LimitRanges _ranges;
    private readonly Quotas _quotas;

    public ObjectApi(ObjectStore store, TimeProvider time)
    {
        _store = store;
        Time = time;
        _escalation = new(this, new(this));
        _ranges = new(this);
        _quotas = new(this);
        store.ChangeCatalog(Catalog.BuiltIn());
    }

    public TimeProvider Time { get; }

    public ObjectStore Store => _store;

    /// <summary>The server's CA as PEM, for the ConfigMap that every namespace holds.</summary>
    public string RootCertificate { get; init; } = "";

    public IReadOnlyList<KubeObject> List(string group, string kind, string? @namespace) =>
        _store.Catalog.Kind(group, kind) is { } found ? [.. found.State.Range(@namespace, null).Select(o => o.Object)] : [];

    public KubeObject? Get(string group, string kind, string @namespace, string name) =>
        _store.Catalog.Kind(group, kind)?.State.Find(@namespace, name)?.Object;

    public KubeObject Create(KubeObject obj, string manager)
    {
        var (kind, version) = Resolve(obj);
        var ns = !kind.Type.Namespaced ? "" : obj.Namespace.Length == 0 ? "default" : obj.Namespace;
        return Create(kind, version, ns, obj.Root.DeepClone(), new(manager)).Object.Object;
    }

    public KubeObject Update(KubeObject obj, string manager)
    {
        var (kind, version) = Resolve(obj);
        return Update(kind, version, obj.Namespace, obj.Name, obj.Root.DeepClone(), new(manager)).Object.Object;
    }

    public KubeObject UpdateStatus(KubeObject obj, string manager)
    {
        var (kind, version) = Resolve(obj);
        return Update(kind, version, obj.Namespace, obj.Name, obj.Root.DeepClone(), new(manager) { Subresource = "status" }).Object.Object;
    }

    public void Delete(string group, string kind, string @namespace, string name, DeletePropagation propagation, string? uid = null)
    {
        if (_store.Catalog.Kind(group, kind) is not { } found) return;
        try
        {
            Delete(found, @namespace, name, new DeleteRequest { Propagation = propagation, Uid = uid });
        }
        catch (ApiException e) when (e.Code is 404 or 409)
        {
            // Already gone, or it is another object by now.
        }
    }

    public (string Group, string Kind)? KindOf(string group, string plural) =>
        _store.Catalog.Resource(group, plural)?.Type is { } type ? (type.Group, type.Kind) : null;

    public IAsyncEnumerable<ObjectEvent> WatchAll(CancellationToken ct) => _store.Subscribe(ct);

    /// <summary>
    /// Changes an object without the rules for writers: for the server's own bookkeeping. Null: not there, or left as it was.
    /// </summary>
    public StoredObject? Mutate(KindStore kind, string @namespace, string name, Func<MapNode, bool> change, string? manager = null)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (kind.State.Find(@namespace, name) is not { } current) return null;
            var root = current.Object.Root.DeepClone();
            if (!change(root)) return null;
            if (manager is not null && kind.Type.Version(kind.Type.StorageVersion) is { } version)
                ServerSideApply.TrackUpdate(current.Object, new KubeObject(root), version.Schema, new(manager, "", Time.GetUtcNow()));
            if (StoreChanged(kind, current, new KubeObject(root)) is { } stored) return stored;
        }

        throw TooBusy(kind.Type, name);
    }

    private (KindStore Kind, ServedVersion Version) Resolve(KubeObject obj)
    {
        var gvk = obj.GroupVersionKind;
        if (_store.Catalog.Kind(gvk.Group, gvk.Kind) is { } kind && kind.Type.Version(gvk.Version) is { } version) return (kind, version);
        throw ApiErrors.NoSuchPath();
    }

    /// <summary>
    /// Stores a changed object, or removes it when that was the last thing it waited for. Null: somebody else was faster.
    /// </summary>
    private StoredObject? StoreChanged(KindStore kind, StoredObject current, KubeObject changed)
    {
        Conversions.Convert(changed.Root, kind.Type.ApiVersion(kind.Type.StorageVersion));
        if (IsTerminating(changed.Root) && !HasFinalizers(kind.Type, changed.Root))
        {
            // Watches see the object as it was stored; the writer is answered with what it wrote.
            if (Remove(kind, current) is not { } last) return null;
            changed.Root.GetOrAddMap("metadata")["resourceVersion"] = last.Object.ResourceVersion;
            changed.Root.Freeze();
            return new(changed, last.Revision);
        }

        var stored = _store.Put(kind, current, changed);
        if (stored is not null) AfterPut(kind, stored);
        return stored;
    }

    /// <summary>Removes what was seen; null: somebody else was faster.</summary>
    private StoredObject? Remove(KindStore kind, StoredObject current)
    {
        // Who finds a definition gone must not find its kind still served.
        var definition = CustomKindInstaller.IsDefinition(kind.Type);
        if (definition) CustomKindInstaller.Uninstall(_store, current.Name);
        var last = _store.Remove(kind, current);
        if (last is not null) AfterRemove(kind);
        else if (definition && kind.State.Find("", current.Name) is { } kept) CustomKindInstaller.Install(_store, kept.Object);
        return last;
    }

    private void AfterPut(KindStore kind, StoredObject stored)
    {
        // One that is going is served already, and may be gone by now.
        if (!CustomKindInstaller.IsDefinition(kind.Type) || stored.IsTerminating) return;
        CustomKindInstaller.Install(_store, stored.Object);
        AcceptNames(kind, stored.Name);
    }

    private void AfterRemove(KindStore kind)
    {
        if (!CustomKindInstaller.IsDefinition(kind.Type)) return;
        // Its names are free: who waits for one of them gets it.
        foreach (var waiting in kind.State.Range(null, null).Where(d => !CustomKindInstaller.IsEstablished(d.Object)).ToList())
        {
            AcceptNames(kind, waiting.Name);
        }
    }

    /// <summary>What a controller does next for a definition; here it has happened when the answer is given.</summary>
    private void AcceptNames(KindStore kind, string name)
    {
        for (var attempt = 0; attempt < MaxAttempts; attempt++)
        {
            if (kind.State.Find("", name) is not { IsTerminating: false } current) return;
            var changed = new KubeObject(current.Object.Root.DeepClone());
            if (!CustomKindInstaller.Accept(changed.Root, this)) return;
            ServerSideApply.TrackUpdate(
                current.Object, changed, kind.Type.Storage.Schema, new("kube-apiserver", "status", Time.GetUtcNow()));
            if (StoreChanged(kind, current, changed) is not null) return;
        }
    }

    private string Now() => Timestamps.Format(Time.GetUtcNow());

    private static bool IsTerminating(MapNode root) => !root["metadata"]["deletionTimestamp"].IsNullOrAbsent;

    private static bool HasFinalizers(ResourceType type, MapNode root) =>
        root["metadata"]["finalizers"].AsList() is { Count: > 0 }
        || (type.Is("", "Namespace") && root["spec"]["finalizers"].AsList() is { Count: > 0 });

    private static ApiException TooBusy(ResourceType type, string name) => ApiErrors.Stale(type, name);
}

/// <summary>Times as Kubernetes writes them: RFC 3339 in UTC without fractions.</summary>
internal static class Timestamps
{
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
