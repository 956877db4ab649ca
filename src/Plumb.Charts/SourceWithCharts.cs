using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Plumb.Charts.Bases;
using Plumb.Charts.Dependencies;
using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts;

/// <summary>
/// All sources of applications: what is a packed chart comes from <paramref name="charts"/>, all else from <paramref name="git"/>, where
/// charts get the dependencies that they do not carry, and kustomizations what they use of other repositories; value files on web servers can be
/// read beside both.
/// </summary>
/// <param name="git">Git repositories.</param>
/// <param name="charts">Repositories of charts.</param>
public sealed class SourceWithCharts(ISource git, ChartRepositories charts) : ISource
{
    private readonly DependencyBuild _dependencies = new(charts);
    private readonly BaseFetch _bases = new(git, charts);

    /// <inheritdoc/>
    /// <remarks>Who asks for what is there now means the bases of a kustomization and value files of web servers too.</remarks>
    public async Task<ResolvedRevision> ResolveAsync(SourceSpec source, Freshness freshness, CancellationToken ct)
    {
        if (freshness == Freshness.Remote) charts.ExpireValues(source);
        var bases = freshness == Freshness.Remote ? _bases.RefreshAsync(source, ct) : Task.CompletedTask;
        var resolved = await Of(source).ResolveAsync(source, freshness, ct);
        await bases;
        return resolved;
    }

    /// <inheritdoc/>
    public async Task<ITree> OpenAsync(SourceSpec source, string commit, CancellationToken ct)
    {
        var tree = await Of(source).OpenAsync(source, commit, ct);
        var isPlain = source is { Helm: null, Kustomize: null, Directory: not null };
        var isOnlyNamed = source.Ref is not null && source.Path.Length == 0;
        if (source.IsPackedChart || isPlain || isOnlyNamed) return await charts.WithValuesAsync(tree, source, ct);
        if (KustomizationClosure.IsKustomization(tree, source)) return await _bases.CompleteAsync(tree, source, ct);
        tree = await _dependencies.CompleteAsync(tree, source.Path, fromLock: true, ct);
        return await charts.WithValuesAsync(tree, source, ct);
    }

    /// <summary>What a kustomization in any tree uses of other repositories, for a build of it.</summary>
    /// <exception cref="SourceException">Something cannot be had, or is not allowed.</exception>
    public async Task<IRemoteBases> FetchBasesAsync(ITree tree, BaseRequest request, CancellationToken ct) =>
        await _bases.CompleteAsync(tree, request, ct);

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
