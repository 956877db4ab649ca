using System.Text.Json;
using System.Text.Json.Nodes;

namespace Plumb.Server.Tests.Api;

/// <summary>
/// The OpenAPI document is the one that is committed: a change to the contract shows in review. <c>PLUMB_WRITE_OPENAPI=1</c> writes it anew.
/// </summary>
public sealed class OpenApiTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TheDocument_IsThatOfTheRunningServer()
    {
        await using var scene = await ServerScene.StartAsync(signIn: false);
        var served = JsonNode.Parse(await scene.Http(null).GetStringAsync("api/v1/openapi.json", Ct))!;
        var text = served.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).ReplaceLineEndings("\n") + "\n";
        var file = Path.Combine(Root(), "docs", "openapi.json");
        if (Environment.GetEnvironmentVariable("PLUMB_WRITE_OPENAPI") == "1") await File.WriteAllTextAsync(file, text, Ct);

        (await File.ReadAllTextAsync(file, Ct)).ShouldBe(text, "docs/openapi.json is not what the server says: PLUMB_WRITE_OPENAPI=1 ./test --project Server --filter '*TheDocument*' writes it");
    }

    [Fact]
    public async Task EveryOperation_HasASummaryATagAndAnswers_AndIsThere()
    {
        await using var scene = await ServerScene.StartAsync(signIn: false);
        var http = scene.Http(null);
        var document = JsonNode.Parse(await http.GetStringAsync("api/v1/openapi.json", Ct))!;
        var paths = document["paths"]!.AsObject();
        paths.Count.ShouldBeGreaterThan(35);
        foreach (var (path, operations) in paths)
        {
            foreach (var (method, operation) in operations!.AsObject())
            {
                var what = $"{method} {path}";
                (operation!["summary"]?.GetValue<string>()).ShouldNotBeNullOrWhiteSpace(what);
                operation["tags"]!.AsArray().Count.ShouldBe(1, what);
                operation["responses"]!.AsObject().Select(r => r.Key).ShouldContain(code => code.StartsWith('2'), what);
                foreach (var part in System.Text.RegularExpressions.Regex.Matches(path, @"\{(\w+)\}").Select(m => m.Groups[1].Value))
                    operation["parameters"]!.AsArray().ShouldContain(p => p!["name"]!.GetValue<string>() == part && p["in"]!.GetValue<string>() == "path", what);
            }

            // Another method than those is refused as such: the address is there.
            var address = System.Text.RegularExpressions.Regex.Replace(path, @"\{\w+\}", "x").TrimStart('/');
            using var request = new HttpRequestMessage(new HttpMethod("TRACE"), address);
            using var response = await http.SendAsync(request, Ct);
            ((int)response.StatusCode).ShouldBe(405, path);
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Plumb.slnx"))) folder = folder.Parent ?? throw new InvalidOperationException("no clone of the repository is above the tests");
        return folder.FullName;
    }
}
