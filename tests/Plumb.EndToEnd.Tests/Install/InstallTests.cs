using Plumb.EndToEnd.Tests.Support;
using Plumb.Kubernetes;
using Plumb.Reconcile.Health;
using Plumb.Sandbox;

namespace Plumb.EndToEnd.Tests.Install;

/// <summary>The chart and the plain manifests in <c>deploy</c>, rendered and delivered by Plumb itself; and Plumb at work with the rights that it gives.</summary>
public sealed class InstallTests
{
    private const string Root = "https://git.example.com/config.git//root@main";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PlumbDeliversItself_AndACommitUpgradesIt()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.CommitFolderAsync(Path.Combine(Clone.Root, "deploy", "chart"), "chart", Ct);
        await scene.Git.WriteAsync(Ct, ("root/plumb.yaml", Itself("0.1.0")));
        await scene.StartAsync(Scene.Application("root", "root"));

        var state = await scene.UntilReadyAsync("plumb");

        state.Resources.Select(r => r.Id.Kind).Order().ShouldBe(
            ["ClusterRole", "ClusterRoleBinding", "ConfigMap", "Namespace", "NetworkPolicy", "Service", "ServiceAccount", "StatefulSet"]);
        (await ImageAsync(scene)).ShouldBe("plumb:0.1.0");
        (await scene.KubectlAsync("get", "statefulset", "plumb", "-n", "plumb", "-o",
            "jsonpath={.spec.template.spec.securityContext.runAsNonRoot} {.spec.template.spec.containers[0].securityContext.readOnlyRootFilesystem} "
            + "{.spec.template.spec.containers[0].securityContext.allowPrivilegeEscalation} {.spec.template.spec.containers[0].securityContext.capabilities.drop[0]}"))
            .ShouldBe("true true false ALL");

