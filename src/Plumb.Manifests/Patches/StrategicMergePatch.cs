using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Patches;

/// <summary>Kubernetes' strategic merge patch.</summary>
public static class StrategicMergePatch
{
    /// <summary>Applies the patch, with its <c>$patch</c>, <c>$deleteFromPrimitiveList</c>, <c>$setElementOrder</c> and <c>$retainKeys</c> directives, to a copy.</summary>
    /// <exception cref="PatchException">A merge key is missing or a directive is unknown.</exception>
    public static MapNode Apply(MapNode document, MapNode patch, Schema schema) => throw new NotImplementedException();
}
