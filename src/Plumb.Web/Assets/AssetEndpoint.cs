using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;

namespace Plumb.Web.Assets;

/// <summary>Serves the page's files.</summary>
internal static class AssetEndpoint
{
    /// <summary>Maps <c>/_plumb/DIGEST/NAME</c>, open to everybody: the sign-in page needs them.</summary>
    public static void Map(IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods(PageAssets.Root + "/{digest}/{name}", [HttpMethods.Get, HttpMethods.Head], Serve).AllowAnonymous().ExcludeFromDescription();

    private static IResult Serve(string digest, string name, PageAssets assets, HttpContext context)
    {
        if (assets.Find(name) is not { } asset)
        {
            return Results.NotFound();
        }

        // A page of the version before may still ask for its own file: it gets the present one, but must not keep it under that name.
        context.Response.Headers.CacheControl = digest == asset.Digest ? "public, max-age=31536000, immutable" : "no-cache";
        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        var packed = context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
        if (packed)
        {
            context.Response.Headers.ContentEncoding = "gzip";
        }

        var tag = new EntityTagHeaderValue($"\"{asset.Digest}{(packed ? "-gz" : "")}\"");
        return Results.Bytes(packed ? asset.Packed : asset.Content, asset.ContentType, entityTag: tag);
    }
}
