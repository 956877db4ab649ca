using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Storage.Persistence;

namespace Plumb.Sandbox.Storage;

/// <summary>
/// All objects in memory, one revision counter. Writes are compare-and-swap on one object under one lock that guards only the swap;
/// reads take immutable states without locks.
/// </summary>
internal sealed class ObjectStore(int historySize)
{
    private const int SubscriberBacklog = 200_000;

    private readonly Lock _gate = new(); // guards commits, the catalog's replacement and the list of subscribers
    private readonly List<Channel<ObjectEvent>> _subscribers = [];
    private volatile Catalog _catalog = new([], 0);
    private long _revision = 1;

    /// <summary>Where changes are kept; null: nowhere.</summary>
    public Journal? Journal { get; private set; }

    public Catalog Catalog => _catalog;

    /// <summary>The newest revision whose changes can all be read.</summary>
    public long Revision => Interlocked.Read(ref _revision);

    /// <summary>
    /// Puts an object in place of what the caller has seen (null: nothing). Gives the stored object, or null when somebody else was
    /// faster. The object's resourceVersion is set and it is frozen.
    /// </summary>
    public StoredObject? Put(KindStore kind, StoredObject? seen, KubeObject obj)
    {
        lock (_gate)
        {
            var state = kind.State;
            if (!ReferenceEquals(state.Find(obj.Namespace, obj.Name), seen)) return null;
            var revision = _revision + 1;
            obj.Root.GetOrAddMap("metadata")["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture);
            obj.Root.Freeze();
            var stored = new StoredObject(obj, revision);
            var items = (seen is null ? state.Items : state.Items.Remove(seen)).Add(stored);
            Publish(kind, new(seen is null ? WatchKind.Added : WatchKind.Modified, stored, seen), items);
            return stored;
        }
    }

    /// <summary>
    /// Removes what the caller has seen; null when somebody else was faster. Gives the last state, at the revision of the delete.
    /// </summary>
    public StoredObject? Remove(KindStore kind, StoredObject seen)
    {
        lock (_gate)
        {
            var state = kind.State;
            if (!ReferenceEquals(state.Find(seen.Namespace, seen.Name), seen)) return null;
            var revision = _revision + 1;
            var last = seen.Object.Root.DeepClone();
            last.GetOrAddMap("metadata")["resourceVersion"] = revision.ToString(CultureInfo.InvariantCulture);
            last.Freeze();
            var stored = new StoredObject(new(last), revision);
            Publish(kind, new(WatchKind.Deleted, stored, seen), state.Items.Remove(seen));
            return stored;
        }
    }

    /// <summary>
    /// A state and the revision it stands for: it has all changes up to that revision and none after. The counter is read first;
    /// every change it counts is already in the state.
    /// </summary>
    public (KindState State, long Revision) Read(KindStore kind)
    {
        var revision = Revision;
        var state = kind.State;
        return (state, Math.Max(revision, state.Revision));
    }

    /// <summary>Serves more, fewer or other kinds. Stores of kinds that stay keep their objects.</summary>
    public void ChangeCatalog(IEnumerable<ResourceType> add, Func<ResourceType, bool>? drop = null)
    {
        lock (_gate)
        {
            var kinds = _catalog.Kinds.ToList();
            foreach (var gone in kinds.Where(k => drop?.Invoke(k.Type) == true).ToList())
            {
                kinds.Remove(gone);
                gone.Removed.Cancel();
            }

            foreach (var type in add)
            {
                var existing = kinds.Find(k => k.Type.Group == type.Group && k.Type.Plural == type.Plural);
                if (existing is null) kinds.Add(new KindStore(type, historySize, _revision));
                else existing.Type = type;
            }

            _catalog = new Catalog(kinds, _catalog.Generation + 1);
        }
    }

    /// <summary>Completes when everything that can be read now survives the process.</summary>
    public Task WhenDurableAsync(CancellationToken ct) =>
        Journal is { } journal ? journal.WhenDurableAsync(Revision, ct) : Task.CompletedTask;

    /// <summary>
    /// Takes what a data file holds, before anybody reads, and writes all later changes to it. Custom kinds are installed by the caller
    /// in between, so objects of kinds that are not served yet are given back.
    /// </summary>
    public IReadOnlyList<(string Group, string Plural, KubeObject Object, long Revision)> Load(
        IEnumerable<(string Group, string Plural, KubeObject Object, long Revision)> items, long revision)
    {
        var unknown = new List<(string, string, KubeObject, long)>();
        lock (_gate)
        {
            _revision = Math.Max(_revision, revision);
            foreach (var resource in items.GroupBy(i => (i.Group, i.Plural)))
            {
                if (_catalog.Resource(resource.Key.Group, resource.Key.Plural) is { } kind) kind.Load([.. resource.Select(Freeze)], _revision);
                else unknown.AddRange(resource);
            }
        }

        return unknown;
    }

    /// <summary>From now on changes are kept.</summary>
    public void Attach(Journal journal)
    {
        lock (_gate) Journal = journal;
    }

    /// <summary>Events of all kinds from the moment of the call.</summary>
    public IAsyncEnumerable<ObjectEvent> Subscribe(CancellationToken ct)
    {
        var channel = Channel.CreateBounded<ObjectEvent>(new BoundedChannelOptions(SubscriberBacklog) { SingleReader = true });
        lock (_gate) _subscribers.Add(channel);
        return ReadAsync(channel, ct);
    }

    private async IAsyncEnumerable<ObjectEvent> ReadAsync(Channel<ObjectEvent> channel, [EnumeratorCancellation] CancellationToken ct)
    {
        try
        {
            await foreach (var e in channel.Reader.ReadAllAsync(ct).ConfigureAwait(false)) yield return e;
        }
        finally
        {
            lock (_gate) _subscribers.Remove(channel);
        }
    }

    private static StoredObject Freeze((string Group, string Plural, KubeObject Object, long Revision) item)
    {
        item.Object.Root.Freeze();
        return new StoredObject(item.Object, item.Revision);
    }

    private void Publish(KindStore kind, StoredEvent e, System.Collections.Immutable.ImmutableSortedSet<StoredObject> items)
    {
        kind.Publish(e, new KindState(items, e.Revision));
        Journal?.Append(new(kind.Type.Group, kind.Type.Plural, e.Current.Namespace, e.Current.Name, e.Revision,
            e.Kind == WatchKind.Deleted ? null : e.Current.Json));
        Interlocked.Exchange(ref _revision, e.Revision);
        for (var i = _subscribers.Count - 1; i >= 0; i--)
        {
            if (_subscribers[i].Writer.TryWrite(new(e.Kind, e.Current.Object))) continue;
            _subscribers[i].Writer.TryComplete(new InvalidOperationException("The reader of events fell too far behind; start over."));
            _subscribers.RemoveAt(i);
        }
    }
}
