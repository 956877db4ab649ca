using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Sources;

namespace Plumb.Reconcile.Rendering;

/// <summary>
/// Remembers renders under what they read. A commit that changes none of it is answered from here, so a change to one application of a
/// large repository renders that one only; so does a revert to what was rendered before. What was looked up in the live system counts as read.
/// </summary>
/// <param name="renderer">Renders what is not remembered.</param>
/// <param name="metrics">Counts renders and hits.</param>
public sealed class RenderCache(IRenderer renderer, ReconcileMetrics metrics)
{
    private const int RendersPerSource = 4;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<Key, LinkedList<Entry>>> _entries = new(StringComparer.Ordinal); // by application

    private sealed record Key(string SpecDigest, int Source, string Capabilities);

    private sealed record Entry(DependencyRecord Record, IReadOnlyDictionary<string, DependencyRecord> References, RenderResult Result)
    {
        /// <summary>Digests of the answers that it got from the live system.</summary>
        public required IReadOnlyDictionary<LiveQuery, string> Live { get; init; }

        public bool Holds(RenderRequest request) =>
            request.Tree.Matches(Record)
            && References.All(r => request.References.TryGetValue(r.Key, out var tree) && tree.Matches(r.Value))
            && Live.All(l => request.Live?.GetValueOrDefault(l.Key)?.Digest == l.Value);
    }

    /// <summary>The render of one source of an application, from memory when its inputs are unchanged.</summary>
    /// <param name="request">What to render.</param>
    /// <param name="sourceIndex">Position of the source in the application.</param>
    /// <param name="ct">Cancels.</param>
    public RenderResult Render(RenderRequest request, int sourceIndex, CancellationToken ct)
    {
        var name = request.Application.Name;
        var key = new Key(request.Application.Digest, sourceIndex, request.Capabilities.Digest);
        foreach (var entry in Remembered(name, key))
        {
            if (!entry.Holds(request)) continue;
            metrics.RenderReused();
            Remember(name, key, entry);
            return entry.Result;
        }

        metrics.Rendered();
        var result = renderer.Render(request, ct);
        if (result.Unanswered is not null) return result;
        Remember(name, key, new Entry(
            request.Tree.Dependencies, request.References.ToDictionary(r => r.Key, r => r.Value.Dependencies), result)
        {
            Live = result.LookedUp.Distinct().ToDictionary(q => q, q => request.Live![q].Digest),
        });
        return result;
    }

    /// <summary>What the last render of a source looked up in the live system: the next one will most likely ask the same.</summary>
    /// <param name="application">The application.</param>
    /// <param name="sourceIndex">Position of the source in the application.</param>
    public IReadOnlyList<LiveQuery> LookedUpBy(ApplicationSpec application, int sourceIndex)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(application.Name, out var all)) return [];
            return [.. all.Where(e => e.Key.Source == sourceIndex && e.Key.SpecDigest == application.Digest)
                .SelectMany(e => e.Value.First!.Value.Result.LookedUp).Distinct()];
        }
    }

    /// <summary>Whether a tree holds something else than what the last render of this source read. Cheap.</summary>
    /// <param name="application">The application.</param>
    /// <param name="sourceIndex">Position of the source in the application.</param>
    /// <param name="tree">A tree of the source's repository.</param>
    public bool IsTouched(string application, int sourceIndex, ITree tree)
    {
        Entry[] last;
        lock (_gate)
        {
            if (!_entries.TryGetValue(application, out var all)) return true;
            last = [.. all.Where(e => e.Key.Source == sourceIndex).Select(e => e.Value.First!.Value)];
        }

        return !Array.Exists(last, entry => tree.Matches(entry.Record));
    }

    /// <summary>Forgets an application that is gone.</summary>
    public void Forget(string application)
    {
        lock (_gate) _entries.Remove(application);
    }

    private Entry[] Remembered(string application, Key key)
    {
        lock (_gate) return _entries.TryGetValue(application, out var all) && all.TryGetValue(key, out var found) ? [.. found] : [];
    }

    /// <summary>The last that was used comes first, the longest unused goes.</summary>
    private void Remember(string application, Key key, Entry entry)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(application, out var all)) _entries[application] = all = [];
            if (!all.TryGetValue(key, out var list))
            {
                // A changed spec makes the renders of the old one useless.
                foreach (var stale in all.Keys.Where(k => k.SpecDigest != key.SpecDigest).ToList()) all.Remove(stale);
                all[key] = list = [];
            }

            list.Remove(entry);
            list.AddFirst(entry);
            if (list.Count > RendersPerSource) list.RemoveLast();
        }
    }
}
