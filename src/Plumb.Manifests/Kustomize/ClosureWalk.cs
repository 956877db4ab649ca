using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Targets;
using Plumb.Manifests.Kustomize.Transformers;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Kustomize;

/// <summary>The walk of a <see cref="KustomizationClosure"/>: each folder once, nearest first.</summary>
internal sealed class ClosureWalk(OpenBase open, CancellationToken ct)
{
    private const int MaxFolders = 5_000;
    private const int MaxDepth = 200;

    private readonly Queue<Folder> _left = new();
    private readonly HashSet<(ITree, string)> _seen = [];
    private readonly HashSet<(string, string)> _repositories = [];

    /// <summary>A folder to look into.</summary>
    private sealed record Folder(ITree Tree, string Path, RemoteAddress? Repository, int Depth);

    public List<RemoteBase> Bases { get; } = [];

    public List<RemoteChart> Charts { get; } = [];

    public List<RemoteFile> Files { get; } = [];

    public async Task RunAsync(ITree tree, string path, KustomizeSpec changes)
    {
        var start = new Folder(tree, "", null, 0);
        if (FolderAt(start, path) is not { } found) return;
        start = start with { Path = found };
        _seen.Add((tree, found));
        foreach (var component in changes.Components) await FollowComponentAsync(start, component, default, changes.IgnoreMissingComponents);
        foreach (var patch in changes.Patches) AddFile(start, patch.Path, default);
        await LookIntoAsync(start);
        while (_left.TryDequeue(out var next)) await LookIntoAsync(next);
    }

    private async Task LookIntoAsync(Folder folder)
    {
        ct.ThrowIfCancellationRequested();
        if (Read(folder) is not { } file) return;
        foreach (var entry in file.Resources) await FollowAsync(folder, entry);
        foreach (var entry in file.Components) await FollowComponentAsync(folder, entry.Value, entry.At, isPassedOverWhenRemote: false);
        foreach (var entry in file.Generators) AddConfiguredChart(folder, entry);
        foreach (var entry in (IEnumerable<Entry<string>>)[.. file.Generators, .. file.Transformers, .. file.Validators])
        {
            if (!IsWrittenOut(entry.Value)) await FollowAsync(folder, entry);
        }

        foreach (var chart in file.HelmCharts) AddChart(folder, chart, file.HelmChartHome);
        foreach (var (name, at) in NamesOfFiles(file)) AddFile(folder, name, at);
    }

    /// <summary>The kustomization of a folder; null when the build will refuse it.</summary>
    private static Kustomization? Read(Folder folder)
    {
        try
        {
            var names = Array.FindAll(BuildTarget.FileNames, n => folder.Tree.Find(Join(folder.Path, n)) is { Kind: TreeEntryKind.File });
            if (names.Length != 1) return null;
            var file = Join(folder.Path, names[0]);
            return KustomizationReader.Read(folder.Tree.Read(file).Span, file, folder.Path);
        }
        catch (Exception fault) when (fault is KustomizeException or SourceException)
        {
            return null;
        }
    }

    /// <summary>Everything that a kustomization names and that is loaded as a file; only web addresses among them matter.</summary>
    private static IEnumerable<(string Name, Origin? At)> NamesOfFiles(Kustomization file) =>
    [
        .. file.PatchesStrategicMerge.Select(p => (p.Value, p.At)),
        .. file.Patches.Concat(file.PatchesJson6902).Select(p => (p.Path, p.At)),
        .. file.Replacements.Select(r => (r.Path, r.At)),
        .. file.Configurations.Concat(file.Crds).Select(e => (e.Value, e.At)),
        (file.OpenApi.GetValueOrDefault("path", ""), null),
        .. file.ConfigMaps.Concat(file.Secrets).SelectMany(g => g.Files.Select(AfterKey).Concat(g.Envs).Select(f => (f, g.At))),
        .. file.HelmCharts.SelectMany(c => c.AdditionalValuesFiles.Append(c.ValuesFile).Select(f => (f, c.At))),
    ];

    /// <summary>Of <c>key=path</c> the path.</summary>
    private static string AfterKey(string entry) => entry[(entry.IndexOf('=', StringComparison.Ordinal) + 1)..];

    private async Task FollowAsync(Folder folder, Entry<string> entry)
    {
        if (RemoteAddress.IsWebAddress(entry.Value) && !BuildTarget.IsRepository(entry.Value)) AddFile(folder, entry.Value, entry.At);
        else if (RemoteAddress.Parse(entry.Value) is { } address) await EnterAsync(folder, address, entry.At);
        else Enter(folder, entry.Value);
    }

