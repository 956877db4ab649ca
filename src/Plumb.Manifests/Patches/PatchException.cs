namespace Plumb.Manifests.Patches;

/// <summary>What an API server would answer to a failed patch.</summary>
public enum PatchFault
{
    /// <summary>
    /// Well formed, but it does not fit the document: status 422. Servers before 1.22 hide the reason: their message is "the server
    /// rejected our request due to an error in our request".
    /// </summary>
    DoesNotApply,

    /// <summary>Not a patch at all: status 400.</summary>
    Malformed,

    /// <summary>Beyond a limit: status 413.</summary>
    TooLarge,

    /// <summary>What the server answers with an internal error, though the writer is to blame: status 500.</summary>
    Internal,
}

/// <summary>A patch could not be applied: what, where and why, in words.</summary>
public sealed class PatchException(string message) : Exception(message)
{
    /// <summary>The sort of fault. Default: it does not apply.</summary>
    public PatchFault Fault { get; init; }
}
