using Plumb.Reconcile.Resources;

namespace Plumb.Reconcile.Registry;

/// <summary>Which applications state which resources, over all applications of this Plumb. Thread-safe.</summary>
internal sealed class Claims
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Target, ResourceId Id), List<string>> _byResource = [];
    private readonly Dictionary<string, (string Target, HashSet<ResourceId> Ids)> _byApplication = new(StringComparer.Ordinal);

    /// <summary>
    /// Replaces what an application states. The first to state a resource stays first. Returns the applications that state something
    /// this one has given up.
    /// </summary>
    public IReadOnlyList<string> Set(string application, string target, IEnumerable<ResourceId> ids)
    {
        var next = ids.ToHashSet();
        lock (_gate)
        {
            var heirs = Withdraw(application, keep: (target, next));
            foreach (var id in next)
            {
                var key = (target, id);
                if (!_byResource.TryGetValue(key, out var owners)) _byResource[key] = owners = [];
                if (!owners.Contains(application)) owners.Add(application);
            }

            _byApplication[application] = (target, next);
            return heirs;
        }
    }

    /// <summary>Forgets an application. Returns the applications that state something it stated.</summary>
    public IReadOnlyList<string> Remove(string application)
    {
        lock (_gate)
        {
            var heirs = Withdraw(application, keep: null);
            _byApplication.Remove(application);
            return heirs;
        }
    }

    /// <summary>Whether the application has said yet what it states.</summary>
    public bool IsKnown(string application)
    {
        lock (_gate) return _byApplication.ContainsKey(application);
    }

    /// <summary>Whether the application states the resource.</summary>
    public bool States(string application, string target, ResourceId id)
    {
        lock (_gate) return _byApplication.TryGetValue(application, out var found) && found.Target == target && found.Ids.Contains(id);
    }

    /// <summary>The first other application that states the resource; null when there is none.</summary>
    public string? Other(string application, string target, ResourceId id)
    {
        lock (_gate) return _byResource.TryGetValue((target, id), out var owners) ? owners.Find(o => o != application) : null;
    }

    /// <summary>The application that stated the resource first; null when none does.</summary>
    public string? First(string target, ResourceId id)
    {
        lock (_gate) return _byResource.TryGetValue((target, id), out var owners) ? owners[0] : null;
    }

    private List<string> Withdraw(string application, (string Target, HashSet<ResourceId> Ids)? keep)
    {
        List<string> heirs = [];
        if (!_byApplication.TryGetValue(application, out var old)) return heirs;
        foreach (var id in old.Ids)
        {
            if (keep is { } k && k.Target == old.Target && k.Ids.Contains(id)) continue;
            if (!_byResource.TryGetValue((old.Target, id), out var owners)) continue;
            owners.Remove(application);
            if (owners.Count == 0) _byResource.Remove((old.Target, id));
            else heirs.AddRange(owners);
        }

        return [.. heirs.Distinct(StringComparer.Ordinal)];
    }
}
