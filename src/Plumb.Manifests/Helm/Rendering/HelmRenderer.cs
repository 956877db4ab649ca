using System.Text.RegularExpressions;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Helm.Schema;
using Plumb.Manifests.Helm.Values;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary>
/// Renders charts as <c>helm template</c> does (<c>pkg/action/install.go</c> with a client-side dry run). It remembers templates that it has
/// parsed; one renderer may serve many threads.
/// </summary>
public sealed partial class HelmRenderer
{
    private const int MaxReleaseName = 53;
    private const string ReleaseNamePattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";

    private readonly Engine _engine = new();
    private readonly StringPool _pool = new();

    /// <summary>Renders a chart.</summary>
    /// <exception cref="HelmException">Helm would refuse it, in its words.</exception>
    public HelmRelease Render(HelmRequest request, HelmLog log, CancellationToken ct)
    {
        CheckInstallable(request.Chart, log);
        CheckReleaseName(request.Release.Name);
        var chart = request.Chart.Clone();
        GoMap values;
        try
        {
            DependencyProcessing.Apply(chart, request.Values, log);
        }
        catch (GoError error)
        {
            throw new HelmException($"chart dependencies processing failed: {error.Message}", error);
        }

        try
        {
            values = Coalescing.Coalesce(chart, request.Values, log);
        }
        catch (GoError error)
        {
            throw new HelmException(error.Message, error);
        }

        if (!request.SkipSchemaValidation) SchemaValidation.Check(chart, values, ct);
        CheckKubeVersion(chart, request.Capabilities);
        var (files, keyTime) = _engine.Render(
            request.Chart, chart, values, request.Release, request.Capabilities, request.Live, request.Limits, ct);
        foreach (var notes in files.Keys.Where(k => k.EndsWith("NOTES.txt", StringComparison.Ordinal)).ToArray()) files.Remove(notes);
        var (manifests, hooks) = ManifestSorter.Sort(files, request.Helm, _pool, log, ct);
        return new HelmRelease(manifests, hooks, [.. Crds(chart)]) { KeyTime = keyTime };
    }

    private static void CheckInstallable(Chart chart, HelmLog log)
    {
        if (chart.Metadata.Type is not ("" or "application")) throw new HelmException($"{chart.Metadata.Type} charts are not installable");
        if (chart.Metadata.Deprecated) log.Warn("this chart is deprecated");
        var missing = (chart.Metadata.Dependencies ?? []).Where(w => chart.Dependencies.All(d => d.Name != w!.Name)).Select(w => w!.Name).ToList();
        if (missing.Count == 0) return;
        throw new HelmException(
            "an error occurred while checking for chart dependencies. You may need to run `helm dependency build` to fetch missing "
            + $"dependencies: found in Chart.yaml, but missing in charts/ directory: {string.Join(", ", missing)}");
    }

    private static void CheckReleaseName(string name)
    {
        var reason = name.Length == 0
            ? "no name provided"
            : name.Length > MaxReleaseName || !ReleaseName().IsMatch(name)
                ? $"invalid release name, must match regex {ReleaseNamePattern} and the length must not be longer than {MaxReleaseName}"
                : null;
        if (reason is not null) throw new HelmException($"release name check failed: release name {GoQuote.Quote(name)}: {reason}");
    }

    private static void CheckKubeVersion(Chart chart, Capabilities capabilities)
    {
        var range = chart.Metadata.KubeVersion;
        if (range.Length == 0 || MetadataRules.Fits(range, capabilities.KubeVersion.Normal)) return;
        throw new HelmException($"chart requires kubeVersion: {range} which is incompatible with Kubernetes {capabilities.KubeVersion.Version}")
        {
            WhileRendering = true,
        };
    }

    private static IEnumerable<ChartFile> Crds(Chart chart)
    {
        foreach (var file in chart.Files)
        {
            if (file.Name.StartsWith("crds/", StringComparison.Ordinal) && IsManifest(file.Name))
                yield return file with { Name = $"{chart.FullPath}/{file.Name}" };
        }

        foreach (var file in chart.Dependencies.SelectMany(Crds)) yield return file;
    }

    private static bool IsManifest(string name) =>
        Path.GetExtension(name.AsSpan()) is var extension && (extension.Equals(".yaml", StringComparison.OrdinalIgnoreCase)
            || extension.Equals(".yml", StringComparison.OrdinalIgnoreCase) || extension.Equals(".json", StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\z")]
    private static partial Regex ReleaseName();
}
