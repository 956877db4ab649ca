using System.Text;
using Plumb.EndToEnd.Tests.Support;
using Plumb.Reconcile.Applications;

namespace Plumb.EndToEnd.Tests;

/// <summary>A repository of a thousand applications.</summary>
public sealed class ManyApplicationsTests
{
    private const int Count = 1000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ACommitToOneOfAThousandApplications_CausesExactlyOneRender()
    {
        await using var scene = await Scene.CreateAsync();
        var files = Enumerable.Range(0, Count).Select(i => ($"apps/app-{i}/config.yaml", (string?)Yaml.ConfigMap($"app-{i}", "1")));
        await scene.Git.WriteAsync(Ct, [.. files, ("root/applications.yaml", Applications())]);
        var root = Scene.Application("root", "root");
        await scene.StartAsync(root with { Sources = [root.Sources[0] with { Directory = new DirectorySpec(Recurse: true) }] });
        await scene.UntilAsync("root", _ => scene.Reconciler.Applications.Count == Count + 1, TimeSpan.FromMinutes(3));
        for (var i = 0; i < Count; i++) await scene.UntilAsync($"app-{i}", s => s.IsReady, TimeSpan.FromMinutes(3));
        await scene.UntilReadyAsync("root");
        var renders = scene.Reconciler.Metrics.Renders;

        var commit = await scene.Git.WriteAsync(Ct, ("apps/app-500/config.yaml", Yaml.ConfigMap("app-500", "2")));
        scene.Push();
        await scene.UntilReadyAsync("app-500", commit);
        for (var i = 0; i < Count; i++) await scene.UntilAsync($"app-{i}", s => s.Revisions.Contains(commit));

        (scene.Reconciler.Metrics.Renders - renders).ShouldBe(1);
        (await scene.KubectlAsync("get", "configmap", "app-500", "-o", "jsonpath={.data.key}")).ShouldBe("2");
    }

    [Fact]
    public async Task ACommitToABase_RendersJustTheOverlaysThatReadIt()
    {
        const int Overlays = 200;
        await using var scene = await Scene.CreateAsync();
        var files = new List<(string, string?)>();
        foreach (var kind in (string[])["even", "odd"])
        {
            files.Add(($"bases/{kind}/kustomization.yaml", "resources: [config.yaml]\n"));
            files.Add(($"bases/{kind}/config.yaml", Yaml.ConfigMap("config", "1")));
            files.Add(($"bases/{kind}/README.md", "Nobody reads this to render."));
        }

        for (var i = 0; i < Overlays; i++)
        {
            var kind = i % 2 == 0 ? "even" : "odd";
            files.Add(($"overlays/{i}/kustomization.yaml", $"nameSuffix: '-{i}'\nresources: [../../bases/{kind}]\n"));
        }

        files.Add(("root/applications.yaml", Applications(Overlays, "overlays/")));
        await scene.Git.WriteAsync(Ct, [.. files]);
        var root = Scene.Application("root", "root");
        await scene.StartAsync(root with { Sources = [root.Sources[0] with { Directory = new DirectorySpec(Recurse: true) }] });
        for (var i = 0; i < Overlays; i++) await scene.UntilAsync($"app-{i}", s => s.IsReady, TimeSpan.FromMinutes(3));
        await scene.UntilReadyAsync("root");

        var renders = scene.Reconciler.Metrics.Renders;
        await CommitAsync("bases/odd/README.md", "Nor this.");
        (scene.Reconciler.Metrics.Renders - renders).ShouldBe(0);

        renders = scene.Reconciler.Metrics.Renders;
        await CommitAsync("bases/odd/config.yaml", Yaml.ConfigMap("config", "2"));
        (scene.Reconciler.Metrics.Renders - renders).ShouldBe(Overlays / 2);
        (await scene.KubectlAsync("get", "configmap", "config-7", "-o", "jsonpath={.data.key}")).ShouldBe("2");
        (await scene.KubectlAsync("get", "configmap", "config-8", "-o", "jsonpath={.data.key}")).ShouldBe("1");

        async Task CommitAsync(string path, string text)
        {
            var commit = await scene.Git.WriteAsync(Ct, (path, text));
            scene.Push();
            for (var i = 0; i < Overlays; i++)
                await scene.UntilAsync($"app-{i}", s => s.IsReady && s.Revisions.Contains(commit), TimeSpan.FromMinutes(3));
        }
    }

    private static string Applications(int count = Count, string path = "apps/app-")
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            text.Append($$"""
                ---
                apiVersion: plumb.dev/v1
                kind: Application
                metadata: {name: app-{{i}}}
                spec:
                  project: default
                  source: {repoURL: {{Scene.PublicUrl}}, path: {{path}}{{i}}}
                  destination: {name: in-cluster, namespace: default}
                  syncPolicy:
                    automated: {prune: true, selfHeal: true}

                """);
        }

        return text.ToString();
    }
}
