using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;
using Plumb.Sandbox.Http.Protobuf;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Http;

/// <summary>Reads bodies, within the API server's limit.</summary>
internal static class RequestBody
{
    private const int MaxBytes = 3 * 1024 * 1024;

    public static string MediaType(HttpContext context)
    {
        var type = context.Request.ContentType ?? "";
        var semicolon = type.IndexOf(';');
        return (semicolon < 0 ? type : type[..semicolon]).Trim();
    }

    /// <summary>An object in JSON or YAML.</summary>
    /// <exception cref="ApiException">Too large, another format, malformed, or no object.</exception>
    public static async Task<MapNode> ReadObjectAsync(HttpContext context)
    {
        var node = await ReadAsync(context, MediaType(context)).ConfigureAwait(false);
        return node.AsMap() ?? throw ApiErrors.BadRequest("couldn't get version/kind; json parse error: the body is no object");
    }

    /// <summary>An object, when there is a body.</summary>
    public static async Task<MapNode?> ReadOptionalAsync(HttpContext context)
    {
        var bytes = await ReadBytesAsync(context).ConfigureAwait(false);
        return bytes.Length == 0 ? null : Decode(bytes, MediaType(context)).AsMap();
    }

    /// <summary>A value whose format the caller knows.</summary>
    public static async Task<Node> ReadAsync(HttpContext context, string mediaType) =>
        Decode(await ReadBytesAsync(context).ConfigureAwait(false), mediaType);

    private static async Task<byte[]> ReadBytesAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MaxBytes) throw ApiErrors.TooLarge();
        using var buffer = new MemoryStream((int)(context.Request.ContentLength ?? 0));
        var chunk = new byte[16 * 1024];
        while (true)
        {
            var read = await context.Request.Body.ReadAsync(chunk, context.RequestAborted).ConfigureAwait(false);
            if (read == 0) return buffer.ToArray();
            if (buffer.Length + read > MaxBytes) throw ApiErrors.TooLarge();
            buffer.Write(chunk, 0, read);
        }
    }

    private static Node Decode(byte[] bytes, string mediaType)
    {
        switch (mediaType)
        {
            case "" or "application/json" or "*/*":
                try
                {
                    return Json.Parse(bytes);
                }
                catch (JsonException e)
                {
                    throw ApiErrors.BadRequest($"couldn't get version/kind; json parse error: {e.Message}");
                }

            case "application/yaml":
                var diagnostics = new List<Diagnostic>();
                var documents = YamlReader.ReadAll(bytes, "", diagnostics);
                if (diagnostics.Find(d => d.Severity == Severity.Error) is { } fault)
                {
                    throw ApiErrors.BadRequest($"error decoding YAML: line {fault.Origin.Line}: {fault.Message}");
                }

                return documents.Count == 1
                    ? documents[0].Value
                    : throw ApiErrors.BadRequest($"error decoding YAML: expected one document, found {documents.Count}");
            case ProtobufReader.MediaType: return ProtobufReader.Read(bytes);
            default:
                throw ApiErrors.UnsupportedMediaType("application/json", "application/yaml");
        }
    }
}
