using System.Buffers;
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
    private const string Before = "---\n# Source: ";

    /// <summary>The text for standard output.</summary>
    /// <exception cref="HelmException">A template to show does not exist.</exception>
    public static string Print(HelmRelease release, TemplateOutputOptions options)
    {
        var hooks = release.Hooks.Where(h => !options.NoHooks && (!options.SkipTests || !h.IsTest)).ToList();
        var room = 1 + Length(options.IncludeCrds ? release.Crds.Select(c => (c.Name, c.Text)) : [])
            + Length(release.Manifests.Concat(hooks).Select(m => (m.Path, m.Content)));
        // Megabytes, and again and again: a pooled array costs less than the memory of a builder.
        var chars = ArrayPool<char>.Shared.Rent(room);
        try
        {
            var length = 0;
            if (options.IncludeCrds)
            {
                foreach (var crd in release.Crds) Append(chars, ref length, crd.Name, crd.Text);
            }

            // What is printed begins with a dash unless it is empty.
            foreach (var manifest in release.Manifests) Append(chars, ref length, manifest.Path, manifest.Content);
            while (length > 0 && char.IsWhiteSpace(chars[length - 1])) length--;
            chars[length++] = '\n';
            foreach (var hook in hooks) Append(chars, ref length, hook.Path, hook.Content);
            var text = new string(chars, 0, length);
            return options.ShowOnly is { Count: > 0 } wanted ? Only(text, wanted) : text;
        }
        finally
        {
            ArrayPool<char>.Shared.Return(chars);
        }
    }

    private static int Length(IEnumerable<(string Path, string Content)> parts) =>
        parts.Sum(p => Before.Length + p.Path.Length + p.Content.Length + 2);

    private static void Append(char[] to, ref int length, string path, string content)
    {
        foreach (var part in (ReadOnlySpan<string>)[Before, path, "\n", content, "\n"])
        {
            part.CopyTo(to.AsSpan(length));
            length += part.Length;
        }
    }

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
