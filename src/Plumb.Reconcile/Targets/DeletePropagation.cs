namespace Plumb.Reconcile.Targets;

/// <summary>What becomes of the objects that a deleted object owns, as in Kubernetes.</summary>
public enum DeletePropagation
{
    /// <summary>They go first, then the object.</summary>
    Foreground,

    /// <summary>The object goes at once, they follow.</summary>
    Background,

    /// <summary>They stay.</summary>
    Orphan,
}
