using Plumb.GoTemplate.Values;
using Plumb.Manifests.Documents;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary>
/// Live objects that were asked for before the render. It notes which of them are used, and ends the render at one that is not known, since a
/// renderer asks nobody. For one render.
/// </summary>
/// <param name="known">The answers there are.</param>
public sealed class KnownObjects(IReadOnlyDictionary<LiveQuery, LiveAnswer> known) : ILiveObjects
{
    private readonly List<LiveQuery> _used = [];

    /// <summary>What was looked up and answered.</summary>
    public IReadOnlyList<LiveQuery> Used => _used;

    /// <inheritdoc/>
    /// <exception cref="UnansweredException">The answer is not known.</exception>
    /// <exception cref="GoError">The answer is a refusal.</exception>
    public MapNode? Find(string apiVersion, string kind, string ns, string name)
    {
        var query = new LiveQuery(apiVersion, kind, ns, name);
        if (!known.TryGetValue(query, out var answer)) throw new UnansweredException(query);
        if (!_used.Contains(query)) _used.Add(query);
        if (answer.Fault is { } fault) throw new GoError(fault);
        return answer.Content.IsEmpty ? null : Json.Parse(answer.Content.Span).AsMap();
    }
}

/// <summary>A render looked up what nobody has asked for yet: ask, and render again.</summary>
/// <param name="query">What.</param>
public sealed class UnansweredException(LiveQuery query) : Exception($"{query} has to be asked for first")
{
    /// <summary>What has to be asked.</summary>
    public LiveQuery Query { get; } = query;
}
