using System.Text;
using System.Text.RegularExpressions;
using Plumb.Manifests.Helm.Charts;

namespace Plumb.Manifests.Helm.Rendering;

/// <summary>Which parts of a release are printed.</summary>
/// <param name="IncludeCrds"><c>--include-crds</c>.</param>
/// <param name="NoHooks"><c>--no-hooks</c>.</param>
/// <param name="SkipTests"><c>--skip-tests</c>.</param>
/// <param name="ShowOnly"><c>--show-only</c>, in order; empty shows all.</param>
public sealed record TemplateOutputOptions(
    bool IncludeCrds = false, bool NoHooks = false, bool SkipTests = false, IReadOnlyList<string>? ShowOnly = null);

/// <summary>What <c>helm template</c> prints (<c>pkg/cmd/template.go</c>).</summary>
public static partial class TemplateOutput
{
    /// <summary>The text for standard output.</summary>
    /// <exception cref="HelmException">A template to show does not exist.</exception>
    public static string Print(HelmRelease release, TemplateOutputOptions options)
    {
        var text = new StringBuilder();
        if (options.IncludeCrds)
        {
            foreach (var crd in release.Crds) Append(text, crd.Name, crd.Text);
        }

        foreach (var manifest in release.Manifests) Append(text, manifest.Path, manifest.Content);
        var start = 0;
        while (start < text.Length && char.IsWhiteSpace(text[start])) start++;
        while (text.Length > start && char.IsWhiteSpace(text[^1])) text.Length--;
        text.Remove(0, start).Append('\n');
        if (!options.NoHooks)
        {
            foreach (var hook in release.Hooks)
            {
                if (!options.SkipTests || !hook.IsTest) Append(text, hook.Path, hook.Content);
            }
        }

        return options.ShowOnly is { Count: > 0 } wanted ? Only(text.ToString(), wanted) : text.ToString();
    }

    private static void Append(StringBuilder to, string path, string content) =>
        to.Append("---\n# Source: ").Append(path).Append('\n').Append(content).Append('\n');

    private static string Only(string all, IReadOnlyList<string> wanted)
    {
        var manifests = ManifestSplitter.Split(all);
        var text = new StringBuilder();
        foreach (var pattern in wanted)
        {
            var found = false;
            foreach (var manifest in manifests)
            {
                var source = Source().Match(manifest);
                if (!source.Success || PathPattern.Matches(pattern, source.Groups[1].Value) != true) continue;
                text.Append("---\n").Append(manifest).Append('\n');
                found = true;
            }

            if (!found) throw new HelmException($"could not find template {pattern} in chart");
        }

        return text.ToString();
    }

    [GeneratedRegex("# Source: [^/\n]+/(.+)")]
    private static partial Regex Source();
}
