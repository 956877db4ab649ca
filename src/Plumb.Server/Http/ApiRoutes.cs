using System.Text.Json.Serialization.Metadata;
using Plumb.Api;

namespace Plumb.Server.Http;

/// <summary>How an address of the API is bound to a call of <see cref="IPlumbApi"/>, with what the OpenAPI document says of it.</summary>
/// <remarks>Handlers are cast to delegates: taken as a <see cref="RequestDelegate"/>, what they return would be dropped and no filter run.</remarks>
internal static class ApiRoutes
{
    /// <summary>GET, and HEAD, which is GET without the body (RFC 9110, section 9.3.2).</summary>
    public static RouteHandlerBuilder MapReads(this IEndpointRouteBuilder routes, string path, Delegate handler) =>
        routes.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], handler);

    /// <summary>A document.</summary>
    public static RouteHandlerBuilder Get<T>(
        this IEndpointRouteBuilder routes, string path, string summary, JsonTypeInfo<T> type, Func<IPlumbApi, HttpContext, Task<T>> call) =>
        routes.MapReads(path, async (HttpContext context) => Answers.Document(context, await call(Api(context), context), type))
            .WithSummary(summary).Produces<T>(contentType: "application/json").Produces(StatusCodes.Status304NotModified).Refusals();

    /// <summary>Something is done, and a document tells what came of it.</summary>
    public static RouteHandlerBuilder Do<TBody, T>(
        this IEndpointRouteBuilder routes, HttpMethod method, string path, string summary, JsonTypeInfo<TBody> bodyType, JsonTypeInfo<T> type,
        Func<IPlumbApi, TBody, HttpContext, Task<T>> call)
        where TBody : class =>
        routes.MapMethods(path, [method.Method], (Delegate)(async (HttpContext context) =>
            {
                var body = await Answers.ReadAsync(context.Request, bodyType, context.RequestAborted);
                return Answers.Document(context, await call(Api(context), body, context), type);
            }))
            .WithSummary(summary).Accepts(typeof(TBody), "application/json").Produces<T>(contentType: "application/json").Refusals();

    /// <summary>The same with nothing to say.</summary>
    public static RouteHandlerBuilder Do<TBody>(
        this IEndpointRouteBuilder routes, HttpMethod method, string path, string summary, JsonTypeInfo<TBody> bodyType, Func<IPlumbApi, TBody, HttpContext, Task> call)
        where TBody : class =>
        routes.MapMethods(path, [method.Method], (Delegate)(async (HttpContext context) =>
            {
                await call(Api(context), await Answers.ReadAsync(context.Request, bodyType, context.RequestAborted), context);
                return Results.NoContent();
            }))
            .WithSummary(summary).Accepts(typeof(TBody), "application/json").Produces(StatusCodes.Status204NoContent).Refusals();

    /// <summary>Something is done that needs no body.</summary>
    public static RouteHandlerBuilder Do(
        this IEndpointRouteBuilder routes, HttpMethod method, string path, string summary, Func<IPlumbApi, HttpContext, Task> call) =>
        routes.MapMethods(path, [method.Method], (Delegate)(async (HttpContext context) =>
            {
                await call(Api(context), context);
                return Results.NoContent();
            }))
            .WithSummary(summary).Produces(StatusCodes.Status204NoContent).Refusals();

    /// <summary>The same, and a document tells what came of it.</summary>
    public static RouteHandlerBuilder Do<T>(
        this IEndpointRouteBuilder routes, HttpMethod method, string path, string summary, JsonTypeInfo<T> type, Func<IPlumbApi, HttpContext, Task<T>> call) =>
        routes.MapMethods(path, [method.Method], (Delegate)(async (HttpContext context) => Answers.Document(context, await call(Api(context), context), type)))
            .WithSummary(summary).Produces<T>(contentType: "application/json").Refusals();

    /// <summary>Server-sent events.</summary>
    public static RouteHandlerBuilder Events<T>(
        this IEndpointRouteBuilder routes, string path, string summary, JsonTypeInfo<T> type, Func<IPlumbApi, HttpContext, IAsyncEnumerable<T>> call) =>
        routes.MapGet(path, (Delegate)((HttpContext context) => Answers.EventsAsync(context, call(Api(context), context), type)))
            .WithSummary(summary).Produces<T>(contentType: "text/event-stream").Refusals();

    /// <summary>A JSON document a line.</summary>
    public static RouteHandlerBuilder Lines<T>(
        this IEndpointRouteBuilder routes, string path, string summary, JsonTypeInfo<T> type, Func<IPlumbApi, HttpContext, IAsyncEnumerable<T>> call) =>
        routes.MapGet(path, (Delegate)((HttpContext context) => Answers.LinesAsync(context, call(Api(context), context), type)))
            .WithSummary(summary).Produces<T>(contentType: "application/x-ndjson").Refusals();

    /// <summary>A part of the address.</summary>
    public static string Route(this HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    private static IPlumbApi Api(HttpContext context) => context.RequestServices.GetRequiredService<IPlumbApis>().For(context.User);

    private static RouteHandlerBuilder Refusals(this RouteHandlerBuilder route)
    {
        foreach (var status in (int[])[400, 401, 403, 404, 409]) route.ProducesProblem(status);
        return route;
    }
}
