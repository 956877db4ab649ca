using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Plumb.Server.Access.Http;

namespace Plumb.Server.Access;

/// <summary>Puts sign-in, rights and hardening into a web application.</summary>
internal static class AccessExtensions
{
    /// <summary>Registers what requests need.</summary>
    /// <exception cref="IOException">A file that settings name cannot be read.</exception>
    public static void AddPlumbAccess(this WebApplicationBuilder builder, AccessServices access)
    {
        var services = builder.Services;
        services.TryAddSingleton(access.Time);
        services.AddSingleton(access);
        services.AddSingleton(access.Options);
        services.AddSingleton(access.Rights);
        services.AddSingleton(access.Audit);
        services.AddSingleton(access.Callers);
        services.AddSingleton(access.Admin);
        services.AddSingleton(access.Tokens);
        services.AddHostedService(_ => access.Policy);
        services.AddHostedService(_ => access.Upkeep);

        // The folder is its owner's; that the keys in it are not encrypted once more needs no warning at each start.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        services.AddDataProtection().SetApplicationName("plumb");
        services.Configure<KeyManagementOptions>(keys => keys.XmlRepository = new KeyFiles(access.KeyFolder));
        services.AddAntiforgery(forgery =>
        {
            forgery.Cookie.Name = PageCookie.Name(access.IsHttps) + "-form";
            forgery.Cookie.Path = "/";
            forgery.Cookie.SecurePolicy = access.IsHttps ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
            forgery.SuppressXFrameOptionsHeader = true; // ours is stricter
        });
        services.AddRateLimiter(limits => RequestLimits.Configure(limits, access));
        AddSchemes(services, access);
    }

    /// <summary>
    /// Guards all that is mapped: call it before endpoints are mapped, after the exception handler. Includes the antiforgery middleware
    /// that forms of pages need.
    /// </summary>
    public static void UsePlumbAccess(this WebApplication app)
    {
        var access = app.Services.GetRequiredService<AccessServices>();
        if (access.Options.TrustedProxies.Count > 0) app.UseForwardedHeaders(Forwarded(access));
        app.Use(next => context => SecurityHeaders.InvokeAsync(context, next));
        var hosts = new HostGuard(access);
        app.Use(next => context => hosts.InvokeAsync(context, next));
        app.Use(next => context => RequestLimits.InvokeAsync(context, next));
        app.UseAuthentication();
        app.UseRateLimiter();
        app.Use(next => context => SameOrigin.InvokeAsync(context, next));
        app.Use(next => context => CallerGate.InvokeAsync(context, next));
        app.UseAntiforgery();
        SignInEndpoints.Map(app);
    }

    private static void AddSchemes(IServiceCollection services, AccessServices access)
    {
        var schemes = services.AddAuthentication(AccessSchemes.Any)
            .AddPolicyScheme(AccessSchemes.Any, null, any => any.ForwardDefaultSelector = context =>
                !access.SignIn ? AccessSchemes.Open : TokenAuthentication.IsMeant(context.Request) ? AccessSchemes.Token : AccessSchemes.Cookie)
            .AddCookie(AccessSchemes.Cookie, cookie => PageCookie.Configure(cookie, access))
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(AccessSchemes.Token, null)
            .AddScheme<AuthenticationSchemeOptions, OpenAuthentication>(AccessSchemes.Open, null);
        if (access is not { Provider: { } provider, Options.OpenId: { } options }) return;
        var secret = options.ClientSecretFile is { } file ? ReadSecret(file) : null;
        schemes.AddOpenIdConnect(AccessSchemes.OpenId, oidc => OpenId.ProviderSignIn.Configure(oidc, options, secret, access, provider));
    }

    private static string ReadSecret(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"the client's secret cannot be read: {e.Message.TrimEnd('.')}. Name a file that is there with --oidc-client-secret-file", e);
        }
    }

    private static ForwardedHeadersOptions Forwarded(AccessServices access)
    {
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // As far back as the proxies are trusted.
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in access.Options.TrustedProxies) forwarded.KnownIPNetworks.Add(network);
        return forwarded;
    }
}
