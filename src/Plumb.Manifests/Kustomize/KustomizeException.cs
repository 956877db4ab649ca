using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize;

/// <summary>A kustomization, or what it names, was refused: the reason, as Kustomize would have it, and where it stands.</summary>
public sealed class KustomizeException : Exception
{
    /// <summary>Refuses, without a place.</summary>
    public KustomizeException(string message)
        : base(message)
    {
    }

    /// <summary>Refuses what stands at a place.</summary>
    public KustomizeException(string message, Origin? at, Exception? cause = null)
        : base(message, cause) => At = at;

    /// <summary>File, line and column of the entry at fault; null when nobody knew it where it was thrown.</summary>
    public Origin? At { get; }

    /// <summary>The same fault with words in front, as <c>errors.WrapPrefix</c> does; the place stays.</summary>
    public KustomizeException Led(string words) => new($"{words}: {Message}", At, this);
}
