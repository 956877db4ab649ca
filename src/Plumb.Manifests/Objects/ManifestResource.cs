using System.Collections.Frozen;
using Plumb.Reconcile.Resources;

namespace Plumb.Manifests.Objects;

/// <summary>A Kubernetes object as Git states it, with its place in a sync read from its annotations.</summary>
public sealed record ManifestResource : DesiredResource
{
    /// <summary>The frozen document, namespace filled in where the kind has one.</summary>
    public required KubeObject Object { get; init; }

    /// <summary>
    /// Fields that hold values of Secrets which the render looked up, as JSON pointers; of a list that holds one, the list. Nobody shows
    /// them, on neither side of a diff.
    /// </summary>
    public IReadOnlySet<string> SecretFields { get; init; } = FrozenSet<string>.Empty;
}
