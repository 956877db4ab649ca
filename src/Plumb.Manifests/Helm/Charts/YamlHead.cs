using Plumb.GoTemplate.Values;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Helm.Text;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Helm.Charts;

/// <summary>The first document of a text, read once and kept as data.</summary>
internal static class YamlHead
{
    /// <exception cref="GoError">It is no YAML: <c>error converting YAML to JSON: yaml: …</c>.</exception>
    public static Node Read(string text, ReadOnlySpan<byte> utf8)
    {
        var faults = new List<Diagnostic>();
        return First(YamlReader.ReadAll(utf8, "", faults), text, faults);
    }

    /// <summary>The same of a text that was not read from bytes.</summary>
    /// <exception cref="GoError">It is no YAML.</exception>
    public static Node Read(string text, StringPool pool)
    {
        var faults = new List<Diagnostic>();
        return First(YamlReader.ReadAll(text, "", faults, pool: pool), text, faults);
    }

    private static Node First(IReadOnlyList<YamlDocument> documents, string text, List<Diagnostic> faults)
    {
        if (documents.Count > 0) return documents[0].Value;
        if (faults.Count == 0) return Node.Null;

        // throws in Go's words, which place what is missing at the end on the line behind the last
        GoYaml.Read(text.EndsWith('\n') ? text : text + "\n");
        return Node.Null;
    }
}
