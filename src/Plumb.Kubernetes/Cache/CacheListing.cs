using Plumb.Kubernetes.Discovery;

namespace Plumb.Kubernetes.Cache;

/// <summary>
/// A list on its way into the cache: each object is taken as it is read, and once all are, what was not among them is gone. Until then
/// nothing is taken away, so that a list that breaks off loses nothing.
/// </summary>
internal sealed class CacheListing(ObjectCache cache, ApiResource kind, string @namespace, bool whole)
{
    private readonly HashSet<(string Namespace, string Name)> _listed = [];

    /// <summary>One object. Whether more is wanted of it than its metadata.</summary>
    public bool Put(ReadOnlySpan<byte> text)
    {
        var wanted = cache.Put(kind, text, whole, out var id);
        _listed.Add((id.Namespace, id.Name));
        return wanted;
    }

    /// <summary>It is complete at this version: what was not listed and is not newer is gone.</summary>
    public void Complete(string version)
    {
        foreach (var known in cache.OfKind(kind.GroupKind))
        {
            if (@namespace.Length > 0 && known.Namespace != @namespace) continue;
            if (_listed.Contains((known.Namespace, known.Name))) continue;
            if (LiveObject.IsNewer(known.Version, version) && known.Version != version) continue; // made by us after the list
            cache.Remove(known.Id, known.Uid);
        }
    }
}
