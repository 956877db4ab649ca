using System.Text.Json;
using Plumb.Tests.Support;

namespace Plumb.Tests;

/// <summary><c>serve</c>, and <c>app</c> and <c>cluster</c> that speak to it.</summary>
public sealed class ServerTests(SandboxCluster cluster) : IClassFixture<SandboxCluster>, IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task AppCommands_ShowAndDriveWhatTheServerDelivers()
    {
        _workspace
            .Write("apps/web.yaml", Workspace.ApplicationText("web", "web", "    automated: {prune: true, selfHeal: true}"))
            .Write("apps/manual.yaml", Workspace.ApplicationText("manual", "web"))
            .Write("web/web.yaml", Workspace.Deployment("web", "nginx:1.27"))
            .Commit();
        await using var server = await PlumbProcess.StartAsync(
            ["serve", "--root", $"{Workspace.Address}//apps@main", "--kubeconfig", cluster.Kubeconfig, "--data", _workspace.PathOf("data"), "--listen", "127.0.0.1:0", .. _workspace.Map]);
        var url = server.FirstLine[(server.FirstLine.LastIndexOf(' ') + 1)..];
        Task<Ended> App(params string[] arguments) => PlumbProcess.RunAsync(["app", .. arguments, "--server", url]);

        var rooted = await App("wait", "root", "--timeout", "60s");
        rooted.Code.ShouldBe(0, rooted.ToString());
        var waited = await App("wait", "web", "--timeout", "60s");
        waited.Code.ShouldBe(0, waited.ToString());

        var list = await App("list", "-o", "json");
        using (var applications = JsonDocument.Parse(list.Output))
            applications.RootElement.EnumerateArray().Select(a => a.GetProperty("name").GetString()).ShouldBe(["manual", "root", "web"]);
        var table = await App("list");
        table.Code.ShouldBe(0, table.ToString());
        table.Output.ShouldMatch(@"web\s+default\s+\S+\s+web\s+Synced\s+Healthy");

        var tree = await App("tree", "web");
        tree.Output.ShouldContain("─ apps/Deployment/web/web");
        tree.Output.ShouldContain("─ Pod/web/web-");

        (await App("diff", "web")).Code.ShouldBe(0);
        var different = await App("diff", "manual");
        different.Code.ShouldBe(1, different.ToString());
        different.Output.ShouldContain("# manual: create apps/Deployment/manual/web");

        var synced = await App("sync", "manual");
        synced.Code.ShouldBe(0, synced.ToString());
        synced.Output.ShouldContain("manual: Succeeded");
        (await App("history", "manual")).Output.ShouldContain("Manual");
        (await App("get", "manual", "-o", "yaml")).Output.ShouldContain("name: manual");

        var unknown = await App("get", "nobody");
        unknown.Code.ShouldBe(2);
        unknown.Error.ShouldContain("There is no application nobody");
        (await App("delete", "manual")).Code.ShouldBe(2, "nobody can be asked");

        var clusters = await PlumbProcess.RunAsync("cluster", "list", "--server", url);
        clusters.Output.ShouldMatch(@"in-cluster\s+v1\.\d+\.\d+\S*\s+3\s+1\s+\d+\s+reached");
        (await server.StopAsync()).ShouldBe(0);
    }
}
