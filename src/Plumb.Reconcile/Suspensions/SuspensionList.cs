using System.Collections.Concurrent;

namespace Plumb.Reconcile.Suspensions;

/// <summary>Which applications are suspended now. Those whose time is over are not.</summary>
internal sealed class SuspensionList(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, Suspension> _all = new(StringComparer.Ordinal);

    /// <summary>An application's suspension; null when it has none that still holds.</summary>
    public Suspension? Find(string application)
    {
        if (!_all.TryGetValue(application, out var found)) return null;
        if (found.Until is not { } until || until > time.GetUtcNow()) return found;
        // Only this one: another may have been set meanwhile.
        _all.TryRemove(new KeyValuePair<string, Suspension>(application, found));
        return null;
    }

    /// <summary>Sets it, or with null ends it.</summary>
    public void Set(string application, Suspension? suspension)
    {
        if (suspension is null) _all.TryRemove(application, out _);
        else _all[application] = suspension;
    }
}
