using Plumb.Reconcile.Resources;

namespace Plumb.Reconcile.Targets;

/// <summary>A live object as people look at it.</summary>
/// <param name="Id">Which.</param>
/// <param name="Text">All of it, its status too, as YAML; Secret values masked.</param>
public sealed record ObjectView(ResourceId Id, string Text)
{
    /// <summary>When it was made; null when that is not said.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>Containers that its Pods have, those that run first and end before the others included; empty for what has no Pods.</summary>
    public IReadOnlyList<string> Containers { get; init; } = [];
}

/// <summary>What a live system reports about one of its objects.</summary>
/// <param name="About">Which object.</param>
/// <param name="IsWarning">Whether something is wrong.</param>
/// <param name="Reason">One word.</param>
/// <param name="Message">In words.</param>
public sealed record ObjectEvent(ResourceId About, bool IsWarning, string Reason, string Message)
{
    /// <summary>How often it was seen.</summary>
    public int Count { get; init; } = 1;

    /// <summary>When it was first seen; null when that is not said.</summary>
    public DateTimeOffset? FirstAt { get; init; }

    /// <summary>When it was last seen; null when that is not said.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>Who reports it.</summary>
    public string Source { get; init; } = "";
}

/// <summary>Which lines of which Pods are wanted.</summary>
/// <param name="Application">For which application.</param>
/// <param name="Pods">The Pods.</param>
public sealed record LogRequest(string Application, IReadOnlyList<ResourceId> Pods)
{
    /// <summary>Only this container; empty: all.</summary>
    public string Container { get; init; } = "";

    /// <summary>The last lines of each container.</summary>
    public int Tail { get; init; } = 200;

    /// <summary>Only lines from then on.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Go on with what is printed from now on.</summary>
    public bool Follow { get; init; }

    /// <summary>Of the container that ran before this one.</summary>
    public bool Previous { get; init; }
}

/// <summary>A line that a container printed.</summary>
/// <param name="Pod">Which Pod.</param>
/// <param name="Container">Which container.</param>
/// <param name="At">When; null when that is not said.</param>
/// <param name="Text">The line.</param>
public sealed record LogEntry(ResourceId Pod, string Container, DateTimeOffset? At, string Text);
