using System.Text;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;
using SharpYaml;
using SharpYaml.Events;

namespace Plumb.Manifests.Kustomize.Nodes;

/// <summary>
/// Documents of a file as Kustomize reads them (<c>kio.ByteReader</c>): cut at lines that begin with <c>---</c>, one document of each
/// part, aliases written out, merge keys merged, what is empty left out.
/// </summary>
/// <param name="limits">Bounds on what comes from outside.</param>
internal sealed class YamlNodeReader(YamlLimits limits)
{
    private readonly record struct Anchored(YamlNode? Node, int Size, int Height);

    private const string TagPrefix = "tag:yaml.org,2002:";

    private readonly Dictionary<string, Anchored> _anchors = new(StringComparer.Ordinal);
    private int _nodes;
    private int _height;

    /// <summary>All documents that hold something.</summary>
    /// <exception cref="KustomizeException">It is no YAML (<see cref="IsMalformed"/>), or holds more than the limits allow.</exception>
    public List<YamlNode> ReadAll(ReadOnlySpan<byte> utf8, string file)
    {
        var documents = new List<YamlNode>();
        var text = Decode(utf8, file);
        var line = 0;
        foreach (var part in Parts(text, file))
        {
            var value = part.Text.Trim() is "" ? null : ReadDocument(part.Text, file, line + part.Line);
            if (value is { IsNull: false }) documents.Add(value);
        }

        return documents;
    }

    /// <summary>The first document of a text without cutting it; null when it is empty.</summary>
    public YamlNode? ReadOne(ReadOnlySpan<byte> utf8, string file) => ReadDocument(Decode(utf8, file), file, 0);

    /// <summary>Whether a fault is that of text that is no YAML, which tells whether a path was meant to be a file.</summary>
    public static bool IsMalformed(KustomizeException fault) => fault.Message.Contains("MalformedYAMLError", StringComparison.Ordinal);

    private string Decode(ReadOnlySpan<byte> utf8, string file)
    {
        if (utf8.Length > limits.MaxBytes)
        {
            throw new KustomizeException(
                $"the file has {utf8.Length} bytes, more than the {limits.MaxBytes} allowed; split it", new Origin(file));
        }

        try
        {
            if (utf8.StartsWith(Encoding.UTF8.Preamble)) utf8 = utf8[3..];
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(utf8).Replace("\r\n", "\n", StringComparison.Ordinal);
        }
        catch (DecoderFallbackException)
        {
            throw new KustomizeException("MalformedYAMLError: yaml: the text is not UTF-8", new Origin(file));
        }
    }

    /// <summary>Cuts at <c>\n---.*\n</c>; after the dashes only a comment may follow.</summary>
    private static IEnumerable<(string Text, int Line)> Parts(string text, string file)
    {
        var (start, line) = (0, 0);
        while (true)
        {
            var at = text.IndexOf("\n---", start, StringComparison.Ordinal);
            var end = at < 0 ? -1 : text.IndexOf('\n', at + 4);
            if (end < 0)
            {
                yield return (text[start..], line);
                yield break;
            }

            var rest = text.AsSpan(at + 4, end - at - 4).Trim();
            var next = line + text.AsSpan(start, end + 1 - start).Count('\n');
            if (rest.Length > 0 && rest[0] != '#')
            {
                throw new KustomizeException($"invalid document separator: {text[(at + 1)..end].Trim()}", new Origin(file, next, 1));
            }

            yield return (text[start..(at + 1)], line);
            (start, line) = (end + 1, next);
        }
    }

    private YamlNode? ReadDocument(string text, string file, int lines)
    {
        _anchors.Clear();
        try
        {
            var parser = Parser.CreateParser(new StringReader(text), (limits.MaxDepth * 4) + 16);
            while (parser.MoveNext())
            {
                if (parser.Current is not DocumentStart) continue;
                parser.MoveNext();
                var value = Read(parser, 1, lines);

                // What is wrong after the value is wrong with the document too; another document is nobody's.
                while (parser.MoveNext() && parser.Current is not DocumentEnd)
                {
                }

                return value;
            }

            return null;
        }
        catch (YamlFault fault)
        {
            throw new KustomizeException($"MalformedYAMLError: {fault.Message}", Place(file, fault.Mark, lines));
        }
        catch (YamlException fault)
        {
            throw new KustomizeException($"MalformedYAMLError: {YamlWords.Explain(fault, text)}", Place(file, fault.Start, lines));
        }
        catch (Exception fault) when (fault is not (OutOfMemoryException or KustomizeException))
        {
            throw new KustomizeException("MalformedYAMLError: this is not YAML: the text could not be understood", new Origin(file));
        }
    }

