using System.Text.Json;
using Plumb.Api;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Targets;

namespace Plumb.Server.Http;

/// <summary>Applications over HTTP.</summary>
internal static class ApplicationEndpoints
{
    private const int MaxRuns = 1000;

    public static void Map(RouteGroupBuilder api)
    {
        var apps = api.MapGroup("applications");
        apps.MapGet("", (Reconciler reconciler) =>
            Json(reconciler.Applications.Select(a => a.ToSummary()).ToList(), ApiJson.Default.IReadOnlyListApplicationSummary));
        apps.MapGet("{name}", (string name, Reconciler reconciler) =>
            reconciler.Find(name) is { } state ? Json(state.ToDetail(), ApiJson.Default.ApplicationDetail) : Problems.NoApplication(name));
        apps.MapGet("{name}/plan", (string name, Reconciler reconciler) =>
            reconciler.Find(name) is null ? Problems.NoApplication(name)
            : reconciler.FindPlan(name) is { } plan ? Json(plan.ToRecord(), ApiJson.Default.PlanRecord)
            : Problems.Conflict($"{name} has not been compared yet: {Reason(reconciler.Find(name)!)}"));
        apps.MapGet("{name}/runs", async (string name, Reconciler reconciler, IRunStore runs, CancellationToken ct, int limit = 20) =>
            reconciler.Find(name) is null
                ? Problems.NoApplication(name)
                : Json(
                    (await runs.ListAsync(name, Math.Clamp(limit, 1, MaxRuns), ct)).Select(r => r.ToRecord()).ToList(),
                    ApiJson.Default.IReadOnlyListRunRecord));
        apps.MapGet("{name}/tree", (string name, Reconciler reconciler, ITargets targets) =>
            reconciler.Find(name) is { } state
                ? Json(state.ToTree(targets.Find(state.Spec.Destination)), ApiJson.Default.IReadOnlyListTreeRecord)
                : Problems.NoApplication(name));
        apps.MapGet("{name}/events", StreamAsync);
        apps.MapPost("{name}/sync", SyncAsync);
        apps.MapPost("{name}/refresh", (string name, Reconciler reconciler) => Try(name, () => reconciler.Refresh(name)));
        apps.MapPost("{name}/terminate", (string name, Reconciler reconciler) => Try(name, () => reconciler.Terminate(name)));
        apps.MapPost("{name}/confirm", (string name, Reconciler reconciler) => Try(name, () => reconciler.Confirm(name)));
        apps.MapDelete("{name}", DeleteAsync);
    }

    private static async Task<IResult> SyncAsync(string name, HttpRequest request, Reconciler reconciler, CancellationToken ct)
    {
        SyncBody body;
        try
        {
            body = await JsonSerializer.DeserializeAsync(request.Body, ApiJson.Default.SyncBody, ct) ?? new SyncBody();
        }
        catch (JsonException e)
        {
            return Problems.BadRequest($"the body is not a sync request: {e.Message}");
        }

        List<ResourcePattern> patterns = [];
        foreach (var text in body.Patterns)
        {
            if (!ResourcePattern.TryParse(text, out var pattern))
                return Problems.BadRequest($"\"{text}\" names no resources; write [!]GROUP:KIND:[NAMESPACE/]NAME, such as apps:Deployment:shop/web or :Service:*");
            patterns.Add(pattern);
        }

        try
        {
            var run = await reconciler.SyncAsync(
                name,
                new SyncRequest
                {
                    Initiator = "api",
                    Prune = body.Prune,
                    Confirmed = body.Confirm,
                    DryRun = body.DryRun,
                    Patterns = patterns,
                    Resources = body.Resources.Select(r => r.ToId()).ToHashSet(),
                },
                ct);
            return Json(run.ToRecord(), ApiJson.Default.RunRecord);
        }
        catch (KeyNotFoundException)
        {
            return Problems.NoApplication(name);
        }
        catch (InvalidOperationException e)
        {
            return Problems.Conflict(e.Message);
        }
    }

    private static async Task<IResult> DeleteAsync(
        string name, Reconciler reconciler, CancellationToken ct, bool cascade = true, string propagation = "foreground", bool hooks = true)
    {
        if (!Enum.TryParse<DeletePropagation>(propagation, ignoreCase: true, out var how) || !Enum.IsDefined(how))
            return Problems.BadRequest($"propagation is \"{propagation}\"; it can be foreground, background or orphan");
        try
        {
            await reconciler.DeleteAsync(name, new DeleteRequest { Cascade = cascade, Propagation = how, RunHooks = hooks }, ct);
            return Results.NoContent();
        }
        catch (KeyNotFoundException)
        {
            return Problems.NoApplication(name);
        }
        catch (InvalidOperationException e)
        {
            return Problems.Conflict(e.Message);
        }
    }

    private static async Task StreamAsync(string name, HttpContext context, Reconciler reconciler, CancellationToken ct)
    {
        if (reconciler.Find(name) is null)
        {
            await Problems.NoApplication(name).ExecuteAsync(context);
            return;
        }

        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        // Subscribed before the first state is read: nothing between the two is missed.
        var changes = reconciler.WatchAsync(ct);
        if (reconciler.Find(name) is { } now) await WriteAsync(context, now, ct);
        await foreach (var state in changes)
        {
            if (state.Spec.Name == name) await WriteAsync(context, state, ct);
        }
    }

    private static async Task WriteAsync(HttpContext context, ApplicationState state, CancellationToken ct)
    {
        await context.Response.WriteAsync("data: ", ct);
        await JsonSerializer.SerializeAsync(context.Response.Body, state.ToDetail(), ApiJson.Default.ApplicationDetail, ct);
        await context.Response.WriteAsync("\n\n", ct);
        await context.Response.Body.FlushAsync(ct);
    }

    private static IResult Try(string name, Action action)
    {
        try
        {
            action();
            return Results.Accepted();
        }
        catch (KeyNotFoundException)
        {
            return Problems.NoApplication(name);
        }
        catch (InvalidOperationException e)
        {
            return Problems.Conflict(e.Message);
        }
    }

    private static string Reason(ApplicationState state) =>
        state.Conditions.Count > 0 ? state.Conditions[0].Message : "the first comparison goes on";

    private static IResult Json<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => Results.Json(value, type);
}
