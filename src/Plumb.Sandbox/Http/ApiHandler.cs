using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Plumb.Sandbox.Access;
using Plumb.Sandbox.Admission;
using Plumb.Sandbox.Simulation;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Http;

/// <summary>One request from the URL to the answer.</summary>
internal sealed partial class ApiHandler(
    ObjectApi api, Discovery discovery, AccessControl access, Webhooks webhooks, TimeProvider time, SimulationControl simulation,
    CancellationToken stopping,
    ILogger logger)
{
    /// <summary>What a resource request is about, once it is known to be served.</summary>
    private sealed record Target(HttpContext Context, ResourcePath Path, KindStore Kind, ServedVersion Version)
    {
        public ResourceType Type => Kind.Type;

        /// <summary>Namespace of the objects; empty for cluster scope.</summary>
        public string Namespace => Type.Namespaced ? Path.Namespace : "";

        public string Name => Path.Name;

        public IQueryCollection Query => Context.Request.Query;

        public string ApiVersion => Type.ApiVersion(Version.Version);
    }

    public async Task HandleAsync(HttpContext context)
    {
        DeprecatedWatch.Rewrite(context.Request);
        try
        {
            access.Admit(context);
            await DispatchAsync(context).ConfigureAwait(false);
        }
        catch (ApiException error) when (!context.Response.HasStarted)
        {
            var answer = ApiErrors.IsNoSuchPath(error) ? Responses.WriteNoSuchPathAsync(context) : Responses.WriteAsync(context, error);
            await answer.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || stopping.IsCancellationRequested)
        {
            // The client left, or the server did.
        }
        catch (Exception error) when (!context.Response.HasStarted && error is not OperationCanceledException)
        {
            LogFault(logger, context.Request.Method, context.Request.Path, error);
            await Responses.WriteAsync(context, new ApiException(500, "InternalError", "Internal error occurred: " + error.Message))
                .ConfigureAwait(false);
        }
    }

    private Task DispatchAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "/";
        if (ResourcePath.TryParse(path, out var resource)) return DispatchAsync(context, resource);
        if (SimulationControl.Owns(context.Request.Path)) return simulation.AnswerAsync(context);
        if (context.Request.Method is not ("GET" or "HEAD"))
        {
            return IsSelfReview(path) || path is not ("/api" or "/apis" or "/version" or "/healthz" or "/readyz" or "/livez")
                ? throw ApiErrors.NoSuchPath()
                : throw ApiErrors.MethodNotAllowed();
        }

        return discovery.TryWriteAsync(context, path) ?? throw ApiErrors.NoSuchPath();
    }

    private Task DispatchAsync(HttpContext context, ResourcePath path)
    {
        if (TryReviewAsync(context, path) is { } review) return review;
        var kind = api.Store.Catalog.Resource(path.Group, path.Resource) ?? throw ApiErrors.NoSuchPath();
        var version = kind.Type.Version(path.Version) ?? throw ApiErrors.NoSuchPath();
        if (!kind.Type.Namespaced && path.Namespace.Length > 0 && path.Resource != "namespaces") throw ApiErrors.NoSuchPath();
        if (kind.Type.Namespaced && path.Namespace.Length == 0 && path.Name.Length > 0) throw ApiErrors.NoSuchPath();
        var target = new Target(context, path, kind, version);
        var method = context.Request.Method;
        if (version.DeprecationWarning is { } warning) Responses.AddWarnings(context, [warning]);
        if (method == "HEAD") throw ApiErrors.MethodNotAllowed();
        if (path.Subresource.Length > 0) return SubresourceAsync(target, method);
        if (path.Name.Length > 0)
        {
            return method switch
            {
                "GET" or "HEAD" when Query.Flag(target.Query, "watch") => WatchAsync(target),
                "GET" or "HEAD" => GetAsync(target),
                "PUT" => UpdateAsync(target, ""),
                "PATCH" => PatchAsync(target, ""),
                "DELETE" => DeleteAsync(target),
                _ => throw ApiErrors.MethodNotAllowed(),
            };
        }

        return method switch
        {
            "GET" or "HEAD" when Query.Flag(target.Query, "watch") => WatchAsync(target),
            "GET" or "HEAD" => ListAsync(target),
            "POST" => CreateAsync(target),
            "DELETE" => DeleteCollectionAsync(target),
            _ => throw ApiErrors.MethodNotAllowed(),
        };
    }

    private static bool IsSelfReview(string path) => path.EndsWith("reviews", StringComparison.Ordinal);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sandbox: {Method} {Path} failed.")]
    private static partial void LogFault(ILogger logger, string method, string path, Exception error);
}
