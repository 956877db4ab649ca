using Microsoft.AspNetCore.Http;

namespace Plumb.Sandbox.Http;

/// <summary>What a URL under <c>/api</c> or <c>/apis</c> names.</summary>
internal readonly record struct ResourcePath(string Group, string Version, string Namespace, string Resource, string Name,
    string Subresource)
{
    /// <summary>Reads <c>/api/v1/namespaces/shop/pods/web/log</c>; false when it names no resource.</summary>
    public static bool TryParse(string path, out ResourcePath found)
    {
        found = default;
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var at = 0;
        string group;
        if (parts.Length >= 3 && parts[0] == "api")
        {
            group = "";
            at = 1;
        }
        else if (parts.Length >= 4 && parts[0] == "apis")
        {
            group = parts[1];
            at = 2;
        }
        else
        {
            return false;
        }

        var version = parts[at++];
        var rest = parts.AsSpan(at);
        for (var i = 0; i < rest.Length; i++) rest[i] = Uri.UnescapeDataString(rest[i]);
        var ns = "";
        if (rest.Length >= 2 && rest[0] == "namespaces")
        {
            if (rest.Length == 2 || (rest.Length == 3 && rest[2] is "status" or "finalize"))
            {
                found = new(group, version, rest[1], "namespaces", rest[1], rest.Length == 3 ? rest[2] : "");
                return true;
            }

            ns = rest[1];
            rest = rest[2..];
        }

        if (rest.Length is 0 or > 3) return false;
        found = new(group, version, ns, rest[0], rest.Length > 1 ? rest[1] : "", rest.Length > 2 ? rest[2] : "");
        return true;
    }

    /// <summary>The verb of a request to this path, as authorisers and audit logs call it.</summary>
    public string Verb(string method, IQueryCollection query) => method switch
    {
        "GET" or "HEAD" when Query.Flag(query, "watch") => "watch",
        "GET" or "HEAD" => Name.Length > 0 ? "get" : "list",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => Name.Length > 0 ? "delete" : "deletecollection",
        _ => method.ToLowerInvariant(),
    };
}

/// <summary>Query parameters as Go reads them.</summary>
internal static class Query
{
    public static bool Flag(IQueryCollection query, string name) =>
        query.TryGetValue(name, out var v) && v.ToString() is ("" or "1" or "true" or "True");

    public static string? Text(IQueryCollection query, string name) => query.TryGetValue(name, out var v) ? v.ToString() : null;
}
