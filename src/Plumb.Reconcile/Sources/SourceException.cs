namespace Plumb.Reconcile.Sources;

/// <summary>Why a source could not answer.</summary>
public enum SourceFault
{
    /// <summary>Host unreachable, connection refused, time-out.</summary>
    Unreachable,

    /// <summary>Credentials missing, wrong or expired; host key not known.</summary>
    Authentication,

    /// <summary>No such repository.</summary>
    RepositoryNotFound,

    /// <summary>No such branch, tag, version or commit.</summary>
    RevisionNotFound,

    /// <summary>No such file or directory.</summary>
    PathNotFound,

    /// <summary>The path or link leaves the tree, loops, or is not what was asked for.</summary>
    PathRefused,

    /// <summary>Content that is not there: a Git LFS pointer or a submodule that could not be had.</summary>
    ContentMissing,

    /// <summary>A size, count or time limit was reached.</summary>
    LimitReached,

    /// <summary>The mirror is damaged; it is cloned again.</summary>
    Corrupt,

    /// <summary>The disk is full or the data folder cannot be written.</summary>
    Storage,

    /// <summary>A branch that was to be written moved meanwhile.</summary>
    Moved,

    /// <summary>The server does not let this be written: a protected branch, a hook of its own, read-only credentials.</summary>
    WriteRefused,

    /// <summary>The <c>git</c> program is missing or failed in a way not listed here.</summary>
    Other,
}

/// <summary>A source could not answer. The message is fit for people and holds no credentials.</summary>
public sealed class SourceException(SourceFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public SourceFault Fault { get; } = fault;
}
