using System.Security.Cryptography;
using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Generators;

/// <summary>
/// The hash of what an object holds that is put behind its name (<c>api/hasher</c>): sha256 of its JSON, ten digits of it, those that
/// could spell words replaced. The name is not part of it, against what the original means: it looks for a field of the name
/// <c>metadata/name</c>.
/// </summary>
internal static class ContentHash
{
    private const int Length = 10;

    /// <summary>The hash of an object.</summary>
    /// <exception cref="KustomizeException">A value of it is none that JSON has.</exception>
    public static string Of(YamlNode resource)
    {
        var json = Encode(resource);
        var hex = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(json)));
        return string.Concat(hex.AsSpan(0, Length).ToArray().Select(c => c switch
        {
            '0' => 'g',
            '1' => 'h',
            '3' => 'k',
            'a' => 'm',
            'e' => 't',
            _ => c,
        }));
    }

    /// <summary>
    /// The JSON that is hashed. Of config maps and secrets it is their data; of all others it is the tree as go-yaml holds it, with tags,
    /// quotes and places. These are not all known here: comments, the sort of quotes, maps and lists on one line. The hash of such
    /// objects, which only plugins can ask for, is the original's where there are none of these.
    /// </summary>
    public static string Encode(YamlNode resource)
    {
        var json = new StringBuilder();
        switch (resource.Get("kind")?.Value)
        {
            case "ConfigMap": AppendObject(json, "ConfigMap", ["binaryData", "data", "kind", "name"], resource); break;
            case "Secret": AppendObject(json, "Secret", ["data", "kind", "name", "stringData", "type"], resource); break;
            default: AppendTree(json, resource); break;
        }

        return json.ToString();
    }

    private static void AppendObject(StringBuilder json, string kind, string[] fields, YamlNode resource)
    {
        json.Append('{');
        foreach (var field in fields)
        {
            var value = resource.Get(field == "name" ? "metadata/name" : field);
            if (field is "binaryData" or "stringData" && value is null or { Kind: YamlKind.Scalar }) continue;
            if (json.Length > 1) json.Append(',');
            GoJsonText.AppendText(json, field);
            json.Append(':');
            if (field == "kind") GoJsonText.AppendText(json, kind);
            else AppendField(json, value);
        }

        json.Append('}');
    }

    private static void AppendField(StringBuilder json, YamlNode? value)
    {
        switch (value?.Kind)
        {
            case null: json.Append("\"\""); break;
            case YamlKind.Scalar: GoJsonText.AppendText(json, value.Value); break;
            case YamlKind.List: json.Append("null"); break;
            default:
                var map = new MapNode(value.Fields);
                for (var i = 0; i < value.Fields; i++) map[value.KeyAt(i).Value] = YamlNodeValue.ToNode(value.ValueAt(i));
                GoJsonText.Append(json, map);
                break;
        }
    }

    private static void AppendTree(StringBuilder json, YamlNode node)
    {
        var kind = node.Kind switch
        {
            YamlKind.List => 2,
            YamlKind.Map => 4,
            _ => 8,
        };
        var style = (node.IsTagged ? 1 : 0) + (node.Form == ScalarForm.Quoted ? node.Value.Contains('\n') ? 8 : 2 : 0);
        json.Append("{\"Kind\":").Append(kind).Append(",\"Style\":").Append(style).Append(",\"Tag\":");
        GoJsonText.AppendText(json, node.Tag);
        json.Append(",\"Value\":");
        GoJsonText.AppendText(json, node.Value);
        json.Append(",\"Anchor\":\"\",\"Alias\":null,\"Content\":");
        if (node.Content.Count == 0)
        {
            json.Append("null");
        }
        else
        {
            json.Append('[');
            for (var i = 0; i < node.Content.Count; i++)
            {
                if (i > 0) json.Append(',');
                AppendTree(json, node.Content[i]);
            }

            json.Append(']');
        }

        json.Append(",\"HeadComment\":\"\",\"LineComment\":\"\",\"FootComment\":\"\",\"Line\":").Append(node.Line);
        json.Append(",\"Column\":").Append(node.Column).Append('}');
    }
}
