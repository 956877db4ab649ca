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
