using Microsoft.AspNetCore.Http;
using Plumb.Sandbox.Storage;
using Plumb.Sandbox.Storage.Persistence;

namespace Plumb.Sandbox.Access;

/// <summary>The door of the server: who comes in, and what he may do.</summary>
internal sealed class AccessControl : IDisposable
{
    private readonly bool _tokenNeeded;

    public AccessControl(ObjectApi api, SandboxOptions options, string adminToken, DataFile? file)
    {
        _tokenNeeded = !options.PlainHttp;
        Authorizer = new(api);
        Tokens = new(api, file);
        Authenticator = new(adminToken, options.Users, Tokens, Authorizer);
    }

    public Authorizer Authorizer { get; }

    public Authenticator Authenticator { get; }

    public AccountTokens Tokens { get; }

    /// <summary>Notes the user of a request that may be served.</summary>
    /// <exception cref="ApiException">It may not: 401 or 403.</exception>
    public void Admit(HttpContext context)
    {
        if (IsPublic(context.Request.Path)) return;
        var user = Authenticator.Authenticate(context, _tokenNeeded);
        Authorizer.Check(user, AccessRequest.Of(context));
        context.Features.Set(user);
    }

    /// <summary>The user of an admitted request.</summary>
    public static UserInfo UserOf(HttpContext context) => context.Features.Get<UserInfo>() ?? UserInfo.Admin;

    public void Dispose() => Tokens.Dispose();

    private static bool IsPublic(PathString path) =>
        path.StartsWithSegments("/healthz") || path.StartsWithSegments("/readyz") || path.StartsWithSegments("/livez")
            || path == "/version";
}
