using System.Text.Json;
using Plumb.Sandbox;
using Plumb.Tests.Support;

namespace Plumb.Tests;

/// <summary><c>plumb cluster</c>, as people use it: a server, and another cluster to add.</summary>
public sealed class ClusterTests(SandboxCluster cluster) : IClassFixture<SandboxCluster>, IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task ACluster_IsAdded_UsedLabelledRenamedAndRemoved()
    {
        await using var other = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        var kubeconfig = _workspace.PathOf("other-kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, other.Kubeconfig, TestContext.Current.CancellationToken);
        _workspace
            .Write("apps/web.yaml", Workspace.ApplicationText("web", "web", "    automated: {prune: true, selfHeal: true}")
                .Replace("server: https://kubernetes.default.svc", "name: prod", StringComparison.Ordinal)
                .Replace("name: in-cluster", "name: prod", StringComparison.Ordinal))
            .Write("web/web.yaml", Workspace.Deployment("web", "nginx:1.27"))
            .Commit();
        await using var server = await PlumbProcess.StartAsync(
            ["serve", "--root", $"{Workspace.Address}//apps@main", "--kubeconfig", cluster.Kubeconfig, "--data", _workspace.PathOf("data"), "--listen", "127.0.0.1:0", .. _workspace.Map]);
        var url = server.FirstLine[(server.FirstLine.LastIndexOf(' ') + 1)..];
        Task<Ended> Cluster(params string[] arguments) => PlumbProcess.RunAsync(["cluster", .. arguments, "--server", url]);
        string[] add = ["add", "sandbox", "--kubeconfig", kubeconfig];

        var looked = await Cluster([.. add, "--name", "prod", "--dry-run"]);
        looked.Code.ShouldBe(0, looked.ToString());
        looked.Output.ShouldMatch(@"Credentials:\s+a token\s+Version:\s+v1\.");
        (await Cluster("list")).Output.ShouldNotContain("prod", Case.Sensitive, "nothing is added");

        var added = await Cluster([.. add, "--name", "prod", "--label", "env=prod"]);
        added.Code.ShouldBe(0, added.ToString());
        added.Output.ShouldMatch(@"Stated in:\s+Secret argocd/cluster-prod");
        (await PlumbProcess.RunAsync("app", "wait", "root", "--timeout", "60s", "--server", url)).Code.ShouldBe(0);
        var waited = await PlumbProcess.RunAsync("app", "wait", "web", "--timeout", "60s", "--server", url);
        waited.Code.ShouldBe(0, waited.ToString());

        var list = await Cluster("list");
        list.Output.ShouldMatch(@"NAME\s+VERSION\s+APPLICATIONS\s+NODES\s+OBJECTS\s+STATUS");
        list.Output.ShouldMatch(@"prod\s+v1\.\d+\.\d+\S*\s+1\s+1\s+\d+\s+reached");
        var labelled = await Cluster("label", "prod", "region=north", "env-", "-o", "json");
        using (var record = JsonDocument.Parse(labelled.Output))
            record.RootElement.GetProperty("labels").GetRawText().ShouldBe("{\n    \"region\": \"north\"\n  }");
        (await Cluster("get", "prod", "-o", "yaml")).Output.ShouldContain("origin: Secret argocd/cluster-prod");

        // What cannot be is refused with the reason and exit code 1.
        var twice = await Cluster([.. add, "--name", "prod", "--label", "env=other"]);
        (twice.Code, twice.Error.Contains("there is a cluster prod already (Secret argocd/cluster-prod); replace it", StringComparison.Ordinal)).ShouldBe((1, true), twice.ToString());
        var used = await Cluster("rename", "prod", "production");
        (used.Code, used.Error.Contains("web goes there by the name prod and would lose the cluster", StringComparison.Ordinal)).ShouldBe((1, true), used.ToString());
        var kept = await Cluster("remove", "prod");
        (kept.Code, kept.Error.Contains("web goes there: delete them first, or force it", StringComparison.Ordinal)).ShouldBe((1, true), kept.ToString());
        var elsewhere = await Cluster("remove", "in-cluster", "--force");
        (elsewhere.Code, elsewhere.Error.Contains("in-cluster cannot be removed here: it is stated in kubeconfig", StringComparison.Ordinal)).ShouldBe((1, true), elsewhere.ToString());
        (await Cluster("get", "nobody")).Code.ShouldBe(2);

        (await Cluster("rename", "prod", "production", "--force")).Code.ShouldBe(0);
        var gone = await PlumbProcess.RunAsync("app", "get", "web", "--server", url);
        gone.Output.ShouldContain("no cluster matches the destination prod; known clusters: in-cluster, production");
        (await Cluster("remove", "production")).Code.ShouldBe(0);
        (await Cluster("list")).Output.ShouldNotContain("production");
        other.Objects.Get("apps", "Deployment", "web", "web").ShouldNotBeNull("nothing is deleted there");

        await other.StopAsync();
        var unseen = await Cluster([.. add, "--name", "dead", "--dry-run"]);
        (unseen.Code, unseen.Error.Contains("cannot reach", StringComparison.Ordinal)).ShouldBe((1, true), unseen.ToString());
        var dead = await Cluster([.. add, "--name", "dead"]);
        (dead.Code, dead.Error.Contains("the cluster dead was not added: cannot reach", StringComparison.Ordinal)).ShouldBe((1, true), dead.ToString());
        (await server.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task ForGit_AManifestIsPrinted_ThatHoldsNoSecret()
    {
        var printed = await PlumbProcess.RunAsync("cluster", "add", "sandbox", "--kubeconfig", cluster.Kubeconfig, "--name", "prod", "--label", "env=prod", "--git");

        printed.Code.ShouldBe(0, printed.ToString());
        printed.Output.ShouldContain("kind: Cluster\n");
        printed.Output.ShouldContain($"  credentials:\n    kubeconfig:\n      context: sandbox\n      file: {cluster.Kubeconfig}\n");
        var token = (await File.ReadAllLinesAsync(cluster.Kubeconfig, TestContext.Current.CancellationToken)).Single(l => l.Contains("token: ", StringComparison.Ordinal)).Split("token: ")[1];
        printed.Output.ShouldNotContain(token);
    }
}