        var upgrade = await scene.Git.WriteAsync(Ct, ("root/plumb.yaml", Itself("0.2.0")));
        scene.Push();
        await scene.UntilAsync("root", s => s.Revisions.Contains(upgrade) && s.IsReady);
        await scene.UntilAsync("plumb", s => s.IsReady && s.LastRun?.Revisions.Contains(upgrade) == true);
        (await ImageAsync(scene)).ShouldBe("plumb:0.2.0");
    }

    [Fact]
    public async Task ThePlainManifests_AreWhatTheChartMakes_AndAKustomizationOnThemSaysWhereItStarts()
    {
        await using var scene = await Scene.CreateAsync();
        var manifests = Path.Combine(Clone.Root, "deploy", "manifests");
        var rendered = (await Shell.RunAsync(
            "dotnet",
            [
                Clone.Command, "helm", "template", "plumb", Path.Combine(Clone.Root, "deploy", "chart"), "--namespace", "plumb",
                "--set", "root=https://git.example.com/platform.git//clusters/prod@main",
            ],
            Clone.Root, Ct)).MustSucceed();
        (await File.ReadAllTextAsync(Path.Combine(manifests, "plumb.yaml"), Ct)).ShouldBe(rendered, "eng/render-manifests.sh writes it anew");

        await scene.Git.CommitFolderAsync(manifests, "plumb/base", Ct);
        await scene.Git.WriteAsync(Ct, ("plumb/prod/kustomization.yaml", Documented("## Plain manifests")));
        await scene.StartAsync(Scene.Application("plumb", "plumb/prod"));

        var state = await scene.UntilReadyAsync("plumb");

        state.Resources.Select(r => r.Id.Kind).ShouldContain("Namespace");
        (await ImageAsync(scene)).ShouldBe("registry.example.com/plumb:0.1.0");
        (await scene.KubectlAsync("get", "statefulset", "plumb", "-n", "plumb", "-o",
            "jsonpath={.spec.template.spec.containers[0].args[1]} {.spec.template.spec.containers[0].env[?(@.name=='PLUMB_ROOT')].value}"))
            .ShouldBe("--root=$(PLUMB_ROOT) https://git.example.com/shop.git//clusters/one@main");
    }

    [Theory]
    [InlineData("cluster", true)]
    [InlineData("namespaces", false)]
    public async Task WithTheRightsThatTheChartGives_ApplicationsAreDelivered(string scope, bool everywhere)
    {
        const string token = "the-token-of-plumbs-service-account";
        await using var scene = await Scene.CreateAsync(new SandboxOptions
        {
            Users = [new SandboxUser("system:serviceaccount:plumb:plumb", token) { Groups = ["system:serviceaccounts", "system:authenticated"] }],
        });
        foreach (var name in (string[])["plumb", "shop"]) await scene.KubectlAsync("create", "namespace", name);
        await scene.KubectlAsync("apply", "-f", await RenderAsync(scene, scope));
        await File.WriteAllTextAsync(scene.Kubeconfig, scene.Sandbox!.KubeconfigFor(token), Ct);
        await scene.Git.WriteAsync(
            Ct, ("web/a.yaml", Yaml.ConfigMap("a", "1")),
            ("web/w.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}}\n"),
            ("other/a.yaml", Yaml.ConfigMap("a", "1")));
        scene.ClusterSecrets = "plumb";
        await scene.StartAsync(
            Scene.Application("web", "web") with { Destination = new(Namespace: "shop") },
            Scene.Application("other", "other"));

        (await scene.UntilReadyAsync("web")).Health.Status.ShouldBe(HealthStatus.Healthy);
        if (everywhere)
        {
            await scene.UntilReadyAsync("other");
        }
        else
        {
            var refused = await scene.UntilAsync("other", s => s.Operation is null && s.Conditions.Any(c => !c.IsWarning));
            refused.Conditions.ShouldContain(c => c.Message.Contains("the namespace default is not among those that this cluster is used with (shop)", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("", "root")]
    [InlineData("--set root=x --set ingress.enabled=true --set ingress.host=plumb.example.com", "ingress.enabled: set server.trustedProxies to the network of the ingress controller, or tls.secretName")]
    [InlineData("--set root=x --set rbac.scope=everything", "rbac")]
    [InlineData("--set root=x --set rbac.scope=namespaces --set rbac.namespaces=null", "rbac.namespaces: the namespaces that applications may go to")]
    public async Task ValuesThatMakeNoSense_AreRefusedInWords(string flags, string words)
    {
        var (code, _, errors) = await Shell.RunAsync(
            "dotnet", [Clone.Command, "helm", "template", "plumb", Path.Combine(Clone.Root, "deploy", "chart"), .. flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)], Clone.Root, Ct);
        code.ShouldNotBe(0);
        errors.ShouldContain(words);
    }

    private static async Task<string> RenderAsync(Scene scene, string scope)
    {
        var manifests = (await Shell.RunAsync(
            "dotnet",
            [
                Clone.Command, "helm", "template", "plumb", Path.Combine(Clone.Root, "deploy", "chart"), "--namespace", "plumb", "--set", "root=" + Root,
                "--set", "rbac.scope=" + scope, "--set", "rbac.namespaces={shop}", "--show-only", "templates/rbac.yaml",
                .. scope == "namespaces" ? (string[])["--show-only", "templates/cluster.yaml"] : [],
            ],
            Clone.Root, Ct)).MustSucceed();
        var file = Path.Combine(scene.Folder, "rbac.yaml");
        await File.WriteAllTextAsync(file, manifests, Ct);
        return file;
    }

    /// <summary>The first block of YAML in the part of the installing document below a heading.</summary>
    private static string Documented(string heading)
    {
        var part = File.ReadAllText(Path.Combine(Clone.Root, "docs", "install.md")).Split(heading)[1];
        return part.Split("```yaml\n")[1].Split("```")[0];
    }

    private static async Task<string> ImageAsync(Scene scene) =>
        await scene.KubectlAsync("get", "statefulset", "plumb", "-n", "plumb", "-o", "jsonpath={.spec.template.spec.containers[0].image}");

    private static string Itself(string tag) => $$$"""
        apiVersion: plumb.dev/v1
        kind: Application
        metadata: {name: plumb}
        spec:
          source:
            repoURL: {{{Scene.PublicUrl}}}
            path: chart
            targetRevision: main
            helm:
              releaseName: plumb
              valuesObject: {root: "{{{Root}}}", image: {tag: "{{{tag}}}"}, persistence: {size: 1Gi}}
          destination: {name: in-cluster, namespace: plumb}
          syncPolicy: {automated: {prune: true, selfHeal: true}, syncOptions: [CreateNamespace=true]}
        """;
}
