using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Plumb.Server.Tests.Access.OpenId;

/// <summary>A real identity provider (OpenIddict) on loopback, at which one person is signed in.</summary>
internal sealed class TestProvider : IAsyncDisposable
{
    public const string ClientId = "plumb";
    public const string ClientSecret = "the client's own secret";

    private readonly WebApplication _app;

    private TestProvider(WebApplication app, FakeTimeProvider time)
    {
        (_app, Time) = (app, time);
        Issuer = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    public Uri Issuer { get; }

    public FakeTimeProvider Time { get; }

    /// <summary>What the signed token says of the person, beside <c>sub</c>.</summary>
    public List<(string Type, string Value)> Claims { get; } = [("email", "alice@example.com"), ("name", "Alice A."), ("groups", "web-team"), ("groups", "ops")];

    /// <summary>What only the user-info endpoint says.</summary>
    public Dictionary<string, object> UserInfo { get; } = [];

    public string Subject { get; set; } = "8f2c";

    /// <summary>Whether the person says no.</summary>
    public bool Refuses { get; set; }

    /// <summary>How often somebody was signed out.</summary>
    public int SignedOut { get; private set; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="signsOut">Whether others may ask it to sign somebody out.</param>
    public static async Task<TestProvider> StartAsync(bool signsOut = true)
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        TestProvider? provider = null;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddOpenIddict().AddServer(server =>
        {
            server.EnableDegradedMode()
                .SetAuthorizationEndpointUris("authorize").SetTokenEndpointUris("token").SetUserInfoEndpointUris("userinfo")
                .AllowAuthorizationCodeFlow().RequireProofKeyForCodeExchange()
                .RegisterScopes("profile", "email", "groups")
                // Keys that are quick to make.
                .AddEncryptionKey(new SymmetricSecurityKey(RandomNumberGenerator.GetBytes(32)))
                .AddSigningKey(new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)))
                .Configure(o => o.TimeProvider = time);
            if (signsOut) server.SetEndSessionEndpointUris("leave");
            server.UseAspNetCore().DisableTransportSecurityRequirement();
            server.AddEventHandler<ValidateAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.ClientId != ClientId) context.Reject(Errors.InvalidClient, "unknown client");
                else if (context.RedirectUri?.EndsWith("/auth/oidc/callback", StringComparison.Ordinal) != true) context.Reject(Errors.InvalidRequest, "unknown redirect");
                return default;
            }));
            server.AddEventHandler<HandleAuthorizationRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (provider!.Refuses) context.Reject(Errors.AccessDenied, "the person said no");
                else context.Principal = provider.Person(context.Request.GetScopes());
                return default;
            }));
            server.AddEventHandler<ValidateTokenRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.ClientId != ClientId || context.ClientSecret != ClientSecret) context.Reject(Errors.InvalidClient, "wrong secret");
                return default;
            }));
            server.AddEventHandler<ValidateEndSessionRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                if (context.ClientId != ClientId) context.Reject(Errors.InvalidClient, "unknown client");
                else if (context.PostLogoutRedirectUri?.EndsWith("/auth/oidc/signed-out", StringComparison.Ordinal) != true) context.Reject(Errors.InvalidRequest, "unknown redirect");
                return default;
            }));
            server.AddEventHandler<HandleEndSessionRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                provider!.SignedOut++;
                context.SignOut();
                return default;
            }));
            server.AddEventHandler<HandleUserInfoRequestContext>(handler => handler.UseInlineHandler(context =>
            {
                foreach (var (name, value) in provider!.UserInfo)
                    context.Claims[name] = value is string[] many ? new OpenIddictParameter([.. many]) : new OpenIddictParameter((string)value);
                return default;
            }));
        });
        var app = builder.Build();
        app.UseAuthentication();
        await app.StartAsync(Ct);
        return provider = new TestProvider(app, time);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private ClaimsPrincipal Person(IEnumerable<string> scopes)
    {
        var identity = new ClaimsIdentity("provider", "name", "role");
        identity.AddClaim(new Claim("sub", Subject));
        foreach (var (type, value) in Claims) identity.AddClaim(new Claim(type, value));
        var person = new ClaimsPrincipal(identity);
        person.SetScopes(scopes);
        person.SetDestinations(_ => [Destinations.IdentityToken]);
        return person;
    }
}
