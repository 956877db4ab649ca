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

    private static string Applications()
    {
        var text = new StringBuilder();
        for (var i = 0; i < Count; i++)
        {
            text.Append($$"""
                ---
                apiVersion: plumb.dev/v1
                kind: Application
                metadata: {name: app-{{i}}}
                spec:
                  project: default
                  source: {repoURL: {{Scene.PublicUrl}}, path: apps/app-{{i}}}
                  destination: {name: in-cluster, namespace: default}
                  syncPolicy:
                    automated: {prune: true, selfHeal: true}

                """);
        }

        return text.ToString();
    }
}
