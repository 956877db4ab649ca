using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Tests.Plain;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;

namespace Plumb.Manifests.Tests.Kustomize;

/// <summary>What a kustomization needs of other repositories, known before it is built.</summary>
public sealed class KustomizationClosureTests
{
    private const string Base = "https://git.example.com/org/base";

    private readonly List<string> _opened = [];

    [Fact]
    public async Task BasesOfFolders_AreFound_WithTheirPlaces()
    {
        var closure = await WalkAsync(
            ("overlay/kustomization.yaml", $"resources:\n- ../shared\n- {Base}//web?ref=v1\n- own.yaml\n"),
            ("shared/kustomization.yaml", $"bases:\n- {Base}//cache?ref=v1\ncomponents:\n- git@git.example.com:org/parts.git//metrics\n"));
        closure.Bases.Select(b => $"{b.At}: {b.Address.Repository} {b.Address.Folder} {b.Address.Revision}").ShouldBe(
        [
            $"overlay/kustomization.yaml(3,3): {Base} web v1",
            $"shared/kustomization.yaml(2,3): {Base} cache v1",
            "shared/kustomization.yaml(4,3): git@git.example.com:org/parts.git metrics ",
        ]);
        closure.Bases.ShouldAllBe(b => b.NamedBy == null);
    }

    [Fact]
    public async Task ABase_IsFollowedToo_AndSaysWhoNamedIt()
    {
        var other = MemoryTree.Of(
            ("web/kustomization.yaml", "resources:\n- ../common\n"),
            ("common/kustomization.yaml", "resources:\n- https://tess:s3cr3t@git.example.com/org/third//x\n"));
        var closure = await WalkAsync(
            named => named.Address.Folder == "web" ? other : MemoryTree.Of(("x/kustomization.yaml", "resources: [a.yaml]\n")),
            ("overlay/kustomization.yaml", $"resources: [\"{Base}//web\"]\n"));
        closure.Bases.Count.ShouldBe(2);
        closure.Bases[1].NamedBy!.Repository.ShouldBe(Base);
        closure.Bases[1].At.ToString().ShouldBe($"{Base}//common/kustomization.yaml(2,3)");
    }

    [Fact]
    public async Task Generators_Transformers_AndValidators_AreFollowedWhereTheyAreFolders()
    {
        var closure = await WalkAsync(
            ("overlay/kustomization.yaml", $$"""
                generators: [gen, file.yaml]
                transformers:
                - {{Base}}//labels
                - |-
                  apiVersion: builtin
                  kind: PrefixTransformer
                  metadata: {name: "{{Base}}//not-a-path"}
                  prefix: x
                validators: ["{{Base}}//rules"]
                """),
            ("overlay/gen/kustomization.yaml", $"resources: [\"{Base}//gen\"]\n"),
            ("overlay/file.yaml", "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: x}\n"));
        closure.Bases.Select(b => b.Address.Folder).ShouldBe(["labels", "rules", "gen"]);
    }

    [Fact]
    public async Task Charts_AreNeeded_UnlessTheChartHomeHasThem()
    {
        var closure = await WalkAsync(
            ("overlay/kustomization.yaml", """
                helmCharts:
                - {name: web, repo: "https://charts.example.com", version: 1.2.3, releaseName: web}
                - {name: here, repo: "https://charts.example.com", version: 1.0.0, releaseName: here}
                - {name: local, releaseName: local}
                - {name: queue, repo: "oci://registry.example.com/team", releaseName: queue}
                - {name: queue, repo: "oci://registry.example.com/team", releaseName: other}
                generators: [inflated.yaml]
                """),
            ("overlay/charts/here-1.0.0/here/Chart.yaml", "apiVersion: v2\nname: here\nversion: 1.0.0\n"),
            ("overlay/inflated.yaml", """
                apiVersion: builtin
                kind: HelmChartInflationGenerator
                metadata: {name: x}
                name: cache
                repo: https://charts.example.com
                version: ^2
                releaseName: cache
                """));
        closure.Charts.Select(c => $"{c.Repository} {c.Name} {c.Version}").ShouldBe(
        [
            "https://charts.example.com cache ^2", "https://charts.example.com web 1.2.3", "oci://registry.example.com/team queue ",
        ]);
    }

