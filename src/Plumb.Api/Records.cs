namespace Plumb.Api;

/// <summary>An application in a list.</summary>
public sealed record ApplicationSummary
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Project.</summary>
    public required string Project { get; init; }

    /// <summary>Name of the application that registered it; empty for a root.</summary>
    public string Parent { get; init; } = "";

    /// <summary><c>Synced</c>, <c>OutOfSync</c> or <c>Unknown</c>.</summary>
    public required string Sync { get; init; }

    /// <summary><c>Healthy</c>, <c>Progressing</c>, <c>Degraded</c>, <c>Suspended</c>, <c>Missing</c> or <c>Unknown</c>.</summary>
    public required string Health { get; init; }

    /// <summary>Why its health is not Healthy; empty otherwise.</summary>
    public string HealthMessage { get; init; } = "";

    /// <summary>Repository of its first source.</summary>
    public required string Repository { get; init; }

    /// <summary>Path of its first source.</summary>
    public string Path { get; init; } = "";

    /// <summary>Revision asked for by its first source.</summary>
    public required string TargetRevision { get; init; }

    /// <summary>Commit last compared, of its first source; empty before the first comparison.</summary>
    public string Revision { get; init; } = "";

    /// <summary>Cluster name or server.</summary>
    public required string Cluster { get; init; }

    /// <summary>Destination namespace.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Whether it is synced automatically.</summary>
    public bool Automated { get; init; }

    /// <summary>Why nothing happens although something is to be done; empty when it waits for nothing.</summary>
    public string WaitingFor { get; init; } = "";

    /// <summary>What the run that goes on does; empty when none does.</summary>
    public string Operation { get; init; } = "";

    /// <summary>
    /// What kind of thing it waits for: <c>None</c>, <c>Turn</c>, <c>Dependency</c>, <c>Retry</c>, <c>Heal</c>, <c>Window</c>,
    /// <c>Confirmation</c>, <c>Person</c>, <c>Error</c>, <c>Health</c> or <c>Deletion</c>.
    /// </summary>
    public string WaitsOn { get; init; } = "None";

    /// <summary>It waits for a person to confirm something, which <see cref="WaitingFor"/> or <see cref="Operation"/> names.</summary>
    public bool NeedsConfirmation { get; init; }

    /// <summary>Number of conditions that are errors.</summary>
    public int Errors { get; init; }

    /// <summary>Labels of its definition.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Number of its resources.</summary>
    public int Resources { get; init; }

    /// <summary>How many of them are out of sync.</summary>
    public int OutOfSync { get; init; }

    /// <summary>It is not synced by itself for now; null when it is.</summary>
    public SuspensionRecord? Suspension { get; init; }

    /// <summary>When the last run that ended did so; null when there was none.</summary>
    public DateTimeOffset? ChangedAt { get; init; }

    /// <summary>The chart's name when its first source is a chart of a repository; empty otherwise.</summary>
    public string Chart { get; init; } = "";
}

/// <summary>An application with all that is known about it.</summary>
public sealed record ApplicationDetail
{
    /// <summary>As in a list.</summary>
    public required ApplicationSummary Summary { get; init; }

    /// <summary>Its resources in apply order.</summary>
    public IReadOnlyList<ResourceRecord> Resources { get; init; } = [];

    /// <summary>What a person should know.</summary>
    public IReadOnlyList<ConditionRecord> Conditions { get; init; } = [];

    /// <summary>The run that goes on; null when there is none.</summary>
    public RunRecord? Operation { get; init; }

    /// <summary>The last run that ended; null when there is none.</summary>
    public RunRecord? LastRun { get; init; }

    /// <summary>When it was last compared.</summary>
    public DateTimeOffset? ReconciledAt { get; init; }

    /// <summary>All its sources.</summary>
    public IReadOnlyList<SourceRecord> Sources { get; init; } = [];

    /// <summary>How it is synced by itself, in words such as <c>automated, prune, self-heal</c>; empty: by hand.</summary>
    public string SyncPolicy { get; init; } = "";

    /// <summary>Its <c>syncOptions</c>.</summary>
    public IReadOnlyList<string> SyncOptions { get; init; } = [];

