namespace Plumb.Api;

/// <summary>A repository in use.</summary>
public sealed record RepositoryRecord
{
    /// <summary>Its address, without credentials.</summary>
    public required string Url { get; init; }

    /// <summary><c>git</c>, <c>helm</c> or <c>oci</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>When it was last fetched; null when it never was.</summary>
    public DateTimeOffset? FetchedAt { get; init; }

    /// <summary>Why it cannot be fetched now; null when it can.</summary>
    public string? Fault { get; init; }

    /// <summary>Applications that use it.</summary>
    public IReadOnlyList<string> Applications { get; init; } = [];

    /// <summary>Revisions in use: what is asked for, and the commit it names now (empty when not known).</summary>
    public IReadOnlyList<RevisionRecord> Revisions { get; init; } = [];
}

/// <summary>A revision in use.</summary>
/// <param name="Asked">Branch, tag, range or commit.</param>
/// <param name="Commit">What it is now; empty when not known.</param>
/// <param name="Author">Who wrote the commit; empty when not known.</param>
/// <param name="Subject">Its message's first line.</param>
/// <param name="At">When it was written.</param>
public sealed record RevisionRecord(string Asked, string Commit, string Author, string Subject, DateTimeOffset? At);

/// <summary>A project: what may go where.</summary>
public sealed record ProjectRecord
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Description.</summary>
    public string Description { get; init; } = "";

    /// <summary>Patterns of repositories.</summary>
    public IReadOnlyList<string> SourceRepos { get; init; } = [];

    /// <summary>Patterns of destinations.</summary>
    public IReadOnlyList<DestinationRecord> Destinations { get; init; } = [];

    /// <summary>Kinds without a namespace that are allowed, as <c>group/Kind</c>.</summary>
    public IReadOnlyList<string> ClusterResourceWhitelist { get; init; } = [];

    /// <summary>Kinds without a namespace that are refused.</summary>
    public IReadOnlyList<string> ClusterResourceBlacklist { get; init; } = [];

    /// <summary>Kinds in namespaces that are allowed; null: all.</summary>
    public IReadOnlyList<string>? NamespaceResourceWhitelist { get; init; }

    /// <summary>Kinds in namespaces that are refused.</summary>
    public IReadOnlyList<string> NamespaceResourceBlacklist { get; init; } = [];

    /// <summary>When its applications may be synced.</summary>
    public IReadOnlyList<WindowRecord> Windows { get; init; } = [];

    /// <summary>Roles.</summary>
    public IReadOnlyList<RoleRecord> Roles { get; init; } = [];

    /// <summary>Its applications that the caller may see.</summary>
    public IReadOnlyList<string> Applications { get; init; } = [];
}

/// <summary>Where applications of a project may go; patterns.</summary>
/// <param name="Cluster">Name or address of the cluster.</param>
/// <param name="Namespace">Namespace.</param>
public sealed record DestinationRecord(string Cluster, string Namespace);

/// <summary>A sync window.</summary>
/// <param name="Kind"><c>allow</c> or <c>deny</c>.</param>
/// <param name="Schedule">Cron.</param>
/// <param name="Duration">How long it stays open, such as <c>1h</c>.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Open">Whether it is open now.</param>
/// <param name="ManualSync">People may sync nevertheless.</param>
/// <param name="For">Applications, namespaces and clusters that it is for, in words.</param>
/// <param name="Description">For people.</param>
public sealed record WindowRecord(
    string Kind, string Schedule, string Duration, string TimeZone, bool Open, bool ManualSync, string For, string Description);

/// <summary>A role of a project.</summary>
/// <param name="Name">Name.</param>
/// <param name="Description">For people.</param>
/// <param name="Policies">Its lines of policy.</param>
/// <param name="Groups">Groups that have it.</param>
public sealed record RoleRecord(string Name, string Description, IReadOnlyList<string> Policies, IReadOnlyList<string> Groups);

/// <summary>How this Plumb is set up.</summary>
public sealed record SettingsRecord
{
    /// <summary>Version of Plumb.</summary>
    public required string Version { get; init; }

    /// <summary>Where everything begins.</summary>
    public required string Root { get; init; }

    /// <summary>When it was started.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Whether one must sign in.</summary>
    public bool SignIn { get; init; }

    /// <summary>Name of the identity provider; empty when there is none.</summary>
    public string IdentityProvider { get; init; } = "";

    /// <summary>What those who have no role may do; empty: nothing.</summary>
    public string DefaultRole { get; init; } = "";

    /// <summary>The policy in force, as CSV.</summary>
    public string Policy { get; init; } = "";

    /// <summary>Other settings, in words: name and value.</summary>
    public IReadOnlyList<SettingRecord> Values { get; init; } = [];
}

/// <summary>A setting.</summary>
/// <param name="Name">What.</param>
/// <param name="Value">Its value.</param>
/// <param name="Meaning">What it does.</param>
public sealed record SettingRecord(string Name, string Value, string Meaning);
