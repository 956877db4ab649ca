using Plumb.EndToEnd.Tests.Support;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests;

/// <summary>Charts that look up what is live, in the loop.</summary>
public sealed class LookupTests
{
    private const string Chart = "apiVersion: v2\nname: shop\nversion: 1.0.0\n";

    private const string KeepsItsPassword = """
        {{- $old := lookup "v1" "Secret" .Release.Namespace "login" }}
        apiVersion: v1
        kind: Secret
        metadata: {name: login}
        data:
          password: {{ if $old }}{{ $old.data.password }}{{ else }}{{ randAlphaNum 24 | b64enc }}{{ end }}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: shop}
        data:
          copy: "{{ with $old }}{{ .data.password }}{{ end }}"
          color: {{ .Values.color }}

        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task APassword_IsMadeUpOnce_AndKept()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(
            Ct, ("chart/Chart.yaml", Chart), ("chart/values.yaml", "color: blue\n"), ("chart/templates/a.yaml", KeepsItsPassword));
        await scene.StartAsync(Looking(Scene.Application("shop", "chart")));
        await scene.UntilReadyAsync("shop");
        var password = await scene.KubectlAsync("get", "secret", "login", "-o", "jsonpath={.data.password}");
        password.Length.ShouldBe(32);

        var commit = await scene.Git.WriteAsync(Ct, ("chart/values.yaml", "color: red\n"));
        scene.Push();
        await scene.UntilReadyAsync("shop", commit);

        (await scene.KubectlAsync("get", "configmap", "shop", "-o", "jsonpath={.data.color}")).ShouldBe("red");
        (await scene.KubectlAsync("get", "secret", "login", "-o", "jsonpath={.data.password}")).ShouldBe(password);
        (await scene.KubectlAsync("get", "configmap", "shop", "-o", "jsonpath={.data.copy}")).ShouldBe(password);
        foreach (var change in scene.Reconciler.FindPlan("shop")!.Changes)
            (change.DescribeLive() + change.DescribeDesired()).ShouldNotContain(password, customMessage: $"{change.Id} shows it");
    }

    [Fact]
    public async Task WhatTheProjectDoesNotAllow_IsNotRead_AndSaid()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(
            Ct,
            ("chart/Chart.yaml", Chart),
            ("chart/templates/a.yaml", "{{ fail (toString (lookup \"v1\" \"Secret\" \"kube-system\" \"\")) }}"),
            ("root/project.yaml", """
                apiVersion: argoproj.io/v1alpha1
                kind: AppProject
                metadata: {name: team}
                spec:
                  sourceRepos: ["*"]
                  destinations: [{server: "*", namespace: default}]
                """),
            ("root/app.yaml", $$"""
                apiVersion: plumb.dev/v1
                kind: Application
                metadata: {name: shop}
                spec:
                  project: team
                  source: {repoURL: {{Scene.PublicUrl}}, path: chart, helm: {lookup: true} }
                  destination: {namespace: default}
                """));
        await scene.StartAsync(Scene.Application("root", "root"));

        var state = await scene.UntilAsync("shop", s => s.Conditions.Any(c => c.Message.Contains("lookup", StringComparison.Ordinal)));

        state.Conditions.ShouldContain(c => c.Message.Contains("project team does not allow the namespace kube-system", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatIsLookedUp_IsLookedAtAgain_ThoughNobodyTellsOfIt()
    {
        await using var scene = await Scene.CreateAsync();
        await scene.Git.WriteAsync(
            Ct,
            ("chart/Chart.yaml", Chart),
            ("chart/templates/a.yaml", """
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: shop}
                data:
                  found: {{ (lookup "v1" "ConfigMap" "default" "theirs").data | default dict | toJson | quote }}

                """));
        scene.LookupInterval = TimeSpan.FromMilliseconds(200);
        await scene.StartAsync(Looking(Scene.Application("shop", "chart")));
        await scene.UntilReadyAsync("shop");
        (await scene.KubectlAsync("get", "configmap", "shop", "-o", "jsonpath={.data.found}")).ShouldBe("{}");

        await scene.KubectlAsync("create", "configmap", "theirs", "--from-literal", "a=b");

        var runs = scene.Reconciler.Find("shop")!.LastRun!.Id;
        await scene.UntilAsync("shop", s => s.IsReady && s.LastRun?.Id != runs);
        (await scene.KubectlAsync("get", "configmap", "shop", "-o", "jsonpath={.data.found}")).ShouldBe("""{"a":"b"}""");
        var renders = scene.Reconciler.Metrics.Renders;
        await scene.UntilAsync("shop", s => s.ReconciledAt > DateTimeOffset.UtcNow - TimeSpan.FromMilliseconds(100));
        scene.Reconciler.Metrics.Renders.ShouldBeLessThanOrEqualTo(renders + 1, "what is looked up is as it was");
    }

    private static ApplicationSpec Looking(ApplicationSpec application) => application with
    {
        Sources = [.. application.Sources.Select(s => s with { Helm = new HelmSpec { Lookup = true } })],
        Digest = application.Digest + "/lookup",
    };
}
