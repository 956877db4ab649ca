using Microsoft.Extensions.Logging;
using Plumb.Charts;
using Plumb.Charts.Bases;
using Plumb.Charts.Credentials;
using Plumb.Git;
using Plumb.Git.Addresses;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Reconcile.Sources;

namespace Plumb.Server.Composition;

/// <summary>Git and the repositories of charts, as one source, with what the current user is signed in to.</summary>
public sealed class SourceSet : IAsyncDisposable
{
    private readonly GitSource _git;
    private readonly ChartRepositories _charts;
    private readonly SourceWithCharts _all;

    /// <summary>Opens them; neither disk nor network is touched until they are used.</summary>
    /// <param name="options">The data folder, where addresses are, and how often they are looked at.</param>
    /// <param name="loggers">Get failures and recoveries.</param>
    /// <param name="time">The clock.</param>
    public SourceSet(EngineOptions options, ILoggerFactory loggers, TimeProvider time)
    {
        RepositoryMapping[] map = [.. options.RepositoryMap.Select(RepositoryMapping.Parse)];
        _git = new GitSource(
            new GitOptions
            {
                DataFolder = Path.Combine(options.DataFolder, "mirrors"),
                PollInterval = options.PollInterval,
                PollJitter = options.PollJitter,
                RepositoryMap = map,
            },
            GitCredentials.OfCurrentUser, loggers.CreateLogger<GitSource>(), time);
        _charts = new ChartRepositories(
            new ChartOptions
            {
                DataFolder = Path.Combine(options.DataFolder, "charts"),
                PollInterval = options.PollInterval,
                PollJitter = options.PollJitter,
                RepositoryMap = [.. map.Select(m => (m.From, m.To))],
                AllowWebFiles = options.AllowWebFiles,
            },
            HelmUserCredentials.OfProcess, loggers.CreateLogger<ChartRepositories>(), time);
        _all = new SourceWithCharts(_git, _charts);
    }

    /// <summary>All of them.</summary>
    public ISource All => _all;

    /// <summary>The Git repositories alone, with what commits say and how to write one.</summary>
    public GitSource Git => _git;

    /// <summary>What a kustomization in any tree uses of other repositories, for a build of it.</summary>
    /// <exception cref="SourceException">Something cannot be had, or is not allowed.</exception>
    public Task<IRemoteBases> FetchBasesAsync(ITree tree, BaseRequest request, CancellationToken ct) => _all.FetchBasesAsync(tree, request, ct);

    /// <summary>Stops what they do.</summary>
    public async ValueTask DisposeAsync()
    {
        await _git.DisposeAsync();
        await _charts.DisposeAsync();
    }
}
