using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;
using Plumb.Sandbox.Http.Protobuf;
using Plumb.Sandbox.Kinds;
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
    /// <param name="context">The request.</param>
    /// <param name="kind">What it should be; for the message.</param>
    public static async Task<MapNode> ReadObjectAsync(HttpContext context, string kind = "Object")
    {
        var bytes = await ReadBytesAsync(context).ConfigureAwait(false);
        try
        {
            var node = Decode(bytes, MediaType(context));
            if (node.AsMap() is { } map) return map;
            if (node.IsNullOrAbsent) return [];
            throw ApiErrors.BadRequest($"couldn't get version/kind; json parse error: json: cannot unmarshal {GoWord(node)} into Go value of type " +
                "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }");
        }
        catch (ApiException e) when (e.Code == 400)
        {
            throw ApiErrors.BadRequest($"the object provided is unrecognized (must be of type {kind}): {e.Message} ({Summary(bytes)})");
        }
    }

    private static string GoWord(Node node) => node.Kind switch
    {
        NodeKind.List => "array",
        NodeKind.String => "string",
        NodeKind.Bool => "bool",
        _ => "number",
    };

    // The first bytes, as text when they look like an object, else in hexadecimal.
    private static string Summary(byte[] bytes)
    {
        const int Shown = 30;
        if (bytes.Length == 0) return "<empty>";
        var head = bytes.AsSpan(0, Math.Min(bytes.Length, Shown));
        var text = bytes[0] == (byte)'{' ? System.Text.Encoding.UTF8.GetString(head) : Convert.ToHexStringLower(head);
        return bytes.Length > Shown ? text + " ..." : text;
    }

    /// <summary>An object, when there is a body.</summary>
    public static async Task<MapNode?> ReadOptionalAsync(HttpContext context)
    {
        var bytes = await ReadBytesAsync(context).ConfigureAwait(false);
        if (bytes.Length == 0) return null;
        try
        {
            return Decode(bytes, MediaType(context)).AsMap();
        }
        catch (ApiException e) when (e.Code == 400)
        {
            throw ApiErrors.Unreadable(e.Message);
        }
    }

    /// <summary>An applied configuration.</summary>
    public static async Task<MapNode> ReadAppliedAsync(HttpContext context)
    {
        Node node;
        try
        {
            node = Decode(await ReadBytesAsync(context).ConfigureAwait(false), "application/yaml");
        }
        catch (ApiException e) when (e.Code == 400)
        {
            throw ApiErrors.BadRequest("error decoding YAML: error converting YAML to JSON: " + e.Message);
        }

        return node.AsMap() ?? throw ApiErrors.BadRequest("error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal " +
            $"{GoWord(node)} into Go value of type map[string]interface {{}}");
    }

    /// <summary>A patch in JSON.</summary>
    public static async Task<Node> ReadPatchAsync(HttpContext context, PatchKind how)
    {
        var bytes = await ReadBytesAsync(context).ConfigureAwait(false);
        if (GoJsonSyntax.Problem(bytes) is not { } problem) return Decode(bytes, "application/json");
        throw ApiErrors.BadRequest(how == PatchKind.Merge ? "Invalid JSON Patch" : problem);
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
                    throw ApiErrors.BadRequest($"couldn't get version/kind; json parse error: {GoJsonSyntax.Problem(bytes) ?? e.Message}");
                }

            case "application/yaml":
                var diagnostics = new List<Diagnostic>();
                var documents = YamlReader.ReadAll(bytes, "", diagnostics);
                if (diagnostics.Find(d => d.Severity == Severity.Error) is { } fault)
                {
                    throw ApiErrors.BadRequest($"yaml: line {fault.Origin.Line}: {fault.Message}");
                }

                return documents.Count == 1
                    ? documents[0].Value
                    : throw ApiErrors.BadRequest($"error decoding YAML: expected one document, found {documents.Count}");
            case ProtobufReader.MediaType: return ProtobufReader.Read(bytes);
            default:
                throw ApiErrors.UnsupportedMediaType("application/json", "application/yaml", ProtobufReader.MediaType);
        }
    }
}
