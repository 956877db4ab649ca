using Microsoft.AspNetCore.Http;

namespace Plumb.Sandbox.Http;

/// <summary>
/// The old way to ask for a watch, by a path with <c>watch</c> in it (<c>/api/v1/watch/namespaces/shop/pods</c>): servers still understand
/// it as the parameter of the same name.
/// </summary>
internal static class DeprecatedWatch
{
    /// <summary>Turns such a request into one with the parameter; leaves others as they are.</summary>
    public static void Rewrite(HttpRequest request)
    {
        if (request.Method is not "GET" || request.Path.Value is not { } path) return;
        var prefix = path.StartsWith("/api/", StringComparison.Ordinal) ? 3 : path.StartsWith("/apis/", StringComparison.Ordinal) ? 4 : 0;
        if (prefix == 0) return;
        var parts = path.Split('/');
        if (parts.Length <= prefix + 1 || parts[prefix] != "watch") return;
        request.Path = string.Join('/', parts.Where((_, i) => i != prefix));
        request.QueryString = request.QueryString.Add("watch", "true");
    }
}
