using System.Net;
using Microsoft.AspNetCore.Components;
using Plumb.Web;

namespace Plumb.Server.Tests.Api;

/// <summary>
/// Every page against every kind of caller, in one table, as the server sends it first: <c>shows</c> when what the row quotes is in it,
/// <c>hides</c> when it is not, <c>sign-in</c> when it leads there.
/// </summary>
public sealed class PageRoleTableTests
{
    private const string Policy = "g, admins, role:admin\ng, readers, role:readonly\np, role:readonly, logs, get, */*, allow\n";

    // PATH "WHAT" | admin reader deployer stranger nobody
    private const string Table = """
        /                       "/applications/web"           | shows shows shows hides sign-in
        /applications           "href="/applications/web""    | shows shows shows hides sign-in
        /applications           "href="/applications/docs""   | shows shows hides hides sign-in
        /applications/web       "ConfigMap"                   | shows shows shows hides sign-in
        /applications/docs      "ConfigMap"                   | shows shows hides hides sign-in
        /clusters               "in-cluster"                  | shows shows hides hides sign-in
        /clusters/in-cluster    "Connected"                   | shows shows hides hides sign-in
        /repositories           "config.git"                  | shows shows hides hides sign-in
        /projects               "The shop"                    | shows shows shows hides sign-in
        /projects/shop          "The shop"                    | shows shows shows hides sign-in
        /audit                  "aria-label="Audit trail""    | shows hides hides hides sign-in
        /settings               "tracking method"             | shows shows hides hides sign-in
        /account                "for the test"                | shows shows shows shows sign-in
        """;

    private static readonly string[] Callers = ["admin", "reader", "deployer", "stranger", "nobody"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryPage_ShowsEachCallerWhatTheirRightsSay()
    {
        await using var scene = await ServerScene.StartAsync(policy: Policy);
        HttpClient[] clients =
        [
            scene.Http(await scene.TokenOfAsync("boss", "admins")),
            scene.Http(await scene.TokenOfAsync("reader", "readers")),
            scene.Http(await scene.TokenOfAsync("deployer", "shop-team")),
            scene.Http(await scene.TokenOfAsync("stranger")),
            scene.Http(null),
        ];
        foreach (var client in clients) client.DefaultRequestHeaders.Accept.ParseAdd("text/html"); // as a browser, which is led to where one signs in
        var wrong = new List<string>();
        foreach (var (path, what, expected) in Rows())
        {
            for (var i = 0; i < Callers.Length; i++)
            {
                using var answer = await clients[i].GetAsync(new Uri(path, UriKind.Relative), Ct);
                var html = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Ct));
                var got = answer.RequestMessage!.RequestUri!.AbsolutePath == "/sign-in" ? "sign-in" : html.Contains(what, StringComparison.Ordinal) ? "shows" : "hides";
                if (got != expected[i]) wrong.Add($"{path} {what}: {Callers[i]} got {(int)answer.StatusCode} {got}, not {expected[i]}");
                if (html.Contains("hunter2", StringComparison.Ordinal)) wrong.Add($"{path}: {Callers[i]} sees the value of a Secret");
            }
        }

        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    [Fact]
    public void EveryPage_IsInTheTable()
    {
        var paths = Rows().Select(r => r.Path.Trim('/').Split('/')).ToList();
        var routes = typeof(PlumbWeb).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes(typeof(RouteAttribute), inherit: false)).Cast<RouteAttribute>()
            .Select(r => r.Template).Where(t => t != "/sign-in" && !t.Contains('*')).ToList();
        routes.Count.ShouldBeGreaterThan(8);
        foreach (var route in routes)
        {
            var pattern = route.Trim('/').Split('/');
            paths.ShouldContain(
                p => p.Length == pattern.Length && pattern.Zip(p).All(x => x.First.StartsWith('{') || x.First == x.Second),
                $"the page {route} is not in the table of rights");
        }
    }

    private static IEnumerable<(string Path, string What, string[] Expected)> Rows() => Table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line =>
    {
        var halves = line.Split(" | ");
        var (path, what) = (halves[0].Trim().Split(' ')[0], halves[0].Trim());
        return (path, what[(what.IndexOf('"', StringComparison.Ordinal) + 1)..^1], halves[1].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    });
}
