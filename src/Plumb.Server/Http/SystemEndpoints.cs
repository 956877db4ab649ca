using System.Reflection;
using System.Text.Json;
using Plumb.Api;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.Targets;

namespace Plumb.Server.Http;

/// <summary>Clusters, pushes, version and probes over HTTP.</summary>
internal static class SystemEndpoints
{
    private const int MaxBody = 1024 * 1024;

    public static void Map(WebApplication app, RouteGroupBuilder api)
    {
        app.MapGet("/healthz", () => Results.Text("ok\n"));
        app.MapGet("/readyz", (Reconciler reconciler) =>
            reconciler.Applications.Count > 0 ? Results.Text("ok\n") : Results.Text("starting\n", statusCode: StatusCodes.Status503ServiceUnavailable));
        api.MapGet("version", () => Results.Json(new VersionRecord(Version), ApiJson.Default.VersionRecord));
        api.MapGet("clusters", ListClustersAsync);
        api.MapPost("push", PushAsync);
    }

    public static string Version { get; } =
        typeof(SystemEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    private static async Task<IResult> ListClustersAsync(Reconciler reconciler, ITargets targets, CancellationToken ct)
    {
        var clusters = new List<ClusterRecord>();
        foreach (var target in targets.All)
        {
            // A cluster that cannot be reached is listed with its fault, and must not hold up the answer.
            var version = target.Fault is null ? (await target.GetCapabilitiesAsync(ct)).Version : "";
            var count = reconciler.Applications.Count(a => ReferenceEquals(targets.Find(a.Spec.Destination), target));
            clusters.Add(new ClusterRecord(target.Name, version, count, target.Fault));
        }

        return Results.Json(clusters, ApiJson.Default.IReadOnlyListClusterRecord);
    }

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
