namespace Plumb.Manifests.Patches;

/// <summary>RFC 6901 tokens, as evanphx/json-patch takes them apart: what comes before the first slash is ignored.</summary>
public static class JsonPointer
{
    /// <summary>The pointer of a member of the map that another points to.</summary>
    public static string Below(string pointer, string key) =>
        $"{pointer}/{key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>The decoded tokens; null when there is no slash at all, which then names nothing.</summary>
    public static string[]? Split(string pointer)
    {
        var parts = pointer.Split('/');
        if (parts.Length < 2) return null;
        var tokens = new string[parts.Length - 1];
        for (var i = 0; i < tokens.Length; i++) tokens[i] = Decode(parts[i + 1]);
        return tokens;
    }

    // One pass from the left, so that "~01" gives "~1".
    private static string Decode(string token) =>
        token.Contains('~') ? token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal) : token;
}
