using System.Globalization;
using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Tables;

/// <summary>
/// Cells of custom kinds: the simple JSON paths that CRDs may use in printer columns (fields, indexes, <c>[*]</c>, and filters such as
/// <c>[?(@.type=="Ready")]</c>).
/// </summary>
internal static class JsonPathCell
{
    public static Node Of(Node root, string path, string type, DateTimeOffset now)
    {
        var found = Find(root, path);
        if (found.Count == 0) return Node.Null;
        if (type == "date") return Cells.Age(found[0], now);
        if (type == "integer" && found[0].AsInt() is { } integer) return integer;
        if (type == "number" && found[0].AsDouble() is { } number) return number;
        if (type == "boolean" && found[0].AsBool() is { } boolean) return boolean;
        return string.Join(",", found.Select(f => f.AsString() ?? f.ToString()));
    }

    public static IReadOnlyList<Node> Find(Node root, string path)
    {
        List<Node> current = [root];
        var at = 0;
        while (at < path.Length && current.Count > 0)
        {
            if (path[at] == '.')
            {
                at++;
                continue;
            }

            if (path[at] == '[')
            {
                var end = path.IndexOf(path.AsSpan(at).StartsWith("[?") ? ")]" : "]", at, StringComparison.Ordinal);
                if (end < 0) return [];
                if (path[end] == ')') end++;
                var inside = path[(at + 1)..end];
                current = [.. current.SelectMany(n => Index(n, inside))];
                at = end + 1;
                continue;
            }

            var name = ReadName(path, ref at);
            current = [.. current.Select(n => n[name]).Where(n => !n.IsNullOrAbsent)];
        }

        return current;
    }

    private static string ReadName(string path, ref int at)
    {
        var name = new System.Text.StringBuilder();
        for (; at < path.Length && path[at] is not ('.' or '['); at++)
        {
            if (path[at] == '\\' && at + 1 < path.Length) at++;
            name.Append(path[at]);
        }

        return name.ToString();
    }

    private static IEnumerable<Node> Index(Node node, string inside)
    {
        if (inside == "*") return node.AsList() ?? node.AsMap()?.Select(e => e.Value) ?? [];
        if (inside.StartsWith("?(@.", StringComparison.Ordinal)) return Filter(node, inside[4..].TrimEnd(')'));
        if (inside.Length > 1 && inside[0] is '\'' or '"') return node[inside[1..^1]] is { IsNullOrAbsent: false } field ? [field] : [];
        if (!int.TryParse(inside, CultureInfo.InvariantCulture, out var index) || node.AsList() is not { } list) return [];
        if (index < 0) index += list.Count;
        return index >= 0 && index < list.Count ? [list[index]] : [];
    }

    private static IEnumerable<Node> Filter(Node node, string test)
    {
        var operation = test.IndexOf("==", StringComparison.Ordinal);
        if (operation < 0) return (node.AsList() ?? []).Where(i => Find(i, test).Count > 0);
        var path = test[..operation].Trim();
        var value = test[(operation + 2)..].Trim().Trim('"', '\'');
        return (node.AsList() ?? []).Where(i => Find(i, path) is [var only, ..] && (only.AsString() ?? only.ToString()) == value);
    }
}
