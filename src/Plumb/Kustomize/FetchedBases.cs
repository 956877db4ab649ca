using Microsoft.Extensions.Logging.Abstractions;
using Plumb.Charts.Bases;
using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Reconcile.Sources;
using Plumb.Server.Composition;

namespace Plumb.Commands.Kustomize;

/// <summary>What one build uses of other repositories, in a folder that goes with it. Files of web servers are allowed, as in the original.</summary>
internal sealed class FetchedBases : IRemoteBases, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SourceSet _sources;
    private IRemoteBases? _fetched;

    private FetchedBases() => _sources = new SourceSet(
        new EngineOptions { DataFolder = _folder.FullPath, AllowWebFiles = true }, NullLoggerFactory.Instance, TimeProvider.System);

    /// <summary>Fetches it.</summary>
    /// <exception cref="KustomizeException">Something cannot be had.</exception>
    public static async Task<IRemoteBases> FetchAsync(ITree tree, string folder, BuildSettings settings, CancellationToken ct)
    {
        var bases = new FetchedBases();
        try
        {
            var request = new BaseRequest(folder) { IsLocal = true, WithCharts = settings.HelmEnabled };
            bases._fetched = await bases._sources.FetchBasesAsync(tree, request, ct);
            return bases;
        }
        catch (Exception fault)
        {
            await bases.DisposeAsync();
            if (fault is SourceException) throw new KustomizeException(Absolute(fault.Message), null, fault);
            throw;
        }
    }

    /// <summary>The tree is the whole disk: a place that the message begins with is a path from its root.</summary>
    private static string Absolute(string message) =>
        message.IndexOf('(', StringComparison.Ordinal) is var at and > 0 && File.Exists("/" + message[..at]) ? "/" + message : message;

    /// <inheritdoc/>
    public ITree Open(RemoteAddress address, CancellationToken ct) => _fetched!.Open(address, ct);

    /// <inheritdoc/>
    public ITree OpenChart(string repository, string name, string version, CancellationToken ct) =>
        _fetched!.OpenChart(repository, name, version, ct);

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Download(string address, CancellationToken ct) => _fetched!.Download(address, ct);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _sources.DisposeAsync();
        _folder.Dispose();
    }
}
