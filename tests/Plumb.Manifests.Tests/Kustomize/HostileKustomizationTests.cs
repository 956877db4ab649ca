using System.Text;
using Plumb.Manifests.Kustomize;
using Plumb.Manifests.Tests.Plain;

namespace Plumb.Manifests.Tests.Kustomize;

/// <summary>Kustomizations made to run for ever or to fill the memory: each ends in an error that names what is too much.</summary>
public sealed class HostileKustomizationTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void ACircleOfTwo_IsSeen() => Refusal(
        ("a/kustomization.yaml", "resources: [../b]\n"), ("b/kustomization.yaml", "resources: [../a]\n"))
        .ShouldContain("cycle detected");

    [Fact]
    public void AThousandLayers_AreTooMany()
    {
        var files = Enumerable.Range(0, 1000).Select(i => ($"{Layer(i)}/kustomization.yaml", $"resources: [../{Layer(i + 1)}]\n")).ToList();
        Refusal([.. files, ($"{Layer(1000)}/kustomization.yaml", "namePrefix: x\n")]).ShouldContain("nested more than 200 levels deep");

        static string Layer(int i) => i == 0 ? "a" : $"l{i}";
    }

    [Fact]
    public void LayersThatDouble_EndWithTheNumberOfObjects()
    {
        var files = new List<(string, string)> { ("config.yaml", ""), ("l20/kustomization.yaml", "resources: [config.yaml]\n"), ("l20/config.yaml", ConfigMap("c", "x")) };
        for (var i = 0; i < 20; i++)
        {
            files.Add(($"{(i == 0 ? "a" : $"l{i}")}/kustomization.yaml", $"resources: [../x{i}, ../y{i}]\n"));
            foreach (var side in (string[])["x", "y"])
                files.Add(($"{side}{i}/kustomization.yaml", $"nameSuffix: -{side}{i}\nresources: [../l{i + 1}]\n"));
        }

        Refusal([.. files], new BuildSettings { MaxResources = 5_000 }).ShouldContain("more than the 5000 objects allowed");
    }

    [Fact]
    public void AGeneratorThatRepeatsALargeFile_EndsWithTheBytesRead()
    {
        var entries = new StringBuilder("configMapGenerator:\n- name: c\n  files:\n");
        for (var i = 0; i < 1_000; i++) entries.Append("  - k").Append(i).Append("=large.txt\n");
        Refusal(("a/kustomization.yaml", entries.ToString()), ("a/large.txt", new string('x', 4 * 1024 * 1024)))
            .ShouldContain("the build reads more than the 134217728 bytes allowed");
    }

    [Fact]
    public void ReplacementsThatDouble_EndWithTheirSize()
    {
        var replacements = new StringBuilder("resources: [config.yaml]\nreplacements:\n");
        for (var i = 0; i < 40; i++)
        {
            replacements.Append("- source: {kind: ConfigMap, name: c, fieldPath: data}\n")
                .Append("  targets: [{select: {kind: ConfigMap, name: c}, fieldPaths: [data.k").Append(i).Append("], options: {create: true}}]\n");
        }

        Refusal(("a/kustomization.yaml", replacements.ToString()), ("a/config.yaml", ConfigMap("c", "x")))
            .ShouldContain("values allowed");
    }

    [Fact]
    public void VariablesThatMultiply_EndWithTheirSize()
    {
        var uses = string.Concat(Enumerable.Repeat("$(LONG)", 100_000));
        Refusal(
            ("a/kustomization.yaml", "resources: [config.yaml, pod.yaml]\nvars: [{name: LONG, objref: {apiVersion: v1, kind: ConfigMap, name: c}, fieldref: {fieldpath: data.k}}]\n"),
            ("a/config.yaml", ConfigMap("c", new string('x', 100_000))),
            ("a/pod.yaml", $"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{name: c, args: ['{uses}']}}]}}\n"))
            .ShouldContain("more than");
    }

    [Theory]
    [InlineData("resources: [../../../etc]\n")]
    [InlineData("configMapGenerator: [{name: c, files: [../../../etc/passwd]}]\n")]
    [InlineData("configMapGenerator: [{name: c, files: [../outside.txt]}]\n")]
    [InlineData("resources: [/etc]\n")]
    [InlineData("patches: [{path: ../outside.txt}]\nresources: [config.yaml]\n")]
    public void WhatIsOutside_IsRefused(string kustomization) => Refusal(
        ("a/kustomization.yaml", kustomization), ("a/config.yaml", ConfigMap("c", "x")), ("outside.txt", "secret"));

    [Fact]
    public void AnImagePatternThatBacktracks_DoesNot()
    {
        var built = KustomizeBuild.Run(
            MemoryTree.Of(
                ("a/kustomization.yaml", "resources: [pod.yaml]\nimages: [{name: '(a+)+', newTag: v1}]\n"),
                ("a/pod.yaml", $"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{containers: [{{name: c, image: {new string('a', 50_000)}!}}]}}\n")),
            "a", BuildSettings.Default, Ct);
        built.Objects.ShouldHaveSingleItem();
    }

    private static string ConfigMap(string name, string value) =>
        $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{k: {value}}}\n";

    private static string Refusal(params (string Path, string Text)[] files) => Refusal(files, BuildSettings.Default);

    private static string Refusal((string Path, string Text)[] files, BuildSettings settings) => Should.Throw<KustomizeException>(
        () => KustomizeBuild.Run(MemoryTree.Of(files), "a", settings, Ct)).Message;
}
