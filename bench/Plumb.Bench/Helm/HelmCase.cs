using System.Text.Json;
using Plumb.GoTemplate;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Helm.Rendering;
using Plumb.Manifests.Helm.Values;

namespace Plumb.Bench.Helm;

/// <summary>One call of <c>helm template</c> of the corpus, for programs and in this process.</summary>
internal sealed class HelmCase
{
    private readonly string[] _values;
    private readonly string[] _apiVersions;
    private readonly string[] _flags;
    private readonly string _chart;
    private readonly string _release;
    private readonly string _namespace;
    private readonly string _kubeVersion;

    private HelmCase(string root, JsonElement row)
    {
        var chart = row.GetProperty("chart").GetString()!;
        var slash = chart.IndexOf('/');
        Folder = Path.Combine(root, chart[..slash]);
        _chart = chart[(slash + 1)..];
        _release = row.GetProperty("release").GetString()!;
        _namespace = row.GetProperty("namespace").GetString()!;
        _kubeVersion = row.GetProperty("kube_version").GetString()!;
        _apiVersions = Texts(row, "api_versions");
        _values = [.. Texts(row, "values").Select(v => v[(slash + 1)..])];
        _flags = Texts(row, "flags");
    }

    /// <summary>Where the program is to run.</summary>
    public string Folder { get; }

    /// <summary>Identity of the chart.</summary>
    public string Chart => $"{Folder}/{_chart}";

    /// <summary>Arguments of <c>helm template</c>.</summary>
    public IReadOnlyList<string> Arguments =>
    [
        "template", _release, _chart, "-n", _namespace, "--kube-version", _kubeVersion,
        .. _apiVersions.SelectMany(a => (string[])["-a", a]), .. _values.SelectMany(v => (string[])["-f", v]), .. _flags,
    ];

    /// <summary>So many cases that render, spread evenly over all of the corpus.</summary>
    public static async Task<IReadOnlyList<HelmCase>> ReadAsync(string root, int count, CancellationToken ct)
    {
        using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(root, "cases.json"), ct));
        var all = document.RootElement.GetProperty("cases").EnumerateArray().Where(r => r.GetProperty("exit").GetInt32() == 0).ToList();
        return [.. Enumerable.Range(0, Math.Min(count, all.Count)).Select(i => new HelmCase(root, all[(int)((long)i * all.Count / Math.Min(count, all.Count))]))];
    }

    /// <summary>Loads the chart's files.</summary>
    public Chart Load(CancellationToken ct) => ChartLoader.LoadFolder(new FolderTree(Folder), _chart, new HelmLog(), ct);

    /// <summary>
    /// Renders and prints in this process. The values are read anew, and the release is named for the round, so that nothing but the chart is
    /// the same as in the round before.
    /// </summary>
    public HelmRelease Render(HelmRenderer renderer, Chart chart, int round, CancellationToken ct)
    {
        var values = new ValueFlags { Files = _values }.Merge(name => GoText.FromBytes(File.ReadAllBytes(Path.Combine(Folder, name))));
        var request = new HelmRequest(
            chart, values, new ReleaseOptions(_release + round, _namespace, _flags.Contains("--is-upgrade")),
            new Capabilities(KubeVersion.Parse(_kubeVersion), _apiVersions))
        {
            Limits = new TemplateLimits { MaxTime = TimeSpan.FromMinutes(5), MaxKeyTime = TimeSpan.FromMinutes(5) },
        };
        var release = renderer.Render(request, new HelmLog(), ct);
        TemplateOutput.Print(
            release, new TemplateOutputOptions(_flags.Contains("--include-crds"), _flags.Contains("--no-hooks"), _flags.Contains("--skip-tests"), []));
        return release;
    }

    private static string[] Texts(JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(a => a.GetString()!)];
}
