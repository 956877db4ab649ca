using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Http;

/// <summary>What an <c>index.yaml</c> offers (<c>pkg/repo/v1/index.go</c>).</summary>
internal sealed class RepositoryIndex
{
    private readonly Dictionary<string, IReadOnlyList<ChartVersion>> _charts;

    private RepositoryIndex(Dictionary<string, IReadOnlyList<ChartVersion>> charts) => _charts = charts;

    /// <summary>Names of all charts.</summary>
    public IReadOnlyCollection<string> Names => _charts.Keys;

    /// <summary>Versions of a chart, the highest first; null when there is no such chart.</summary>
    public IReadOnlyList<ChartVersion>? Find(string chart) => _charts.GetValueOrDefault(chart);

    /// <summary>Reads an index; entries that are not whole are passed over, as by Helm.</summary>
    /// <exception cref="SourceException">It is no index.</exception>
    public static RepositoryIndex Parse(ReadOnlySpan<byte> content, string what, int maxBytes)
    {
        var faults = new List<Diagnostic>();
        var documents = YamlReader.ReadAll(content, "index.yaml", faults, new YamlLimits(MaxNodes: 4_000_000, MaxBytes: maxBytes));
        if (faults.Find(f => f.Severity == Severity.Error) is { } fault) throw Refuse($"{what}: {fault}");
        var root = documents.Count == 0 ? Node.Absent : documents[0].Value;
        if (root["apiVersion"].IsNullOrAbsent || root["entries"].AsMap() is not { } entries)
            throw Refuse($"{what} is no index of charts: it has no apiVersion or no entries");
        var charts = new Dictionary<string, IReadOnlyList<ChartVersion>>(StringComparer.Ordinal);
        foreach (var (name, versions) in entries) charts[name] = VersionChoice.Sorted((versions.AsList() ?? []).Select(Version).OfType<ChartVersion>());
        return new RepositoryIndex(charts);
    }

    private static ChartVersion? Version(Node entry)
    {
        if (entry["version"].AsString() is not { Length: > 0 } version) return null;
        var digest = entry["digest"].AsString() is { Length: > 0 } text ? text.Replace("sha256:", "", StringComparison.Ordinal).ToLowerInvariant() : null;
        if (digest is not null && (digest.Length != 64 || !digest.All(char.IsAsciiHexDigit))) digest = null;
        return new ChartVersion(version, digest, [.. (entry["urls"].AsList() ?? []).Select(u => u.AsString()).OfType<string>()]);
    }

    private static SourceException Refuse(string message) => new(SourceFault.ContentMissing, message);
}
