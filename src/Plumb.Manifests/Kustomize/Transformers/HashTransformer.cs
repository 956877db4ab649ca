using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Targets;

namespace Plumb.Manifests.Kustomize.Transformers;

/// <summary>Hashes asked for by a plugin's configuration, before the end of the build.</summary>
internal sealed class HashTransformer : ITransformer
{
    /// <inheritdoc/>
    public void Transform(ResourceList resources) => HashNames.Add(resources);
}
