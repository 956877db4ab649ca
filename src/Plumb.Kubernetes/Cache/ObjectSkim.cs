using System.Text.Json;
using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Kubernetes.Cache;

/// <summary>
/// Reads of an object's text only what decides whether the rest is worth reading: its metadata without <c>managedFields</c>. Most objects
/// of a cluster are nobody's, and building the documents of all their specs, data and status just to drop them is most of what a start
/// would cost.
/// </summary>
internal static class ObjectSkim
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration"; // a second copy of the object

    private static readonly JsonReaderOptions Options = new() { MaxDepth = Json.MaxDepth };

    /// <summary>The metadata as a document of this kind, whatever kind the text says (a metadata-only answer says PartialObjectMetadata).</summary>
    /// <exception cref="JsonException">Not JSON, or no object.</exception>
    public static KubeObject Read(ReadOnlySpan<byte> text, ApiResource kind, StringPool pool)
    {
        var root = new MapNode(3) { ["apiVersion"] = kind.Type.ApiVersion, ["kind"] = kind.Kind };
        var reader = new Utf8JsonReader(text, Options);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("An object was expected.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMetadata = reader.ValueTextEquals("metadata"u8);
            reader.Read();
            if (!isMetadata)
            {
                reader.Skip();
                continue;
            }

            root["metadata"] = reader.TokenType == JsonTokenType.StartObject ? ReadMetadata(ref reader, pool) : Json.ReadValue(ref reader, pool);
            break; // servers write it before the rest, and nothing else is wanted
        }

        return new KubeObject(root);
    }

    private static MapNode ReadMetadata(ref Utf8JsonReader reader, StringPool pool)
    {
        var metadata = new MapNode(8);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("managedFields"u8))
            {
                reader.Read();
                reader.Skip();
                continue;
            }

            var key = pool.Key(ref reader);
            reader.Read();
            metadata[key] = key == "annotations" && reader.TokenType == JsonTokenType.StartObject
                ? ReadAnnotations(ref reader, pool)
                : Json.ReadValue(ref reader, pool);
        }

        return metadata;
    }

    private static MapNode ReadAnnotations(ref Utf8JsonReader reader, StringPool pool)
    {
        var annotations = new MapNode();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = pool.Key(ref reader);
            reader.Read();
            if (key == LastApplied) reader.Skip();
            else annotations[key] = Json.ReadValue(ref reader, pool);
        }

        return annotations;
    }
}