    /// <summary>Applications that must be ready before it is synced.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary>File and line that states it; empty when not known.</summary>
    public string Origin { get; init; } = "";
}

/// <summary>A source of an application.</summary>
/// <param name="Repository">Repository.</param>
/// <param name="Path">Path in it; empty for charts of repositories.</param>
/// <param name="Chart">Chart; empty for paths.</param>
/// <param name="TargetRevision">Revision asked for.</param>
/// <param name="Revision">What it is now; empty when not known.</param>
/// <param name="Author">Who wrote that commit; empty when not known.</param>
/// <param name="Subject">Its message's first line.</param>
/// <param name="At">When it was written.</param>
public sealed record SourceRecord(
    string Repository, string Path, string Chart, string TargetRevision, string Revision, string Author, string Subject, DateTimeOffset? At);

/// <summary>A resource's identity.</summary>
/// <param name="Group">API group; empty for core.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Namespace">Namespace; empty for cluster-scoped.</param>
/// <param name="Name">Name.</param>
public sealed record ResourceName(string Group, string Kind, string Namespace, string Name)
{
    /// <summary>API group; empty for core.</summary>
    public string Group { get; init; } = Group ?? "";

    /// <summary>Namespace; empty for cluster-scoped.</summary>
    public string Namespace { get; init; } = Namespace ?? "";

    /// <summary><c>apps/Deployment/shop/web</c>.</summary>
    public override string ToString() =>
        (Group.Length == 0 ? "" : Group + "/") + Kind + "/" + (Namespace.Length == 0 ? "" : Namespace + "/") + Name;
}

/// <summary>One resource of an application.</summary>
/// <param name="Resource">Which.</param>
/// <param name="Sync"><c>Synced</c> or <c>OutOfSync</c>.</param>
/// <param name="Health">Its health.</param>
/// <param name="HealthMessage">Words for it.</param>
/// <param name="Action">What a sync would do: <c>None</c>, <c>Create</c>, <c>Update</c>, <c>Replace</c>, <c>Delete</c>.</param>
/// <param name="Wave">Sync wave.</param>
/// <param name="Message">Why it differs, or the error.</param>
public sealed record ResourceRecord(
    ResourceName Resource, string Sync, string Health, string HealthMessage, string Action, int Wave, string Message);

/// <summary>Something a person should know.</summary>
/// <param name="Type">Such as <c>ComparisonError</c>.</param>
/// <param name="Message">In words.</param>
/// <param name="Since">When it was first seen.</param>
public sealed record ConditionRecord(string Type, string Message, DateTimeOffset Since);

/// <summary>One sync.</summary>
public sealed record RunRecord
{
    /// <summary>Id.</summary>
    public required string Id { get; init; }

    /// <summary>Application.</summary>
    public required string Application { get; init; }

    /// <summary>Commit of each source.</summary>
    public IReadOnlyList<string> Revisions { get; init; } = [];

    /// <summary><c>Automated</c>, <c>SelfHeal</c>, <c>Manual</c> or <c>Retry</c>.</summary>
    public required string Trigger { get; init; }

    /// <summary>Who asked.</summary>
    public required string Initiator { get; init; }

    /// <summary><c>Running</c>, <c>Succeeded</c>, <c>Failed</c>, <c>Error</c>, <c>Superseded</c> or <c>Terminated</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>One sentence.</summary>
    public string Message { get; init; } = "";

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>One per resource and phase.</summary>
    public IReadOnlyList<ResultRecord> Results { get; init; } = [];
}

/// <summary>What became of one resource in a run.</summary>
/// <param name="Resource">Which.</param>
/// <param name="Status"><c>Unchanged</c>, <c>Synced</c>, <c>Pruned</c>, <c>PruneSkipped</c>, <c>Failed</c> or <c>Skipped</c>.</param>
/// <param name="Message">In words.</param>
/// <param name="Phase">Sync phase.</param>
/// <param name="Wave">Sync wave.</param>
/// <param name="IsHook">Whether it is a hook.</param>
public sealed record ResultRecord(ResourceName Resource, string Status, string Message, string Phase, int Wave, bool IsHook);

