using System.Text;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Helm;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Helm.Rendering;
using Plumb.Manifests.Helm.Text;
using Plumb.Manifests.Helm.Values;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Targets;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Kustomize.Transformers;

/// <summary>
/// One of <c>helmCharts</c>, rendered by Plumb's own Helm (as Helm 3, which Kustomize asks for): from the chart home beside the
/// kustomization, else from the repository that it names.
/// </summary>
internal sealed class ChartGenerator(HelmChartEntry entry, string home, BuildRoot root, BuildContext context) : IGenerator
{
    private const string DefaultHome = "charts";
    private static readonly string[] Merges = ["override", "merge", "replace"];

    /// <inheritdoc/>
    public IReadOnlyList<Resource> Generate()
    {
        try
        {
            return Render();
        }
        catch (HelmException fault)
        {
            throw new KustomizeException($"helm chart {entry.Name}: {fault.Message}", entry.At, fault);
        }
        catch (GoError fault)
        {
            throw new KustomizeException($"helm chart {entry.Name}: {fault.Message}", entry.At, fault);
        }
    }

    private List<Resource> Render()
    {
        if (entry.Name.Length == 0) throw new KustomizeException("chart name cannot be empty", entry.At);
        if (!context.Settings.HelmEnabled)
        {
            throw new KustomizeException(
                $"must specify --enable-helm: the kustomization takes objects from the chart {entry.Name}, and charts are not rendered unless "
                + "that is asked for",
                entry.At);
        }

        if (entry.ValuesMerge.Length > 0 && !Merges.Contains(entry.ValuesMerge))
            throw new KustomizeException($"valuesMerge must be one of [{string.Join(' ', Merges)}]", entry.At);
        if (entry.ReleaseName.Length == 0)
        {
            throw new KustomizeException(
                $"the chart {entry.Name} needs a releaseName: a name that Helm makes up would be another one with each render", entry.At);
        }

        var (tree, path) = Chart();
        var log = new HelmLog();
        var chart = ChartLoader.LoadFolder(tree, path, log, context.Ct);
        var values = Values(tree, path);
        foreach (var file in entry.AdditionalValuesFiles) values = Helm.Values.Merging.Over(values, ValuesText.Read(Text(root.Load(file))));

        var kube = context.Settings.KubeVersion.Length > 0 ? context.Settings.KubeVersion : entry.KubeVersion;
        var apis = context.Settings.ApiVersions.Count > 0 ? context.Settings.ApiVersions : entry.ApiVersions;
        var release = new HelmRenderer().Render(
            new HelmRequest(
                chart, values, new ReleaseOptions(entry.ReleaseName, entry.Namespace.Length > 0 ? entry.Namespace : "default"),
                new Capabilities(kube.Length > 0 ? KubeVersion.Parse(kube) : null, apis, HelmVersion.Three))
            {
                Helm = HelmVersion.Three,
            },
            log, context.Ct);
        foreach (var line in log.Lines) context.Warnings.Add(Diagnostic.Warning(entry.At ?? default, line.Message));
        return Read(release, path);
    }

    /// <summary>Where a chart is when the chart home has it, from the kustomization's folder.</summary>
    internal static string FolderOf(HelmChartEntry entry, string home)
    {
        var folder = home.Length > 0 ? home : DefaultHome;
        if (entry is { Version.Length: > 0, Repo.Length: > 0 }) folder = $"{folder}/{entry.Name}-{entry.Version}";
        return $"{folder}/{entry.Name}";
    }

    private (ITree Tree, string Path) Chart()
    {
        var path = FolderOf(entry, home);
        if (root.IsFolder(path)) return root.FolderOf(path);
        if (entry.Repo.Length == 0)
            throw new KustomizeException($"no repo specified for pull, no chart found at '{path}' in '{root.Name}'", entry.At);
        if (context.Settings.Remote is not { } remote)
            throw new KustomizeException($"the chart {entry.Name} is in {entry.Repo}, and nothing of other servers is read here", entry.At);
        try
        {
            return (remote.OpenChart(entry.Repo, entry.Name, entry.Version, context.Ct), "");
        }
        catch (SourceException fault)
        {
            throw new KustomizeException($"helm chart {entry.Name}: {fault.Message}", entry.At, fault);
        }
    }

    /// <summary>
    /// The values of a file (the chart's own unless another is named), with those written out: <c>override</c> puts these over them,
    /// <c>merge</c> under them, <c>replace</c> instead of them.
    /// </summary>
    private GoMap Values(ITree tree, string path)
    {
        var inline = entry.ValuesInline;
        if (entry.ValuesMerge == "replace" && inline is { Count: > 0 }) return Read(inline);
        var text = entry.ValuesFile.Length > 0 ? Text(root.Load(entry.ValuesFile)) : OwnValues(tree, path);
        if (inline is not { Count: > 0 }) return ValuesText.Read(text);
        var faults = new List<Diagnostic>();
        var documents = YamlReader.ReadAll(Encoding.UTF8.GetBytes(text), entry.ValuesFile, faults);
        if (faults.Find(f => f.Severity == Severity.Error) is { } fault)
            throw new KustomizeException($"could not parse values file into rnode: {fault.Message}", fault.Origin);
        var file = documents.Count > 0 ? documents[0].Value.AsMap() ?? [] : [];
        return Read(entry.ValuesMerge == "merge" ? Over(inline, file) : Over(file, inline));
    }

    private static string OwnValues(ITree tree, string path)
    {
        var file = path.Length == 0 ? "values.yaml" : $"{path}/values.yaml";
        return tree.Find(file) is { Kind: TreeEntryKind.File } ? Text(tree.Read(file)) : "";
    }

    private static GoMap Read(MapNode values) => ValuesText.Read(YamlWriter.Write(values));

    /// <summary>Maps are merged, everything else replaced; null takes a key away, so that the chart's own value stands.</summary>
    private static MapNode Over(MapNode under, MapNode over)
    {
        var merged = new MapNode(under.Count);
        foreach (var (key, value) in under) merged[key] = value;
        foreach (var (key, value) in over)
        {
            if (value.IsNullOrAbsent) merged.Remove(key);
            else if (value.AsMap() is { } map && merged[key].AsMap() is { } below) merged[key] = Over(below, map);
            else merged[key] = value;
        }

        return merged;
    }

    private List<Resource> Read(HelmRelease release, string path)
    {
        var resources = new List<Resource>();
        void Add(string text, string name) => resources.AddRange(context.Reader.Read(text, path.Length == 0 ? name : $"{path}/{name[(name.IndexOf('/') + 1)..]}"));

        if (entry.IncludeCrds)
        {
            foreach (var crd in release.Crds) Add(Text(crd.Data), crd.Name);
        }

        foreach (var manifest in release.Manifests) Add(manifest.Content, manifest.Path);
        if (entry.SkipHooks) return resources;
        foreach (var hook in release.Hooks.Where(h => !entry.SkipTests || !h.IsTest)) Add(hook.Content, hook.Path);
        return resources;
    }

    private static string Text(ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span).TrimStart('\uFEFF');
}
