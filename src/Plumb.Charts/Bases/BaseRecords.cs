using Plumb.Charts.Http;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Bases;

/// <summary>
/// The records of a tree and of what it uses of other repositories as one. A path in a tree never begins with a slash, so the entries of
/// others do: <c>/git ADDRESS REVISION</c>, a line break, and the path there; charts and files of web servers are one entry each.
/// </summary>
internal sealed class BaseRecords
{
    private const char Separator = '\n';

    private readonly ITree _inner;
    private readonly Dictionary<string, ITree> _trees = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _digests = new(StringComparer.Ordinal);

    public BaseRecords(
        ITree inner, IReadOnlyDictionary<BaseKey, ITree> bases, IReadOnlyDictionary<ChartKey, ITree> charts, IReadOnlyDictionary<string, WebFile> files)
    {
        _inner = inner;
        foreach (var (key, tree) in bases) _trees[$"/git {OneLine(key.Repository)} {OneLine(key.Revision)}"] = tree;
        foreach (var (key, tree) in charts) _digests[$"/chart {OneLine(key.Repository)} {OneLine(key.Name)} {OneLine(key.Version)}"] = tree.Commit;
        foreach (var (address, file) in files) _digests[$"/file {OneLine(address)}"] = file.Digest;
    }

    /// <summary>What was read by now.</summary>
    public DependencyRecord All => new(
    [
        .. _inner.Dependencies.Entries
            .Concat(_trees.SelectMany(t => t.Value.Dependencies.Entries.Select(e => KeyValuePair.Create($"{t.Key}{Separator}{e.Key}", e.Value))))
            .Concat(_digests.Select(d => KeyValuePair.Create<string, string?>(d.Key, d.Value)))
            .OrderBy(e => e.Key, StringComparer.Ordinal),
    ]);

    /// <summary>Whether all that a record holds is so here too. Nothing is fetched.</summary>
    public bool Match(DependencyRecord record)
    {
        var own = new List<KeyValuePair<string, string?>>(record.Entries.Count);
        var others = new Dictionary<string, List<KeyValuePair<string, string?>>>(StringComparer.Ordinal);
        var digests = 0;
        foreach (var entry in record.Entries)
        {
            if (!entry.Key.StartsWith('/'))
            {
                own.Add(entry);
                continue;
            }

            var end = entry.Key.IndexOf(Separator, StringComparison.Ordinal);
            if (end < 0)
            {
                if (!_digests.TryGetValue(entry.Key, out var digest) || digest != entry.Value) return false;
                digests++;
                continue;
            }

            var key = entry.Key[..end];
            if (!_trees.ContainsKey(key)) return false;
            if (!others.TryGetValue(key, out var entries)) others[key] = entries = [];
            entries.Add(KeyValuePair.Create(entry.Key[(end + 1)..], entry.Value));
        }

        return digests == _digests.Count
            && _inner.Matches(new DependencyRecord(own))
            && others.All(o => _trees[o.Key].Matches(new DependencyRecord(o.Value)));
    }

    private static string OneLine(string text) => text.Replace(Separator, ' ');
}
