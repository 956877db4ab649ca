using System.Collections.Concurrent;
using Plumb.Kubernetes.Compare;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Resources;

namespace Plumb.Kubernetes.Planning;

/// <summary>What is known about the difference between a desired and a live object.</summary>
/// <param name="Same">Nothing is to be done.</param>
/// <param name="Fields">Paths that differ.</param>
/// <param name="Error">The server refuses the change: why; else null.</param>
/// <param name="NeedsRecreation">Refused because it cannot be changed in place.</param>
/// <param name="Predicted">What the server said it would become; kept only for differences.</param>
internal sealed record RememberedVerdict(
    bool Same, IReadOnlyList<string> Fields, string? Error = null, bool NeedsRecreation = false, KubeObject? Predicted = null)
{
    /// <summary>The server does not let us: not remembered, as rights change without a sign on the object.</summary>
    public bool IsForbidden { get; init; }

    /// <summary>The live object at the manifest's version, when another version is watched; kept only for differences.</summary>
    public KubeObject? Live { get; init; }

    /// <summary>What kept rules of the application from being followed, in words.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}

/// <summary>
/// Verdicts by (desired digest, content of the live object), one per application and object: an object that did not change is not
/// compared again, and the server is not asked twice.
/// </summary>
internal sealed class VerdictMemory
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<ResourceId, Entry>> _entries = new(StringComparer.Ordinal); // by application

    private sealed record Entry(string Desired, string Rules, string Version, string? Fingerprint, RememberedVerdict Verdict);

    /// <summary>The verdict; null when either side changed since.</summary>
    public RememberedVerdict? Recall(string application, ResourceId id, string desired, string rules, Cache.LiveObject live)
    {
        if (!_entries.TryGetValue(application, out var own) || !own.TryGetValue(id, out var entry)) return null;
        if (entry.Desired != desired || entry.Rules != rules) return null;
        if (entry.Version == live.Version) return entry.Verdict;
        if (entry.Fingerprint is null || entry.Fingerprint != live.Fingerprint) return null;
        own[id] = entry with { Version = live.Version }; // only its status moved
        return entry.Verdict;
    }

    /// <summary>Remembers.</summary>
    /// <param name="application">For whom.</param>
    /// <param name="id">Which.</param>
    /// <param name="desired">Digest of the desired object.</param>
    /// <param name="rules">Digest of what else decides: the application's ignored differences.</param>
    /// <param name="live">The live object.</param>
    /// <param name="costly">The server was asked: holds across changes of status too.</param>
    /// <param name="verdict">The verdict.</param>
    public void Remember(
        string application, ResourceId id, string desired, string rules, Cache.LiveObject live, bool costly, RememberedVerdict verdict) =>
        _entries.GetOrAdd(application, static _ => new())[id] = new(desired, rules, live.Version, costly ? live.Fingerprint : null, verdict);

    /// <summary>Forgets what is not among an application's objects any more.</summary>
    public void Keep(string application, IReadOnlySet<ResourceId> ids)
    {
        if (!_entries.TryGetValue(application, out var own)) return;
        foreach (var (id, _) in own)
        {
            if (!ids.Contains(id)) own.TryRemove(id, out _);
        }

        if (ids.Count == 0) _entries.TryRemove(application, out _);
    }
}