/// <summary>A plan: what a sync would do.</summary>
public sealed record PlanRecord
{
    /// <summary>Application.</summary>
    public required string Application { get; init; }

    /// <summary>Commit of each source.</summary>
    public IReadOnlyList<string> Revisions { get; init; } = [];

    /// <summary>Whether there is nothing to do.</summary>
    public bool InSync { get; init; }

    /// <summary>The changes; resources that are in sync are left out.</summary>
    public IReadOnlyList<ChangeRecord> Changes { get; init; } = [];

    /// <summary>Warnings and errors.</summary>
    public IReadOnlyList<string> Diagnostics { get; init; } = [];
}

/// <summary>One line of a plan.</summary>
/// <param name="Resource">Which.</param>
/// <param name="Action">What is to be done.</param>
/// <param name="Fields">Paths that differ.</param>
/// <param name="Live">Live object as YAML, Secret values masked; empty when not live.</param>
/// <param name="Desired">As it will be, as YAML, masked; empty for deletes.</param>
/// <param name="Error">Why it cannot be done; null when it can.</param>
public sealed record ChangeRecord(
    ResourceName Resource, string Action, IReadOnlyList<string> Fields, string Live, string Desired, string? Error);

/// <summary>One node of an application's tree: its resources and what they own.</summary>
/// <param name="Resource">Which.</param>
/// <param name="Owner">Its owner; null for the application's own resources.</param>
/// <param name="Health">Its health.</param>
/// <param name="HealthMessage">Words for it.</param>
/// <param name="CreatedAt">Creation time.</param>
public sealed record TreeRecord(ResourceName Resource, ResourceName? Owner, string Health, string HealthMessage, DateTimeOffset? CreatedAt)
{
    /// <summary><c>Synced</c> or <c>OutOfSync</c>; empty for what Git does not state.</summary>
    public string Sync { get; init; } = "";

    /// <summary>What a sync would do to it.</summary>
    public string Action { get; init; } = "None";

    /// <summary>Sync wave.</summary>
    public int Wave { get; init; }
}

/// <summary>A cluster.</summary>
/// <param name="Name">Name.</param>
/// <param name="Version">Server version; empty when unknown.</param>
/// <param name="Applications">Applications that go there.</param>
/// <param name="Fault">Why it cannot be reached; null when it can.</param>
public sealed record ClusterRecord(string Name, string Version, int Applications, string? Fault)
{
    /// <summary>Its address.</summary>
    public string Server { get; init; } = "";

    /// <summary><c>NotUsed</c>, <c>Connecting</c>, <c>Connected</c>, <c>Failed</c>, or <c>LeftOut</c> when its definition cannot be used.</summary>
    public string Connection { get; init; } = "";

    /// <summary>Its machines; null when not known.</summary>
    public int? Nodes { get; init; }

    /// <summary>Live objects that Plumb holds in memory.</summary>
    public int Objects { get; init; }

    /// <summary>Labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The project that it belongs to; empty: none.</summary>
    public string Project { get; init; } = "";

    /// <summary>The only namespaces that Plumb looks at; empty: all.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>With namespaces: what has no namespace too.</summary>
    public bool ClusterResources { get; init; }

    /// <summary>Where it is stated, in words.</summary>
    public string Origin { get; init; } = "";

    /// <summary>
    /// What kind of place that is: <c>Pod</c>, <c>Kubeconfig</c>, <c>Git</c>, or <c>Secret</c>. Only a cluster in a Secret can be changed through the
    /// API; the others are changed where they are stated. Empty when the server does not say.
    /// </summary>
    public string Source { get; init; } = "";

    /// <summary>What a person should know of it.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Names of the applications that go there.</summary>
    public IReadOnlyList<string> ApplicationNames { get; init; } = [];
}

/// <summary>A cluster to add. It carries credentials.</summary>
public sealed record ClusterBody
{
    /// <summary>Its name.</summary>
    public required string Name { get; init => field = value ?? ""; }

    /// <summary>Its address, without user and password. Left out with <see cref="Kubeconfig"/>, which says it.</summary>
    public string Server { get; init => field = value ?? ""; } = "";

