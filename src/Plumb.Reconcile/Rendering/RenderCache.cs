using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Sources;

namespace Plumb.Reconcile.Rendering;

/// <summary>
/// Remembers renders under what they read. A commit that changes none of it is answered from here, so a change to one application of a
/// large repository renders that one only; so does a revert to what was rendered before.
/// </summary>
/// <param name="renderer">Renders what is not remembered.</param>
/// <param name="metrics">Counts renders and hits.</param>
public sealed class RenderCache(IRenderer renderer, ReconcileMetrics metrics)
{
    private const int RendersPerSource = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<Key, LinkedList<Entry>> _entries = [];

    private sealed record Key(string Application, string SpecDigest, int Source, string Capabilities);

    private sealed record Entry(DependencyRecord Record, RenderResult Result);

    /// <summary>The render of one source of an application, from memory when its inputs are unchanged.</summary>
    /// <param name="request">What to render.</param>
    /// <param name="sourceIndex">Position of the source in the application.</param>
    /// <param name="ct">Cancels.</param>
    public RenderResult Render(RenderRequest request, int sourceIndex, CancellationToken ct)
    {
        var key = new Key(request.Application.Name, request.Application.Digest, sourceIndex, request.Capabilities.Digest);
        foreach (var entry in Candidates(key))
        {
            if (!request.Tree.Matches(entry.Record)) continue;
            metrics.RenderReused();
            return entry.Result;
        }

        metrics.Rendered();
        var result = renderer.Render(request, ct);
        Remember(key, new Entry(request.Tree.Dependencies, result));
        return result;
    }

    /// <summary>Forgets an application that is gone.</summary>
    public void Forget(string application)
    {
        lock (_gate)
        {
            foreach (var key in _entries.Keys.Where(k => k.Application == application).ToList()) _entries.Remove(key);
        }
    }

    private Entry[] Candidates(Key key)
    {
        lock (_gate) return _entries.TryGetValue(key, out var found) ? [.. found] : [];
    }

    private void Remember(Key key, Entry entry)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(key, out var list))
            {
                // A changed spec makes the renders of the old one useless.
                foreach (var stale in _entries.Keys.Where(k => k.Application == key.Application && k.SpecDigest != key.SpecDigest).ToList())
                    _entries.Remove(stale);
                _entries[key] = list = [];
            }

            list.AddFirst(entry);
            if (list.Count > RendersPerSource) list.RemoveLast();
        }
    }
}
