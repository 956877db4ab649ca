using Plumb.EndToEnd.Tests.Support;
using Plumb.Reconcile.Runs;

namespace Plumb.EndToEnd.Tests.Clusters;

/// <summary>
/// What only real authorization shows, on the control plane that <c>PLUMB_TEST_KUBECONFIG</c> names: service accounts with few rights, whether
/// Plumb acts as them or comes as one of them.
/// </summary>
[Trait("Category", "Kube")]
public sealed class RightsOnAControlPlaneTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AProjectsServiceAccount_IsAllRightsThatAreUsed_AndWhatItLacksIsNamed()
    {
        if (!IsHere(nameof(AProjectsServiceAccount_IsAllRightsThatAreUsed_AndWhatItLacksIsNamed), out var kubeconfig)) return;
        var home = "plumb-acts-" + Guid.NewGuid().ToString("n")[..8];
        await using var scene = await Scene.CreateAsync(kubeconfig: kubeconfig);
        await scene.KubectlAsync("create", "namespace", home);
        try
        {
            await scene.KubectlAsync("create", "serviceaccount", "deployer", "--namespace", home);
            await scene.KubectlAsync("create", "role", "deployer", "--namespace", home, "--verb=get,create,patch,delete", "--resource=configmaps");
            await scene.KubectlAsync("create", "rolebinding", "deployer", "--namespace", home, "--role=deployer", $"--serviceaccount={home}:deployer");
            await scene.Git.WriteAsync(
                Ct, ("root/all.yaml", Project(home) + "\n---\n" + Application(home)),
                ("web/a.yaml", Yaml.ConfigMap("a", "1")), ("web/s.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {k: hunter2}\n"));
            await scene.StartAsync(Scene.Application("root", "root"));

            var state = await scene.UntilAsync(home, s => s.LastRun?.Phase == RunPhase.Failed && s.Operation is null);
            var secret = state.LastRun!.Results.Single(r => r.Id.Kind == "Secret");
            secret.Message.ShouldBe(
                $"apply forbidden: the service account {home}/deployer, as which the project delivers, lacks the right to patch secrets in the namespace {home}. "
                + "Grant it by a Role, or change the project's destinationServiceAccounts");
            state.LastRun.Results.Single(r => r.Id.Kind == "ConfigMap").Status.ShouldBe(ResultStatus.Synced);

            await scene.KubectlAsync("create", "role", "secrets", "--namespace", home, "--verb=get,create,patch,delete", "--resource=secrets");
            await scene.KubectlAsync("create", "rolebinding", "secrets", "--namespace", home, "--role=secrets", $"--serviceaccount={home}:deployer");
            var run = await scene.Reconciler.SyncAsync(home, new() { Initiator = "test" }, Ct);
            run.Phase.ShouldBe(RunPhase.Succeeded, run.Message);
        }
        finally
        {
            await scene.KubectlAsync("delete", "namespace", home, "--wait=false");
        }
    }

    [Fact]
    public async Task AServiceAccountWithARoleInTwoNamespaces_IsEnough_AndTheRestIsRefusedInWords()
    {
        if (!IsHere(nameof(AServiceAccountWithARoleInTwoNamespaces_IsEnough_AndTheRestIsRefusedInWords), out var kubeconfig)) return;
        var one = "plumb-few-" + Guid.NewGuid().ToString("n")[..8];
        var two = one + "-b";
        await using var scene = await Scene.CreateAsync(kubeconfig: kubeconfig);
        await scene.KubectlAsync("create", "namespace", one);
        await scene.KubectlAsync("create", "namespace", two);
        try
        {
            await scene.KubectlAsync("create", "serviceaccount", "tenant", "--namespace", one);
            foreach (var @namespace in new[] { one, two })
            {
                await scene.KubectlAsync("create", "role", "plumb", "--namespace", @namespace, "--verb=get,list,watch,create,patch,delete", "--resource=configmaps,services");
                await scene.KubectlAsync("create", "rolebinding", "plumb", "--namespace", @namespace, "--role=plumb", $"--serviceaccount={one}:tenant");
            }

            var secret = (await scene.KubectlAsync("get", "serviceaccount", "tenant", "--namespace", one, "-o", "jsonpath={.secrets[0].name}")).Trim();
            var token = await scene.KubectlAsync("get", "secret", secret, "--namespace", one, "-o", "jsonpath={.data.token}");
            var server = await scene.KubectlAsync("config", "view", "--minify", "--raw", "-o", "jsonpath={.clusters[0].cluster.server}");
            var credentials = Path.Combine(scene.Folder, "tenant");
            await File.WriteAllTextAsync(
                credentials, $$$"""
                apiVersion: v1
                kind: Config
                current-context: tenant
                clusters: [{name: c, cluster: {server: "{{{server}}}", insecure-skip-tls-verify: true} }]
                users: [{name: u, user: {token: "{{{System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(token))}}}"} }]
                contexts: [{name: tenant, context: {cluster: c, user: u} }]
                """, Ct);
            await scene.Git.WriteAsync(
                Ct,
                ("root/all.yaml", $$$"""
                    apiVersion: plumb.dev/v1
                    kind: Cluster
                    metadata: {name: tenant}
                    spec:
                      server: "{{{server.Replace("127.0.0.1", "localhost", StringComparison.Ordinal)}}}"
                      namespaces: ["{{{one}}}", "{{{two}}}"]
                      insecure: true
                      credentials: {kubeconfig: {file: "{{{credentials}}}"} }
                    ---
                    {{{Tenant(one)}}}
                    ---
                    {{{Tenant(two)}}}
                    """.ReplaceLineEndings("\n")),
                ("web/a.yaml", Yaml.ConfigMap("a", "1")));
            await scene.StartAsync(Scene.Application("root", "root"));
            await scene.UntilReadyAsync(one);
            await scene.UntilReadyAsync(two);
            (await scene.KubectlAsync("get", "configmap", "a", "--namespace", two, "-o", "jsonpath={.data.key}")).ShouldBe("1");

            // Drift is seen without a right to the whole cluster.
            await scene.KubectlAsync("patch", "configmap", "a", "--namespace", one, "--type=merge", "--patch", """{"data":{"key":"drifted"}}""");
            await scene.UntilAsync(one, s => s.LastRun?.Trigger == RunTrigger.SelfHeal && s.IsReady);

            await scene.Git.WriteAsync(
                Ct, ("web/role.yaml", "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: too-much}\nrules: []\n"));
            scene.Push();
            var refused = await scene.UntilAsync(one, s => s.Conditions.Any(c => c.Message.Contains("has no namespace", StringComparison.Ordinal)));
            refused.Conditions.ShouldContain(c => c.Message.Contains($"the cluster tenant is used with the namespaces {one}, {two} only", StringComparison.Ordinal));
        }
        finally
        {
            await scene.KubectlAsync("delete", "namespace", one, two, "--wait=false");
        }
    }

    private static string Tenant(string @namespace) => $$$"""
        apiVersion: plumb.dev/v1
        kind: Application
        metadata: {name: "{{{@namespace}}}"}
        spec:
          source: {repoURL: {{{Scene.PublicUrl}}}, path: web}
          destination: {name: tenant, namespace: "{{{@namespace}}}"}
          syncPolicy: {automated: {prune: true, selfHeal: true} }
        """;

    private static string Project(string home) => $$"""
        apiVersion: argoproj.io/v1alpha1
        kind: AppProject
        metadata: {name: team}
        spec:
          sourceRepos: ['*']
          destinations: [{server: '*', namespace: '*'}]
          destinationServiceAccounts:
          - {server: 'https://*', namespace: '{{home}}', defaultServiceAccount: deployer}
        """;

    private static string Application(string home) => $$$"""
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: "{{{home}}}"}
        spec:
          project: team
          source: {repoURL: {{{Scene.PublicUrl}}}, path: web}
          destination: {server: https://kubernetes.default.svc, namespace: "{{{home}}}"}
          syncPolicy: {automated: {prune: true, selfHeal: true}, retry: {limit: 0} }
        """;

    private static bool IsHere(string test, out string kubeconfig)
    {
        kubeconfig = Environment.GetEnvironmentVariable("PLUMB_TEST_KUBECONFIG") ?? "";
        if (kubeconfig.Length > 0) return true;
        if (Environment.GetEnvironmentVariable("PLUMB_REQUIRE_KUBE") == "1") Assert.Fail("PLUMB_TEST_KUBECONFIG names no cluster");
        Console.WriteLine($"{test}: not run, PLUMB_TEST_KUBECONFIG names no cluster; ./test --kube starts one");
        return false;
    }
}
