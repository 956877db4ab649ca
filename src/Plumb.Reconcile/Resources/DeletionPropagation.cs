namespace Plumb.Reconcile.Resources;

/// <summary>What becomes of the objects that a deleted object owns (Kubernetes' <c>propagationPolicy</c>).</summary>
public enum DeletionPropagation
{
    /// <summary>They go first, then the object.</summary>
    Foreground,

    /// <summary>The object goes at once, they follow.</summary>
    Background,

    /// <summary>They stay.</summary>
    Orphan,
}
