using Microsoft.Extensions.Logging.Abstractions;
using Plumb.Charts;
using Plumb.Charts.Provenance;
using Plumb.Kubernetes;
using Plumb.Kubernetes.Lookups;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.Targets;

namespace Plumb.Commands.Helm;

/// <summary>The whole of Plumb behind <c>plumb helm template</c>.</summary>
internal sealed class TemplateHost : ITemplateHost
{
    /// <inheritdoc/>
    public async Task<IClusterView> OpenClusterAsync(string? kubeconfig, string? context, CancellationToken ct) => new ClusterView(
        await ClusterReader.OpenAsync(
            new KubernetesTargetOptions { Name = context ?? "current", Kubeconfig = kubeconfig, Context = context }, TimeProvider.System, ct));

    /// <inheritdoc/>
    public async Task<byte[]> FetchAsync(string chart, ChartAccess access, CancellationToken ct)
    {
        var (repository, name) = Locate(chart, access);
        using var scratch = new TemporaryFolder();
        await using var charts = Open(access, repository, scratch);
        if (name is "" && repository.LastIndexOf(':') is var colon && colon > repository.LastIndexOf('/'))
        {
            var tag = repository[(colon + 1)..].Replace('_', '+');
            if (access.Version.Length > 0 && access.Version != tag)
                throw new SourceException(SourceFault.RevisionNotFound, $"chart reference and version mismatch: {access.Version} is not {tag}");
            return (await charts.FetchAsync(repository[..colon], "", tag, ct)).Archive;
        }

        return name is null ? await charts.FetchArchiveAsync(new Uri(repository), ct) : (await charts.FetchAsync(repository, name, access.Version, ct)).Archive;
    }

    /// <inheritdoc/>
    public void Verify(byte[] archive, byte[] provenance, byte[] keyring, string fileName) =>
        ChartSignature.Verify(archive, provenance, keyring, fileName, TimeProvider.System.GetUtcNow());

    /// <inheritdoc/>
    public async Task<ITree> WithDependenciesAsync(ITree tree, string path, ChartAccess access, CancellationToken ct)
    {
        using var scratch = new TemporaryFolder();
        await using var charts = Open(access, null, scratch);
        return await charts.WithDependenciesAsync(tree, path, fromLock: false, ct);
    }

    /// <summary>Repository and name of a chart; no name when the address is the archive's own.</summary>
    private static (string Repository, string? Name) Locate(string chart, ChartAccess access)
    {
        if (access.RepoUrl is { } url) return (url, chart);
        if (chart.StartsWith("oci://", StringComparison.Ordinal)) return (chart, "");
        if (Uri.TryCreate(chart, UriKind.Absolute, out var address) && address.Scheme is "https" or "http") return (chart, null);
        var slash = chart.IndexOf('/');
        if (slash <= 0)
            throw new SourceException(SourceFault.RepositoryNotFound, $"non-absolute URLs should be in form of repo_name/path_to_chart, got: {chart}");
        var known = new FlagCredentials(access, null).AddressOf(chart[..slash])
            ?? throw new SourceException(SourceFault.RepositoryNotFound, $"repo {chart[..slash]} not found");
        return (known, chart[(slash + 1)..]);
    }

    private static ChartRepositories Open(ChartAccess access, string? repository, TemporaryFolder scratch) => new(
        new ChartOptions { DataFolder = scratch.FullPath, PlainHttp = access.PlainHttp },
        new FlagCredentials(access, Uri.TryCreate(repository, UriKind.Absolute, out var asked) ? asked : null),
        NullLogger<ChartRepositories>.Instance, TimeProvider.System);

    private sealed class ClusterView(ClusterReader reader) : IClusterView
    {
        public TargetCapabilities Capabilities => reader.Capabilities;

        public Task<LiveAnswer> LookUpAsync(LiveQuery query, CancellationToken ct) => reader.LookUpAsync(query, ct);

        public void Dispose() => reader.Dispose();
    }
}
