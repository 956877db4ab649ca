using System.Text;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Helm.Rendering;
using Plumb.Manifests.Helm.Values;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Plain;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Helm;

/// <summary>
/// A chart in Git as a source of an application: values from files, text and parameters in Argo CD's order, the target's capabilities, and
/// CRDs first. Everything is read from the request's trees, so that the render's record is exact.
/// </summary>
internal sealed class ChartSource(
    HelmRenderer renderer, KnownCharts charts, RenderRequest request, KnownObjects? live, List<Diagnostic> diagnostics, RenderLimits limits)
{
    private const int MaxMessage = 3_000;

    private readonly BuildEnvironment _environment = new(request);
    private readonly HelmSpec _helm = request.Source.Helm ?? new HelmSpec();

    /// <summary>The manifests of the chart at a path; none and an error when it is refused.</summary>
    public IReadOnlyList<Manifest> Read(string path, CancellationToken ct)
    {
        var log = new HelmLog();
        var origin = new Origin(path.Length == 0 ? "Chart.yaml" : path + "/Chart.yaml");
        try
        {
            var release = Render(path, log, ct);
            foreach (var line in log.Lines) diagnostics.Add(Diagnostic.Warning(origin, line.Message));
            return Manifests(path, release);
        }
        catch (HelmException fault)
        {
            var secrets = live is null ? LookedUpSecrets.None : LookedUpSecrets.Of(live.Used, request.Live!);
            diagnostics.Add(Diagnostic.Error(origin, Shortened(secrets.Masked(fault.Message))));
            return [];
        }
    }

    /// <summary>Helm tells of each of a thousand calls within calls; what is kept of an application is what began it and what ended it.</summary>
    private static string Shortened(string message) =>
        message.Length <= MaxMessage ? message : $"{message[..(MaxMessage / 2)]} … {message[^(MaxMessage / 2)..]}";

    private HelmRelease Render(string path, HelmLog log, CancellationToken ct)
    {
        var chart = charts.Load(request.Tree, path, log, ct, request.Source.IsPackedChart);
        var version = _helm.Version == "v3" ? HelmVersion.Three : HelmVersion.Four;
        var kube = _helm.KubeVersion.Length > 0 ? _helm.KubeVersion : request.Capabilities.Version;
        var offered = _helm.ApiVersions.Count > 0 ? _helm.ApiVersions : request.Capabilities.ApiVersions;
        var ns = _helm.Namespace.Length > 0 ? _helm.Namespace : request.Application.Destination.NamespaceOrDefault;
        var name = _helm.ReleaseName.Length > 0 ? _helm.ReleaseName : request.Application.Name;
        return renderer.Render(
            new HelmRequest(
                chart, Values(path), new ReleaseOptions(name, ns),
                new Capabilities(kube.Length > 0 ? KubeVersion.Parse(kube) : null, offered, version))
            {
                Helm = version,
                SkipSchemaValidation = _helm.SkipSchemaValidation,
                Live = live,
            },
            log, ct);
    }

    private GoMap Values(string path)
    {
        var values = new GoMap();
        foreach (var (name, text) in _helm.ValueFiles.SelectMany(f => Files(path, f))) values = Merging.Over(values, Parse(name, text));
        if (_helm.Values.Length > 0) values = Merging.Over(values, Parse("source.helm.values", _helm.Values));
        foreach (var parameter in _helm.Parameters)
        {
            var flag = $"{parameter.Name}={Cleaned(_environment.Expand(parameter.Value))}";
            Set(parameter.Name, () =>
            {
                if (parameter.ForceString) SetFlags.SetString(flag, values);
                else SetFlags.Set(flag, values);
            });
        }

        foreach (var parameter in _helm.FileParameters)
        {
            var text = Files(path, parameter.Path).Select(f => f.Text).FirstOrDefault()
                ?? throw new HelmException($"source.helm.fileParameters: {parameter.Path} does not exist");
            Set(parameter.Name, () => SetFlags.SetFile($"{parameter.Name}=file", values, _ => text));
        }

        return values;
    }

    /// <summary>Commas separate parameters unless they stand in braces, so Argo CD escapes those that are not escaped.</summary>
    private static string Cleaned(string value)
    {
        if (value.StartsWith('{') && value.EndsWith('}')) return value;
        var cleaned = new StringBuilder(value.Length);
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == ',' && (i == 0 || value[i - 1] != '\\')) cleaned.Append('\\');
            cleaned.Append(value[i]);
        }

        return cleaned.ToString();
    }

    private static void Set(string name, Action set)
    {
        try
        {
            set();
        }
        catch (GoError error)
        {
            throw new HelmException($"source.helm.parameters: {name}: {error.Message}", error);
        }
    }

    private static GoMap Parse(string name, string text)
    {
        try
        {
            return ValuesText.Read(text);
        }
        catch (GoError error)
        {
            throw new HelmException($"failed to parse {name}: {error.Message}", error);
        }
    }

    /// <summary>The files that a name or glob means, in the order of their names.</summary>
    private IEnumerable<(string Name, string Text)> Files(string path, string file)
    {
        var (tree, full) = Locate(path, file);
        if (IsRemote(file)) return [(full, TextOf(tree, full))];
        if (full.AsSpan().IndexOfAny('*', '?', '[') >= 0)
        {
            var found = Globbed(tree, full).ToList();
            if (found.Count == 0 && !_helm.IgnoreMissingValueFiles)
                throw new HelmException($"source.helm.valueFiles: values file glob \"{file}\" matched no files; set ignoreMissingValueFiles to pass over it");
            return found.Select(f => (f, TextOf(tree, f)));
        }

        if (tree.Find(full) is { Kind: TreeEntryKind.File }) return [(full, TextOf(tree, full))];
        return _helm.IgnoreMissingValueFiles ? [] : throw Missing(file);
    }

    private (ITree Tree, string Path) Locate(string path, string file)
    {
        if (IsRemote(file))
        {
            // Fetched before the render, as the application states it and its project allows it.
            return request.Tree.Find(file) is { Kind: TreeEntryKind.File }
                ? (request.Tree, file)
                : throw new HelmException($"source.helm.valueFiles: {file} was not fetched: state it in the application itself, not in .argocd-source.yaml");
        }

        if (file.StartsWith('$') && file.IndexOf('/') is var slash and > 0)
        {
            return request.References.TryGetValue(file[1..slash], out var tree)
                ? (tree, file[(slash + 1)..])
                : throw new HelmException($"source.helm.valueFiles: {file}: no source of this application has ref \"{file[1..slash]}\"");
        }

        file = _environment.Expand(file);
        if (file.StartsWith('/')) return (request.Tree, file.TrimStart('/'));
        return (request.Tree, path.Length == 0 ? file : $"{path}/{file}");
    }

    private static bool IsRemote(string file) => file.Contains("://", StringComparison.Ordinal);

    private static IEnumerable<string> Globbed(ITree tree, string pattern)
    {
        var fixedEnd = pattern.AsSpan().IndexOfAny('*', '?', '[');
        var folder = pattern.LastIndexOf('/', fixedEnd) is var slash and >= 0 ? pattern[..slash] : "";
        if (tree.Find(folder) is not { Kind: TreeEntryKind.Directory } start) return [];
        var glob = FileGlob.Parse(start.Path.Length == 0 ? pattern : start.Path + pattern[folder.Length..]);
        return Below(tree, start.Path, pattern.Contains("**", StringComparison.Ordinal) ? 50 : pattern.AsSpan(folder.Length).Count('/'))
            .Where(glob.Matches).Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Below(ITree tree, string folder, int depth)
    {
        foreach (var entry in tree.List(folder))
        {
            var path = folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}";
            if (entry.Kind == TreeEntryKind.File) yield return path;
            if (entry.Kind != TreeEntryKind.Directory || depth == 0) continue;
            foreach (var below in Below(tree, path, depth - 1)) yield return below;
        }
    }

    private static string TextOf(ITree tree, string path) => GoText.FromBytes(ArchiveFiles.WithoutMark(tree.Read(path)).Span);

    private static HelmException Missing(string file) =>
        new($"source.helm.valueFiles: {file} does not exist; set ignoreMissingValueFiles to pass over files that are not there");

    private List<Manifest> Manifests(string path, HelmRelease release)
    {
        var found = new List<Manifest>();
        long bytes = 0;
        foreach (var crd in _helm.SkipCrds ? [] : release.Crds)
        {
            bytes += crd.Data.Length;
            found.AddRange(ManifestReader.Read(crd.Data.Span, Where(path, crd.Name), diagnostics, limits.Yaml));
        }

        foreach (var manifest in release.Manifests.Concat(release.Hooks.Where(h => !_helm.SkipTests || !h.IsTest)))
        {
            bytes += manifest.Content.Length;
            if (bytes > limits.MaxBytes || found.Count > limits.MaxObjects)
                throw new HelmException($"the chart renders more than the {limits.MaxBytes} bytes or {limits.MaxObjects} objects allowed for one source");
            var document = new YamlDocument(manifest.Document, new Origin(Where(path, manifest.Path), 1, 1)) { Text = new YamlText(manifest.Content, 0) };
            found.AddRange(ManifestReader.FromDocuments([document], diagnostics));
        }

        return found;
    }

    /// <summary>The file in Git for the name that Helm gives it, whose first part is the chart's name.</summary>
    private static string Where(string path, string source)
    {
        var below = source[(source.IndexOf('/') + 1)..];
        return path.Length == 0 ? below : $"{path}/{below}";
    }
}
