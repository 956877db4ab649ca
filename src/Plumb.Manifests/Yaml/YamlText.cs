using System.Globalization;
using Plumb.Reconcile.Rendering;
using SharpYaml;
using SharpYaml.Events;

namespace Plumb.Manifests.Yaml;

/// <summary>
/// The text that a document was read from. Values carry no positions, as nearly all of them never need one; a fault found after
/// reading is placed by reading the text once more.
/// </summary>
internal sealed class YamlText(string text, int document)
{
    /// <summary>Where a path was written: the deepest part of it that is there.</summary>
    public Origin Locate(Origin start, IReadOnlyList<object> path)
    {
        try
        {
            var parser = Parser.CreateParser(new StringReader(text), 1024);
            var seen = -1;
            while (parser.MoveNext())
            {
                if (parser.Current is not DocumentStart || ++seen < document) continue;
                parser.MoveNext();
                return Descend(parser, path, start);
            }
        }
        catch (YamlException)
        {
            // JSON that is not YAML; the start of the document has to do.
        }

        return start;
    }

    private static Origin Descend(IParser parser, IReadOnlyList<object> path, Origin found)
    {
        foreach (var step in path)
        {
            var next = step switch
            {
                string key when parser.Current is MappingStart => FindKey(parser, key),
                int index when parser.Current is SequenceStart => FindItem(parser, index),
                _ => null,
            };
            if (next is not { } mark) return found;
            found = YamlReader.ToOrigin(found.File, mark);
        }

        return found;
    }

    /// <summary>Leaves the parser on the key's value.</summary>
    private static Mark? FindKey(IParser parser, string key)
    {
        parser.MoveNext();
        while (parser.Current is not MappingEnd)
        {
            var mark = parser.Current!.Start;
            var matches = parser.Current is Scalar scalar && scalar.Value == key;
            Skip(parser);
            if (matches) return mark;
            Skip(parser);
        }

        return null;
    }

    private static Mark? FindItem(IParser parser, int index)
    {
        parser.MoveNext();
        for (; parser.Current is not SequenceEnd; index--)
        {
            if (index == 0) return parser.Current!.Start;
            Skip(parser);
        }

        return null;
    }

    /// <summary>Leaves the parser behind the value it stands on.</summary>
    private static void Skip(IParser parser)
    {
        var depth = 0;
        do
        {
            depth += parser.Current switch
            {
                MappingStart or SequenceStart => 1,
                MappingEnd or SequenceEnd => -1,
                null => throw new YamlException(string.Format(CultureInfo.InvariantCulture, "The text ends at {0}.", depth)),
                _ => 0,
            };
            if (!parser.MoveNext()) throw new YamlException("The text ends too early.");
        }
        while (depth > 0);
    }
}
