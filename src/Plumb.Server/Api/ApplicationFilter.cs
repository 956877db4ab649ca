using System.Globalization;
using System.Net;
using Plumb.Api;
using Plumb.Manifests.Objects;

namespace Plumb.Server.Api;

/// <summary>Which applications of a list are asked for, and in which order.</summary>
internal sealed class ApplicationFilter
{
    private static readonly string[] WorstFirst = ["Degraded", "Missing", "Unknown", "Progressing", "Suspended", "Healthy"];
    private static readonly string[] OutOfSyncFirst = ["OutOfSync", "Unknown", "Synced"];

    private readonly ApplicationQuery _query;
    private readonly LabelQuery _labels;
    private readonly string[] _words;
    private readonly int _start;

    private ApplicationFilter(ApplicationQuery query, LabelQuery labels, int start) =>
        (_query, _labels, _start, _words) = (query, labels, start, query.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    /// <summary>Reads a query.</summary>
    /// <exception cref="PlumbApiException">With status 400: something in it means nothing.</exception>
    public static ApplicationFilter Of(ApplicationQuery query)
    {
        if (query.Limit is < 1 or > ApplicationQuery.MaxLimit) throw Bad($"limit is {query.Limit}; it can be 1 to {ApplicationQuery.MaxLimit}");
        var start = 0;
        if (query.After is { } after && !(int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out start) && start >= 0))
            throw Bad($"after is \"{after}\"; it is what the page before gave as next");
        if (query.Sort.TrimStart('-') is not ("name" or "project" or "cluster" or "health" or "sync" or "changed"))
            throw Bad($"sort is \"{query.Sort}\"; it can be name, project, cluster, health, sync or changed, with - before it the other way round");
        try
        {
            return new ApplicationFilter(query, LabelQuery.Parse(query.Labels), start);
        }
        catch (FormatException e)
        {
            throw Bad(e.Message);
        }
    }

    /// <summary>The part that is asked for.</summary>
    public Page<ApplicationSummary> Page(IEnumerable<ApplicationSummary> all)
    {
        var found = Sort(all.Where(Fits)).ToList();
        var items = found.Skip(_start).Take(_query.Limit).ToList();
        var next = _start + items.Count;
        return new Page<ApplicationSummary>(items, found.Count, next < found.Count ? next.ToString(CultureInfo.InvariantCulture) : null);
    }

    private bool Fits(ApplicationSummary a) =>
        Any(_query.Health, a.Health) && Any(_query.Sync, a.Sync) && Any(_query.Projects, a.Project) && Any(_query.Clusters, a.Cluster)
        && Any(_query.Namespaces, a.Namespace) && _labels.Matches(a.Labels) && (!_query.Attention || NeedsAttention(a)) && Array.TrueForAll(_words, w => Holds(a, w));

    private static bool Any(IReadOnlyList<string> wanted, string value) => wanted.Count == 0 || wanted.Contains(value, StringComparer.OrdinalIgnoreCase);

    private static bool NeedsAttention(ApplicationSummary a) => a.Sync != "Synced" || a.Health != "Healthy" || a.Errors > 0 || a.NeedsConfirmation;

    private static bool Holds(ApplicationSummary a, string word) =>
        new[] { a.Name, a.Project, a.Cluster, a.Namespace, a.Repository, a.Path, a.Chart }.Concat(a.Labels.Keys).Concat(a.Labels.Values)
            .Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase));

    private IEnumerable<ApplicationSummary> Sort(IEnumerable<ApplicationSummary> found)
    {
        var descending = _query.Sort.StartsWith('-');
        IOrderedEnumerable<ApplicationSummary> By<T>(Func<ApplicationSummary, T> key, IComparer<T>? comparer = null) =>
            descending ? found.OrderByDescending(key, comparer) : found.OrderBy(key, comparer);
        var sorted = _query.Sort.TrimStart('-') switch
        {
            "project" => By(a => a.Project, StringComparer.Ordinal),
            "cluster" => By(a => a.Cluster, StringComparer.Ordinal),
            "health" => By(a => Array.IndexOf(WorstFirst, a.Health)),
            "sync" => By(a => Array.IndexOf(OutOfSyncFirst, a.Sync)),
            "changed" => By(a => -(a.ChangedAt ?? DateTimeOffset.MinValue).UtcTicks),
            _ => By(a => a.Name, StringComparer.Ordinal),
        };
        return sorted.ThenBy(a => a.Name, StringComparer.Ordinal);
    }

    private static PlumbApiException Bad(string message) => new(message, HttpStatusCode.BadRequest);
}
