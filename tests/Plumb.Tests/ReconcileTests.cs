using System.Text.Json;
using Plumb.Sandbox;
using Plumb.Tests.Support;

namespace Plumb.Tests;

/// <summary><c>diff</c> and <c>reconcile --once</c> against a sandbox.</summary>
public sealed class ReconcileTests(SandboxCluster cluster) : IClassFixture<SandboxCluster>, IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public async Task DiffThenReconcileThenDiff_EndsWith1Then0Then0()
    {
        _workspace.Write("first/settings.yaml", Workspace.ConfigMap("settings", "one")).Write("first/web.yaml", Workspace.Deployment("web", "nginx:1.27")).Commit();
        var application = _workspace.Application("first", "first");

        var before = await Run("diff", "-f", application);
        before.Code.ShouldBe(1, before.ToString());
        before.Output.ShouldContain("+++ git/ConfigMap/first/settings");
        before.Output.ShouldContain("+  key: one");

        var reconciled = await Run("reconcile", "--once", "-f", application);
        reconciled.Code.ShouldBe(0, reconciled.ToString());
        reconciled.Output.ShouldMatch(@"first\s+Synced\s+Healthy");

        var after = await Run("diff", "-f", application);
        after.Code.ShouldBe(0, after.ToString());
        after.Output.ShouldBeEmpty();

        _workspace.Write("first/settings.yaml", Workspace.ConfigMap("settings", "two")).Commit();
        var changed = await Run("diff", "-f", application, "-o", "json");
        changed.Code.ShouldBe(1, changed.ToString());
        using var plans = JsonDocument.Parse(changed.Output);
        var change = plans.RootElement[0].GetProperty("changes").EnumerateArray().ShouldHaveSingleItem();
        change.GetProperty("action").GetString().ShouldBe("Update");
        change.GetProperty("resource").GetProperty("name").GetString().ShouldBe("settings");
    }

    [Fact]
    public async Task Reconcile_OfAReleaseThatCannotStart_EndsWith1AndSaysWhy()
    {
        _workspace.Write("second/web.yaml", Workspace.Deployment("web", "registry.example.com/sandbox-missing:1")).Commit();

        var ended = await Run("reconcile", "--once", "-f", _workspace.Application("second", "second"), "--patience", "1s", "-o", "json");

        ended.Code.ShouldBe(1, ended.ToString());
        using var details = JsonDocument.Parse(ended.Output);
        var summary = details.RootElement[0].GetProperty("summary");
        summary.GetProperty("sync").GetString().ShouldBe("Synced");
        summary.GetProperty("health").GetString().ShouldBe("Degraded");
        summary.GetProperty("healthMessage").GetString()!.ShouldContain("progress deadline");
    }

    [Fact]
    public async Task Reconcile_OfARoot_DeliversGoodApplicationsBesideABadOne()
    {
        _workspace
            .Write("root/good.yaml", Workspace.ApplicationText("third-good", "good", "    automated: {}"))
            .Write("root/bad.yaml", Workspace.ApplicationText("third-bad", "no-such-path", "    automated: {}"))
            .Write("good/settings.yaml", Workspace.ConfigMap("settings", "x"))
            .Commit();

        var ended = await Run("reconcile", "--once", "-f", $"{Workspace.Address}//root@main", "--patience", "1s");

        ended.Code.ShouldBe(1, ended.ToString());
        ended.Output.ShouldMatch(@"third-good\s+Synced\s+Healthy");
        ended.Output.ShouldMatch(@"third-bad\s+Unknown");
        ended.Output.ShouldContain("no-such-path");
    }

    [Fact]
    public async Task Diff_OfARoot_CountsItsClustersAndProjects_AsASyncDoes()
    {
        await using var other = await SandboxServer.StartAsync(new SandboxOptions(), TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_workspace.PathOf("other-kubeconfig"), other.Kubeconfig, TestContext.Current.CancellationToken);
        _workspace
            .Write("all/clusters.yaml", $$"""
                apiVersion: plumb.dev/v1
                kind: Cluster
                metadata:
                  name: far
                spec:
                  credentials:
                    kubeconfig:
                      context: sandbox
                      file: {{_workspace.PathOf("other-kubeconfig")}}
                ---
                apiVersion: plumb.dev/v1
                kind: Project
                metadata:
                  name: limited
                spec:
                  sourceRepos: ["*"]
                  destinations: [{name: "*", namespace: "*"}]
                  namespaceResourceBlacklist: [{group: "", kind: Secret}]
                """)
            .Write("all/app.yaml", Workspace.ApplicationText("fourth", "fourth", "    automated: {}")
                .Replace("project: default", "project: limited", StringComparison.Ordinal)
                .Replace("server: https://kubernetes.default.svc", "name: far", StringComparison.Ordinal)
                .Replace("name: in-cluster", "name: far", StringComparison.Ordinal))
            .Write("fourth/settings.yaml", Workspace.ConfigMap("settings", "x"))
            .Write("fourth/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: key}\n")
            .Commit();

        var ended = await Run("diff", "-f", $"{Workspace.Address}//all@main", "-o", "json");

        ended.Code.ShouldBe(2, ended.ToString());
        using var plans = JsonDocument.Parse(ended.Output);
        var changes = plans.RootElement.EnumerateArray().Single(p => p.GetProperty("application").GetString() == "fourth").GetProperty("changes");
        var byName = changes.EnumerateArray().ToDictionary(c => c.GetProperty("resource").GetProperty("name").GetString()!);
        byName["settings"].GetProperty("action").GetString().ShouldBe("Create");
        byName["key"].GetProperty("error").GetString()!.ShouldContain("project limited");
        other.Objects.Get("", "ConfigMap", "fourth", "settings").ShouldBeNull("nothing is changed");
    }

    [Fact]
    public async Task Diff_SaysWhatCannotBeCompared_BesideWhatCan()
    {
        _workspace
            .Write("some/good.yaml", Workspace.ApplicationText("fifth-good", "fifth", "    automated: {}"))
            .Write("some/bad.yaml", Workspace.ApplicationText("fifth-bad", "no-such-path", "    automated: {}"))
            .Write("fifth/settings.yaml", Workspace.ConfigMap("settings", "x"))
            .Commit();

        var ended = await Run("diff", "-f", $"{Workspace.Address}//some@main");

        ended.Code.ShouldBe(2, ended.ToString());
        ended.Output.ShouldContain("+++ git/ConfigMap/fifth-good/settings");
        ended.Error.ShouldMatch("fifth-bad: .*no-such-path");
    }

    private Task<Ended> Run(params string[] arguments) => PlumbProcess.RunAsync([.. arguments, "--kubeconfig", cluster.Kubeconfig, .. _workspace.Map]);
}
