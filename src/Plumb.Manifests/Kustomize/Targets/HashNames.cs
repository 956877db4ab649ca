using Plumb.Manifests.Kustomize.Generators;
using Plumb.Manifests.Kustomize.Resources;

namespace Plumb.Manifests.Kustomize.Targets;

/// <summary>Adds to the names of generated objects a hash of what they hold, so that whoever uses them rolls over to the new content.</summary>
internal static class HashNames
{
    public static void Add(ResourceList resources)
    {
        foreach (var resource in resources.All)
        {
            if (!resource.NeedsHash) continue;
            var hash = ContentHash.Of(resource.Node!);
            resource.StorePreviousId();
            resource.SetName($"{resource.Name}-{hash}");
        }

        resources.IdsMayHaveChanged();
    }
}
