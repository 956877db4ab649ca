using Plumb.Web.Applications.Filters;
using Plumb.Web.Words;

namespace Plumb.Web.Application.Tree;

/// <summary>
/// Places an application's resources from left to right: what owns, then what is owned; an owner stands in the middle of what it owns. Many of
/// one kind below one owner become one node, apart from those that want a look, so that hundreds of resources stay readable.
/// </summary>
public sealed class TreeLayout
{
    /// <summary>Width of a node.</summary>
    public const double NodeWidth = 236;

    /// <summary>Height of a node.</summary>
    public const double NodeHeight = 50;

    /// <summary>From one node of a kind below one owner on they may become a group.</summary>
    public const int GroupFrom = 6;

    /// <summary>Trees of up to this many nodes are shown whole.</summary>
    public const int WholeUpTo = 30;

    private const double ColumnGap = 54;
    private const double RowGap = 10;
    private const int Deepest = 24;
    private const int MostApart = 12;

    private readonly ILookup<string, TreeRecord> _owned;
    private readonly HashSet<string>? _kept;
    private readonly Choice _open;
    private readonly bool _whole;
    private readonly HashSet<string> _placed = new(StringComparer.Ordinal);
    private readonly List<TreeNode> _nodes = [];
    private readonly List<(double X1, double Y1, double X2, double Y2)> _lines = [];
    private double _next;
    private double _right;

    private TreeLayout(ILookup<string, TreeRecord> owned, HashSet<string>? kept, Choice open, bool whole) =>
        (_owned, _kept, _open, _whole) = (owned, kept, open, whole);

    /// <summary>The nodes, the application first, owners before what they own.</summary>
    public IReadOnlyList<TreeNode> Nodes => _nodes;

    /// <summary>Lines from the right edge of an owner to the left edge of what it owns.</summary>
    public IReadOnlyList<(double X1, double Y1, double X2, double Y2)> Lines => _lines;

    /// <summary>Width of the whole.</summary>
    public double Width => _right;

    /// <summary>Height of the whole.</summary>
    public double Height => Math.Max(NodeHeight, _next - RowGap);

    /// <summary>Lays a tree out.</summary>
    /// <param name="records">The resources and what they own, in any order. What has an owner that is not among them hangs from the application.</param>
    /// <param name="filter">Which are shown.</param>
    /// <param name="open">Keys of groups whose members are shown.</param>
    public static TreeLayout Of(IReadOnlyList<TreeRecord> records, TreeFilter filter, Choice open)
    {
        var byKey = new Dictionary<string, TreeRecord>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            byKey.TryAdd(ResourceKey.Of(record.Resource), record);
        }

        var owned = byKey.Values.ToLookup(OwnerOf, StringComparer.Ordinal);
        HashSet<string>? kept = null;
        if (!filter.IsEmpty)
        {
            kept = new HashSet<string>(StringComparer.Ordinal);
            foreach (var record in byKey.Values.Where(filter.Shows))
            {
                for (var key = ResourceKey.Of(record.Resource); key.Length > 0 && kept.Add(key); key = OwnerOf(byKey[key]))
                {
                }
            }
        }

        var shown = kept?.Count ?? byKey.Count;
        var layout = new TreeLayout(owned, kept, open, shown <= WholeUpTo);
        layout.Place(new TreeNode { Key = "", Owner = "" }, depth: 0, [.. owned[""]]);
        return layout;

        string OwnerOf(TreeRecord record) =>
            record.Owner is { } owner && byKey.ContainsKey(ResourceKey.Of(owner)) && owner != record.Resource ? ResourceKey.Of(owner) : "";
    }

    private double Place(TreeNode node, int depth, IReadOnlyList<TreeRecord> owned)
    {
        var x = depth * (NodeWidth + ColumnGap);
        _right = Math.Max(_right, x + NodeWidth);
        var index = _nodes.Count;
        _nodes.Add(node);
        List<double> middles = [];
        if (depth < Deepest)
        {
            foreach (var (child, below) in Children(node.Key, owned))
            {
                middles.Add(Place(child, depth + 1, below));
            }
        }

        double middle;
        if (middles.Count == 0)
        {
            middle = _next + (NodeHeight / 2);
            _next += NodeHeight + RowGap;
        }
        else
        {
            middle = (middles[0] + middles[^1]) / 2;
            foreach (var to in middles)
            {
                _lines.Add((x + NodeWidth, middle, x + NodeWidth + ColumnGap, to));
            }
        }

        _nodes[index] = node with { X = x, Y = middle - (NodeHeight / 2) };
        return middle;
    }

    private IEnumerable<(TreeNode Node, IReadOnlyList<TreeRecord> Owned)> Children(string owner, IReadOnlyList<TreeRecord> owned)
    {
        var shown = owned.Where(record => _kept is null || _kept.Contains(ResourceKey.Of(record.Resource)));
        foreach (var kind in shown.GroupBy(record => (record.Resource.Group, record.Resource.Kind)).OrderBy(kind => kind.Min(record => record.Wave)).ThenBy(kind => kind.Key.Kind, StringComparer.Ordinal))
        {
            TreeRecord[] members = [.. kind.OrderBy(record => record.Resource.Namespace, StringComparer.Ordinal).ThenBy(record => record.Resource.Name, StringComparer.Ordinal)];
            var key = $"{owner}#{kind.Key.Group}/{kind.Key.Kind}";
            if (_whole || members.Length < GroupFrom || owner.StartsWith('#') || owner.Contains("#", StringComparison.Ordinal))
            {
                foreach (var member in members)
                {
                    if (Single(member, owner) is { } single)
                    {
                        yield return single;
                    }
                }

                continue;
            }

            TreeRecord[] apart = [.. members.Where(WantsLook).Take(MostApart)];
            foreach (var member in apart)
            {
                if (Single(member, owner) is { } single)
                {
                    yield return single;
                }
            }

            TreeRecord[] rest = [.. members.Except(apart)];
            if (rest.Length > 0)
            {
                var open = _open.Has(key);
                yield return (new TreeNode { Key = key, Owner = owner, GroupKind = kind.Key.Kind, GroupCount = rest.Length, Open = open }, open ? rest : []);
            }
        }
    }

    private (TreeNode Node, IReadOnlyList<TreeRecord> Owned)? Single(TreeRecord record, string owner)
    {
        var key = ResourceKey.Of(record.Resource);

        // Owners in a circle would never end.
        return _placed.Add(key) ? (new TreeNode { Key = key, Owner = owner, Record = record }, [.. _owned[key]]) : null;
    }

    private static bool WantsLook(TreeRecord record) => record.Sync == "OutOfSync" || record.Health is "Degraded" or "Missing" or "Progressing";
}
