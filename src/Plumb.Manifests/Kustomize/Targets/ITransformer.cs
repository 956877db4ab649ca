using Plumb.Manifests.Kustomize.Resources;

namespace Plumb.Manifests.Kustomize.Targets;

/// <summary>Changes the objects of a build.</summary>
internal interface ITransformer
{
    /// <exception cref="KustomizeException">What is asked for cannot be done.</exception>
    void Transform(ResourceList resources);
}

/// <summary>Makes objects.</summary>
internal interface IGenerator
{
    /// <exception cref="KustomizeException">What is asked for cannot be made.</exception>
    IReadOnlyList<Resource> Generate();
}

/// <summary>A transformation or generator and what configured it, for <c>buildMetadata</c>; null when nobody asked.</summary>
internal sealed record Configured<T>(T Plugin, BuildOrigin? Origin);
