using System.Net.Http.Headers;
using System.Text;

namespace Plumb.Kubernetes.Clusters;

/// <summary>What is shown to the API server for one request.</summary>
/// <param name="Authorization">Header; null for none.</param>
/// <param name="Certificate">Client certificate; null for none.</param>
internal sealed record Presented(AuthenticationHeaderValue? Authorization, PemPair? Certificate)
{
    /// <summary>Says nothing: it is a secret.</summary>
    public override string ToString() => nameof(Presented);
}

/// <summary>Where the credentials of one cluster come from. Safe for concurrent use.</summary>
internal abstract class Credential
{
    /// <summary>What to show now.</summary>
    /// <exception cref="CredentialException">There is nothing to show.</exception>
    public abstract ValueTask<Presented> GetAsync(CancellationToken ct);

    /// <summary>The server did not accept <paramref name="refused"/>: whether there is something else to show.</summary>
    public abstract ValueTask<bool> RenewAsync(Presented refused, CancellationToken ct);

    /// <summary>The credentials of an access.</summary>
    public static Credential Of(ClusterAccess access, TimeProvider time)
    {
        if (access.Exec is { } plugin) return new PluginCredential(plugin, access.ClientCertificate, time);
        if (access.TokenFile is not null || access.ClientCertificateFiles is not null) return new FileCredential(access, time);
        return new FixedCredential(new Presented(Header(access), access.ClientCertificate));
    }

    protected static AuthenticationHeaderValue Bearer(string token) => new("Bearer", token);

    protected static AuthenticationHeaderValue? Header(ClusterAccess access)
    {
        if (!string.IsNullOrEmpty(access.Token)) return Bearer(access.Token);
        if (access.Username.Length == 0) return null;
        var pair = Encoding.UTF8.GetBytes($"{access.Username}:{access.Password}");
        return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(pair));
    }
}

/// <summary>Credentials that stand in the configuration itself.</summary>
internal sealed class FixedCredential(Presented presented) : Credential
{
    public override ValueTask<Presented> GetAsync(CancellationToken ct) => ValueTask.FromResult(presented);

    public override ValueTask<bool> RenewAsync(Presented refused, CancellationToken ct) => ValueTask.FromResult(false);
}
