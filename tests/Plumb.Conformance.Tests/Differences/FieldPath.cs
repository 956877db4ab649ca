using System.Text.RegularExpressions;

namespace Plumb.Conformance.Tests.Differences;

/// <summary>Compares the path of a deviation with a pattern.</summary>
internal static partial class FieldPath
{
    /// <summary>
    /// Whether a path is at or below a pattern, in which <c>*</c> is any one name and a list position is <c>[]</c>. Fields in
    /// <c>managedFields</c> count as the fields they mean.
    /// </summary>
    public static bool IsUnder(string path, string pattern)
    {
        var regex = "(^|[.\\]])" + Regex.Escape(pattern).Replace("\\*", "[^.\\[]+") + "($|[.\\[])";
        return Regex.IsMatch(Plain(path), regex);
    }

    private static string Plain(string path)
    {
        var fields = path.IndexOf(".fieldsV1.", StringComparison.Ordinal);
        if (fields >= 0)
        {
            path = Owned().Replace(path[(fields + ".fieldsV1.".Length)..], "$1");
            path = Key().Replace(path, "[]");
            path = OwnedInBrackets().Replace(path, "[$1]");
        }
        else if (path.StartsWith("body.", StringComparison.Ordinal))
        {
            path = path["body.".Length..];
        }

        return Position().Replace(path, "[]");
    }

    [GeneratedRegex(@"(^|\.)f:")]
    private static partial Regex Owned();

    [GeneratedRegex(@"\.?\[?k:\{.*?\}\]?")]
    private static partial Regex Key();

    [GeneratedRegex(@"\[f:([^\]]*)\]")]
    private static partial Regex OwnedInBrackets();

    [GeneratedRegex(@"\[\d+\]")]
    private static partial Regex Position();
}
