using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Http;

/// <summary>One request from the URL to the answer.</summary>
internal sealed partial class ApiHandler(ObjectApi api, Discovery discovery, TimeProvider time, CancellationToken stopping, ILogger logger)
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
        try
        {
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
        if (path.Group is "authorization.k8s.io" && context.Request.Method == "POST") return ReviewAccessAsync(context, path);
        if (path.Group is "authentication.k8s.io" && path.Resource == "selfsubjectreviews" && context.Request.Method == "POST")
        {
            return ReviewSelfAsync(context);
        }

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

    private static async Task ReviewAccessAsync(HttpContext context, ResourcePath path)
    {
        var review = await RequestBody.ReadObjectAsync(context).ConfigureAwait(false);
        if (path.Resource == "selfsubjectrulesreviews")
        {
            review["status"] = new MapNode
            {
                ["resourceRules"] = new ListNode
                {
                    new MapNode
                    {
                        ["verbs"] = new ListNode { "*" },
                        ["apiGroups"] = new ListNode { "*" },
                        ["resources"] = new ListNode { "*" },
                    },
                },
                ["nonResourceRules"] = new ListNode
                {
                    new MapNode { ["verbs"] = new ListNode { "*" }, ["nonResourceURLs"] = new ListNode { "*" } },
                },
                ["incomplete"] = false,
            };
        }
        else
        {
            review["status"] = new MapNode { ["allowed"] = true, ["reason"] = "the sandbox has one user, who may do everything" };
        }

        await Responses.WriteAsync(context, 201, review).ConfigureAwait(false);
    }

    private static async Task ReviewSelfAsync(HttpContext context)
    {
        var review = await RequestBody.ReadObjectAsync(context).ConfigureAwait(false);
        review["status"] = new MapNode
        {
            ["userInfo"] = new MapNode
            {
                ["username"] = "sandbox-admin",
                ["groups"] = new ListNode { "system:masters", "system:authenticated" },
            },
        };
        await Responses.WriteAsync(context, 201, review).ConfigureAwait(false);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Sandbox: {Method} {Path} failed.")]
    private static partial void LogFault(ILogger logger, string method, string path, Exception error);
}
