using System.Net;
using System.Text;
using System.Text.Json;

namespace Plumb.Server.Tests.Api;

/// <summary>
/// Every address of the API against every kind of caller, in one table. The columns are what comes back: who may get a document or do something
/// gets 2xx, or another refusal (400, 404, 409) that only those get who may; everybody else 401, 403, or 404 for what they may not see.
/// </summary>
public sealed class RoleTableTests
{
    /// <summary>
    /// <c>reader</c> may read all; <c>deployer</c> has the role of the project shop; <c>stranger</c> has an account and no rights; <c>nobody</c> no token, <c>liar</c> a wrong one.
    /// </summary>
    private const string Policy = "g, admins, role:admin\ng, readers, role:readonly\np, role:readonly, logs, get, */*, allow\n";

    // METHOD PATH [body] | admin reader deployer stranger nobody
    private const string Table = """
        GET    applications                                   | 200 200 200 200 401
        GET    applications/web                               | 200 200 200 404 401
        GET    applications/docs                              | 200 200 404 404 401
        GET    applications/web/plan                          | 200 200 200 404 401
        GET    applications/web/runs                          | 200 200 200 404 401
        GET    applications/web/runs/none                     | 404 404 404 404 401
        GET    applications/web/tree                          | 200 200 200 404 401
        GET    applications/web/resource?kind=ConfigMap&namespace=shop&name=settings | 200 200 200 404 401
        GET    applications/web/manifests                     | 200 200 200 404 401
        GET    applications/web/events                        | 200 200 200 404 401
        GET    applications/web/logs?group=apps&kind=Deployment&namespace=shop&name=web | 200 200 403 404 401
        GET    applications/web/deletion                      | 200 200 200 404 401
        GET    applications/web/watch                         | 200 200 200 404 401
        GET    watch                                          | 200 200 200 200 401
        POST   applications/web/sync {"dryRun":true}          | 200 403 200 404 401
        POST   applications/docs/sync {"dryRun":true}         | 200 403 404 404 401
        POST   applications/web/refresh                       | 204 204 204 404 401
        POST   applications/web/terminate                     | 204 403 204 404 401
        POST   applications/web/confirm                       | 409 403 409 404 401
        POST   applications/web/rollback/preview {"run":"x"}  | 404 404 404 404 401
        POST   applications/web/rollback {"run":"x"}          | 404 403 403 404 401
        PUT    applications/web/suspension {"reason":""}      | 400 400 400 400 401
        PUT    applications/web/suspension {"reason":"x"}     | 200 403 403 404 401
        DELETE applications/web/suspension                    | 200 403 403 404 401
        DELETE applications/web?propagation=nonsense          | 400 400 400 400 401
        DELETE applications/nowhere                           | 404 404 404 404 401
        GET    clusters                                       | 200 200 200 200 401
        GET    clusters/in-cluster                            | 200 200 404 404 401
        POST   clusters {"name":"x","server":"https://127.0.0.1:1","config":"no"} | 400 403 403 403 401
        PATCH  clusters/nowhere {"labels":{"a":"b"}}          | 404 404 404 404 401
        PATCH  clusters/in-cluster {"labels":{}}              | 200 403 404 404 401
        DELETE clusters/nowhere                               | 404 404 404 404 401
        DELETE clusters/in-cluster                            | 409 403 404 404 401
        POST   clusters/check {"name":"x","server":"https://127.0.0.1:1"} | 200 403 403 403 401
        POST   clusters/check {"name":"x","kubeconfig":"no"}  | 400 403 403 403 401
        GET    repositories                                   | 200 200 200 200 401
        POST   push {"repository":"https://git.example.com/config.git"} | 204 204 204 403 401
        GET    projects                                       | 200 200 200 200 401
        GET    projects/shop                                  | 200 200 200 404 401
        GET    session                                        | 200 200 200 200 200
        POST   permissions []                                 | 200 200 200 200 401
        GET    accounts                                       | 200 200 200 200 401
        POST   accounts {"name":"UPPER"}                      | 400 400 400 400 401
        POST   accounts {"name":"admin"}                      | 409 403 403 403 401
        PATCH  accounts/none {"enabled":true}                 | 404 404 404 404 401
        PATCH  accounts/boss {"enabled":true}                 | 200 403 404 404 401
        DELETE accounts/none                                  | 404 404 404 404 401
        PUT    accounts/none/password {"password":"long enough to be one"} | 404 404 404 404 401
        PUT    accounts/boss/password {"password":"short"}    | 400 403 404 404 401
        GET    tokens                                         | 200 200 200 200 401
        POST   tokens {"subject":"nobody-there"}              | 404 403 403 403 401
        POST   tokens {"subject":"proj:shop:deployer","expiresAt":"SOON"} | 200 403 403 403 401
        DELETE tokens/none                                    | 404 404 404 404 401
        GET    sign-ins                                       | 200 200 200 200 401
        DELETE sign-ins/none                                  | 404 404 404 404 401
        GET    audit                                          | 200 403 403 403 401
        GET    settings                                       | 200 200 403 403 401
        GET    version                                        | 200 200 200 200 200
        """;

