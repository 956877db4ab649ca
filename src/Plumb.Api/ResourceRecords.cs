namespace Plumb.Api;

/// <summary>One object in full. YAML is normalised for reading (no managed fields, no status in what is compared), Secret values are masked.</summary>
public sealed record ResourceDetail
{
    /// <summary>Which.</summary>
    public required ResourceName Resource { get; init; }

    /// <summary>Whether Git states it; otherwise one of the application's resources owns it, or Git no longer states it.</summary>
    public bool Stated { get; init; }

    /// <summary><c>Synced</c> or <c>OutOfSync</c>; empty for what Git does not state.</summary>
    public string Sync { get; init; } = "";

    /// <summary>Its health.</summary>
    public string Health { get; init; } = "";

    /// <summary>Words for it.</summary>
    public string HealthMessage { get; init; } = "";

    /// <summary>What a sync would do to it.</summary>
    public string Action { get; init; } = "None";

    /// <summary>Why it differs, or the error.</summary>
    public string Message { get; init; } = "";

    /// <summary>Its owner; null for the application's own.</summary>
    public ResourceName? Owner { get; init; }

    /// <summary>Sync wave.</summary>
    public int Wave { get; init; }

    /// <summary>Sync phase of a hook; empty when it is none.</summary>
    public string Hook { get; init; } = "";

    /// <summary>File and line that states it; empty when not known.</summary>
    public string Origin { get; init; } = "";

    /// <summary>When it was made on the cluster; null when it is not live.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Paths that differ.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Left side of a diff: the live object without what nobody compares; empty when not live.</summary>
    public string LiveCompared { get; init; } = "";

    /// <summary>Right side of a diff: the object as it will be after a sync; empty when a sync would delete it.</summary>
    public string DesiredCompared { get; init; } = "";

    /// <summary>The live object with its status; empty when not live.</summary>
    public string Live { get; init; } = "";

    /// <summary>What Git states; empty when it does not.</summary>
    public string Manifest { get; init; } = "";

    /// <summary>Containers whose logs can be read; empty for what has no Pods.</summary>
    public IReadOnlyList<string> Containers { get; init; } = [];
}

/// <summary>What Git states of one resource.</summary>
/// <param name="Resource">Which.</param>
/// <param name="Yaml">As YAML, Secret values masked.</param>
/// <param name="Wave">Sync wave.</param>
/// <param name="Hook">Sync phase of a hook; empty when it is none.</param>
/// <param name="Origin">File and line; empty when not known.</param>
public sealed record ManifestRecord(ResourceName Resource, string Yaml, int Wave, string Hook, string Origin);

/// <summary>An event of the cluster.</summary>
/// <param name="Resource">About which object.</param>
/// <param name="Type"><c>Normal</c> or <c>Warning</c>.</param>
/// <param name="Reason">One word.</param>
/// <param name="Message">In words.</param>
/// <param name="Count">How often it was seen.</param>
/// <param name="FirstAt">First seen.</param>
/// <param name="LastAt">Last seen.</param>
/// <param name="Source">Who reports it.</param>
public sealed record EventRecord(
    ResourceName Resource, string Type, string Reason, string Message, int Count, DateTimeOffset? FirstAt, DateTimeOffset? LastAt, string Source);

/// <summary>Which lines of which Pods.</summary>
public sealed record LogQuery
{
    /// <summary>A Pod, or what owns Pods (then all of them).</summary>
    public required ResourceName Resource { get; init; }

    /// <summary>Only this container; empty: all.</summary>
    public string Container { get; init; } = "";

    /// <summary>The last lines of each container, 0 to 10,000. Default: 200.</summary>
    public int Tail { get; init; } = 200;

    /// <summary>Only lines from then on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Go on with what is printed from now on.</summary>
    public bool Follow { get; init; }

    /// <summary>Of the container that ran before this one.</summary>
    public bool Previous { get; init; }
}

/// <summary>A line that a container printed.</summary>
/// <param name="Pod">Pod.</param>
/// <param name="Container">Container.</param>
/// <param name="At">When; null when the cluster does not say.</param>
/// <param name="Text">The line, at most 16 KiB.</param>
public sealed record LogLine(string Pod, string Container, DateTimeOffset? At, string Text);

/// <summary>What deleting an application would do.</summary>
/// <param name="Application">Which.</param>
/// <param name="Deleted">Live objects that would go, in the order in which they would.</param>
/// <param name="Kept">Live objects that would stay.</param>
/// <param name="Applications">Applications that it registered and that would go with it.</param>
/// <param name="Note">What a person should know: that its parent still states it and it would come back; empty when nothing.</param>
public sealed record DeletionRecord(
    string Application, IReadOnlyList<ResourceName> Deleted, IReadOnlyList<KeptRecord> Kept, IReadOnlyList<string> Applications, string Note);

/// <summary>An object that stays.</summary>
/// <param name="Resource">Which.</param>
/// <param name="Why">Why.</param>
public sealed record KeptRecord(ResourceName Resource, string Why);
