namespace Plumb.Api;

/// <summary>Something changed in the list of applications.</summary>
/// <param name="Kind"><c>Present</c> (was there when the watch began), <c>Changed</c> (new or another) or <c>Gone</c>.</param>
/// <param name="Name">Which application.</param>
/// <param name="Application">How it is now; null when it is gone.</param>
public sealed record ApplicationChange(string Kind, string Name, ApplicationSummary? Application)
{
    /// <summary>It was there when the watch began.</summary>
    public const string Present = "Present";

    /// <summary>It is new, or another.</summary>
    public const string Changed = "Changed";

    /// <summary>It is gone, or the caller may no longer see it.</summary>
    public const string Gone = "Gone";
}

/// <summary>An application is not synced by itself for now.</summary>
/// <param name="By">Who said so.</param>
/// <param name="Reason">Why.</param>
/// <param name="Since">Since when.</param>
/// <param name="Until">Until when; null: until somebody resumes it.</param>
public sealed record SuspensionRecord(string By, string Reason, DateTimeOffset Since, DateTimeOffset? Until);

/// <summary>A suspension asked for.</summary>
public sealed record SuspendBody
{
    /// <summary>Why, 1 to 500 characters.</summary>
    public required string Reason { get; init => field = value ?? ""; }

    /// <summary>Until when, in the future; null: until somebody resumes it.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>A way back asked for.</summary>
public sealed record RollbackBody
{
    /// <summary>The run whose state is wanted back.</summary>
    public required string Run { get; init => field = value ?? ""; }

    /// <summary>Head of the branch at the preview; when given and the branch moved since, nothing is written.</summary>
    public string ExpectedHead { get; init => field = value ?? ""; } = "";

    /// <summary>Words for the commit message's end: why; may be empty.</summary>
    public string Reason { get; init => field = value ?? ""; } = "";
}

/// <summary>
/// A rollback: a commit on top of the branch that gives the files which the application reads the content they had. Nothing else of the
/// repository is touched, and history is kept.
/// </summary>
public sealed record RollbackRecord
{
    /// <summary>Application.</summary>
    public required string Application { get; init; }

    /// <summary>The run whose state is wanted back.</summary>
    public required string Run { get; init; }

    /// <summary>Repository.</summary>
    public string Repository { get; init; } = "";

    /// <summary>Branch that gets the commit.</summary>
    public string Branch { get; init; } = "";

    /// <summary>Head of the branch now.</summary>
    public string Head { get; init; } = "";

    /// <summary>Commit whose files are taken.</summary>
    public string To { get; init; } = "";

    /// <summary>The commit's message.</summary>
    public string Message { get; init; } = "";

    /// <summary>What it changes.</summary>
    public IReadOnlyList<FileChangeRecord> Files { get; init; } = [];

    /// <summary>Whether it can be written.</summary>
    public bool Possible { get; init; }

    /// <summary>Why it cannot, and what to do instead; empty when it can.</summary>
    public string Why { get; init; } = "";

    /// <summary>The commit that was written; empty in a preview.</summary>
    public string Commit { get; init; } = "";
}

/// <summary>A file that a commit changes.</summary>
/// <param name="Path">Path in the repository.</param>
/// <param name="Status"><c>added</c>, <c>modified</c> or <c>deleted</c>.</param>
/// <param name="Before">Text before; empty when it was not there, is not text, or is longer than 256 KiB.</param>
/// <param name="After">Text after; likewise.</param>
public sealed record FileChangeRecord(string Path, string Status, string Before, string After);