    [Fact]
    public async Task FilesOfWebServers_AreFound_WhereverAFileMayBeNamed()
    {
        var closure = await WalkAsync(
            ("overlay/kustomization.yaml", """
                resources: ["https://web.example.com/org/repo/raw/main/app.yaml", "https://git.example.com/org/repo.git/app.yaml?ref=v1"]
                patches: [{path: "https://web.example.com/patch.yaml"}, {path: local.yaml}]
                patchesStrategicMerge: ["https://web.example.com/merge.yaml"]
                patchesJson6902: [{path: "https://web.example.com/json.yaml", target: {kind: Deployment, name: x}}]
                replacements: [{path: "https://web.example.com/replacements.yaml"}]
                configurations: ["https://web.example.com/config.yaml"]
                crds: ["https://web.example.com/crd.json"]
                openapi: {path: "https://web.example.com/schema.json"}
                configMapGenerator: [{name: x, files: ["key=https://web.example.com/file.txt"], envs: ["https://web.example.com/env"]}]
                helmCharts: [{name: local, releaseName: x, valuesFile: "https://web.example.com/values.yaml"}]
                """));
        closure.Bases.Select(b => b.Address.Written).ShouldBe(["https://git.example.com/org/repo.git/app.yaml?ref=v1"]);
        closure.Files.Select(f => f.Address[(f.Address.LastIndexOf('/') + 1)..]).Order(StringComparer.Ordinal).ShouldBe(
        [
            "app.yaml", "config.yaml", "crd.json", "env", "file.txt", "json.yaml", "merge.yaml", "patch.yaml", "replacements.yaml", "schema.json", "values.yaml",
        ]);
    }

    [Theory]
    [InlineData("https://raw.githubusercontent.com/org/repo/main/app.yaml", true)]
    [InlineData("https://github.com/org/repo/releases/download/v1.0.0/install.YML", true)]
    [InlineData("https://web.example.com/files/app.json", true)]
    [InlineData("https://git.example.com/org/repo/raw/app.yaml?ref=main", true)]
    [InlineData("https://web.example.com/app.yaml", true)]
    [InlineData("https://github.com/org/repo?ref=v1.0.0", false)]
    [InlineData("https://github.com/org/repo/deploy", false)]
    [InlineData("https://git.example.com/org/app.yaml.git", false)]
    [InlineData("https://dev.example.com/org/project/_git/app.yaml", false)]
    public async Task AWebAddress_IsAFileByHowItEnds(string address, bool isFile)
    {
        var closure = await WalkAsync(("overlay/kustomization.yaml", $"resources: [\"{address}\"]\n"));
        (closure.Files.Count, closure.Bases.Count).ShouldBe(isFile ? (1, 0) : (0, 1));
    }

    [Fact]
    public async Task WhatAnApplicationAdds_Counts()
    {
        var closure = await KustomizationClosure.WalkAsync(
            MemoryTree.Of(("overlay/kustomization.yaml", "namePrefix: x-\n"), ("parts/kustomization.yaml", $"resources: [\"{Base}//deep\"]\n")),
            "overlay",
            new KustomizeSpec
            {
                Components = ["../parts", $"{Base}//part", "missing"],
                Patches = [new KustomizePatch("", "https://web.example.com/patch.yaml", null)],
            },
            OpenAsync(_ => MemoryTree.Of()), TestContext.Current.CancellationToken);
        closure.Bases.Select(b => b.Address.Folder).ShouldBe(["part", "deep"]);
        closure.Files.Single().Address.ShouldBe("https://web.example.com/patch.yaml");
    }

    [Theory]
    [InlineData("resources: [..]\n")]
    [InlineData("resources: [../../../etc, /etc]\n")]
    [InlineData("resources: [missing, \"\"]\nunknown: field\n")]
    [InlineData("resources: {a: b}\n")]
    [InlineData("resources: [\n")]
    [InlineData("")]
    public async Task WhatCannotBeRead_IsLeftForTheBuild(string text) =>
        (await WalkAsync(("overlay/kustomization.yaml", text), ("kustomization.yaml", "resources: [overlay]\n"))).IsEmpty.ShouldBeTrue();

