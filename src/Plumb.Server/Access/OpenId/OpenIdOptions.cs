namespace Plumb.Server.Access.OpenId;

/// <summary>The identity provider.</summary>
public sealed record OpenIdOptions
{
    /// <summary>Its issuer, as its discovery document says. Must be https, or http on loopback.</summary>
    public required Uri Issuer { get; init; }

    /// <summary>The client registered there for Plumb. Its redirect address is <c>URL/auth/oidc/callback</c>, and after signing out <c>URL/auth/oidc/signed-out</c>.</summary>
    public required string ClientId { get; init; }

    /// <summary>File with the client's secret; null: a public client, protected by PKCE only.</summary>
    public string? ClientSecretFile { get; init; }

    /// <summary>Scopes to ask for. Default: openid, profile, email, groups.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = ["openid", "profile", "email", "groups"];

    /// <summary>Claim with the groups. Default: <c>groups</c>. The policy's <c>scopes</c> name further ones.</summary>
    public string GroupsClaim { get; init; } = "groups";

    /// <summary>Claim with the person's name in Plumb; <c>email</c> counts only when the provider does not say that it is unverified. Default: <c>email</c>.</summary>
    public string NameClaim { get; init; } = "email";

    /// <summary>How long the provider may take to answer the server. Default: 10 seconds. Must be positive.</summary>
    public TimeSpan AnswerTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How the sign-in page calls it. Default: the issuer's host.</summary>
    public string Name { get => field.Length > 0 ? field : Issuer.Host; init; } = "";
}
