using Plumb.Reconcile.Applications;

namespace Plumb.Reconcile.Sources;

/// <summary>What a source of an application reads of the application's other sources.</summary>
public static class References
{
    /// <summary>
    /// Trees of the sources that this one's value files name by <c>$ref</c>, by that name: fresh ones, as each render has a record of its own.
    /// </summary>
    /// <exception cref="SourceException">One of them cannot be had.</exception>
    public static async Task<IReadOnlyDictionary<string, ITree>> OpenReferencesAsync(
        this ISource sources, ApplicationSpec spec, SourceSpec source, Freshness freshness, CancellationToken ct)
    {
        var trees = new Dictionary<string, ITree>(StringComparer.Ordinal);
        foreach (var referred in spec.Sources.Where(s => s.Ref is not null && source.Helm?.Names(s.Ref) == true))
        {
            var resolved = await sources.ResolveAsync(referred, freshness, ct).ConfigureAwait(false);
            trees[referred.Ref!] = await sources.OpenAsync(referred, resolved.Commit, ct).ConfigureAwait(false);
        }

        return trees;
    }
}