    [Fact]
    public async Task ABaseThatNamesItself_IsOpenedAndLookedIntoOnce()
    {
        var other = MemoryTree.Of(("web/kustomization.yaml", $"resources: [\"{Base}//web\"]\n"));
        var closure = await WalkAsync(_ => other, ("overlay/kustomization.yaml", $"resources: [\"{Base}//web\"]\n"));
        closure.Bases.Count.ShouldBe(2);
        _opened.Count.ShouldBe(2);
    }

    [Fact]
    public async Task ABaseThatCannotBeHad_EndsTheWalk()
    {
        var fault = await Should.ThrowAsync<SourceException>(() => WalkAsync(
            _ => throw new SourceException(SourceFault.Unreachable, "nobody answers"), ("overlay/kustomization.yaml", $"resources: [\"{Base}//web\"]\n")));
        fault.Message.ShouldBe("nobody answers");
    }

    [Fact]
    public async Task RepositoriesThatLeadToEverMore_AreRefusedInTheEnd()
    {
        var count = 0;
        var fault = await Should.ThrowAsync<SourceException>(() => WalkAsync(
            _ => MemoryTree.Of(("kustomization.yaml", $"resources: [\"https://git.example.com/org/repo{++count}\"]\n")),
            ("overlay/kustomization.yaml", $"resources: [\"{Base}\"]\n")));
        fault.Fault.ShouldBe(SourceFault.LimitReached);
        fault.Message.ShouldContain("the kustomization needs more than the 100 other repositories that are allowed; split it");
        count.ShouldBe(KustomizationClosure.MaxRemotes);
    }

    [Fact]
    public async Task OnlyKustomizations_AreReadForIt()
    {
        var tree = MemoryTree.Of(
            ("overlay/kustomization.yaml", "resources: [app.yaml, ../base]\n"), ("overlay/app.yaml", "a: 1\n"), ("base/kustomization.yml", "resources: [b.yaml]\n"));
        await KustomizationClosure.WalkAsync(tree, "overlay", null, OpenAsync(_ => MemoryTree.Of()), TestContext.Current.CancellationToken);
        tree.Dependencies.Entries.Where(e => e.Value is not null && e.Key.EndsWith("ml", StringComparison.Ordinal)).Select(e => e.Key)
            .ShouldBe(["base/kustomization.yml", "overlay/kustomization.yaml"]);
    }

    [Theory]
    [InlineData("overlay", true)]
    [InlineData("chart", false)]
    [InlineData("plain", false)]
    [InlineData("../away", false)]
    public void AFolder_IsAKustomizationByItsFile(string path, bool isOne)
    {
        var tree = MemoryTree.Of(
            ("overlay/Kustomization", "x"), ("chart/kustomization.yaml", "x"), ("chart/Chart.yaml", "x"), ("plain/kustomization.yaml/x", "x"));
        var source = new SourceSpec { RepoUrl = Base, Path = path };
        KustomizationClosure.IsKustomization(tree, source).ShouldBe(isOne);
        KustomizationClosure.IsKustomization(tree, source with { Kustomize = new KustomizeSpec() }).ShouldBeTrue();
        KustomizationClosure.IsKustomization(tree, source with { Directory = new DirectorySpec() }).ShouldBeFalse();
        KustomizationClosure.IsKustomization(tree, source with { Helm = new HelmSpec() }).ShouldBeFalse();
    }

    private Task<KustomizationClosure> WalkAsync(params (string, string)[] files) => WalkAsync(_ => MemoryTree.Of(), files);

    private Task<KustomizationClosure> WalkAsync(Func<RemoteBase, ITree> open, params (string, string)[] files) =>
        KustomizationClosure.WalkAsync(MemoryTree.Of(files), "overlay", null, OpenAsync(open), TestContext.Current.CancellationToken);

    private OpenBase OpenAsync(Func<RemoteBase, ITree> open) => (named, _) =>
    {
        _opened.Add(named.Address.Written);
        return Task.FromResult(open(named));
    };
}
