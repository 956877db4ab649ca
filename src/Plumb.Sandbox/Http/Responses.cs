using Microsoft.AspNetCore.Http;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Http;

/// <summary>Writes answers.</summary>
internal static class Responses
{
    public const string JsonType = "application/json";

    public static Task WriteAsync(HttpContext context, int code, Node value, string contentType = JsonType) =>
        WriteAsync(context, code, Json.Write(value), contentType);

    public static async Task WriteAsync(HttpContext context, int code, ReadOnlyMemory<byte> body, string contentType = JsonType)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (context.Request.Method != "HEAD")
            await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    public static Task WriteAsync(HttpContext context, ApiException error)
    {
        if (error.Details["retryAfterSeconds"].AsInt() is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return WriteAsync(context, error.Code, ApiErrors.ToStatus(error));
    }

    /// <summary>A path that nothing serves: plain text, from which clients make their own words, such as what they asked for.</summary>
    public static Task WriteNoSuchPathAsync(HttpContext context) =>
        WriteAsync(context, 404, "404 page not found\n"u8.ToArray(), "text/plain; charset=utf-8");

    /// <summary>Warnings in the form of RFC 7234: <c>299 - "text"</c>.</summary>
    public static void AddWarnings(HttpContext context, IEnumerable<string> warnings)
    {
        foreach (var warning in warnings)
        {
            var text = new string([.. warning.Select(c => c is < ' ' or > '~' ? ' ' : c)]).Replace("\\", "\\\\").Replace("\"", "\\\"");
            context.Response.Headers.Append("Warning", $"299 - \"{text}\"");
        }
    }
}
