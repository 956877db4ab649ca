using Plumb.Charts.Http;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Bases;

/// <summary>
/// A tree with what its kustomizations use of other repositories, all of it fetched already. Its record holds what was read of the other
/// trees too, so that a commit to a base that touches nothing of it is known to change nothing.
/// </summary>
internal sealed class TreeWithBases : ITree, IRemoteBases
{
    private readonly ITree _inner;
    private readonly IReadOnlyDictionary<BaseKey, ITree> _bases;
    private readonly IReadOnlyDictionary<ChartKey, ITree> _charts;
    private readonly IReadOnlyDictionary<string, WebFile> _files;
    private readonly BaseRecords _records;

    public TreeWithBases(
        ITree inner, IReadOnlyDictionary<BaseKey, ITree> bases, IReadOnlyDictionary<ChartKey, ITree> charts, IReadOnlyDictionary<string, WebFile> files)
    {
        (_inner, _bases, _charts, _files) = (inner, bases, charts, files);
        _records = new BaseRecords(inner, bases, charts, files);
        OtherRepositories =
        [
            .. bases.Keys.Select(b => b.Repository).Concat(charts.Keys.Select(c => c.Repository)).Concat(files.Keys)
                .Select(RemoteAddress.WithoutSecrets).Distinct().Order(StringComparer.Ordinal),
        ];
    }

    public string Commit => _inner.Commit;

    public IReadOnlyList<string> OtherRepositories { get; }

    public string OtherRepositoriesAre => "repositories";

    public DependencyRecord Dependencies => _records.All;

    public TreeEntry? Find(string path) => _inner.Find(path);

    public string? FindDirectory(string path) => _inner.FindDirectory(path);

    public IReadOnlyList<TreeEntry> List(string path) => _inner.List(path);

    public ReadOnlyMemory<byte> Read(string path) => _inner.Read(path);

    public bool Matches(DependencyRecord record) => _records.Match(record);

    /// <remarks>A view of its own each time: a build takes the same folder, come by in two ways, for two.</remarks>
    public ITree Open(RemoteAddress address, CancellationToken ct) => _bases.TryGetValue(BaseKey.Of(address), out var tree)
        ? new View(tree)
        : throw new SourceException(SourceFault.ContentMissing,
            $"{address.Shown} was not fetched: other repositories have to be named in a kustomization that can be read without building it");

    public ITree OpenChart(string repository, string name, string version, CancellationToken ct) =>
        _charts.TryGetValue(new ChartKey(repository, name, version), out var tree)
            ? tree
            : throw new SourceException(SourceFault.ContentMissing,
                $"it was not fetched from {RemoteAddress.WithoutSecrets(repository)}: charts of other servers have to be named in helmCharts, "
                + "or in a file that generators name");

    public ReadOnlyMemory<byte> Download(string address, CancellationToken ct) => _files.TryGetValue(address, out var file)
        ? file.Content
        : throw WebFiles.Refused(address);

    /// <summary>The tree of another repository as one build comes by it.</summary>
    private sealed class View(ITree inner) : ITree
    {
        public string Commit => inner.Commit;

        public DependencyRecord Dependencies => inner.Dependencies;

        public TreeEntry? Find(string path) => inner.Find(path);

        public string? FindDirectory(string path) => inner.FindDirectory(path);

        public IReadOnlyList<TreeEntry> List(string path) => inner.List(path);

        public ReadOnlyMemory<byte> Read(string path) => inner.Read(path);

        public bool Matches(DependencyRecord record) => inner.Matches(record);
    }
}
