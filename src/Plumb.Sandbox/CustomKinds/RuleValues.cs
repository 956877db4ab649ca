using System.Text;
using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.CustomKinds;

/// <summary>
/// Data as rules see it: numbers of a <c>number</c> field are doubles, and names of fields that are no CEL identifiers are escaped
/// (<c>my-field</c> is <c>my__dash__field</c>).
/// </summary>
internal static class RuleValues
{
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    };

    public static Node Of(Node value, Node schema)
    {
        if (value.AsMap() is { } map) return OfMap(map, schema);
        if (value.AsList() is { } list)
        {
            var items = schema["items"];
            return items.IsAbsent ? value : new ListNode(list.Select(i => Of(i, items)));
        }

        return schema["type"] == "number" && value.AsInt() is { } whole ? (double)whole : value;
    }

    private static Node OfMap(MapNode map, Node schema)
    {
        var properties = schema["properties"];
        var seen = new MapNode(map.Count);
        foreach (var (name, value) in map)
        {
            if (properties[name] is { IsAbsent: false } field) seen[Escape(name)] = Of(value, field);
            else seen[properties.IsAbsent ? name : Escape(name)] = Of(value, schema["additionalProperties"]);
        }

        return seen;
    }

    private static string Escape(string name)
    {
        if (Reserved.Contains(name)) return $"__{name}__";
        var escaped = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            switch (name[i])
            {
                case '.': escaped.Append("__dot__"); break;
                case '-': escaped.Append("__dash__"); break;
                case '/': escaped.Append("__slash__"); break;
                case '_' when i + 1 < name.Length && name[i + 1] == '_':
                    escaped.Append("__underscores__");
                    i++;
                    break;
                default: escaped.Append(name[i]); break;
            }
        }

        return escaped.ToString();
    }
}
