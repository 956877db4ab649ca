using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Storage;
using Plumb.Sandbox.Storage.Persistence;

namespace Plumb.Sandbox.Access;

/// <summary>Makes and checks the signed tokens of service accounts (JSON web tokens, ES256, a key made at start).</summary>
internal sealed class AccountTokens : IDisposable
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    private const string Header = """{"alg":"ES256","kid":"plumb-sandbox"}""";
    private const int MaxLength = 16 * 1024;

    private readonly ObjectApi _api;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Lock _gate = new(); // ECDsa is not promised to be thread-safe

    public AccountTokens(ObjectApi api, DataFile? file)
    {
        _api = api;
        if (file?.Fact("accounts-key") is { } kept) _key.ImportPkcs8PrivateKey(Convert.FromBase64String(kept), out _);
        else file?.SetFact("accounts-key", Convert.ToBase64String(_key.ExportPkcs8PrivateKey()));
    }

    /// <summary>A token of an account; null lifetime: without an end, as in a Secret.</summary>
    public (string Token, DateTimeOffset? Expires) Issue(KubeObject account, TimeSpan? lifetime, IReadOnlyList<string> audiences)
    {
        var now = _api.Time.GetUtcNow();
        var expires = now + lifetime;
        var claims = new MapNode { ["aud"] = new ListNode(audiences.Select(a => (Node)a)) };
        if (expires is { } end) claims["exp"] = end.ToUnixTimeSeconds();
        claims["iat"] = now.ToUnixTimeSeconds();
        claims["iss"] = Issuer;
        claims["jti"] = Guid.NewGuid().ToString();
        claims["kubernetes.io"] = new MapNode
        {
            ["namespace"] = account.Namespace,
            ["serviceaccount"] = new MapNode { ["name"] = account.Name, ["uid"] = account.Uid },
        };
        claims["nbf"] = now.ToUnixTimeSeconds();
        claims["sub"] = UserInfo.ServiceAccount(account.Namespace, account.Name).Name;
        var signed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Header)) + "." + Base64Url.EncodeToString(Json.Write(claims));
        byte[] signature;
        lock (_gate) signature = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return (signed + "." + Base64Url.EncodeToString(signature), expires);
    }

    /// <summary>Whose token it is; null when it is none of ours, has ended, or its account is gone or another by now.</summary>
    public UserInfo? Check(string token)
    {
        if (token.Length > MaxLength || token.Split('.') is not [_, var body, var signature]) return null;
        try
        {
            var bytes = Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]);
            lock (_gate)
            {
                if (!_key.VerifyData(bytes, Base64Url.DecodeFromChars(signature), HashAlgorithmName.SHA256)) return null;
            }

            return Resolve(Json.Parse(Base64Url.DecodeFromChars(body)));
        }
        catch (Exception e) when (e is FormatException or JsonException or CryptographicException)
        {
            return null;
        }
    }

    public void Dispose() => _key.Dispose();

    private UserInfo? Resolve(Node claims)
    {
        if (claims["exp"].AsInt() is { } end && _api.Time.GetUtcNow().ToUnixTimeSeconds() >= end) return null;
        var ns = claims["kubernetes.io"]["namespace"].AsString() ?? "";
        var stated = claims["kubernetes.io"]["serviceaccount"];
        if (_api.Get("", "ServiceAccount", ns, stated["name"].AsString() ?? "") is not { } account) return null;
        if (account.Uid != stated["uid"].AsString()) return null;
        return UserInfo.ServiceAccount(ns, account.Name) with
        {
            Uid = account.Uid,
            Extra = new Dictionary<string, IReadOnlyList<string>>
            {
                ["authentication.kubernetes.io/credential-id"] = ["JTI=" + claims["jti"].AsString()],
            },
        };
    }
}
