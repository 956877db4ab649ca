using Plumb.Charts.Credentials;

namespace Plumb.Commands.Helm;

/// <summary>
/// What flags say goes before what the user is signed in to, for the repository or registry that was asked for; for others only with
/// <c>--pass-credentials</c>.
/// </summary>
/// <param name="access">The flags.</param>
/// <param name="asked">The repository or registry that was asked for; null when none was.</param>
internal sealed class FlagCredentials(ChartAccess access, Uri? asked) : IChartCredentials
{
    private readonly HelmUserCredentials _user = new(name => name switch
    {
        "HELM_REPOSITORY_CONFIG" when access.RepositoryConfig is { } file => file,
        "HELM_REGISTRY_CONFIG" when access.RegistryConfig is { } file => file,
        _ => Environment.GetEnvironmentVariable(name),
    });

    /// <inheritdoc/>
    public string? AddressOf(string name) => _user.AddressOf(name);

    /// <inheritdoc/>
    public ChartCredential ForRepository(Uri repository) => With(_user.ForRepository(repository), repository.Authority);

    /// <inheritdoc/>
    public async Task<ChartCredential> ForRegistryAsync(string host, CancellationToken ct) =>
        // Who says it on the command line needs no helper's word.
        With(access.Username is null ? await _user.ForRegistryAsync(host, ct) : ChartCredential.Anonymous, host);

    private ChartCredential With(ChartCredential known, string authority)
    {
        var isAsked = asked?.Authority == authority;
        if (!isAsked && !access.PassCredentials) return known;
        return known with
        {
            Username = access.Username ?? known.Username,
            Password = access.Username is null ? known.Password : access.Password,
            PassToAllHosts = access.PassCredentials || known.PassToAllHosts,
            CertificateAuthorityFile = access.AuthorityFile ?? known.CertificateAuthorityFile,
            CertificateFile = access.CertificateFile ?? known.CertificateFile,
            KeyFile = access.KeyFile ?? known.KeyFile,
            SkipVerification = access.SkipVerification || known.SkipVerification,
        };
    }
}
