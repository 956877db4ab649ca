using Plumb.EndToEnd.Tests.Support;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.States;
using Plumb.Sandbox;

namespace Plumb.EndToEnd.Tests.Clusters;

/// <summary>A project's <c>destinationServiceAccounts</c>, by the headers that the API server gets.</summary>
public sealed class ImpersonationTests
{
    private const string Hook = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: before, annotations: {argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookSucceeded}}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AppliesDryRunsHooksAndDeletes_ActAsTheServiceAccount_AndWatchesAsPlumb()
    {
        await using var scene = await Scene.CreateAsync(new SandboxOptions { PlainHttp = true });
        await AllowServiceAccountsAsync(scene);
        await using var tap = new HeaderTap(scene.Sandbox!.Url);
        await File.WriteAllTextAsync(scene.Kubeconfig, scene.Sandbox.Kubeconfig.Replace(scene.Sandbox.Url.Authority, tap.Url.Authority, StringComparison.Ordinal), Ct);
        await scene.Git.WriteAsync(
            Ct, ("root/project.yaml", Project("shop", "deployer")), ("root/web.yaml", Application("web")),
            ("web/a.yaml", Yaml.ConfigMap("a", "1")), ("web/b.yaml", Yaml.ConfigMap("b", "1")), ("web/hook.yaml", Hook));
        await scene.StartAsync(Scene.Application("root", "root"));
        await scene.UntilReadyAsync("web");

        const string User = "system:serviceaccount:shop:deployer";
        var writes = tap.Requests.Where(r => !r.StartsWith("GET", StringComparison.Ordinal)).ToList();
        writes.ShouldContain($"PATCH /api/v1/namespaces/shop/configmaps/a as {User}");
        writes.ShouldContain($"PATCH /api/v1/namespaces/shop/configmaps/before as {User}");
        writes.ShouldContain($"DELETE /api/v1/namespaces/shop/configmaps/before as {User}");
        writes.ShouldAllBe(w => w.EndsWith(" as " + User, StringComparison.Ordinal));
        tap.Requests.Where(r => r.StartsWith("GET", StringComparison.Ordinal)).ShouldAllBe(r => r.EndsWith(" as ", StringComparison.Ordinal));

        await scene.Reconciler.SyncAsync("web", new SyncRequest { Initiator = "test", DryRun = true }, Ct);
        await scene.Git.WriteAsync(Ct, ("web/b.yaml", null));
        scene.Push();
        await scene.UntilAsync("web", s => s.IsReady && s.Resources.All(r => r.Id.Name != "b"));
        tap.Requests.ShouldContain($"DELETE /api/v1/namespaces/shop/configmaps/b as {User}");

        // Another account from now on: the next write is its.
        var commit = await scene.Git.WriteAsync(Ct, ("root/project.yaml", Project("shop", "other:robot")));
        scene.Push();
        await scene.UntilAsync("root", s => s.IsReady && s.Revisions.Contains(commit) && s.Operation is null);
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("a", "2")));
        scene.Push();
        await scene.UntilAsync("web", s => s.IsReady && tap.Requests.Contains("PATCH /api/v1/namespaces/shop/configmaps/a as system:serviceaccount:other:robot"));
    }

    [Fact]
    public async Task WhatChartsLookUp_IsReadAsTheServiceAccount_AndNoMoreThanItMay()
    {
        await using var scene = await Scene.CreateAsync(new SandboxOptions { PlainHttp = true });
        await using var tap = new HeaderTap(scene.Sandbox!.Url);
        await scene.KubectlAsync("create", "namespace", "shop");
        await scene.KubectlAsync("create", "role", "deployer", "--namespace", "shop", "--verb=get,list,create,patch,delete", "--resource=configmaps");
        await scene.KubectlAsync("create", "rolebinding", "deployer", "--namespace", "shop", "--role=deployer", "--serviceaccount=shop:deployer");
        await File.WriteAllTextAsync(scene.Kubeconfig, scene.Sandbox.Kubeconfig.Replace(scene.Sandbox.Url.Authority, tap.Url.Authority, StringComparison.Ordinal), Ct);
        await scene.Git.WriteAsync(
            Ct, ("root/project.yaml", Project("shop", "deployer")),
            ("root/web.yaml", Application("web").Replace("path: web", "path: web, helm: {lookup: true}", StringComparison.Ordinal)),
            ("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
            ("web/templates/a.yaml", "{{ $x := lookup \"v1\" \"Secret\" \"shop\" \"login\" }}\n" + Yaml.ConfigMap("a", "1")));
        await scene.StartAsync(Scene.Application("root", "root"));

        const string User = "system:serviceaccount:shop:deployer";
        var refused = await scene.UntilAsync("web", s => s.Conditions.Any(c => c.Message.Contains("lookup", StringComparison.Ordinal)));
        refused.Conditions.ShouldContain(c => c.Message.Contains("forbidden", StringComparison.Ordinal) && c.Message.Contains($"asked as {User}", StringComparison.Ordinal));
        tap.Requests.ShouldContain($"GET /api/v1/namespaces/shop/secrets/login as {User}");

        await scene.Git.WriteAsync(Ct, ("web/templates/a.yaml", "{{ $x := lookup \"v1\" \"ConfigMap\" \"shop\" \"b\" }}\n" + Yaml.ConfigMap("a", "1")));
        scene.Push();
        await scene.UntilAsync("web", _ => tap.Requests.Contains($"GET /api/v1/namespaces/shop/configmaps/b as {User}"));
    }

    [Fact]
    public async Task AProjectWhoseEntriesDoNotMatch_DeliversNothing_AndSaysWhy()
    {
        await using var scene = await Scene.CreateAsync();
        await AllowServiceAccountsAsync(scene);
        await scene.Git.WriteAsync(
            Ct, ("root/project.yaml", Project("elsewhere", "deployer")), ("root/web.yaml", Application("web")), ("web/a.yaml", Yaml.ConfigMap("a", "1")));
        await scene.StartAsync(Scene.Application("root", "root"));

        var refused = await scene.UntilAsync("web", s => s.Conditions.Count > 0);
        refused.Conditions[0].Type.ShouldBe(Condition.InvalidSpecError);
        refused.Conditions[0].Message.ShouldContain("none of its destinationServiceAccounts matches the cluster");
        refused.LastRun.ShouldBeNull();

        await scene.Git.WriteAsync(Ct, ("root/project.yaml", Project("sh*", "deployer")));
        scene.Push();
        await scene.UntilReadyAsync("web");
    }

    private static Task<string> AllowServiceAccountsAsync(Scene scene) =>
        scene.KubectlAsync("create", "clusterrolebinding", "deployers", "--clusterrole=cluster-admin", "--group=system:serviceaccounts");

    private static string Project(string @namespace, string account) => $$"""
        apiVersion: argoproj.io/v1alpha1
        kind: AppProject
        metadata: {name: team}
        spec:
          sourceRepos: ['*']
          destinations: [{server: '*', namespace: '*'}]
          clusterResourceWhitelist: [{group: '*', kind: '*'}]
          destinationServiceAccounts:
          - {server: https://kubernetes.default.svc, namespace: '{{@namespace}}', defaultServiceAccount: '{{account}}'}
        """;

    private static string Application(string name) => $$$"""
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: "{{{name}}}"}
        spec:
          project: team
          source: {repoURL: {{{Scene.PublicUrl}}}, path: web}
          destination: {server: https://kubernetes.default.svc, namespace: shop}
          syncPolicy: {automated: {prune: true, selfHeal: true}, syncOptions: [CreateNamespace=true]}
        """;
}
