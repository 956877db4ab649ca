namespace Plumb.Git.Transport;

/// <summary>One run of the git program.</summary>
internal sealed record GitCommand
{
    /// <summary>What is done, for messages: "fetch of https://...".</summary>
    public required string Purpose { get; init; }

    /// <summary>Arguments after <c>git</c>. They are visible to every user of the machine: never a secret.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Environment on top of the safe one.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>Values that must not be seen in any output.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>After this the process tree is killed.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Standard output beyond this many bytes is a failure.</summary>
    public int MaxOutputBytes { get; init; } = 64 << 20;

    /// <summary>What it reads; empty: nothing. At most a few megabytes.</summary>
    public string Input { get; init; } = "";

    /// <summary>Looked at while the program runs; a text it returns ends the run with <see cref="Plumb.Reconcile.Sources.SourceFault.LimitReached"/>.</summary>
    public Func<string?>? Watchdog { get; init; }
}

/// <summary>What a run of git left.</summary>
/// <param name="ExitCode">Zero for success.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Start and end of standard error, redacted.</param>
internal sealed record GitResult(int ExitCode, string Output, string Errors);
