using System.CommandLine;
using System.Net;
using Plumb.Server.Access;
using Plumb.Server.Access.OpenId;

namespace Plumb.Commands;

/// <summary>The options of <c>serve</c> for who may come in, and how.</summary>
internal sealed class AccessSettings
{
    private readonly Option<bool?> _signIn = new("--sign-in")
    {
        Description = "Whether people must sign in. Default: when it listens on more than loopback; false is possible on loopback only",
        HelpName = "true|false",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _url = Text("--url", "Address that people open; other host names are refused", "URL");
    private readonly Option<string?> _policy = Text("--rbac", "Who may do what: a policy as CSV, or a ConfigMap such as argocd-rbac-cm. Reread when it changes", "FILE");
    private readonly Option<string?> _adminPassword = Text("--admin-password-file", "First password of admin. Default: one is made up and printed once", "FILE");
    private readonly Option<string?> _issuer = Text("--oidc-issuer", "Identity provider to sign in through", "URL");
    private readonly Option<string?> _clientId = Text("--oidc-client-id", "Client registered there, with the redirect address URL/auth/oidc/callback, and URL/auth/oidc/signed-out for after signing out", "ID");
    private readonly Option<string?> _clientSecret = Text("--oidc-client-secret-file", "Its secret. Default: none, a public client", "FILE");
    private readonly Option<string?> _scopes = Text("--oidc-scopes", "Scopes to ask for. Default: openid,profile,email,groups", "LIST");
    private readonly Option<string?> _groupsClaim = Text("--oidc-groups-claim", "Claim with the groups. Default: groups", "CLAIM");
    private readonly Option<string?> _nameClaim = Text("--oidc-name-claim", "Claim with the person's name. Default: email", "CLAIM");
    private readonly Option<string?> _providerName = Text("--oidc-name", "What the sign-in page calls the provider. Default: its host", "NAME");
    private readonly Option<string?> _certificate = Text("--tls-cert", "Certificate to serve https with, PEM, with its chain", "FILE");
    private readonly Option<string?> _key = Text("--tls-key", "Its private key, PEM", "FILE");

    private readonly Option<string[]> _proxies = new("--trusted-proxy")
    {
        Description = "Network whose proxies may say for whom they forward (X-Forwarded-For, X-Forwarded-Proto). Repeatable",
        HelpName = "CIDR",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _insecure = new("--insecure-http")
    {
        Description = "Allow plain http on more than loopback: passwords and tokens then travel readable",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])
            [_signIn, _url, _policy, _adminPassword, _issuer, _clientId, _clientSecret, _scopes, _groupsClaim, _nameClaim, _providerName, _proxies, _certificate, _key, _insecure])
            command.Add(option);
    }

    public AccessOptions Read(ParseResult parsed)
    {
        var given = parsed.GetResult(_signIn) is not null;
        return new AccessOptions
        {
            SignIn = given ? parsed.GetValue(_signIn) ?? true : null,
            Url = parsed.GetValue(_url) is { } url ? Address("--url", url) : null,
            PolicyFile = parsed.GetValue(_policy),
            AdminPasswordFile = parsed.GetValue(_adminPassword),
            OpenId = ReadProvider(parsed),
            TrustedProxies = [.. (parsed.GetValue(_proxies) ?? []).Select(Network)],
            TlsCertificate = parsed.GetValue(_certificate),
            TlsKey = parsed.GetValue(_key),
            InsecureHttp = parsed.GetValue(_insecure),
        };
    }

    private OpenIdOptions? ReadProvider(ParseResult parsed)
    {
        if (parsed.GetValue(_issuer) is not { } issuer)
        {
            return parsed.GetValue(_clientId) is null ? null : throw new UsageException("--oidc-client-id is of no use alone: name the provider with --oidc-issuer");
        }

        var provider = new OpenIdOptions
        {
            Issuer = Address("--oidc-issuer", issuer),
            ClientId = parsed.GetValue(_clientId) ?? throw new UsageException("--oidc-issuer needs --oidc-client-id: register a client there"),
            ClientSecretFile = parsed.GetValue(_clientSecret),
            Name = parsed.GetValue(_providerName) ?? "",
        };
        if (parsed.GetValue(_scopes) is { } scopes)
            provider = provider with { Scopes = scopes.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) };
        if (parsed.GetValue(_groupsClaim) is { } groups) provider = provider with { GroupsClaim = groups };
        return parsed.GetValue(_nameClaim) is { } name ? provider with { NameClaim = name } : provider;
    }

    private static Uri Address(string option, string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw new UsageException($"{option} {text}: write an address such as https://plumb.example.com");

    private static IPNetwork Network(string text)
    {
        if (IPNetwork.TryParse(text, out var network)) return network;
        return IPAddress.TryParse(text, out var one)
            ? new IPNetwork(one, one.GetAddressBytes().Length * 8)
            : throw new UsageException($"--trusted-proxy {text}: write a network such as 10.0.0.0/8, or one address");
    }

    private static Option<string?> Text(string name, string description, string help) => new(name) { Description = description, HelpName = help };
}
