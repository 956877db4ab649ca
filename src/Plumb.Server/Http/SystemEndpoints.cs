using System.Reflection;
using System.Text.Json;
using Plumb.Api;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Sources;

namespace Plumb.Server.Http;

/// <summary>Pushes, version and probes over HTTP.</summary>
internal static class SystemEndpoints
{
    private const int MaxBody = 1024 * 1024;

    public static void Map(WebApplication app, RouteGroupBuilder api)
    {
        app.MapGet("/healthz", () => Results.Text("ok\n"));
        app.MapGet("/readyz", (Reconciler reconciler) =>
            reconciler.Applications.Count > 0 ? Results.Text("ok\n") : Results.Text("starting\n", statusCode: StatusCodes.Status503ServiceUnavailable));
        api.MapGet("version", () => Results.Json(new VersionRecord(Version), ApiJson.Default.VersionRecord));
        api.MapPost("push", PushAsync);
    }

    public static string Version { get; } =
        typeof(SystemEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    private static async Task<IResult> PushAsync(HttpRequest request, ISource source, CancellationToken ct)
    {
        if (request.ContentLength > MaxBody) return Problems.BadRequest("the body is larger than 1 MiB");
        PushBody? body;
        try
        {
            body = await JsonSerializer.DeserializeAsync(request.Body, ApiJson.Default.PushBody, ct);
        }
        catch (JsonException e)
        {
            return Problems.BadRequest($"the body does not name a repository: {e.Message}");
        }

        if (string.IsNullOrWhiteSpace(body?.Repository)) return Problems.BadRequest("the body does not name a repository");
        source.Refresh(body.Repository);
        return Results.Accepted();
    }
}
