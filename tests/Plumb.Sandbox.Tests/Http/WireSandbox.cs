using System.Text;
using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Tests.Http;

/// <summary>A sandbox without controllers, spoken to over plain HTTP, with a short memory for watches.</summary>
public abstract class WireSandbox : IAsyncLifetime
{
    private protected SandboxServer Server { get; private set; } = null!;

    private protected HttpClient Http { get; private set; } = null!;

    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    private protected virtual SandboxOptions Options => new() { PlainHttp = true, RunControllers = false, HistorySize = 16 };

    public async ValueTask InitializeAsync()
    {
        Server = await SandboxServer.StartAsync(Options, Ct);
        Http = new HttpClient { BaseAddress = Server.Url };
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected const string ConfigMaps = "/api/v1/namespaces/default/configmaps";

    protected static MapNode Map(string name, string value) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new MapNode { ["name"] = name, ["labels"] = new MapNode { ["made"] = "here" } },
        ["data"] = new MapNode { ["k"] = value },
    };

    protected async Task<Node> SendAsync(HttpMethod method, string path, Node? body, int expected, string mediaType = "application/json", bool json = true)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is { } content) request.Content = new StringContent(Json.WriteText(content), Encoding.UTF8, mediaType);
        using var response = await Http.SendAsync(request, Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        ((int)response.StatusCode).ShouldBe(expected, $"{method} {path}: {text}");
        return json ? Json.Parse(text) : Node.Null;
    }

    protected async Task<StreamReader> WatchAsync(string path) => new(await Http.GetStreamAsync(path, Ct));

    protected static async Task<Node> NextAsync(StreamReader reader)
    {
        var line = await reader.ReadLineAsync(Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Ct);
        return Json.Parse(line ?? throw new InvalidOperationException("The watch has ended."));
    }
}
