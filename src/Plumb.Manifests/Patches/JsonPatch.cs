using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Patches;

/// <summary>A patch could not be applied: what, where and why, in words.</summary>
public sealed class PatchException(string message) : Exception(message);

/// <summary>RFC 6902.</summary>
public static class JsonPatch
{
    /// <summary>Applies the operations to a copy.</summary>
    /// <exception cref="PatchException">Malformed, a path is missing, or a test failed.</exception>
    public static Node Apply(Node document, ListNode operations) => throw new NotImplementedException();
}

/// <summary>RFC 7386.</summary>
public static class MergePatch
{
    /// <summary>Applies the patch to a copy.</summary>
    public static Node Apply(Node document, Node patch) => throw new NotImplementedException();
}

/// <summary>Kubernetes' strategic merge patch.</summary>
public static class StrategicMergePatch
{
    /// <summary>Applies the patch, with its <c>$patch</c>, <c>$deleteFromPrimitiveList</c>, <c>$setElementOrder</c> and <c>$retainKeys</c> directives, to a copy.</summary>
    /// <exception cref="PatchException">A merge key is missing or a directive is unknown.</exception>
    public static MapNode Apply(MapNode document, MapNode patch, Schema schema) => throw new NotImplementedException();
}
