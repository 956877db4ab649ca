using System.Runtime.CompilerServices;
using Plumb.GoTemplate;
using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm.Charts;
using Plumb.Manifests.Helm.Text;
using Plumb.Manifests.Helm.Values;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary>
/// Executes the templates of a chart and of those in it (<c>pkg/engine/engine.go</c>). What was parsed is remembered for as long as the chart
/// is; one engine may serve many threads.
/// </summary>
internal sealed class Engine
{
    private static readonly GoType ValuesType = GoType.Named("common.Values", GoType.AnyMap);

    private readonly TemplateSet _empty = new(EngineFunctions.Table, new TemplateOptions { Name = "gotpl", MissingKey = MissingKey.Zero });

    private readonly ConditionalWeakTable<Chart, ParsedTemplates> _parsed = [];

    private readonly KnownGlobs _globs = new();

    private sealed record Renderable(string Name, ChartFile File, GoMap Scope, string BasePath);

    /// <summary>What each file printed, by its full name, and how long making keys took.</summary>
    /// <param name="loaded">The chart as it was loaded, which stands for what was parsed of it.</param>
    /// <param name="chart">The chart with its dependencies processed.</param>
    /// <param name="values">All values.</param>
    /// <param name="release">What <c>.Release</c> says.</param>
    /// <param name="capabilities">What <c>.Capabilities</c> says.</param>
    /// <param name="live">What <c>lookup</c> asks; null answers nothing.</param>
    /// <param name="limits">Bounds on the templates.</param>
    /// <param name="ct">Ends the render.</param>
    /// <exception cref="HelmException">A template failed.</exception>
    public (Dictionary<string, string> Files, TimeSpan KeyTime) Render(
        Chart loaded, Chart chart, GoMap values, ReleaseOptions release, Capabilities capabilities, ILiveObjects? live, TemplateLimits limits, CancellationToken ct)
    {
        var found = new Dictionary<string, Renderable>(StringComparer.Ordinal);
        Collect(chart, values.As(ValuesType), ReleaseValue(release), GoValue.From(capabilities), found);
        var files = found.Values.ToArray();
        Array.Sort(files, static (a, b) => ByDepth(b.Name, a.Name));

        var set = _parsed.GetValue(loaded, _ => new ParsedTemplates(_empty)).Of([.. files.Select(f => (f.Name, f.File))]);
        var run = new Execution(set, limits, new EngineState(live, _globs), ct);
        var rendered = new Dictionary<string, string>(files.Length, StringComparer.Ordinal);
        foreach (var file in files)
        {
            if (IsPartial(file.Name)) continue;
            file.Scope.Set("Template", GoValue.From(new GoMap(ValuesType)
            {
                ["Name"] = GoValue.From(file.Name),
                ["BasePath"] = GoValue.From(file.BasePath),
            }));
            try
            {
                rendered[file.Name] = EngineFunctions.WithoutNoValue(run.Execute(file.Name, GoValue.From(file.Scope)));
            }
            catch (GoError error)
            {
                throw new HelmException(EngineErrors.OfExecution(file.Name, error), error) { WhileRendering = true };
            }
            catch (TemplateLimitException limit)
            {
                throw new HelmException(limit.Message, limit) { WhileRendering = true };
            }
        }

        return (rendered, run.KeyTime);
    }

    public static bool IsPartial(string name) => name.AsSpan(name.LastIndexOf('/') + 1).StartsWith('_');

    private static GoMap Collect(Chart chart, GoMap values, GoValue release, GoValue capabilities, Dictionary<string, Renderable> found)
    {
        var below = new GoMap();
        var scope = new GoMap(8)
        {
            ["Chart"] = MetadataValue.Of(chart),
            ["Files"] = FilesValue.Of(chart.Files),
            ["Release"] = release,
            ["Capabilities"] = capabilities,
            ["Values"] = GoValue.From(values),
            ["Subcharts"] = GoValue.From(below),
        };
        foreach (var dependency in chart.Dependencies)
        {
            var inner = ValuePaths.Table(values, dependency.Name, out _)?.As(ValuesType) ?? new GoMap(ValuesType);
            below.Set(dependency.Name, GoValue.From(Collect(dependency, inner, release, capabilities, found)));
        }

        var path = chart.FullPath;
        var typed = scope.As(ValuesType);
        foreach (var file in chart.Templates)
        {
            if (chart.IsLibrary && !IsPartial(file.Name)) continue;
            var name = $"{path}/{file.Name}";
            found[name] = new Renderable(name, file, typed, $"{path}/templates");
        }

        return scope;
    }

    private static GoValue ReleaseValue(ReleaseOptions release) => GoValue.From(new GoMap
    {
        ["Name"] = GoValue.From(release.Name),
        ["Namespace"] = GoValue.From(release.Namespace),
        ["IsUpgrade"] = GoValue.From(release.IsUpgrade),
        ["IsInstall"] = GoValue.From(!release.IsUpgrade),
        ["Revision"] = GoValue.From(1),
        ["Service"] = GoValue.From("Helm"),
    });

    private static int ByDepth(string a, string b)
    {
        var depth = a.AsSpan().Count('/').CompareTo(b.AsSpan().Count('/'));
        return depth != 0 ? depth : GoText.Compare(a, b);
    }
}
