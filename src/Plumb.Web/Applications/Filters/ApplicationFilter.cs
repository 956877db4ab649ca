using Plumb.Web.Words;

namespace Plumb.Web.Applications.Filters;

/// <summary>Which applications are shown, in which order and how; the whole of it is in the page's address.</summary>
public sealed record ApplicationFilter
{
    /// <summary>Views that there are; the first is the default.</summary>
    public static readonly IReadOnlyList<string> Views = ["tiles", "table", "clusters"];

    /// <summary>Orders that there are; the first is the default.</summary>
    public static readonly IReadOnlyList<string> Sorts = ["name", "project", "cluster", "health", "sync", "changed"];

    /// <summary>Words that must all occur.</summary>
    public string Text { get; init; } = "";

    /// <summary>Any of these words of health; empty: all.</summary>
    public Choice Health { get; init; } = Choice.All;

    /// <summary>Any of these words of sync; empty: all.</summary>
    public Choice Sync { get; init; } = Choice.All;

    /// <summary>Any of these projects; empty: all.</summary>
    public Choice Projects { get; init; } = Choice.All;

    /// <summary>Any of these clusters; empty: all.</summary>
    public Choice Clusters { get; init; } = Choice.All;

    /// <summary>Any of these namespaces; empty: all.</summary>
    public Choice Namespaces { get; init; } = Choice.All;

    /// <summary>A label selector; empty: all.</summary>
    public string Labels { get; init; } = "";

    /// <summary><c>any</c> kind of attention, or one of <see cref="AttentionKinds.All"/>; empty: all.</summary>
    public string Attention { get; init; } = "";

    /// <summary>One of <see cref="Sorts"/>, with <c>-</c> before it the other way round.</summary>
    public string Sort { get; init; } = "name";

    /// <summary>One of <see cref="Views"/>.</summary>
    public string View { get; init; } = "tiles";

    /// <summary>Whether it leaves anything out.</summary>
    public bool LeavesOut => this with { Sort = "name", View = "tiles" } != new ApplicationFilter();

    /// <summary>Reads it from an address's values; what is not known is left at its default.</summary>
    /// <param name="value">The value of a name in the address; null when it has none.</param>
    public static ApplicationFilter Read(Func<string, string?> value) => new()
    {
        Text = value("q") ?? "",
        Health = Choice.Read(value("health")),
        Sync = Choice.Read(value("sync")),
        Projects = Choice.Read(value("project")),
        Clusters = Choice.Read(value("cluster")),
        Namespaces = Choice.Read(value("namespace")),
        Labels = value("labels") ?? "",
        Attention = value("attention") is { } attention && (attention == "any" || AttentionKinds.All.Contains(attention)) ? attention : "",
        Sort = value("sort") is { } sort && Sorts.Contains(sort.TrimStart('-')) ? sort : Sorts[0],
        View = value("view") is { } view && Views.Contains(view) ? view : Views[0],
    };

    /// <summary>The address of the list with this filter.</summary>
    public string Address() => Words.Address.With(
        "/applications",
        ("q", Text),
        ("health", Health.Write()),
        ("sync", Sync.Write()),
        ("project", Projects.Write()),
        ("cluster", Clusters.Write()),
        ("namespace", Namespaces.Write()),
        ("labels", Labels),
        ("attention", Attention),
        ("sort", Sort == Sorts[0] ? "" : Sort),
        ("view", View == Views[0] ? "" : View));
}