    private static Origin Place(string file, Mark mark, int lines) => new(file, mark.Line + 1 + lines, mark.Column + 1);

    private YamlNode Read(IParser parser, int depth, int lines)
    {
        var mark = parser.Current!.Start;
        _height = depth;
        if (depth > limits.MaxDepth) throw new YamlFault(mark, $"values are nested more than {limits.MaxDepth} levels deep");
        Count(1, mark);
        var node = parser.Current switch
        {
            Scalar scalar => ReadScalar(scalar),
            AnchorAlias alias => Expand(alias, depth),
            MappingStart map => ReadContent(parser, map.Anchor, YamlNode.Map(), depth, lines),
            SequenceStart list => ReadContent(parser, list.Anchor, YamlNode.List(), depth, lines),
            _ => throw new YamlFault(mark, "a value was expected here"),
        };
        node.Line = mark.Line + 1 + lines;
        node.Column = mark.Column + 1;
        return node;
    }

    private YamlNode ReadScalar(Scalar scalar)
    {
        var isPlain = scalar.Style is ScalarStyle.Plain or ScalarStyle.Any;
        var tag = scalar.Tag is null or "" or "!" ? null : Short(scalar.Tag);
        var node = YamlNode.Scalar(
            scalar.Value,
            tag ?? (isPlain && scalar.Tag != "!" ? YamlTags.Of(scalar.Value) : YamlNode.StringTag),
            isPlain ? ScalarForm.Plain : ScalarForm.Quoted);
        node.IsTagged = tag is not null;
        if (!string.IsNullOrEmpty(scalar.Anchor)) _anchors[scalar.Anchor] = new Anchored(node, 1, 0);
        return node;
    }

    private static string Short(string tag) => tag.StartsWith(TagPrefix, StringComparison.Ordinal) ? "!!" + tag[TagPrefix.Length..] : tag;

    private YamlNode ReadContent(IParser parser, string? anchor, YamlNode node, int depth, int lines)
    {
        // Until it is complete, an anchor must not be named inside its own value.
        var before = _nodes;
        if (!string.IsNullOrEmpty(anchor)) _anchors[anchor] = default;
        var isMap = node.Kind == YamlKind.Map;
        var height = depth;
        while (true)
        {
            if (!parser.MoveNext()) throw new YamlFault(parser.Current?.End ?? Mark.Empty, "the text ends too early");
            if (parser.Current is MappingEnd or SequenceEnd) break;
            node.Content.Add(Read(parser, depth + 1, lines));
            height = Math.Max(height, _height);
        }

        node.Tag = isMap ? "!!map" : "!!seq";
        if (isMap) MergeKeys.Merge(node);
        _height = height;
        if (!string.IsNullOrEmpty(anchor)) _anchors[anchor] = new Anchored(node, _nodes - before + 1, height - depth);
        return node;
    }

    private YamlNode Expand(AnchorAlias alias, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value, out var target))
            throw new YamlFault(alias.Start, $"*{alias.Value} names an anchor that is not defined above in this document");
        if (target.Node is null) throw new YamlFault(alias.Start, $"*{alias.Value} stands inside the value that it names");
        if (depth + target.Height > limits.MaxDepth)
            throw new YamlFault(alias.Start, $"with *{alias.Value}, values are nested more than {limits.MaxDepth} levels deep");
        _height = Math.Max(_height, depth + target.Height);
        Count(target.Size, alias.Start);
        return target.Node.Clone();
    }

    private void Count(int more, Mark mark)
    {
        _nodes += more;
        if (_nodes > limits.MaxNodes || _nodes < 0)
            throw new YamlFault(mark, $"the file has more than the {limits.MaxNodes} values allowed, aliases unfolded");
    }
}