    private async Task FollowComponentAsync(Folder folder, string name, Origin? at, bool isPassedOverWhenRemote)
    {
        if (RemoteAddress.Parse(name) is not { } address) Enter(folder, name);
        else if (!isPassedOverWhenRemote) await EnterAsync(folder, address, at);
    }

    private async Task EnterAsync(Folder folder, RemoteAddress address, Origin? at)
    {
        var named = new RemoteBase(address, folder.Repository, Place(folder, at));
        if (_repositories.Add((address.Repository, address.Revision))) CheckCount(_repositories.Count, "other repositories", named.At);
        Bases.Add(named);
        var tree = await open(named, ct);
        var root = new Folder(tree, "", address, folder.Depth + 1);
        if (FolderAt(root, address.Folder) is { } path) Add(root with { Path = path });
    }

    private void Enter(Folder folder, string name)
    {
        if (name.Length == 0 || name.StartsWith('/')) return;
        if (FolderAt(folder, Join(folder.Path, name)) is { } path) Add(folder with { Path = path, Depth = folder.Depth + 1 });
    }

    private void Add(Folder folder)
    {
        // Beyond these the build refuses too, or would take for ever.
        if (folder.Depth < MaxDepth && _seen.Count < MaxFolders && _seen.Add((folder.Tree, folder.Path))) _left.Enqueue(folder);
    }

    private void AddFile(Folder folder, string name, Origin? at)
    {
        if (!RemoteAddress.IsWebAddress(name) || Files.Exists(f => f.Address == name)) return;
        Files.Add(new RemoteFile(name, Place(folder, at)));
        CheckCount(Files.Count, "files of web servers", Files[^1].At);
    }

    private void AddChart(Folder folder, HelmChartEntry chart, string home)
    {
        if (chart.Repo.Length == 0 || chart.Name.Length == 0) return;
        if (FolderAt(folder, Join(folder.Path, ChartGenerator.FolderOf(chart, home))) is not null) return;
        if (Charts.Exists(c => (c.Repository, c.Name, c.Version) == (chart.Repo, chart.Name, chart.Version))) return;
        Charts.Add(new RemoteChart(chart.Repo, chart.Name, chart.Version, Place(folder, chart.At)));
        CheckCount(Charts.Count, "charts of other servers", Charts[^1].At);
    }

    /// <summary>Charts also come from generators that are configured by an object, in a file or written out.</summary>
    private void AddConfiguredChart(Folder folder, Entry<string> entry)
    {
        try
        {
            var file = Join(folder.Path, entry.Value);
            ReadOnlyMemory<byte> text;
            if (IsWrittenOut(entry.Value)) text = System.Text.Encoding.UTF8.GetBytes(entry.Value);
            else if (RemoteAddress.Parse(entry.Value) is null && folder.Tree.Find(file) is { Kind: TreeEntryKind.File }) text = folder.Tree.Read(file);
            else return;
            foreach (var document in YamlReader.ReadAll(text.Span, file, []))
            {
                if (document.Value.AsMap() is not { } map || map["kind"].AsString() != "HelmChartInflationGenerator") continue;
                var fields = new FieldBinder(map, null, [], "") { IsLenient = true };
                AddChart(folder, KustomizationReader.Chart(fields) with { At = entry.At }, fields.Text("chartHome"));
            }
        }
        catch (Exception fault) when (fault is KustomizeException or SourceException)
        {
            // The build says what is wrong with it.
        }
    }

    /// <summary>Whether an entry of generators, transformers or validators is no path but the object itself.</summary>
    private static bool IsWrittenOut(string entry) => entry.Contains('\n') || entry.TrimStart().StartsWith('{');

    private static string? FolderAt(Folder folder, string path)
    {
        try
        {
            return folder.Tree.FindDirectory(path);
        }
        catch (SourceException)
        {
            return null;
        }
    }

    /// <summary>Where something is named, with the repository when that is another one.</summary>
    private static Origin Place(Folder folder, Origin? at)
    {
        var place = at is { File.Length: > 0 } known ? known : new Origin(Join(folder.Path, BuildTarget.FileNames[0]));
        return folder.Repository is { } other ? place with { File = $"{other.Display}//{place.File}" } : place;
    }

    private static void CheckCount(int count, string what, Origin at)
    {
        if (count <= KustomizationClosure.MaxRemotes) return;
        throw new SourceException(SourceFault.LimitReached,
            $"{at}: the kustomization needs more than the {KustomizationClosure.MaxRemotes} {what} that are allowed; split it");
    }

    private static string Join(string folder, string name) => folder.Length == 0 ? name : $"{folder}/{name}";
}
