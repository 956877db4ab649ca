using Plumb.EndToEnd.Tests.Support;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests;

/// <summary>Users' rules for health, from a commit to what an application says.</summary>
public sealed class HealthRulesTests
{
    /// <summary>The script of Argo CD's manual for those whose parents are to wait for their children, in our words.</summary>
    private const string Settings = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: argocd-cm}
        data:
          url: https://argocd.example.com
          resource.customizations.health.argoproj.io_Application: |
            local health = obj.status and obj.status.health
            if health then return {status = health.status, message = health.message or ""} end
            return {status = "Progressing", message = ""}

        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task ArgoCdsSettings_OutsideTheRootPath_AreDelivered_AndAWarningSaysThatTheirScriptsAreNotUsed()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(Ct, ("apps/argocd.yaml", Child("argocd", "argocd")), ("argocd/cm.yaml", Settings));
        await scene.StartAsync(Scene.Application("root", "apps"));

        var state = await scene.UntilReadyAsync("argocd");

        var warning = state.Conditions.ShouldHaveSingleItem();
        warning.Type.ShouldBe(Condition.RenderWarning);
        warning.Message.ShouldStartWith("argocd/cm.yaml(6,3): ConfigMap/argocd-cm: its health scripts are not used");
        warning.Message.ShouldContain("move it to the root path");
        (await scene.KubectlAsync("get", "configmap", "argocd-cm", "-o", "jsonpath={.data.url}")).ShouldBe("https://argocd.example.com");
    }

    [Fact]
    public async Task TheScriptForApplications_MakesTheParentWaitForItsChildren_AndShareTheirHealth()
    {
        await using var scene = await Scene.CreateAsync();
        var sick = Yaml.Deployment("web", 1, "no image name!");
        await scene.Git.WriteAsync(
            Ct,
            ("apps/argocd-cm.yaml", Settings),
            ("apps/web.yaml", Child("web", "web")),
            ("apps/last.yaml", Yaml.ConfigMap("last", "1", "argocd.argoproj.io/sync-wave: '1'")),
            ("web/web.yaml", sick));
        await scene.StartAsync(Scene.Application("root", "apps"));
        await scene.UntilAsync("web", s => s.Sync == SyncStatus.Synced && s.Health.Status != HealthStatus.Healthy);

        var waiting = await scene.UntilAsync(
            "root", s => s.Operation?.Message.Contains("plumb.dev/Application/web", StringComparison.Ordinal) == true);
        waiting.Resources.Single(r => r.Id.Name == "last").Health.Status.ShouldBe(HealthStatus.Missing);

        await scene.Git.WriteAsync(Ct, ("web/web.yaml", Yaml.Deployment("web", 1)));
        scene.Push();
        await scene.UntilReadyAsync("web");
        await scene.UntilReadyAsync("root");

        await scene.Git.WriteAsync(Ct, ("web/web.yaml", sick));
        scene.Push();
        var shared = await scene.UntilAsync("root", s => s.Sync == SyncStatus.Synced && s.Health.Status == HealthStatus.Progressing);
        shared.Health.Message.ShouldStartWith("plumb.dev/Application/web: ");
    }

    private static string Child(string name, string path) => $$"""
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: {{name}}}
        spec:
          project: default
          source: {repoURL: {{Scene.PublicUrl}}, path: {{path}}}
          destination: {server: https://kubernetes.default.svc, namespace: default}
          syncPolicy:
            automated: {}

        """;
}
