using System.Reflection;
using Plumb.Api;
using Plumb.Reconcile.Loop;

namespace Plumb.Server.Http;

/// <summary>Version and probes over HTTP: what one may ask without being anybody.</summary>
internal static class SystemEndpoints
{
    public static void Map(WebApplication app, RouteGroupBuilder api)
    {
        app.MapReads("/healthz", () => Results.Text("ok\n")).ExcludeFromDescription();
        app.MapReads("/readyz", (Reconciler reconciler) =>
                reconciler.Applications.Count > 0 ? Results.Text("ok\n") : Results.Text("starting\n", statusCode: StatusCodes.Status503ServiceUnavailable))
            .ExcludeFromDescription();
        api.MapReads("version", (HttpContext context) => Answers.Document(context, new VersionRecord(Version), ApiJson.Default.VersionRecord))
            .WithSummary("Version of the server.").WithTags("server").Produces<VersionRecord>(contentType: "application/json");
    }

    public static string Version { get; } =
        typeof(SystemEndpoints).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
}
