using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Tests.Plain;

namespace Plumb.Manifests.Tests.Kustomize;

/// <summary>What a build does beyond the corpus: its order, its words for people, what it reads, and charts.</summary>
public sealed class KustomizeBuildTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void APatchThatMatchesNothing_SaysWhereItStands_AndWhatWasLookedAt()
    {
        var fault = Refusal(
            ("app/kustomization.yaml", "resources: [web.yaml]\npatches:\n- path: patch.yaml\n"),
            ("app/web.yaml", Deployment("web")),
            ("app/patch.yaml", Deployment("wep")));
        fault.Message.ShouldContain("no resource matches strategic merge patch \"Deployment.v1.apps/wep.[noNs]\"");
        fault.Message.ShouldContain("looked at Deployment.v1.apps/web.[noNs]");
        fault.At.ToString().ShouldBe("app/patch.yaml(1,1)");
    }

    [Fact]
    public void ATargetThatSelectsNothing_IsAWarning_AtItsEntry()
    {
        var built = Build(
            "app",
            ("app/kustomization.yaml", "resources: [web.yaml]\npatches:\n- target: {kind: Deploymnet}\n  patch: |-\n    - {op: remove, path: /spec}\n"),
            ("app/web.yaml", Deployment("web")));
        var warning = built.Warnings.ShouldHaveSingleItem();
        warning.Origin.ToString().ShouldBe("app/kustomization.yaml(3,3)");
        warning.Message.ShouldContain("selects nothing");
        warning.Message.ShouldContain("Deployment.v1.apps/web");
    }

    [Theory]
    [InlineData("resources: [web.yaml]\nnamePrefixx: a-\n", "unknown field \"namePrefixx\"; did you mean \"namePrefix\"?", "(2,1)")]
    [InlineData("resources: [missing.yaml]\n", "'missing.yaml' doesn't exist", "(1,13)")]
    [InlineData("resources: [web.yaml]\nnamespace: 7\n", "cannot unmarshal number (7) into Go struct field Kustomization.namespace of type string; quote it", "(2,1)")]
    [InlineData("kind: Component\nresources: [web.yaml]\n", null, "")]
    [InlineData("resources: [../app]\n", "cycle detected", "(1,13)")]
    [InlineData("resources: [../../elsewhere]\n", "", "")]
    [InlineData("resources: [web.yaml]\nreplicas: [{name: wep, count: 2}]\n", "resource with name wep does not match a config", "(2,12)")]
    [InlineData("resources: [web.yaml]\ngenerators: [plugin.yaml]\n", "programs and containers are never run", "app/plugin.yaml(1,1)")]
    [InlineData("resources: [web.yaml]\nhelmCharts: [{name: x, releaseName: x}]\n", "must specify --enable-helm", "(2,14)")]
    [InlineData("resources: [https://git.example.com/a.yaml]\n", "nothing of other servers is read here", "(1,13)")]
    [InlineData("resources: ['https://git.example.com/org/repo//deploy?ref=v1']\n", "nothing of other repositories is read here", "(1,13)")]
    public void WhatIsWrong_IsNamedWithItsPlace(string kustomization, string? words, string place)
    {
        (string, string)[] files =
        [
            ("app/kustomization.yaml", kustomization), ("app/web.yaml", Deployment("web")),
            ("app/plugin.yaml", "apiVersion: example.com/v1\nkind: Anything\nmetadata: {name: x}\n"),
        ];
        if (words is null)
        {
            Build("app", files).Objects.Count.ShouldBe(1);
            return;
        }

        var fault = Refusal(files);
        fault.Message.ShouldContain(words);
        if (place.Length > 0) fault.At.ToString().ShouldEndWith(place);
    }

    [Fact]
    public void WhatIsRead_IsExactlyTheRecord()
    {
        var tree = Tree(
            ("base/kustomization.yaml", "resources: [web.yaml]\n"), ("base/web.yaml", Deployment("web")), ("base/README.md", "x"),
            ("app/kustomization.yaml", "resources: [../base]\nconfigMapGenerator: [{name: c, files: [a.txt]}]\n"), ("app/a.txt", "a"),
            ("app/b.txt", "b"));
        KustomizeBuild.Run(tree, "app", BuildSettings.Default, Ct);
        tree.Dependencies.Entries.Where(e => e.Value is not null).Select(e => e.Key)
            .ShouldBe(["app/a.txt", "app/kustomization.yaml", "base/kustomization.yaml", "base/web.yaml"]);
    }

    [Fact]
    public void AChart_IsRenderedFromItsHome_WithItsValuesMerged()
    {
        var built = KustomizeBuild.Run(
            Tree(
                ("app/kustomization.yaml", """
                    namePrefix: pre-
                    helmCharts:
                    - name: shop
                      releaseName: my
                      namespace: prod
                      valuesInline: {size: 3, old: null}
                    """),
                ("app/charts/shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n"),
                ("app/charts/shop/values.yaml", "size: 1\nold: here\n"),
                ("app/charts/shop/templates/config.yaml", """
                    apiVersion: v1
                    kind: ConfigMap
                    metadata: {name: "{{ .Release.Name }}-config", namespace: "{{ .Release.Namespace }}"}
                    data: {size: "{{ .Values.size }}", old: "{{ .Values.old }}"}
                    """)),
            "app", new BuildSettings { HelmEnabled = true }, Ct);
        built.ToYaml().ShouldBe("""
            apiVersion: v1
            data:
              old: here
              size: "3"
            kind: ConfigMap
            metadata:
              name: pre-my-config
              namespace: prod

            """);
    }

    [Fact]
    public void Origins_SayWhereEachObjectIsFrom()
    {
        var built = Build(
            "app",
            ("base/kustomization.yaml", "resources: [web.yaml]\n"), ("base/web.yaml", Deployment("web")),
            ("app/kustomization.yaml", "resources: [../base]\nbuildMetadata: [originAnnotations, managedByLabel]\nsortOptions: {order: fifo}\nconfigMapGenerator: [{name: c, literals: [a=b]}]\n"));
        built.Objects[0].Value["metadata"]["annotations"]["config.kubernetes.io/origin"].AsString().ShouldBe("path: ../base/web.yaml\n");
        built.Objects[1].Value["metadata"]["annotations"]["config.kubernetes.io/origin"].AsString()
            .ShouldBe("configuredIn: kustomization.yaml\nconfiguredBy:\n  apiVersion: builtin\n  kind: ConfigMapGenerator\n");
        built.Objects[0].Value["metadata"]["labels"]["app.kubernetes.io/managed-by"].AsString().ShouldBe("kustomize-v5.7.1");
    }

    [Fact]
    public void AComponentNamedTwice_WorksTwice_ABaseNamedTwice_IsRefused()
    {
        (string, string)[] files =
        [
            ("c/kustomization.yaml", "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -x\n"),
            ("base/kustomization.yaml", "resources: [web.yaml]\n"), ("base/web.yaml", Deployment("web")),
        ];
        Build("app", [.. files, ("app/kustomization.yaml", "resources: [../base]\ncomponents: [../c, ../c]\n")])
            .Objects.ShouldHaveSingleItem().Value["metadata"]["name"].AsString().ShouldBe("web-x-x");
        Refusal([.. files, ("app/kustomization.yaml", "resources: [../base, ../base]\n")])
            .Message.ShouldContain("may not add resource with an already registered id");
    }

    private static KustomizeOutput Build(string folder, params (string Path, string Text)[] files) =>
        KustomizeBuild.Run(Tree(files), folder, BuildSettings.Default, Ct);

    private static KustomizeException Refusal(params (string Path, string Text)[] files) =>
        Should.Throw<KustomizeException>(() => Build("app", files));

    private static MemoryTree Tree(params (string Path, string Text)[] files) => MemoryTree.Of(files);

    private static string Deployment(string name) => $$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{name}}}
        spec:
          template:
            spec:
              containers:
              - {name: main, image: nginx}
        """;
}
