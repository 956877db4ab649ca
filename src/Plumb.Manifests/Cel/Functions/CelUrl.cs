namespace Plumb.Manifests.Cel.Functions;

/// <summary>A URL in the parts that Go's net/url gives: nothing is normalised, ports are not checked against schemes.</summary>
internal sealed record CelUrl(string Text, string Scheme, string Host, string Path, string Query)
{
    public string Hostname => Host.StartsWith('[')
        ? Host[1..Host.IndexOf(']', StringComparison.Ordinal)]
        : Host.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0 ? Host[..colon] : Host;

    public string Port => Host.LastIndexOf(':') is var colon and >= 0 && colon > Host.LastIndexOf(']') ? Host[(colon + 1)..] : "";

    public static CelUrl? Parse(string text)
    {
        if (text.Length == 0 || text.AsSpan().ContainsAnyInRange('\0', ' ') || text.Contains('\u007F') || !HasWholeEscapes(text)) return null;
        var question = text.IndexOf('?', StringComparison.Ordinal);
        var rest = question < 0 ? text : text[..question];
        var query = question < 0 ? "" : text[(question + 1)..];
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        if (rest[0..1] == "/") return new(text, "", "", rest, query);
        if (colon <= 0 || !char.IsAsciiLetter(rest[0]) || !rest.AsSpan(0, colon).ToString().All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-' or '.'))
        {
            return null;
        }

        var scheme = rest[..colon].ToLowerInvariant();
        rest = rest[(colon + 1)..];
        if (!rest.StartsWith("//", StringComparison.Ordinal)) return rest.StartsWith('/') ? new(text, scheme, "", rest, query) : new(text, scheme, "", "", query);
        var slash = rest.IndexOf('/', 2);
        var host = slash < 0 ? rest[2..] : rest[2..slash];
        host = host[(host.LastIndexOf('@') + 1)..];
        if (host.StartsWith('[') && !host.Contains(']')) return null;
        var url = new CelUrl(text, scheme, host, slash < 0 ? "" : rest[slash..], query);
        return url.Port.All(char.IsAsciiDigit) && url.Hostname.All(c => c is not ('<' or '>' or '"' or '{' or '}' or '|' or '^' or '`')) ? url : null;
    }

    public override string ToString() => Text;

    private static bool HasWholeEscapes(string text)
    {
        for (var i = text.IndexOf('%', StringComparison.Ordinal); i >= 0; i = text.IndexOf('%', i + 1))
        {
            if (i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2])) return false;
        }

        return true;
    }
}
