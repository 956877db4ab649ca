using System.Globalization;
using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Reconcile.Rendering;
using SharpYaml;
using SharpYaml.Events;

namespace Plumb.Manifests.Yaml;

/// <summary>A fault in the text at a place, in words for its author.</summary>
internal sealed class YamlFault(Mark mark, string message) : Exception(message)
{
    public Mark Mark { get; } = mark;
}

/// <summary>
/// Builds values from parser events: tags, anchors, merge keys and keys that are not text, as go-yaml v2 does. Recursion is
/// bounded.
/// </summary>
internal sealed class YamlBuilder(IParser parser, string file, YamlLimits limits, ICollection<Diagnostic> diagnostics)
{
    private const string TagPrefix = "tag:yaml.org,2002:";

    private readonly record struct Anchored(Node Value, int Size, int Height);

    private readonly Dictionary<string, Anchored> _anchors = new(StringComparer.Ordinal);
    private int _nodes;
    private int _aliasNodes;
    private int _height;

    /// <summary>Reads the document whose start the parser stands on, up to its end.</summary>
    public Node ReadDocument(out Mark start)
    {
        _anchors.Clear();
        Next();
        start = parser.Current!.Start;
        var value = ReadNode(1);
        Next();
        return value;
    }

    private void Next()
    {
        if (!parser.MoveNext()) throw new YamlFault(parser.Current?.End ?? Mark.Empty, "the text ends too early");
    }

    private Node ReadNode(int depth)
    {
        var mark = parser.Current!.Start;
        _height = depth;
        if (depth > limits.MaxDepth) throw new YamlFault(mark, $"values are nested more than {limits.MaxDepth} levels deep");
        Count(1, mark);
        switch (parser.Current)
        {
            case Scalar scalar:
                var value = Value(scalar);
                if (!string.IsNullOrEmpty(scalar.Anchor)) _anchors[scalar.Anchor] = new Anchored(value, 1, 0);
                return value;
            case AnchorAlias alias:
                return Expand(alias, depth);
            case MappingStart map:
                var beforeMap = Begin(map.Anchor);
                return Complete(map.Anchor, beforeMap, depth, ReadMap(depth));
            case SequenceStart list:
                var beforeList = Begin(list.Anchor);
                return Complete(list.Anchor, beforeList, depth, ReadList(depth));
            default:
                throw new YamlFault(mark, "a value was expected here");
        }
    }

    /// <summary>Until it is complete, an anchor must not be named inside its own value.</summary>
    private int Begin(string? anchor)
    {
        if (!string.IsNullOrEmpty(anchor)) _anchors[anchor] = default;
        return _nodes;
    }

    private Node Complete(string? anchor, int before, int depth, Node value)
    {
        if (!string.IsNullOrEmpty(anchor)) _anchors[anchor] = new Anchored(value, _nodes - before + 1, _height - depth);
        return value;
    }

