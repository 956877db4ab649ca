namespace Plumb.Manifests.Kustomize.Configs;

/// <summary>Cuts the paths of Kustomize (<c>kyaml/utils</c>).</summary>
internal static class FieldPath
{
    /// <summary>At each separator that no backslash stands before; an empty first part is left out, as that of <c>/a/b</c>.</summary>
    public static List<string> Split(string path, char separator)
    {
        var pieces = path.Split(separator);
        var parts = new List<string>(pieces.Length);
        for (var i = pieces.Length > 1 && pieces[0].Length == 0 ? 1 : 0; i < pieces.Length; i++)
        {
            if (parts.Count > 0 && parts[^1].EndsWith('\\')) parts[^1] = parts[^1][..^1] + separator + pieces[i];
            else parts.Add(pieces[i]);
        }

        return parts;
    }

    /// <summary>
    /// The same, but what stands in brackets stays whole: <c>[name=a.b]</c> finds an item and keeps its brackets, <c>[a.b]</c> is a key
    /// and loses them.
    /// </summary>
    public static List<string> SplitKeepingBrackets(string path, char separator)
    {
        var pieces = Split(path, separator);
        var parts = new List<string>(pieces.Count);
        for (var i = 0; i < pieces.Count; i++)
        {
            var piece = pieces[i];
            if (!piece.StartsWith('[') || piece.EndsWith(']'))
            {
                parts.Add(piece);
                continue;
            }

            while (i + 1 < pieces.Count)
            {
                piece += separator + pieces[++i];
                if (pieces[i].EndsWith(']')) break;
            }

            parts.Add(piece.Contains('=') ? piece : piece.Trim('[', ']'));
        }

        return parts;
    }
}
