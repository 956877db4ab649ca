using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>
/// Which objects a controller owns, by the owner's uid: an index of keys only, always checked against the stored object. What the
/// controllers create is entered at once, before its event comes, so nothing is ever created twice. Thread-safe.
/// </summary>
internal sealed class Owners
{
    private readonly Dictionary<string, HashSet<ObjectKey>> _byUid = new(StringComparer.Ordinal); // guarded by itself

    public static MapNode? ControllerOf(KubeObject obj) =>
        obj.Root["metadata"]["ownerReferences"].Maps().FirstOrDefault(o => o["controller"].AsBool() is true);

    public void Observe(ObjectEvent change)
    {
        if (ControllerOf(change.Object)?["uid"].AsString() is not { } uid) return;
        var key = ObjectKey.Of(change.Object);
        lock (_byUid)
        {
            if (change.Kind != WatchKind.Deleted)
            {
                if (!_byUid.TryGetValue(uid, out var keys)) _byUid[uid] = keys = [];
                keys.Add(key);
            }
            else if (_byUid.TryGetValue(uid, out var keys))
            {
                // An object of that name may have been made again meanwhile: Dependents drops keys that are stale.
                keys.Remove(key);
                if (keys.Count == 0) _byUid.Remove(uid);
            }
        }
    }

    public List<ObjectKey> KeysOf(string uid, string kind)
    {
        lock (_byUid)
        {
            return _byUid.TryGetValue(uid, out var keys) ? [.. keys.Where(k => k.Kind == kind)] : [];
        }
    }
}
