using Plumb.Manifests.Cel.Runtime;
using Plumb.Manifests.Documents;
using static Plumb.Manifests.Cel.Functions.CelFunctions;

namespace Plumb.Manifests.Cel.Functions;

/// <summary>Kubernetes' URLs: absolute, or an absolute path.</summary>
internal static class UrlFunctions
{
    public static IEnumerable<CelFunctionEntry> Entries =>
    [
        Global("url", Parse),
        Global("isURL", static (a, _) => a.Are(CelType.String) ? CelValue.Of(CelUrl.Parse(a[0].Text) is not null) : null),
        Part("getScheme", static u => CelValue.Of(u.Scheme)), Part("getHost", static u => CelValue.Of(u.Host)),
        Part("getHostname", static u => CelValue.Of(u.Hostname)), Part("getPort", static u => CelValue.Of(u.Port)),
        Part("getEscapedPath", static u => CelValue.Of(u.Path)), Part("getQuery", Query),
    ];

    private static CelFunctionEntry Part(string name, Func<CelUrl, CelValue> part) =>
        Member(name, (a, _) => a.Are(CelType.Url) ? part((CelUrl)a[0].Reference!) : null);

    private static CelValue? Parse(ReadOnlySpan<CelValue> a, CelBudget budget)
    {
        if (!a.Are(CelType.String)) return null;
        budget.Walk(a[0].Text.Length);
        return CelUrl.Parse(a[0].Text) is { } url
            ? new CelValue(CelType.Url, 0, url)
            : CelValue.Fault($"URL parse error: \"{a[0].Text}\" is neither an absolute URL nor an absolute path");
    }

    private static CelValue Query(CelUrl url)
    {
        var map = new MapNode();
        foreach (var pair in url.Query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var key = Decode(at < 0 ? pair : pair[..at]);
            if (map[key].AsList() is not { } list) map[key] = list = [];
            list.Add(at < 0 ? "" : Decode(pair[(at + 1)..]));
        }

        return CelValue.From(map);
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
