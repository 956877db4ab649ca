using Plumb.Manifests.Documents;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Http;

/// <summary>Objects reduced to their metadata (meta.k8s.io/v1).</summary>
internal static class PartialMetadata
{
    public static MapNode NodeOf(StoredObject obj) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = obj.Object.Root["metadata"],
    };

    public static byte[] Of(StoredObject obj) => Json.Write(NodeOf(obj));
}
