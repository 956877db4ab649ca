using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Plumb.Charts.Dependencies;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts;

/// <summary>
/// All sources of applications: what is a packed chart comes from <paramref name="charts"/>, all else from <paramref name="git"/>, where
/// charts get the dependencies that they do not carry; value files on web servers can be read beside both.
/// </summary>
/// <param name="git">Git repositories.</param>
/// <param name="charts">Repositories of charts.</param>
public sealed class SourceWithCharts(ISource git, ChartRepositories charts) : ISource
{
    private readonly DependencyBuild _dependencies = new(charts);

    /// <inheritdoc/>
    public Task<ResolvedRevision> ResolveAsync(SourceSpec source, Freshness freshness, CancellationToken ct)
    {
        if (freshness == Freshness.Remote) charts.ExpireValues(source);
        return Of(source).ResolveAsync(source, freshness, ct);
    }

    /// <inheritdoc/>
    public async Task<ITree> OpenAsync(SourceSpec source, string commit, CancellationToken ct)
    {
        var tree = await Of(source).OpenAsync(source, commit, ct);
        var isPlain = source.Helm is null && source.Directory is not null;
        var isOnlyNamed = source.Ref is not null && source.Path.Length == 0;
        if (!source.IsPackedChart && !isPlain && !isOnlyNamed) tree = await _dependencies.CompleteAsync(tree, source.Path, fromLock: true, ct);
        return await charts.WithValuesAsync(tree, source, ct);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RepositoryChange> WatchAsync([EnumeratorCancellation] CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var changes = Channel.CreateUnbounded<RepositoryChange>(new UnboundedChannelOptions { SingleReader = true });
        Task[] readers = [ForwardAsync(git, changes.Writer, over.Token), ForwardAsync(charts, changes.Writer, over.Token)];
        try
        {
            await foreach (var change in changes.Reader.ReadAllAsync(ct).ConfigureAwait(false)) yield return change;
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(readers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <inheritdoc/>
    public void Refresh(string repoUrl)
    {
        git.Refresh(repoUrl);
        charts.Refresh(repoUrl);
    }

    private ISource Of(SourceSpec source) => source.IsPackedChart ? charts : git;

    private static async Task ForwardAsync(ISource source, ChannelWriter<RepositoryChange> to, CancellationToken ct)
    {
        try
        {
            await foreach (var change in source.WatchAsync(ct).ConfigureAwait(false)) to.TryWrite(change);
        }
        catch (Exception fault)
        {
            // Whoever watches has to know that nothing more comes.
            to.TryComplete(fault);
            throw;
        }
    }
}
