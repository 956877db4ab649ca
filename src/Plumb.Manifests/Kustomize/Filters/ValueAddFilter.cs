using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Filters;

/// <summary>Sets a text at a path, or puts it into the file path that stands there (<c>api/filters/valueadd</c>).</summary>
internal static class ValueAddFilter
{
    /// <param name="resource">The object; it is changed in place.</param>
    /// <param name="path">Keys parted by slashes; a backslash before a slash keeps it.</param>
    /// <param name="value">The text; nothing happens when it and the outcome are empty.</param>
    /// <param name="position">Where in the file path it goes, from 1; too large is at its end; none for 0 and less.</param>
    /// <exception cref="KustomizeException">The path does not fit, or no scalar is at its end.</exception>
    public static void Apply(YamlNode resource, string path, string value, int position = 0)
    {
        var parts = new List<string>();
        foreach (var piece in path.Split('/'))
        {
            if (parts.Count > 0 && parts[^1].EndsWith('\\')) parts[^1] = $"{parts[^1][..^1]}/{piece}";
            else parts.Add(piece);
        }

        if (NodeLookup.FindOrMake(resource, parts, YamlKind.Scalar) is not { } node) return;
        NodeKindFault.ThrowUnless(node, YamlKind.Scalar);
        var text = position > 0 ? Insert(node.Value, position - 1, value) : value;
        if (text.Length > 0) NodeFields.SetValue(node, text);
    }

    /// <summary>A path from the root stays one: what is put first stands behind its slash.</summary>
    private static string Insert(string path, int position, string part)
    {
        if (part.Length == 0) return path;
        var isRooted = path.StartsWith('/');
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries).ToList();
        parts.Insert(Math.Min(position, parts.Count), part);
        return (isRooted ? "/" : "") + string.Join('/', parts);
    }
}
