using System.Collections.Concurrent;
using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Helm.Charts;

/// <summary>
/// Charts that were loaded already, by what they hold: the object ids of their files, or of a packed chart its digest. Applications share charts,
/// and one is rendered again and again with other values. Bounded: what was not asked for while as much as fits was remembered anew is
/// forgotten. Thread-safe.
/// </summary>
internal sealed class KnownCharts
{
    private const int MostCharts = 512;
    private const long MostBytes = 128L << 20;

    private readonly Lock _gate = new();
    private volatile Generation _young = new();
    private volatile Generation _old = new();

    private sealed record Known(Chart Chart, IReadOnlyList<HelmLogLine> Said);

    private sealed class Generation() : ConcurrentDictionary<string, Known>(StringComparer.Ordinal)
    {
        public long Bytes { get; set; }
    }

    /// <summary>
    /// The chart in a folder of a tree, as <see cref="ChartLoader.LoadFolder"/> loads it. The tree's record says of a chart that was known what it
    /// says of one that is read.
    /// </summary>
    /// <exception cref="HelmException">There is no chart, or it is refused.</exception>
    public Chart Load(ITree tree, string path, HelmLog log, CancellationToken ct, bool isPacked)
    {
        var identity = !isPacked ? FolderFiles.Identity(tree, path, ChartLimits.Default, ct) : IsDigest(tree.Commit) ? $"{tree.Commit} {path}" : null;
        if (identity is null) return ChartLoader.LoadFolder(tree, path, log, ct, isPacked: isPacked);
        if (Find(identity) is not { } known)
        {
            var said = new HelmLog();
            known = new Known(ChartLoader.LoadFolder(tree, path, said, ct, isPacked: isPacked), said.Lines);
            Remember(identity, known);
        }

        foreach (var line in known.Said) log.Add(line);
        return known.Chart;
    }

    /// <summary>Whether the revision of a packed chart says what it holds.</summary>
    private static bool IsDigest(string revision) => revision.Contains("@sha256:", StringComparison.Ordinal);

    private Known? Find(string identity)
    {
        if (_young.TryGetValue(identity, out var known)) return known;
        if (_old.TryGetValue(identity, out known)) Remember(identity, known);
        return known;
    }

    private void Remember(string identity, Known known)
    {
        var bytes = Bytes(known.Chart);
        if (bytes > MostBytes / 8) return;
        lock (_gate)
        {
            if (_young.Count >= MostCharts / 2 || _young.Bytes + bytes > MostBytes / 2) (_old, _young) = (_young, new Generation());
            if (_young.TryAdd(identity, known)) _young.Bytes += bytes;
        }
    }

    private static long Bytes(Chart chart) =>
        chart.Templates.Concat(chart.Files).Sum(f => (long)f.Data.Length) + (chart.Schema?.Data.Length ?? 0) + chart.Dependencies.Sum(Bytes);
}
