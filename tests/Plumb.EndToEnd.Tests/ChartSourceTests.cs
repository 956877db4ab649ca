using Plumb.Charts.Tests.Support;
using Plumb.EndToEnd.Tests.Support;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests;

/// <summary>Charts that are not in Git: from a web server and from a real OCI registry, delivered to the sandbox.</summary>
public sealed class ChartSourceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AChartOverHttp_TakesValuesFromGit_FollowsNewVersions_AndIsHeldAgainstDrift()
    {
        await using var server = await ChartServer.StartAsync();
        await using var scene = await Scene.CreateAsync();
        server.Offer("web", "1.0.0", Packed.Chart("web", "1.0.0"));
        await scene.Git.WriteAsync(Ct, ("envs/prod.yaml", "greeting: from git\n"));
        await scene.StartAsync(Scene.Application("shop", "") with
        {
            Sources =
            [
                new SourceSpec
                {
                    RepoUrl = server.Url, Chart = "web", TargetRevision = "1.x", Helm = new HelmSpec { ValueFiles = ["$values/envs/prod.yaml"] },
                },
                new SourceSpec { RepoUrl = Scene.PublicUrl, Ref = "values" },
            ],
        });
        var state = await scene.UntilReadyAsync("shop");
        state.Revisions[0].ShouldStartWith("1.0.0@sha256:");
        (await DataAsync(scene, "shop-web")).ShouldBe("1.0.0 from git");

        server.Offer("web", "1.1.0", Packed.Chart("web", "1.1.0"));
        scene.Engine.Source.Refresh(server.Url);
        await scene.UntilAsync("shop", s => s.IsReady && s.Revisions[0].StartsWith("1.1.0@", StringComparison.Ordinal));
        (await DataAsync(scene, "shop-web")).ShouldBe("1.1.0 from git");

        await scene.Git.WriteAsync(Ct, ("envs/prod.yaml", "greeting: changed\n"));
        scene.Push();
        await UntilDataAsync(scene, "shop-web", "1.1.0 changed");

        await scene.KubectlAsync("patch", "configmap", "shop-web", "--patch", """{"data":{"greeting":"drifted"}}""");
        await UntilDataAsync(scene, "shop-web", "1.1.0 changed");
    }

    [Fact]
    public async Task AChartInARegistry_IsDelivered_AndItsLossIsSaidWhileTheLastGoodIsHeld()
    {
        var registry = await Registry.StartAsync();
        await using var scene = await Scene.CreateAsync();
        try
        {
            await registry.PushAsync("team/web", "2.0.0", Packed.Chart("web", "2.0.0"));
            await scene.StartAsync(Scene.Application("shop", "") with
            {
                Sources = [new SourceSpec { RepoUrl = $"{registry.Host}/team", Chart = "web", TargetRevision = "^2" }],
            });
            await scene.UntilReadyAsync("shop");
            (await DataAsync(scene, "shop-web")).ShouldBe("2.0.0 hello");
        }
        finally
        {
            await registry.DisposeAsync();
        }

        scene.Engine.Source.Refresh($"{registry.Host}/team");
        await scene.UntilAsync("shop", s => s.Conditions.Any(c => c.Message.Contains(registry.Host, StringComparison.Ordinal)));
        await scene.KubectlAsync("delete", "configmap", "shop-web");
        await UntilDataAsync(scene, "shop-web", "2.0.0 hello");
    }

    [Fact]
    public async Task AChartInGit_GetsItsDependencies_OverHttpAndFromARegistry()
    {
        await using var server = await ChartServer.StartAsync();
        await using var registry = await Registry.StartAsync();
        await using var scene = await Scene.CreateAsync();
        scene.RepositoryMap = [$"oci://localhost:5000/myrepo=oci://{registry.Host}/mirrored"];
        server.Offer("cache", "0.3.1", Packed.Chart("cache", "0.3.1"));
        await registry.PushAsync("mirrored/queue", "4.0.0", Packed.Chart("queue", "4.0.0"));
        await scene.Git.WriteAsync(
            Ct,
            ("charts/shop/Chart.yaml", $"""
                apiVersion: v2
                name: shop
                version: 1.0.0
                dependencies:
                - name: cache
                  version: ~0.3
                  repository: {server.Url}
                - name: queue
                  version: 4.0.0
                  repository: oci://localhost:5000/myrepo

                """),
            ("charts/shop/values.yaml", "cache: {greeting: warm}\n"));
        await scene.StartAsync(Scene.Application("shop", "charts/shop"));
        await scene.UntilReadyAsync("shop");
        (await DataAsync(scene, "shop-cache")).ShouldBe("0.3.1 warm");
        (await DataAsync(scene, "shop-queue")).ShouldBe("4.0.0 hello");
        var renders = scene.Reconciler.Metrics.Renders;

        var commit = await scene.Git.WriteAsync(Ct, ("README.md", "nothing of the chart's\n"));
        scene.Push();
        await scene.UntilReadyAsync("shop", commit);
        scene.Reconciler.Metrics.Renders.ShouldBe(renders, "what it read is as it was, the fetched charts too");
    }

    [Fact]
    public async Task ValuesOfAWebServer_AreFollowed_WhereTheProjectAllowsTheirAddress()
    {
        await using var server = await ChartServer.StartAsync();
        await using var scene = await Scene.CreateAsync();
        server.Put("/charts/prod.yaml", "greeting: from the web\n"u8.ToArray());
        await scene.Git.WriteAsync(
            Ct,
            ("chart/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
            ("chart/templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: shop-web}\ndata: {version: v1, greeting: \"{{ .Values.greeting }}\"}\n"),
            ("root/project.yaml", $$"""
                apiVersion: argoproj.io/v1alpha1
                kind: AppProject
                metadata: {name: team}
                spec:
                  sourceRepos: ["{{Scene.PublicUrl}}", "{{server.Url}}/*"]
                  destinations: [{server: "*", namespace: default}]
                """),
            ("root/app.yaml", Application("shop", server.Url + "/prod.yaml")),
            ("root/other.yaml", Application("other", "https://elsewhere.example.com/prod.yaml")));
        await scene.StartAsync(Scene.Application("root", "root"));
        await UntilDataAsync(scene, "shop-web", "v1 from the web");
        var other = await scene.UntilAsync("other", s => s.Conditions.Count > 0);
        other.Conditions.Single().Message.ShouldBe(
            "project team does not allow the value file https://elsewhere.example.com/prod.yaml: add its address, or a pattern of it, to sourceRepos");

        server.Put("/charts/prod.yaml", "greeting: changed\n"u8.ToArray());
        scene.Push();
        await UntilDataAsync(scene, "shop-web", "v1 changed");

        static string Application(string name, string values) => $$$"""
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: "{{{name}}}"}
            spec:
              project: team
              source: {repoURL: {{{Scene.PublicUrl}}}, path: chart, helm: {valueFiles: ["{{{values}}}"]} }
              destination: {namespace: default}
              syncPolicy: {automated: {selfHeal: true}}
            """;
    }

    [Fact]
    public async Task AChartThatIsNotOffered_IsAConditionThatNamesIt()
    {
        await using var server = await ChartServer.StartAsync();
        await using var scene = await Scene.CreateAsync();
        server.Offer("web", "1.0.0", Packed.Chart("web", "1.0.0"));
        await scene.StartAsync(Scene.Application("shop", "") with
        {
            Sources = [new SourceSpec { RepoUrl = server.Url, Chart = "wbe", TargetRevision = "^2" }],
        });
        var state = await scene.UntilAsync("shop", s => s.Conditions.Any(c => c.Type == Condition.ComparisonError));
        state.Conditions.Single(c => c.Type == Condition.ComparisonError).Message.ShouldBe($"{server.Url} has no chart \"wbe\"");
    }

    private static async Task<string> DataAsync(Scene scene, string map) =>
        await scene.KubectlAsync("get", "configmap", map, "-o", "jsonpath={.data.version} {.data.greeting}");

    private static async Task UntilDataAsync(Scene scene, string map, string data)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await scene.KubectlAsync("get", "configmap", map, "--ignore-not-found", "-o", "jsonpath={.data.version} {.data.greeting}") != data)
            (await looks.WaitForNextTickAsync(deadline.Token)).ShouldBeTrue();
    }
}
