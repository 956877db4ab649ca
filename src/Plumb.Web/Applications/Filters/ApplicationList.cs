using System.Runtime.InteropServices;
using Plumb.Web.Words;

namespace Plumb.Web.Applications.Filters;

/// <summary>
/// What a filter makes of all applications. Each count says how many there would be if its value were chosen: it heeds all other parts of the
/// filter, but not its own.
/// </summary>
public sealed class ApplicationList
{
    private ApplicationList(IReadOnlyList<ApplicationSummary> shown, Dictionary<string, IReadOnlyList<KeyValuePair<string, int>>> counts, string? fault) =>
        (Shown, Counts, LabelFault) = (shown, counts, fault);

    /// <summary>The applications to show, in order.</summary>
    public IReadOnlyList<ApplicationSummary> Shown { get; }

    /// <summary>By part of the filter (<c>health</c>, <c>sync</c>, <c>project</c>, <c>cluster</c>, <c>namespace</c>, <c>attention</c>): values with counts.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<KeyValuePair<string, int>>> Counts { get; }

    /// <summary>What is wrong with the label selector, which then leaves nothing out; null when nothing is.</summary>
    public string? LabelFault { get; }

    /// <summary>Filters, sorts and counts.</summary>
    public static ApplicationList Of(IReadOnlyList<ApplicationSummary> all, ApplicationFilter filter)
    {
        var words = filter.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var selector = LabelSelector.Parse(filter.Labels, out var fault);
        Part[] parts =
        [
            new("health", filter.Health, application => application.Health),
            new("sync", filter.Sync, application => application.Sync),
            new("project", filter.Projects, application => application.Project),
            new("cluster", filter.Clusters, application => application.Cluster),
            new("namespace", filter.Namespaces, application => application.Namespace),
        ];
        var attention = new int[AttentionKinds.WithAny.Count];
        List<ApplicationSummary> shown = [];
        foreach (var application in all)
        {
            if (!Holds(application, words) || (selector is not null && !selector.Matches(application.Labels)))
            {
                continue;
            }

            // An application counts for a value of a part when no other part leaves it out.
            var attends = filter.Attention.Length == 0 || AttentionKinds.Is(application, filter.Attention);
            var (misses, missed) = (0, parts[0]);
            foreach (var part in parts)
            {
                if (!part.Choice.Shows(part.Value(application)))
                {
                    (misses, missed) = (misses + 1, part);
                }
            }

            if (misses == 0)
            {
                for (var i = 0; i < attention.Length; i++)
                {
                    attention[i] += AttentionKinds.Is(application, AttentionKinds.WithAny[i]) ? 1 : 0;
                }
            }

            if (!attends || misses > 1)
            {
                continue;
            }

            foreach (var part in parts)
            {
                if (misses == 0 || missed == part)
                {
                    part.Add(application);
                }
            }

            if (misses == 0)
            {
                shown.Add(application);
            }
        }

        Dictionary<string, IReadOnlyList<KeyValuePair<string, int>>> counts = new(StringComparer.Ordinal)
        {
            ["attention"] = [.. AttentionKinds.WithAny.Zip(attention, KeyValuePair.Create)],
        };
        foreach (var part in parts)
        {
            counts[part.Name] = part.Counted();
        }

        Sort(shown, filter.Sort);
        return new ApplicationList(shown, counts, fault);
    }

    private static bool Holds(ApplicationSummary application, string[] words)
    {
        foreach (var word in words)
        {
            if (!(Has(application.Name) || Has(application.Project) || Has(application.Cluster) || Has(application.Namespace)
                || Has(application.Repository) || Has(application.Path) || Has(application.Chart)
                || application.Labels.Any(label => Has(label.Key) || Has(label.Value))))
            {
                return false;
            }

            bool Has(string text) => text.Contains(word, StringComparison.OrdinalIgnoreCase);
        }

        return true;
    }

    private static void Sort(List<ApplicationSummary> shown, string sort)
    {
        Comparison<ApplicationSummary> order = sort.TrimStart('-') switch
        {
            "project" => (a, b) => string.CompareOrdinal(a.Project, b.Project),
            "cluster" => (a, b) => string.CompareOrdinal(a.Cluster, b.Cluster),
            "health" => (a, b) => Status.HealthRank(a.Health).CompareTo(Status.HealthRank(b.Health)),
            "sync" => (a, b) => Status.SyncRank(a.Sync).CompareTo(Status.SyncRank(b.Sync)),
            "changed" => (a, b) => Nullable.Compare(b.ChangedAt, a.ChangedAt),
            _ => (a, b) => string.CompareOrdinal(a.Name, b.Name),
        };
        var sign = sort.StartsWith('-') ? -1 : 1;
        // They mostly come by name, which is the usual order too.
        for (var i = 1; i < shown.Count; i++)
        {
            if (Compare(shown[i - 1], shown[i]) > 0)
            {
                shown.Sort(Compare);
                return;
            }
        }

        int Compare(ApplicationSummary a, ApplicationSummary b) => order(a, b) is var first and not 0 ? sign * first : string.CompareOrdinal(a.Name, b.Name);
    }

    private sealed class Part(string name, Choice choice, Func<ApplicationSummary, string> value)
    {
        private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

        public string Name => name;

        public Choice Choice => choice;

        public string Value(ApplicationSummary application) => value(application);

        public void Add(ApplicationSummary application) => CollectionsMarshal.GetValueRefOrAddDefault(_counts, value(application), out _)++;

        /// <summary>Chosen values stay in the list even when nothing has them now.</summary>
        public IReadOnlyList<KeyValuePair<string, int>> Counted()
        {
            foreach (var chosen in choice.Values)
            {
                _counts.TryAdd(chosen, 0);
            }

            return [.. _counts.OrderBy(count => count.Key, StringComparer.Ordinal)];
        }
    }
}
