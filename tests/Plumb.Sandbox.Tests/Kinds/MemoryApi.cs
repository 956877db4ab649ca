using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Tests.Kinds;

/// <summary>The smallest API that the rules of kinds need: a dictionary.</summary>
internal sealed class MemoryApi(TimeProvider time) : ISandboxApi
{
    private readonly Lock _lock = new(); // guards all below
    private readonly Dictionary<(string, string, string, string), KubeObject> _objects = [];
    private readonly List<Channel<ObjectEvent>> _readers = [];
    private long _version;

    public TimeProvider Time { get; } = time;

    public IReadOnlyList<KubeObject> List(string group, string kind, string? @namespace)
    {
        lock (_lock)
        {
            return [.. _objects.Where(o => o.Key.Item1 == group && o.Key.Item2 == kind && (@namespace is null || o.Key.Item3 == @namespace))
                .Select(o => o.Value)];
        }
    }

    public KubeObject? Get(string group, string kind, string @namespace, string name)
    {
        lock (_lock) return _objects.GetValueOrDefault((group, kind, @namespace, name));
    }

    public KubeObject Create(KubeObject obj, string manager)
    {
        lock (_lock)
        {
            var made = new KubeObject(obj.Root.DeepClone());
            if (_objects.ContainsKey(Key(made))) throw new ApiException(409, "AlreadyExists", made.Name + " already exists");
            var metadata = made.Root.GetOrAddMap("metadata");
            metadata["uid"] = Guid.NewGuid().ToString();
            metadata["creationTimestamp"] = Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            Refuse(KindRules.PrepareCreate(made, this));
            return Store(WatchKind.Added, made);
        }
    }

    public KubeObject Update(KubeObject obj, string manager) => Change(obj, "");

    public KubeObject UpdateStatus(KubeObject obj, string manager) => Change(obj, "status");

    public void Delete(string group, string kind, string @namespace, string name, DeletePropagation propagation, string? uid = null)
    {
        lock (_lock)
        {
            if (!_objects.TryGetValue((group, kind, @namespace, name), out var found) || (uid is not null && found.Uid != uid)) return;
            _objects.Remove(Key(found));
            _version++;
            Tell(WatchKind.Deleted, found);
            var dependents = _objects.Values.Where(o =>
                o.Root["metadata"]["ownerReferences"].AsList()?.Any(r => r["uid"].AsString() == found.Uid) is true).ToList();
            foreach (var dependent in dependents)
            {
                Delete(dependent.GroupVersionKind.Group, dependent.Kind, dependent.Namespace, dependent.Name, propagation);
            }
        }
    }

    public (string Group, string Kind)? KindOf(string group, string plural) => Plumb.Manifests.Schemas.BuiltInKinds.All
        .Where(k => k.Kind.Group == group && k.Plural == plural).Select(k => ((string, string)?)(k.Kind.Group, k.Kind.Kind)).FirstOrDefault();

    public async IAsyncEnumerable<ObjectEvent> WatchAll([EnumeratorCancellation] CancellationToken ct)
    {
        var channel = Channel.CreateUnbounded<ObjectEvent>();
        lock (_lock) _readers.Add(channel);
        await foreach (var change in channel.Reader.ReadAllAsync(ct)) yield return change;
    }

    private static (string, string, string, string) Key(KubeObject obj) => (obj.GroupVersionKind.Group, obj.Kind, obj.Namespace, obj.Name);

    private static void Refuse(IReadOnlyList<Plumb.Manifests.Schemas.SchemaFault> faults)
    {
        if (faults.Count > 0) throw new ApiException(422, "Invalid", string.Join("; ", faults.Select(f => f.Field + ": " + f.Message)));
    }

    private KubeObject Change(KubeObject obj, string subresource)
    {
        lock (_lock)
        {
            if (!_objects.TryGetValue(Key(obj), out var old)) throw new ApiException(404, "NotFound", obj.Name + " not found");
            if (obj.ResourceVersion.Length > 0 && obj.ResourceVersion != old.ResourceVersion) throw new ApiException(409, "Conflict", "stale");
            var updated = new KubeObject(obj.Root.DeepClone());
            Refuse(KindRules.PrepareUpdate(old, updated, subresource, this));
            updated.Root.GetOrAddMap("metadata")["resourceVersion"] = old.ResourceVersion;
            return (Node)updated.Root == (Node)old.Root ? old : Store(WatchKind.Modified, updated);
        }
    }

    private KubeObject Store(WatchKind kind, KubeObject obj)
    {
        obj.Root.GetOrAddMap("metadata")["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        obj.Root.Freeze();
        _objects[Key(obj)] = obj;
        Tell(kind, obj);
        return obj;
    }

    private void Tell(WatchKind kind, KubeObject obj)
    {
        foreach (var reader in _readers) reader.Writer.TryWrite(new(kind, obj));
    }
}