    private Node Expand(AnchorAlias alias, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value, out var target))
            throw new YamlFault(alias.Start, $"*{alias.Value} names an anchor that is not defined above in this document");
        if (target.Value.IsAbsent) throw new YamlFault(alias.Start, $"*{alias.Value} stands inside the value that it names");
        if (depth + target.Height > limits.MaxDepth)
            throw new YamlFault(alias.Start, $"with *{alias.Value}, values are nested more than {limits.MaxDepth} levels deep");

        _height = Math.Max(_height, depth + target.Height);
        _aliasNodes += target.Size;
        Count(target.Size, alias.Start);

        // The share of values that aliases may make up: go-yaml's guard against a small text that unfolds into millions of values.
        if (_aliasNodes > 100 && _nodes > 1000 && _aliasNodes > AllowedShare(_nodes) * _nodes)
            throw new YamlFault(alias.Start, "aliases unfold into far more values than the text has; write the values out or nest less");
        return target.Value.DeepClone();
    }

    private static double AllowedShare(int nodes) => nodes switch
    {
        <= 400_000 => 0.99,
        > 4_000_000 => 0.10,
        _ => 0.99 - 0.89 * ((nodes - 400_000) / 3_600_000.0),
    };

    private void Count(int more, Mark mark)
    {
        _nodes += more;
        if (_nodes > limits.MaxNodes || _nodes < 0)
            throw new YamlFault(mark, $"the file has more than the {limits.MaxNodes} values allowed, aliases unfolded");
    }

    private Node ReadList(int depth)
    {
        var list = new ListNode();
        var height = depth;
        for (Next(); parser.Current is not SequenceEnd; Next())
        {
            list.Add(ReadNode(depth + 1));
            height = Math.Max(height, _height);
        }

        _height = height;
        return list;
    }

    private Node ReadMap(int depth)
    {
        var map = new MapNode();
        HashSet<string>? merged = null;
        var height = depth;
        for (Next(); parser.Current is not MappingEnd; Next())
        {
            var mark = parser.Current!.Start;
            if (IsMergeKey(parser.Current))
            {
                Next();
                Merge(map, ReadNode(depth + 1), mark, merged ??= new HashSet<string>(StringComparer.Ordinal));
                height = Math.Max(height, _height);
                continue;
            }

            var key = Key(ReadNode(depth + 1), mark);
            Next();
            var value = ReadNode(depth + 1);
            height = Math.Max(height, _height);
            var count = map.Count;
            map[key] = value;
            if (map.Count == count && merged?.Remove(key) != true)
            {
                diagnostics.Add(Diagnostic.Warning(
                    YamlReader.ToOrigin(file, mark), $"key \"{key}\" is there twice in this map; the last one wins. Remove one"));
            }
        }

        _height = height;
        return map;
    }

    private static bool IsMergeKey(ParsingEvent key) =>
        key is Scalar { Value: "<<" } scalar && (IsUntaggedPlain(scalar) || scalar.Tag == TagPrefix + "merge");

    /// <summary>Go merges in the order written: what stands before the merge key is overwritten, what stands after it wins.</summary>
    private static void Merge(MapNode map, Node value, Mark mark, HashSet<string> merged)
    {
        if (value.AsMap() is { } one)
        {
            foreach (var (key, item) in one)
            {
                map[key] = item;
                merged.Add(key);
            }

            return;
        }

        if (value.AsList() is not { } list) throw new YamlFault(mark, "the merge key << needs a map or a list of maps");
        for (var i = list.Count - 1; i >= 0; i--)
        {
            if (list[i].AsMap() is null) throw new YamlFault(mark, "the merge key << needs a map or a list of maps");
            Merge(map, list[i], mark, merged);
        }
    }

    private static bool IsUntaggedPlain(Scalar scalar) => string.IsNullOrEmpty(scalar.Tag) && scalar.Style == ScalarStyle.Plain;

    private static Node Value(Scalar scalar)
    {
        if (string.IsNullOrEmpty(scalar.Tag))
        {
            return scalar.Style == ScalarStyle.Plain ? Finite(YamlScalar.Resolve(scalar.Value, out _), scalar) : scalar.Value;
        }

        if (!scalar.Tag.StartsWith(TagPrefix, StringComparison.Ordinal)) return scalar.Value;
        switch (scalar.Tag[TagPrefix.Length..])
        {
            case "binary":
                try
                {
                    return Encoding.UTF8.GetString(Convert.FromBase64String(scalar.Value));
                }
                catch (FormatException)
                {
                    throw new YamlFault(scalar.Start, "!!binary is followed by text that is not base64");
                }

            case "bool": return Tagged(scalar, NodeKind.Bool);
            case "null": return Tagged(scalar, NodeKind.Null);
            case "int": return Tagged(scalar, NodeKind.Int, NodeKind.BigInt);
            case "float": return Tagged(scalar, NodeKind.Float, NodeKind.Int, NodeKind.BigInt);
            default: return scalar.Value;
        }
    }

    private static Node Tagged(Scalar scalar, params ReadOnlySpan<NodeKind> allowed)
    {
        var value = YamlScalar.Resolve(scalar.Value, out _);
        if (!allowed.Contains(value.Kind))
            throw new YamlFault(scalar.Start, $"\"{scalar.Value}\" is not a value of the type !!{scalar.Tag![TagPrefix.Length..]}");
        return Finite(value, scalar);
    }

    private static Node Finite(Node value, Scalar scalar) =>
        value.Kind != NodeKind.Float || double.IsFinite(value.AsDouble()!.Value)
            ? value
            : throw new YamlFault(
                scalar.Start,
                $"{scalar.Value} cannot be a value of a Kubernetes object, as JSON has no such number; quote it if it is text");

    /// <summary>The text of a key; null for what is no key.</summary>
    internal static string? KeyText(Node key) => key.Kind switch
    {
        NodeKind.String => key.AsString(),
        NodeKind.Bool => key.AsBool()!.Value ? "true" : "false",
        NodeKind.Int => key.AsInt()!.Value.ToString(CultureInfo.InvariantCulture),
        NodeKind.BigInt => key.AsBigInt(),
        NodeKind.Float => GoNumber.Format(key.AsDouble()!.Value, single: true),
        _ => null,
    };

    private static string Key(Node key, Mark mark) => KeyText(key) ?? throw new YamlFault(mark, key.Kind == NodeKind.Null
        ? "a key is empty or null; name it, or quote it if it is text"
        : "a key is a map or a list; keys must be text. If this is a template such as {{ x }}, it must be rendered first");
}
