using System.Text;
using Plumb.GoTemplate.Values;
using Plumb.Manifests.Helm.Text;

namespace Plumb.Manifests.Helm.Values;

/// <summary>Values from YAML: one or more documents, merged in order (<c>LoadValues</c>).</summary>
public static class ValuesText
{
    /// <summary>Reads values; an empty text gives none.</summary>
    /// <exception cref="GoError">A document is no YAML or no map.</exception>
    public static GoMap Read(string text)
    {
        var values = new GoMap();
        foreach (var document in Documents(text))
        {
            GoValue value;
            try
            {
                value = GoYaml.Read(document);
            }
            catch (GoError error)
            {
                throw new GoError($"cannot unmarshal yaml document: {error.Message}", error);
            }

            if (value.IsNil) continue;
            if (value.Kind != GoKind.Map) throw new GoError($"cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {JsonName(value)} into Go value of type map[string]interface {{}}");
            values = values.Count == 0 ? value.Map : Merging.Over(values, value.Map);
        }

        return values;
    }

    /// <summary>Documents end at lines that begin with three dashes and hold nothing else but a comment; the first may begin with one.</summary>
    private static List<string> Documents(string text)
    {
        if (!text.Contains("---", StringComparison.Ordinal)) return [text];
        var documents = new List<string>();
        var current = new StringBuilder();
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("---", StringComparison.Ordinal) && line[3..].Trim() is var rest && (rest.Length == 0 || rest[0] == '#') && current.Length > 0)
            {
                documents.Add(current.ToString());
                current.Clear();
                continue;
            }

            current.Append(line).Append('\n');
        }

        if (current.Length > 0) documents.Add(current.ToString());
        return documents;
    }

    private static string JsonName(in GoValue value) => value.Kind switch
    {
        GoKind.Slice => "array",
        GoKind.String => "string",
        GoKind.Bool => "bool",
        _ => "number",
    };
}