    /// <summary>Argo CD's <c>config</c> of a cluster Secret: JSON as text, at most 512 KiB. Left out with <see cref="Kubeconfig"/>.</summary>
    public string Config { get; init => field = value ?? ""; } = "";

    /// <summary>
    /// A kubeconfig as text, at most 1 MiB, in place of <see cref="Server"/> and <see cref="Config"/>; empty: none. What it names has to be in it:
    /// paths of files are refused, as they would be read on Plumb's machine.
    /// </summary>
    public string Kubeconfig { get; init => field = value ?? ""; } = "";

    /// <summary>The context of <see cref="Kubeconfig"/> to take; empty: its current one, else its first.</summary>
    public string Context { get; init => field = value ?? ""; } = "";

    /// <summary>Labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init => field = value ?? new Dictionary<string, string>(); } = new Dictionary<string, string>();

    /// <summary>The project that it belongs to; empty: none.</summary>
    public string Project { get; init => field = value ?? ""; } = "";

    /// <summary>The only namespaces to look at; empty: all.</summary>
    public IReadOnlyList<string> Namespaces { get; init => field = value ?? []; } = [];

    /// <summary>With namespaces: what has no namespace too.</summary>
    public bool ClusterResources { get; init; }

    /// <summary>Put it in the place of the one of that name.</summary>
    public bool Replace { get; init; }

    /// <summary>Do not ask the cluster whether it lets us in.</summary>
    public bool NoCheck { get; init; }

    /// <summary>Name and address only.</summary>
    public override string ToString() => $"{Name} ({Server})";
}

/// <summary>What Plumb finds at a cluster that could be added. Nothing of the credentials is in it.</summary>
public sealed record ClusterCheckRecord
{
    /// <summary>Its address.</summary>
    public required string Server { get; init; }

    /// <summary>How Plumb would show who it is: <c>a token</c>, <c>a client certificate</c>, <c>a user and password</c>, <c>the program NAME</c>, <c>nothing</c>.</summary>
    public string Credentials { get; init; } = "";

    /// <summary>The server's version; empty when it does not let Plumb in.</summary>
    public string Version { get; init; } = "";

    /// <summary>Why it does not let Plumb in; null when it does.</summary>
    public string? Fault { get; init; }

    /// <summary>The context that was taken; empty without a kubeconfig.</summary>
    public string Context { get; init; } = "";

    /// <summary>Contexts of the kubeconfig, in its order.</summary>
    public IReadOnlyList<string> Contexts { get; init; } = [];
}

/// <summary>A change to a cluster.</summary>
public sealed record ClusterPatch
{
    /// <summary>New name; null: as it is.</summary>
    public string? Name { get; init; }

    /// <summary>Labels to set; null as a value takes one away.</summary>
    public IReadOnlyDictionary<string, string?> Labels { get; init => field = value ?? new Dictionary<string, string?>(); } = new Dictionary<string, string?>();

    /// <summary>Although applications use the old name.</summary>
    public bool Force { get; init; }
}

/// <summary>A sync asked for.</summary>
public sealed record SyncBody
{
    /// <summary>Delete what left Git.</summary>
    public bool Prune { get; init; }

    /// <summary>What it deletes was looked at: neither the prune guard nor <c>Prune=confirm</c> asks again.</summary>
    public bool Confirm { get; init; }

    /// <summary>Ask the target, change nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Only these; empty takes all.</summary>
    public IReadOnlyList<ResourceName> Resources { get; init => field = value ?? []; } = [];

    /// <summary>Only what these select: <c>[!]GROUP:KIND:[NAMESPACE/]NAME</c>, each part a pattern with <c>*</c>.</summary>
    public IReadOnlyList<string> Patterns { get; init => field = value ?? []; } = [];
}

/// <summary>The server's version.</summary>
/// <param name="Version">Version of Plumb.</param>
public sealed record VersionRecord(string Version);

/// <summary>A push told by a forge or a script: the repository's URL in any of its forms.</summary>
/// <param name="Repository">Repository URL.</param>
public sealed record PushBody(string Repository);

/// <summary>RFC 9457 problem details.</summary>
/// <param name="Title">What failed.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Detail">Why and what to do.</param>
public sealed record ProblemRecord(string? Title, int? Status, string? Detail);
