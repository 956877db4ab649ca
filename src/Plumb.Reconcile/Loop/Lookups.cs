using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Projects;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Loop;

/// <summary>
/// Answers what one render looks up, from the application's own cluster, within what its project allows and as the user it is delivered
/// as. Each thing is asked once, so that a render sees one state however often it is begun anew.
/// </summary>
internal sealed class Lookups(ApplicationSpec spec, ProjectSpec project, ITarget target, TargetCapabilities capabilities, string? user)
{
    /// <summary>The most that one source may look up.</summary>
    public const int Most = 100;

    private readonly Dictionary<LiveQuery, LiveAnswer> _known = [];

    /// <summary>What is known; grows by <see cref="AskAsync"/>.</summary>
    public IReadOnlyDictionary<LiveQuery, LiveAnswer> Known => _known;

    /// <summary>Asks, unless it is known.</summary>
    /// <exception cref="TargetException">The cluster cannot be reached.</exception>
    public async Task AskAsync(LiveQuery query, CancellationToken ct)
    {
        if (_known.ContainsKey(query)) return;
        _known[query] = Refusal(query) is { } refused ? LiveAnswer.Refused(refused)
            : NamesNothing(query) ? LiveAnswer.Nothing
            : await target.LookUpAsync(new LookupRequest(spec.Name, query, user), ct).ConfigureAwait(false);
    }

    private string? Refusal(LiveQuery query)
    {
        if (_known.Count >= Most) return $"more than {Most} things are looked up";
        return NamesNothing(query) ? null : ProjectRules.CheckLookup(query, IsClusterScoped(query), spec.Destination, project);
    }

    /// <summary>One object of a kind that lives in namespaces, in none: no cluster has it.</summary>
    private bool NamesNothing(LiveQuery query) => query.Name.Length > 0 && query.Namespace.Length == 0 && !IsClusterScoped(query);

    private bool IsClusterScoped(LiveQuery query) =>
        capabilities.ClusterScopedKinds.Contains(query.Group.Length == 0 ? query.Kind : $"{query.Group}/{query.Kind}");
}
