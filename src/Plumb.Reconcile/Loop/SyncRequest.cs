using Plumb.Reconcile.Resources;

namespace Plumb.Reconcile.Loop;

/// <summary>A sync asked for by a person or a program.</summary>
public sealed record SyncRequest
{
    /// <summary>Who asks, for the history.</summary>
    public required string Initiator { get; init; }

    /// <summary>Delete what left Git. Default: false, as in Argo CD.</summary>
    public bool Prune { get; init; }

    /// <summary>Whoever asks has seen what it deletes: neither the prune guard nor <c>Prune=confirm</c> asks again. Default: false.</summary>
    public bool Confirmed { get; init; }

    /// <summary>Ask the target, change nothing.</summary>
    public bool DryRun { get; init; }

    /// <summary>Only these resources, without hooks; empty takes all.</summary>
    public IReadOnlySet<ResourceId> Resources { get; init; } = new HashSet<ResourceId>();

    /// <summary>Only what these select, without hooks; empty takes all.</summary>
    public IReadOnlyList<ResourcePattern> Patterns { get; init; } = [];

    /// <summary>Fetch the repository first. Default: true.</summary>
    public bool Fetch { get; init; } = true;
}
