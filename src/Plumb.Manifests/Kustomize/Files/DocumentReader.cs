using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize.Files;

/// <summary>Files of which one document counts, as plain values.</summary>
internal static class DocumentReader
{
    /// <summary>The first document; null when there is none.</summary>
    /// <exception cref="KustomizeException">It is no YAML, with its place.</exception>
    public static YamlDocument? ReadFirst(ReadOnlySpan<byte> utf8, string file)
    {
        var faults = new List<Diagnostic>();
        var documents = YamlReader.ReadAll(utf8, file, faults);
        if (faults.Find(f => f.Severity == Severity.Error) is { } fault) throw new KustomizeException(fault.Message, fault.Origin);
        return documents.Count > 0 ? documents[0] : null;
    }
}
