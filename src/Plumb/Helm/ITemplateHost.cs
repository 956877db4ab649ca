using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.Targets;

namespace Plumb.Commands.Helm;

/// <summary>What <c>plumb helm template</c> can do beside rendering; the native program has none of it.</summary>
internal interface ITemplateHost
{
    /// <summary>The cluster of a kubeconfig.</summary>
    /// <param name="kubeconfig">The file; null for the usual one.</param>
    /// <param name="context">The context; null for the current one.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="TargetException">It cannot be read, or the cluster not reached.</exception>
    Task<IClusterView> OpenClusterAsync(string? kubeconfig, string? context, CancellationToken ct);

    /// <summary>A packed chart from a repository, a registry or a web server.</summary>
    /// <param name="chart">Which one: <c>oci://…</c>, <c>https://…</c>, <c>repository/chart</c>, or its name in <see cref="ChartAccess.RepoUrl"/>.</param>
    /// <param name="access">Where it is, and how to be let in.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="SourceException">It cannot be had.</exception>
    Task<byte[]> FetchAsync(string chart, ChartAccess access, CancellationToken ct);

    /// <summary>Passes when somebody of a keyring has signed the archive, as its provenance file says.</summary>
    /// <param name="archive">The packed chart.</param>
    /// <param name="provenance">Its <c>.prov</c> file.</param>
    /// <param name="keyring">Public keys.</param>
    /// <param name="fileName">The archive's name.</param>
    /// <exception cref="Plumb.Manifests.Helm.HelmException">Not so.</exception>
    void Verify(byte[] archive, byte[] provenance, byte[] keyring, string fileName);

    /// <summary>A tree in which a chart has the dependencies that it lacks, the newest that fit.</summary>
    /// <param name="tree">The tree with the chart.</param>
    /// <param name="path">Where the chart is in it.</param>
    /// <param name="access">How to be let in.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="SourceException">One of them cannot be had.</exception>
    Task<ITree> WithDependenciesAsync(ITree tree, string path, ChartAccess access, CancellationToken ct);
}

/// <summary>What Helm's flags say of where charts are.</summary>
internal sealed record ChartAccess
{
    /// <summary><c>--repo</c>; null: as the chart is named.</summary>
    public string? RepoUrl { get; init; }

    /// <summary><c>--version</c>: version or range; empty: the latest.</summary>
    public string Version { get; init; } = "";

    /// <summary><c>--username</c>.</summary>
    public string? Username { get; init; }

    /// <summary><c>--password</c>.</summary>
    public string? Password { get; init; }

    /// <summary><c>--pass-credentials</c>: to every host, not the repository's only.</summary>
    public bool PassCredentials { get; init; }

    /// <summary><c>--ca-file</c>.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary><c>--cert-file</c>.</summary>
    public string? CertificateFile { get; init; }

    /// <summary><c>--key-file</c>.</summary>
    public string? KeyFile { get; init; }

    /// <summary><c>--insecure-skip-tls-verify</c>.</summary>
    public bool SkipVerification { get; init; }

    /// <summary><c>--plain-http</c>: registries are spoken to without TLS.</summary>
    public bool PlainHttp { get; init; }

    /// <summary><c>--repository-config</c>; null: the usual <c>repositories.yaml</c>.</summary>
    public string? RepositoryConfig { get; init; }

    /// <summary><c>--registry-config</c>; null: the usual <c>config.json</c>.</summary>
    public string? RegistryConfig { get; init; }

    /// <summary>Without secrets, so that a stray log shows none.</summary>
    public override string ToString() => $"charts of {RepoUrl ?? "anywhere"}";
}

/// <summary>A cluster that a render may ask.</summary>
internal interface IClusterView : IDisposable
{
    /// <summary>What its API offers.</summary>
    TargetCapabilities Capabilities { get; }

    /// <summary>What is live now.</summary>
    /// <exception cref="TargetException">It cannot be reached.</exception>
    Task<LiveAnswer> LookUpAsync(LiveQuery query, CancellationToken ct);
}
