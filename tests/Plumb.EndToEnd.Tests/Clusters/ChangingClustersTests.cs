using Plumb.EndToEnd.Tests.Support;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Targets;

namespace Plumb.EndToEnd.Tests.Clusters;

/// <summary>Clusters come, change and go while Plumb runs: by kubeconfig, by Secret, by Git.</summary>
public sealed class ChangingClustersTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AContextThatIsAdded_IsDeliveredTo_AndOneThatGoes_LeavesEverythingThere()
    {
        await using var scene = await Scene.CreateAsync();
        await using var other = await Fleet.SandboxAsync();
        await Fleet.WriteKubeconfigAsync(scene);
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")));
        await scene.StartAsync(To("prod"));
        var waiting = await scene.UntilAsync("web", s => s.Conditions.Count > 0);
        waiting.Conditions[0].Message.ShouldBe("no cluster matches the destination prod; known clusters: in-cluster");

        await Fleet.WriteKubeconfigAsync(scene, ("prod", other, null));
        await scene.UntilReadyAsync("web");
        (await Fleet.KubectlAsync(scene, other, "get", "configmap", "a", "-o", "jsonpath={.data.key}")).ShouldBe("1");

        await Fleet.WriteKubeconfigAsync(scene);
        var gone = await scene.UntilAsync("web", s => s.Sync == SyncStatus.Unknown);
        gone.Conditions[0].Message.ShouldStartWith("the cluster prod was removed: kubeconfig ");
        gone.Conditions[0].Message.ShouldEndWith("nothing was deleted there");
        gone.Resources.ShouldNotBeEmpty();
        (await Fleet.KubectlAsync(scene, other, "get", "configmap", "a", "-o", "jsonpath={.data.key}")).ShouldBe("1");

        await Fleet.WriteKubeconfigAsync(scene, ("prod", other, null));
        await scene.UntilReadyAsync("web");
    }

    [Fact]
    public async Task AKubeconfigThatBreaks_ChangesNothing()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")));
        await scene.StartAsync(To("in-cluster"));
        await scene.UntilReadyAsync("web");

        await File.WriteAllTextAsync(scene.Kubeconfig, "clusters: [", Ct);
        await UntilAsync(() => scene.Engine.Targets.Warnings.Any(w => w.EndsWith("its clusters stay as they were", StringComparison.Ordinal)));
        var commit = await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "2")));
        scene.Push();
        await scene.UntilReadyAsync("web", commit);
    }

    [Fact]
    public async Task ASecretInArgosForm_IsACluster_UntilItGoes()
    {
        await using var scene = await Scene.CreateAsync();
        await using var other = await Fleet.SandboxAsync();
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")));
        await scene.KubectlAsync("create", "namespace", "argocd");
        var byServer = To("") with { Name = "by-server", Digest = "by-server", Destination = new DestinationSpec(Server: other.Url.ToString(), Namespace: "two") };
        await scene.StartAsync(To("prod"), byServer with { SyncPolicy = byServer.SyncPolicy with { SyncOptions = ["CreateNamespace=true"] } });

        // Credentials that are no good at first: the application says so, and goes on when the Secret is mended.
        await Fleet.ApplySecretAsync(scene, "one", "prod", other, token: "wrong");
        var refused = await scene.UntilAsync("web", s => s.Conditions.Any(c => c.Message.Contains("refuses the credentials", StringComparison.Ordinal)));
        refused.Conditions.ShouldContain(c => c.Message.Contains(other.Url.Authority, StringComparison.Ordinal));
        await Fleet.ApplySecretAsync(scene, "one", "prod", other);
        await scene.UntilReadyAsync("web");
        await scene.UntilReadyAsync("by-server");
        scene.Engine.Targets.Find(new DestinationSpec("prod"))!.Description.Labels.ShouldBe([new("env", "test")]);

        // Renamed: who goes there by address does not notice, who does by its name is told.
        await Fleet.ApplySecretAsync(scene, "one", "production", other);
        var lost = await scene.UntilAsync("web", s => s.Sync == SyncStatus.Unknown);
        lost.Conditions[0].Message.ShouldContain("known clusters: in-cluster, production");
        scene.Reconciler.Find("by-server")!.IsReady.ShouldBeTrue();
        scene.Engine.Targets.All.Select(t => t.Name).ShouldBe(["in-cluster", "production"]);

        await scene.KubectlAsync("delete", "secret", "--namespace", "argocd", "one");
        var gone = await scene.UntilAsync("by-server", s => s.Sync == SyncStatus.Unknown);
        gone.Conditions[0].Message.ShouldStartWith("the cluster production was removed: Secret argocd/one is gone");
        (await Fleet.KubectlAsync(scene, other, "get", "configmap", "a", "--namespace", "two", "-o", "name")).Trim().ShouldBe("configmap/a");
    }

    [Fact]
    public async Task ANameOrAddressUsedTwice_IsReported_AndTheFirstKeepsIt()
    {
        await using var scene = await Scene.CreateAsync();
        await using var one = await Fleet.SandboxAsync();
        await using var two = await Fleet.SandboxAsync();
        await Fleet.WriteKubeconfigAsync(scene, ("prod", one, null));
        await scene.KubectlAsync("create", "namespace", "argocd");
        await Fleet.ApplySecretAsync(scene, "by-name", "prod", two);
        await Fleet.ApplySecretAsync(scene, "by-address", "other", one);
        await scene.StartAsync();

        await UntilAsync(() => scene.Engine.Targets.Warnings.Count == 2);
        scene.Engine.Targets.Warnings.ShouldContain(w => w.StartsWith("the cluster prod (Secret argocd/by-name) is left out: its name is that of kubeconfig", StringComparison.Ordinal));
        scene.Engine.Targets.Warnings.ShouldContain(w => w.StartsWith("the cluster other (Secret argocd/by-address) is left out: its address", StringComparison.Ordinal));
        scene.Engine.Targets.Find(new DestinationSpec(Server: one.Url.ToString()))!.Name.ShouldBe("prod");
        scene.Engine.Targets.Find(new DestinationSpec("other")).ShouldBeNull();
    }

    [Fact]
    public async Task ASyncThatWaits_EndsWhenItsClusterGoes()
    {
        await using var scene = await Scene.CreateAsync();
        await using var other = await Fleet.SandboxAsync();
        await Fleet.WriteKubeconfigAsync(scene, ("prod", other, null));
        await scene.Git.WriteAsync(
            Ct, ("web/job.yaml", """
                apiVersion: batch/v1
                kind: Job
                metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: PreSync}}
                spec:
                  template:
                    metadata: {annotations: {sandbox.plumb.dev/exit: never}}
                    spec: {restartPolicy: Never, containers: [{name: c, image: "busybox:1"}]}
                """), ("web/a.yaml", Yaml.ConfigMap("a", "1")));
        await scene.StartAsync(To("prod"));
        await scene.UntilAsync("web", s => s.Operation?.Message.Contains("waiting for hook", StringComparison.Ordinal) == true);

        await Fleet.WriteKubeconfigAsync(scene);
        var ended = await scene.UntilAsync("web", s => s.LastRun is not null && s.Operation is null);
        ended.LastRun!.Phase.ShouldBe(RunPhase.Error);
        ended.LastRun.Message.ShouldStartWith("the cluster prod was removed: ");
        ended.LastRun.Message.ShouldEndWith("the sync ended with what it had done");
    }

    [Fact]
    public async Task ClustersInGit_AreKnownByReference_AndGoWithTheirFile()
    {
        await using var scene = await Scene.CreateAsync();
        await using var one = await Fleet.SandboxAsync();
        await using var two = await Fleet.SandboxAsync();
        var file = Path.Combine(scene.Folder, "other-kubeconfig");
        await File.WriteAllTextAsync(file, one.Kubeconfig, Ct);
        await scene.KubectlAsync("create", "namespace", "argocd");
        await Fleet.ApplyAsync(scene, $$$"""
            apiVersion: v1
            kind: Secret
            metadata: {name: two-credentials, namespace: argocd, labels: {argocd.argoproj.io/secret-type: cluster-credentials}}
            stringData: {config: '{"bearerToken":"{{{two.Token}}}","tlsClientConfig":{"caData":"{{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(two.CertificateAuthority))}}}"}}'}
            """);
        await scene.Git.WriteAsync(
            Ct,
            ("root/one.yaml", $$$"""
                apiVersion: plumb.dev/v1
                kind: Cluster
                metadata: {name: one, labels: {tier: gold}}
                spec:
                  credentials: {kubeconfig: {file: "{{{file}}}"}}
                ---
                apiVersion: plumb.dev/v1
                kind: Cluster
                metadata: {name: two}
                spec:
                  server: {{{two.Url}}}
                  credentials: {secret: {name: two-credentials}}
                """),
            ("root/apps.yaml", Text("one") + "---\n" + Text("two")),
            ("web/a.yaml", Yaml.ConfigMap("a", "1")));
        await scene.StartAsync(Root());

        await scene.UntilReadyAsync("web-one");
        await scene.UntilReadyAsync("web-two");
        (await Fleet.KubectlAsync(scene, one, "get", "configmap", "a", "-o", "name")).Trim().ShouldBe("configmap/a");
        (await Fleet.KubectlAsync(scene, two, "get", "configmap", "a", "-o", "name")).Trim().ShouldBe("configmap/a");

        await scene.Git.WriteAsync(Ct, ("root/one.yaml", null));
        scene.Push();
        var gone = await scene.UntilAsync("web-one", s => s.Sync == SyncStatus.Unknown);
        gone.Conditions[0].Message.ShouldStartWith("the cluster one was removed: Git, root/one.yaml");
        (await Fleet.KubectlAsync(scene, one, "get", "configmap", "a", "-o", "name")).Trim().ShouldBe("configmap/a");
    }

    [Fact]
    public async Task AClusterStatedOutsideTheRoot_IsRefused()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(
            Ct,
            ("root/app.yaml", Text("in-cluster")),
            ("web/cluster.yaml", """
                apiVersion: plumb.dev/v1
                kind: Cluster
                metadata: {name: mine}
                spec: {server: "https://c.example.com", credentials: {exec: {command: /tmp/anything}}}
                """));
        await scene.StartAsync(Root());

        var refused = await scene.UntilAsync("web-in-cluster", s => s.Conditions.Any(c => c.Message.Contains("which is not the root", StringComparison.Ordinal)));
        refused.IsReady.ShouldBeFalse();
        scene.Engine.Targets.Find(new DestinationSpec("mine")).ShouldBeNull();
    }

    [Fact]
    public async Task AClusterNobodyUses_IsNotTalkedTo()
    {
        await using var scene = await Scene.CreateAsync();
        await using var other = await Fleet.SandboxAsync();
        await Fleet.WriteKubeconfigAsync(scene, ("unused", other, null));
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")));
        await scene.StartAsync(To("in-cluster"));
        await scene.UntilReadyAsync("web");

        other.RequestCount.ShouldBe(0);
        scene.Engine.Targets.Find(new DestinationSpec("unused"))!.Status.Connection.ShouldBe(TargetConnection.NotUsed);
    }

    private static ApplicationSpec To(string cluster)
    {
        var spec = Scene.Application("web", "web");
        return spec with { Destination = new DestinationSpec(cluster, Namespace: "default"), Digest = "to " + cluster };
    }

    private static ApplicationSpec Root()
    {
        var root = Scene.Application("root", "root");
        return root with { SyncPolicy = root.SyncPolicy with { Automated = new AutomatedSpec(Prune: true, SelfHeal: true, AllowEmpty: true) } };
    }

    private static string Text(string cluster) => $$$"""
        apiVersion: plumb.dev/v1
        kind: Application
        metadata: {name: "web-{{{cluster}}}"}
        spec:
          source: {repoURL: {{{Scene.PublicUrl}}}, path: web}
          destination: {name: {{{cluster}}}, namespace: default}
          syncPolicy: {automated: {prune: true, selfHeal: true}}

        """;

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!condition()) await Task.Delay(20, limit.Token);
    }
}
