using Plumb.Reconcile.Resources;

namespace Plumb.Manifests.Objects;

/// <summary>A Kubernetes object as Git states it, with its place in a sync read from its annotations.</summary>
public sealed record ManifestResource : DesiredResource
{
    /// <summary>The frozen document, namespace filled in where the kind has one.</summary>
    public required KubeObject Object { get; init; }
}
