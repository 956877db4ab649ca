using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm.Values;
using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Helm.Charts;

/// <summary>Loads charts from a tree of files or from an archive (<c>pkg/chart/v2/loader</c>).</summary>
public static class ChartLoader
{
    /// <summary>Loads the chart in a folder.</summary>
    /// <param name="tree">Where it is.</param>
    /// <param name="path">Its folder.</param>
    /// <param name="log">Gets what Helm would say.</param>
    /// <param name="ct">Cancels.</param>
    /// <param name="limits">Bounds; null for the defaults.</param>
    /// <param name="isPacked">Whether the files come from an archive: <c>.helmignore</c> counted when it was made, and counts no more.</param>
    /// <exception cref="HelmException">There is no chart, or it is refused.</exception>
    public static Chart LoadFolder(
        ITree tree, string path, HelmLog log, CancellationToken ct, ChartLimits? limits = null, bool isPacked = false)
    {
        limits ??= ChartLimits.Default;
        var name = path.Length == 0 ? "Chart.yaml" : path + "/Chart.yaml";
        if (tree.Find(name) is not { Kind: TreeEntryKind.File })
            throw new HelmException($"unable to detect chart at {name}: open {name}: no such file or directory");
        CheckVersion(new ChartFile("Chart.yaml", ArchiveFiles.WithoutMark(tree.Read(name))));
        return Supported(Load(FolderFiles.Read(tree, path, limits, ct, ignore: !isPacked), log, limits, 0, ct));
    }

    /// <summary>Loads a packed chart.</summary>
    /// <exception cref="HelmException">It is no chart, or is refused.</exception>
    public static Chart LoadArchive(ReadOnlyMemory<byte> archive, HelmLog log, CancellationToken ct, ChartLimits? limits = null)
    {
        limits ??= ChartLimits.Default;
        var files = ArchiveFiles.Read(archive, limits, ct);
        CheckVersion(files.FirstOrDefault(f => f.Name == "Chart.yaml")
            ?? throw new HelmException("unable to detect chart version, no Chart.yaml found"));
        return Supported(Load(files, log, limits, 0, ct));
    }

    private static void CheckVersion(ChartFile file)
    {
        var metadata = ReadMetadata(file, new ChartMetadata());
        if (metadata.ApiVersion is not ("" or "v1" or "v2" or "v3")) throw new HelmException("unsupported chart version");
    }

    /// <summary>Helm 4 knows charts of the third version, but renders none; what is wrong with one is told first.</summary>
    private static Chart Supported(Chart chart) =>
        chart.Metadata.ApiVersion == "v3" ? throw new HelmException("invalid chart apiVersion") : chart;

    private static ChartMetadata ReadMetadata(ChartFile file, ChartMetadata to)
    {
        try
        {
            MetadataReader.Read(file, to);
            return to;
        }
        catch (GoError error)
        {
            throw new HelmException($"cannot load {file.Name}: {error.Message}", error);
        }
    }

    private static Chart Load(IReadOnlyList<ChartFile> files, HelmLog log, ChartLimits limits, int depth, CancellationToken ct)
    {
        if (depth > limits.MaxDepth) throw new HelmException($"charts are nested more than {limits.MaxDepth} deep");
        ChartMetadata? metadata = null;
        foreach (var file in files)
        {
            if (file.Name != "Chart.yaml") continue;
            metadata = ReadMetadata(file, metadata ?? new ChartMetadata());
            if (metadata.ApiVersion.Length == 0) metadata.ApiVersion = "v1";
        }

        var templates = new List<ChartFile>();
        var others = new List<ChartFile>();
        var below = new SortedDictionary<string, List<ChartFile>>(StringComparer.Ordinal);
        GoMap? values = null;
        ChartFile? schema = null;
        foreach (var file in files)
        {
            switch (file.Name)
            {
                case "Chart.yaml" or "Chart.lock": break;
                case "values.yaml":
                    try
                    {
                        values = ValuesText.Read(file.Text);
                    }
                    catch (GoError error)
                    {
                        throw new HelmException($"cannot load values.yaml: {error.Message}", error);
                    }

                    break;
                case "values.schema.json": schema = file; break;
                case "requirements.yaml":
                    metadata ??= new ChartMetadata();
                    if (metadata.ApiVersion != "v1")
                    {
                        log.Info("Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". "
                            + "We recommend migrating dependencies to Chart.yaml.");
                    }

                    ReadMetadata(file, metadata);
                    if (metadata.ApiVersion == "v1") others.Add(file);
                    break;
                case "requirements.lock":
                    metadata ??= new ChartMetadata();
                    if (metadata.ApiVersion != "v1")
                    {
                        log.Info("Warning: Dependency locking is handled in Chart.lock since apiVersion \"v2\". "
                            + "We recommend migrating to Chart.lock.");
                    }

                    if (metadata.ApiVersion == "v1") others.Add(file);
                    break;
                case var name when name.StartsWith("templates/", StringComparison.Ordinal): templates.Add(file); break;
                case var name when name.StartsWith("charts/", StringComparison.Ordinal):
                    if (name.EndsWith(".prov", StringComparison.Ordinal))
                    {
                        others.Add(file);
                        break;
                    }

                    var inside = name["charts/".Length..];
                    var slash = inside.IndexOf('/');
                    var folder = slash < 0 ? inside : inside[..slash];
                    if (!below.TryGetValue(folder, out var group)) below[folder] = group = [];
                    group.Add(file with { Name = inside });
                    break;
                default: others.Add(file); break;
            }
        }

        if (metadata is null) throw new HelmException("Chart.yaml file is missing");
        MetadataRules.Apply(metadata);
        var chart = new Chart(metadata) { Templates = templates, Files = others, Schema = schema, Values = values ?? new GoMap() };
        chart.SetDependencies(Dependencies(metadata.Name, below, log, limits, depth, ct));
        return chart;
    }

    private static List<Chart> Dependencies(
        string parent, SortedDictionary<string, List<ChartFile>> below, HelmLog log, ChartLimits limits, int depth, CancellationToken ct)
    {
        var charts = new List<Chart>();
        foreach (var (name, files) in below)
        {
            if (name.StartsWith('_') || name.StartsWith('.')) continue;
            try
            {
                if (name.EndsWith(".tgz", StringComparison.Ordinal))
                {
                    if (files[0].Name != name)
                        throw new HelmException($"error unpacking subchart tar in {parent}: expected {name}, got {files[0].Name}");
                    charts.Add(Load(ArchiveFiles.Read(files[0].Data, limits, ct), log, limits, depth + 1, ct));
                    continue;
                }

                var inside = files.Where(f => f.Name.Contains('/')).Select(f => f with { Name = f.Name[(f.Name.IndexOf('/') + 1)..] }).ToList();
                charts.Add(Load(inside, log, limits, depth + 1, ct));
            }
            catch (HelmException fault) when (!fault.Message.StartsWith("error unpacking subchart tar in ", StringComparison.Ordinal))
            {
                throw new HelmException($"error unpacking subchart {name} in {parent}: {fault.Message}", fault);
            }
        }

        return charts;
    }
}
