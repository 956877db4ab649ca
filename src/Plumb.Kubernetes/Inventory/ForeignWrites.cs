using Plumb.Kubernetes.Cache;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Compare;
using Plumb.Manifests.Documents;
using Plumb.Reconcile.Resources;

namespace Plumb.Kubernetes.Inventory;

/// <summary>
/// Notices a second Plumb on the cluster: writes under our own field manager that are not ours. It costs no request and no object of its
/// own, as the API server notes the time of each manager's last change on the object. Thread-safe.
/// </summary>
internal sealed class ForeignWrites(TimeProvider time)
{
    /// <summary>One write may be of the process before this one, still under way when that was killed.</summary>
    private const int Proof = 2;

    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);
    private static readonly TimeSpan Doubtful = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<ResourceId, int> _ours = []; // writes under way
    private readonly Dictionary<ResourceId, long> _unanswered = []; // writes that may have been done all the same
    private readonly List<(string Application, ResourceId Id, DateTimeOffset At, long Seen)> _seen = [];

    /// <summary>Makes a write of ours; while it runs, and if nobody answers for a while after, what appears on the object is ours.</summary>
    public async Task<T> DuringAsync<T>(ResourceId id, Func<Task<T>> write)
    {
        lock (_gate) _ours[id] = _ours.GetValueOrDefault(id) + 1;
        var answered = false;
        try
        {
            var result = await write();
            answered = true;
            return result;
        }
        catch (KubeApiException e) when (!e.IsUnreachable)
        {
            answered = true;
            throw;
        }
        finally
        {
            lock (_gate)
            {
                if (--_ours[id] == 0) _ours.Remove(id);
                if (!answered) _unanswered[id] = time.GetTimestamp();
            }
        }
    }

    /// <summary>Takes in a change of the cache, of whatever cause.</summary>
    public void Look(CacheChange change)
    {
        if (change is not { Before: { Document: { } before } was, After: { Document: { } after, Application: { } application } now }) return;
        if (!was.Identity.Equals(now.Identity) || was.Version == now.Version) return;
        var last = LastWrite(after.Root);
        if (last is null || (last == LastWrite(before.Root) && !IsWithinTheSecond(before.Root, after.Root, last))) return;
        lock (_gate)
        {
            if (_ours.ContainsKey(now.Id)) return;
            if (_unanswered.Remove(now.Id, out var since) && time.GetElapsedTime(since) < Doubtful) return;
            Forget();
            _seen.Add((application, now.Id, time.GetUtcNow(), time.GetTimestamp()));
        }
    }

    /// <summary>That another Plumb writes to the application's objects, in words; null when nothing tells of one.</summary>
    public string? Of(string application)
    {
        lock (_gate)
        {
            Forget();
            var seen = _seen.Where(s => s.Application == application).ToList();
            if (seen.Count < Proof) return null;
            var last = seen[^1];
            return $"something else writes to this application's objects as field manager {Comparison.FieldManager}: {seen.Count} times within the last hour, "
                + $"{last.Id} at {last.At:HH:mm:ss} UTC. It is probably a second Plumb on this cluster: stop one of the two, or give them different applications";
        }
    }

    /// <summary>
    /// The server notes times by the second: two that answer each other at once leave the same one. Such a write shows by what it changed,
    /// when nobody else has written as late.
    /// </summary>
    private static bool IsWithinTheSecond(MapNode before, MapNode after, string last)
    {
        foreach (var entry in after["metadata"]["managedFields"].AsList() ?? [])
        {
            var isOurs = entry["manager"].AsString() == Comparison.FieldManager && entry["subresource"].IsNullOrAbsent;
            if (!isOurs && string.CompareOrdinal(entry["time"].AsString(), last) >= 0) return false;
        }

        return before.Keys.Union(after.Keys).Any(key => key is not ("metadata" or "status") && before[key] != after[key]);
    }

    private void Forget() => _seen.RemoveAll(s => time.GetElapsedTime(s.Seen) > Remembered);

    private static string? LastWrite(MapNode root) => root["metadata"]["managedFields"].AsList()?
        .Where(e => e["manager"].AsString() == Comparison.FieldManager && e["subresource"].IsNullOrAbsent)
        .Select(e => e["time"].AsString()).Max(StringComparer.Ordinal);
}
