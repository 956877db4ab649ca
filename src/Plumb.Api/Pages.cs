namespace Plumb.Api;

/// <summary>A part of a list.</summary>
/// <param name="Items">The items.</param>
/// <param name="Total">How many there are in all that fit the question.</param>
/// <param name="Next">What to give as <c>after</c> for the next part; null when this is the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, int Total, string? Next);

/// <summary>Which applications, in which order. Lists of values: any of them; empty lists leave nothing out.</summary>
public sealed record ApplicationQuery
{
    /// <summary>Longest page that the server gives.</summary>
    public const int MaxLimit = 5000;

    /// <summary>Words that name, project, cluster, namespace, repository, path or a label must hold, each of them, in any case.</summary>
    public string Text { get; init; } = "";

    /// <summary>Values of <see cref="ApplicationSummary.Health"/>.</summary>
    public IReadOnlyList<string> Health { get; init; } = [];

    /// <summary>Values of <see cref="ApplicationSummary.Sync"/>.</summary>
    public IReadOnlyList<string> Sync { get; init; } = [];

    /// <summary>Projects.</summary>
    public IReadOnlyList<string> Projects { get; init; } = [];

    /// <summary>Clusters, as <see cref="ApplicationSummary.Cluster"/>.</summary>
    public IReadOnlyList<string> Clusters { get; init; } = [];

    /// <summary>Destination namespaces.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Label selector of Kubernetes: <c>team=web,tier!=db,env in (a,b),!old</c>. Empty: all.</summary>
    public string Labels { get; init; } = "";

    /// <summary>
    /// Only those that ask for attention: not Synced, not Healthy, with errors, or waiting for a person.
    /// </summary>
    public bool Attention { get; init; }

    /// <summary>
    /// <c>name</c>, <c>project</c>, <c>cluster</c>, <c>health</c> (worst first), <c>sync</c> (out of sync first) or <c>changed</c> (latest first);
    /// with <c>-</c> before it the other way round. Equals are sorted by name.
    /// </summary>
    public string Sort { get; init; } = "name";

    /// <summary>At most this many, 1 to <see cref="MaxLimit"/>. Default: 500.</summary>
    public int Limit { get; init; } = 500;

    /// <summary><see cref="Page{T}.Next"/> of the page before; null: from the start.</summary>
    public string? After { get; init; }
}

/// <summary>Which entries of the audit trail. Empty texts leave nothing out.</summary>
public sealed record AuditQuery
{
    /// <summary>Who did it.</summary>
    public string Who { get; init; } = "";

    /// <summary>What was done, such as <c>sync</c>.</summary>
    public string Action { get; init; } = "";

    /// <summary>What it was done to: an application, a cluster, an account.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Only from then on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only before then.</summary>
    public DateTimeOffset? Before { get; init; }

    /// <summary>At most this many, 1 to 1,000. Default: 100.</summary>
    public int Limit { get; init; } = 100;

    /// <summary><see cref="Page{T}.Next"/> of the page before; null: from the newest.</summary>
    public string? After { get; init; }
}