    private static readonly string[] Callers = ["admin", "reader", "deployer", "stranger", "nobody"];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EveryAddress_GivesEachCallerWhatTheirRightsSay()
    {
        await using var scene = await ServerScene.StartAsync(policy: Policy);
        var clients = new Dictionary<string, HttpClient>
        {
            ["admin"] = scene.Http(await scene.TokenOfAsync("boss", "admins")),
            ["reader"] = scene.Http(await scene.TokenOfAsync("reader", "readers")),
            ["deployer"] = scene.Http(await scene.TokenOfAsync("deployer", "shop-team")),
            ["stranger"] = scene.Http(await scene.TokenOfAsync("stranger")),
            ["nobody"] = scene.Http(null),
        };
        var liar = scene.Http("plumb_none_" + new string('A', 43));
        var wrong = new List<string>();
        foreach (var line in Table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var (method, path, body, expected) = Parse(line);
            for (var i = 0; i < Callers.Length; i++)
            {
                var got = await StatusAsync(clients[Callers[i]], method, path, body);
                if (!Matches(got, expected[i])) wrong.Add($"{method} {path} {body}: {Callers[i]} got {got}, not {expected[i]}");
            }

            var lied = await StatusAsync(liar, method, path, body);
            if (lied != 401 && path != "version") wrong.Add($"{method} {path}: a wrong token got {lied}");
        }

        wrong.ShouldBeEmpty(string.Join('\n', wrong));
        await EveryAddressIsInTheTableAsync(clients["admin"]);
    }

    /// <summary>Those that the OpenAPI document names, which another test holds against the server.</summary>
    private static async Task EveryAddressIsInTheTableAsync(HttpClient http)
    {
        using var document = JsonDocument.Parse(await http.GetStringAsync("api/v1/openapi.json", Ct));
        var rows = Table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).ToList();
        foreach (var path in document.RootElement.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var parts = path.Name["/api/v1/".Length..].Split('/');
                if (path.Name == "/api/v1/session" && operation.Name == "post") continue; // signing in, which has tests of its own
                rows.Exists(r => r.Method.Equals(operation.Name, StringComparison.OrdinalIgnoreCase) && Fits(parts, r.Path.Split('?')[0].Split('/')))
                    .ShouldBeTrue($"{operation.Name} {path.Name} is not in the table of rights");
            }
        }

        static bool Fits(string[] pattern, string[] path) => pattern.Length == path.Length && pattern.Zip(path).All(p => p.First.StartsWith('{') || p.First == p.Second);
    }

    private static bool Matches(int got, string expected) => got.ToString(System.Globalization.CultureInfo.InvariantCulture) == expected;

    private static (string Method, string Path, string Body, string[] Expected) Parse(string line)
    {
        var halves = line.Split(" | ");
        var request = halves[0].Trim().Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (request[0], request[1], request.Length > 2 ? request[2] : "", halves[1].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    private static async Task<int> StatusAsync(HttpClient http, string method, string path, string body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "api/v1/" + path);
        var soon = TimeProvider.System.GetUtcNow().AddMinutes(10).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        if (body.Length > 0) request.Content = new StringContent(body.Replace("SOON", soon, StringComparison.Ordinal), Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        if (response.StatusCode >= HttpStatusCode.BadRequest) response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json", $"{method} {path}");
        return (int)response.StatusCode;
    }
}
