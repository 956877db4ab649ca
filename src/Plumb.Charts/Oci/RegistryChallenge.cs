using System.Net.Http.Headers;

namespace Plumb.Charts.Oci;

/// <summary>What a registry asks for in <c>WWW-Authenticate</c> (distribution specification, token authentication).</summary>
/// <param name="Realm">Where tokens are given out.</param>
/// <param name="Service">For which service.</param>
/// <param name="Scope">For which rights.</param>
internal sealed record RegistryChallenge(Uri Realm, string? Service, string? Scope)
{
    /// <summary>The challenge for a token; null when there is none.</summary>
    public static RegistryChallenge? Find(IEnumerable<AuthenticationHeaderValue> challenges)
    {
        foreach (var challenge in challenges)
        {
            if (!challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) || challenge.Parameter is not { } text) continue;
            var values = Parameters(text);
            if (values.TryGetValue("realm", out var realm) && Uri.TryCreate(realm, UriKind.Absolute, out var address)
                && address.Scheme is "https" or "http")
            {
                return new RegistryChallenge(address, values.GetValueOrDefault("service"), values.GetValueOrDefault("scope"));
            }
        }

        return null;
    }

    /// <summary>Where to ask for a token.</summary>
    public Uri Ask(string scope)
    {
        var query = $"scope={Uri.EscapeDataString(Scope ?? scope)}";
        if (Service is not null) query = $"service={Uri.EscapeDataString(Service)}&{query}";
        var before = Realm.Query.TrimStart('?');
        return new UriBuilder(Realm) { Query = before.Length == 0 ? query : $"{before}&{query}" }.Uri;
    }

    private static Dictionary<string, string> Parameters(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var at = 0; at < text.Length;)
        {
            var equals = text.IndexOf('=', at);
            if (equals < 0) break;
            var name = text[at..equals].Trim(' ', ',');
            at = equals + 1;
            string value;
            if (at < text.Length && text[at] == '"')
            {
                var end = text.IndexOf('"', at + 1);
                if (end < 0) break;
                value = text[(at + 1)..end];
                at = end + 1;
            }
            else
            {
                var end = text.IndexOf(',', at);
                if (end < 0) end = text.Length;
                value = text[at..end].Trim();
                at = end;
            }

            values[name] = value;
        }

        return values;
    }
}
