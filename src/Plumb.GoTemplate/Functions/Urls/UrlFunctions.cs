using Plumb.GoTemplate.Functions.Lists;
using Plumb.GoTemplate.Values;
using static Plumb.GoTemplate.Values.GoType;

namespace Plumb.GoTemplate.Functions.Urls;

/// <summary>Sprig's functions over URLs and names (<c>url.go</c>, <c>network.go</c>).</summary>
internal static class UrlFunctions
{
    public static IEnumerable<GoFunction> All =>
    [
        new("urlParse", [GoType.String], static (_, a) => GoValue.From(Parse(a[0].Text))),
        new("urlJoin", [AnyMap], static (_, a) => GoValue.From(Join(a[0].Map))),

        // Helm answers so unless DNS look-ups are asked for, and a rendering must not depend on a network
        new("getHostByName", [GoType.String], static (_, _) => GoValue.From("")),
    ];

    private static GoMap Parse(string text)
    {
        GoUrl url;
        try
        {
            url = GoUrl.Parse(text);
        }
        catch (GoError error)
        {
            throw new GoError($"unable to parse url: {error.Message}");
        }

        return new GoMap
        {
            ["scheme"] = GoValue.From(url.Scheme),
            ["host"] = GoValue.From(url.Host),
            ["hostname"] = GoValue.From(url.HostName),
            ["path"] = GoValue.From(url.Path),
            ["query"] = GoValue.From(url.RawQuery),
            ["opaque"] = GoValue.From(url.Opaque),
            ["fragment"] = GoValue.From(url.Fragment),
            ["userinfo"] = GoValue.From(url.User ?? ""),
        };
    }

    private static string Join(GoMap parts)
    {
        var url = new GoUrl
        {
            Scheme = Text("scheme"),
            Host = Text("host"),
            Path = Text("path"),
            RawQuery = Text("query"),
            Opaque = Text("opaque"),
            Fragment = Text("fragment"),
        };
        var user = Text("userinfo");
        if (user.Length > 0)
        {
            try
            {
                url.User = GoUrl.Parse($"proto://{user}@host").User;
            }
            catch (GoError error)
            {
                throw new GoError($"unable to parse userinfo in dict: {error.Message}");
            }
        }

        return url.ToString();

        string Text(string key)
        {
            if (!parts.TryGet(key, out var value)) return "";
            if (value.IsNil) throw Panics.NilDereference();
            return value.IsString
                ? value.Text
                : throw new GoError($"unable to parse {key} key, must be of type string, but {ListFunctions.KindName(value)} found");
        }
    }
}
