using Plumb.Manifests.Documents;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Yaml;

/// <summary>One document of a stream.</summary>
/// <param name="Value">Its value; null for an empty document.</param>
/// <param name="Origin">Where it starts.</param>
public sealed record YamlDocument(Node Value, Origin Origin);

/// <summary>Limits on input from outside.</summary>
/// <param name="MaxDepth">Nesting allowed.</param>
/// <param name="MaxNodes">Values allowed in a stream, after aliases are expanded.</param>
/// <param name="MaxBytes">Size of a stream.</param>
public sealed record YamlLimits(int MaxDepth = 100, int MaxNodes = 2_000_000, int MaxBytes = 32 * 1024 * 1024)
{
    /// <summary>The defaults.</summary>
    public static YamlLimits Default { get; } = new();
}

/// <summary>YAML (and JSON) streams by the rules of Kubernetes' Go YAML.</summary>
public static class YamlReader
{
    /// <summary>
    /// Reads all documents. Faults go to <paramref name="diagnostics"/> with file, line and column; after an error what was read before
    /// it is returned. Never throws for bad input.
    /// </summary>
    public static IReadOnlyList<YamlDocument> ReadAll(
        ReadOnlySpan<byte> utf8, string file, ICollection<Diagnostic> diagnostics, YamlLimits? limits = null) =>
        throw new NotImplementedException();
}

/// <summary>YAML as Go's sigs.k8s.io/yaml writes it: keys sorted, two blanks of indent.</summary>
public static class YamlWriter
{
    /// <summary>One document, with a final line feed.</summary>
    public static string Write(Node value) => throw new NotImplementedException();
}
