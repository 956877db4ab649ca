using System.Runtime.CompilerServices;
using Plumb.Charts.Http;
using Plumb.Charts.Trees;
using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Bases;

/// <summary>
/// Fetches what kustomizations use of other repositories, before anything is built: Git repositories through the same mirrors as the
/// sources of applications, charts, and files of web servers where these are allowed.
/// </summary>
internal sealed class BaseFetch(ISource git, ChartRepositories charts)
{
    // What each source of an application needed last; goes with the source.
    private readonly ConditionalWeakTable<SourceSpec, Known> _known = [];

    /// <summary>What a source needed, and what of its own tree said so.</summary>
    private sealed record Known(DependencyRecord Record, bool IsNothing, IReadOnlyList<SourceSpec> Others);

    /// <summary>The tree of a source with its bases; the same tree when it needs none.</summary>
    /// <exception cref="SourceException">Something cannot be had, or is not allowed.</exception>
    public async Task<ITree> CompleteAsync(ITree tree, SourceSpec source, CancellationToken ct)
    {
        if (_known.TryGetValue(source, out var known) && known.IsNothing && tree.Matches(known.Record)) return tree;
        var request = BaseRequest.Of(source);
        var fetched = new Fetch(git, charts, request.IsLocal);
        var closure = await KustomizationClosure.WalkAsync(tree, request.Path, request.Changes, fetched.OpenAsync, ct);
        _known.AddOrUpdate(source, new Known(tree.Dependencies, closure.IsEmpty, OthersOf(closure)));
        return closure.IsEmpty ? tree : await fetched.CompleteAsync(tree, closure, request, ct);
    }

    /// <summary>The tree of something else than a source with the bases of a kustomization in it.</summary>
    /// <exception cref="SourceException">Something cannot be had, or is not allowed.</exception>
    public async Task<TreeWithBases> CompleteAsync(ITree tree, BaseRequest request, CancellationToken ct)
    {
        var fetched = new Fetch(git, charts, request.IsLocal);
        var closure = await KustomizationClosure.WalkAsync(tree, request.Path, request.Changes, fetched.OpenAsync, ct);
        return await fetched.CompleteAsync(tree, closure, request, ct);
    }

    /// <summary>
    /// Looks at the repositories that a source needed last, as somebody asks for what is there now. One that is away is no fault here: what
    /// is known of it counts, and the polls report it.
    /// </summary>
    public Task RefreshAsync(SourceSpec source, CancellationToken ct) =>
        _known.TryGetValue(source, out var known) ? Task.WhenAll(known.Others.Select(o => RefreshOneAsync(o, ct))) : Task.CompletedTask;

    private async Task RefreshOneAsync(SourceSpec other, CancellationToken ct)
    {
        try
        {
            await (other.Chart.Length > 0 ? charts : git).ResolveAsync(other, Freshness.Remote, ct);
        }
        catch (SourceException)
        {
            // As above.
        }
    }

    private static IReadOnlyList<SourceSpec> OthersOf(KustomizationClosure closure) =>
        [.. closure.Bases.Select(b => SourceOf(b.Address)).Concat(closure.Charts.Select(SourceOf)).Distinct()];

    private static SourceSpec SourceOf(RemoteAddress address) =>
        new() { RepoUrl = address.Repository, TargetRevision = address.Revision.Length > 0 ? address.Revision : "HEAD" };

    private static SourceSpec SourceOf(RemoteChart chart) => new()
    {
        RepoUrl = RemoteAddress.WithoutSecrets(chart.Repository), // the credentials of a repository of charts are helm's
        Chart = chart.Name,
        TargetRevision = chart.Version.Length > 0 ? chart.Version : "*",
    };

    /// <summary>The fetches for one tree.</summary>
    private sealed class Fetch(ISource git, ChartRepositories charts, bool startIsLocal)
    {
        private readonly Dictionary<BaseKey, ITree> _trees = [];

        public async Task<ITree> OpenAsync(RemoteBase named, CancellationToken ct)
        {
            if (named.Address.IsLocal && !(named.NamedBy?.IsLocal ?? startIsLocal))
            {
                throw new SourceException(SourceFault.PathRefused,
                    $"{named.At}: {named.Address.Shown}: a repository of another machine may not name one on the disk of this machine");
            }

            var key = BaseKey.Of(named.Address);
            if (_trees.TryGetValue(key, out var known)) return known;
            try
            {
                return _trees[key] = await OpenAsync(SourceOf(named.Address), ct);
            }
            catch (SourceException fault)
            {
                throw Located(fault, named.At, $"the base {named.Address.Shown}");
            }
        }

        public async Task<TreeWithBases> CompleteAsync(ITree tree, KustomizationClosure closure, BaseRequest request, CancellationToken ct)
        {
            var opened = new Dictionary<ChartKey, ITree>();
            foreach (var chart in request.WithCharts ? closure.Charts : [])
            {
                try
                {
                    var source = SourceOf(chart);
                    var resolved = await charts.ResolveAsync(source, Freshness.Mirror, ct);
                    opened[ChartKey.Of(chart)] = await charts.OpenAsync(source, resolved.Commit, ct);
                }
                catch (SourceException fault)
                {
                    throw Located(fault, chart.At, $"the chart {chart.Name} of {RemoteAddress.WithoutSecrets(chart.Repository)}");
                }
            }

            var files = new Dictionary<string, WebFile>(StringComparer.Ordinal);
            foreach (var file in charts.WebFiles.AreAllowed ? closure.Files : [])
            {
                try
                {
                    files[file.Address] = await charts.WebFiles.GetAsync(file.Address, ct);
                }
                catch (SourceException fault)
                {
                    throw Located(fault, file.At, "a file of a web server");
                }
            }

            return new TreeWithBases(tree, _trees, opened, files);
        }

        private async Task<ITree> OpenAsync(SourceSpec source, CancellationToken ct)
        {
            string commit;
            try
            {
                commit = (await git.ResolveAsync(source, Freshness.Mirror, ct)).Commit;
            }
            catch (SourceException fault) when (fault.Fault == SourceFault.RevisionNotFound)
            {
                // It may be newer than what is known: who commits its use has pushed it just before.
                commit = (await git.ResolveAsync(source, Freshness.Remote, ct)).Commit;
            }

            return await git.OpenAsync(source, commit, ct);
        }

        private static SourceException Located(SourceException fault, Origin at, string what) =>
            new(fault.Fault, $"{at}: {what} cannot be had: {fault.Message}", fault);
    }
}
