using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Sync;
using Plumb.Manifests.Tests.Plain;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.Targets;

namespace Plumb.Manifests.Tests.Helm;

/// <summary>A chart as the source of an application: <c>source.helm</c>.</summary>
public sealed class ChartSourceTests
{
    private const string Template =
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\n  namespace: {{ .Release.Namespace }}\ndata:\n"
        + "  color: {{ .Values.color | quote }}\n  kind: {{ kindOf .Values.color }}\n  kube: {{ .Capabilities.KubeVersion.Version }}\n";

    [Fact]
    public void Chart_RendersWithTheApplicationsNameNamespaceAndCluster()
    {
        var data = Render(Tree(), new HelmSpec());
        data["metadata"]["name"].ShouldBe((Node)"app");
        data["metadata"]["namespace"].ShouldBe((Node)"ns");
        data["data"]["color"].ShouldBe((Node)"blue");
        data["data"]["kube"].ShouldBe((Node)"v1.33.0");
    }

    [Fact]
    public void Values_LaterSourcesWin()
    {
        var files = new HelmSpec { ValueFiles = ["values-a.yaml", "/shared/values-b.yaml"] };
        Color(files).ShouldBe("from-b");
        Color(files with { Values = "color: inline" }).ShouldBe("inline");
        Color(files with { Values = "color: inline", Parameters = [new HelmParameter("color", "a,b")] }).ShouldBe("a,b");
        Color(new HelmSpec { FileParameters = [new HelmFileParameter("color", "color.txt")] }).ShouldBe("of a file");
    }

    [Fact]
    public void Parameters_AreTextWhenForced()
    {
        Render(Tree(), new HelmSpec { Parameters = [new HelmParameter("color", "12")] })["data"]["kind"].ShouldBe((Node)"int64");
        Render(Tree(), new HelmSpec { Parameters = [new HelmParameter("color", "12", ForceString: true)] })["data"]["kind"].ShouldBe((Node)"string");
    }

    [Fact]
    public void ValueFiles_MayBeGlobs_InTheOrderOfTheirNames() => Color(new HelmSpec { ValueFiles = ["/shared/*.yaml"] }).ShouldBe("from-b");

    [Fact]
    public void ValueFiles_OfAnotherSource_AreNamedByItsRef()
    {
        var other = MemoryTree.Of(("envs/prod.yaml", "color: other\n"));
        Render(Tree(), new HelmSpec { ValueFiles = ["$values/envs/prod.yaml"] }, ("values", other))["data"]["color"].ShouldBe((Node)"other");
        other.Dependencies.Entries.ShouldContain(e => e.Key == "envs/prod.yaml");
    }

    [Fact]
    public void ValueFiles_ThatAreMissing_AreAnErrorUnlessIgnored()
    {
        var result = Result(Tree(), new HelmSpec { ValueFiles = ["nope.yaml"] });
        result.Diagnostics.Single().Message.ShouldContain("nope.yaml does not exist");
        Color(new HelmSpec { ValueFiles = ["nope.yaml"], IgnoreMissingValueFiles = true }).ShouldBe("blue");
    }

    [Fact]
    public void ValueFiles_OutsideTheRepository_AreRefused() =>
        Result(Tree(), new HelmSpec { ValueFiles = ["../../../etc/passwd"] }).Succeeded.ShouldBeFalse();

    [Fact]
    public void Record_NamesWhatWasRead_AndNothingElse()
    {
        var tree = Tree();
        Render(tree, new HelmSpec { ValueFiles = ["values-a.yaml"] });
        var read = tree.Dependencies.Entries.Select(e => e.Key).ToList();
        read.ShouldContain("chart/values-a.yaml");
        read.ShouldNotContain("shared/values-b.yaml");
    }

    [Fact]
    public void Crds_ComeFirst_UnlessSkipped()
    {
        Result(Tree(), new HelmSpec()).Resources.Count.ShouldBe(2);
        Result(Tree(), new HelmSpec { SkipCrds = true }).Resources.Single().Id.Kind.ShouldBe("ConfigMap");
    }

    [Fact]
    public void Refusals_AreErrorsInHelmsWords()
    {
        var tree = MemoryTree.Of(
            ("chart/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"), ("chart/templates/a.yaml", "{{ fail \"no luck\" }}"));
        Result(tree, new HelmSpec()).Diagnostics.Single().ToString().ShouldBe("chart/Chart.yaml: execution error at (c/templates/a.yaml:1:3): no luck");
    }

    [Fact]
    public void Chart_ThatIsKnown_IsRenderedByItsContent_AndRecordedAsRead()
    {
        var renderer = new ManifestRenderer();
        string? Color(MemoryTree tree, HelmSpec helm) => ConfigMap(Result(renderer, tree, helm))["data"]["color"].AsString();
        var (first, again, changed) = (Tree(), Tree(), Tree(color: "green"));
        Color(first, new HelmSpec()).ShouldBe("blue");
        Color(again, new HelmSpec { Values = "color: red" }).ShouldBe("red");
        Color(changed, new HelmSpec()).ShouldBe("green");
        Color(Tree(), new HelmSpec()).ShouldBe("blue");
        again.Dependencies.Entries.ShouldBe(first.Dependencies.Entries);
    }

    private static string? Color(HelmSpec helm) => Render(Tree(), helm)["data"]["color"].AsString();

    private static MemoryTree Tree(string color = "blue") => MemoryTree.Of(
        ("chart/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
        ("chart/values.yaml", $"color: {color}\n"),
        ("chart/values-a.yaml", "color: from-a\n"),
        ("chart/color.txt", "of a file"),
        ("chart/crds/crd.yaml", "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: xs.example.com\n"),
        ("chart/templates/a.yaml", Template),
        ("shared/values-a.yaml", "color: shared-a\n"),
        ("shared/values-b.yaml", "color: from-b\n"));

    private static Node Render(MemoryTree tree, HelmSpec helm, params (string Ref, MemoryTree Tree)[] references)
    {
        return ConfigMap(Result(tree, helm, references));
    }

    private static Node ConfigMap(RenderResult result)
    {
        result.Diagnostics.Where(d => d.Severity == Severity.Error).ShouldBeEmpty();
        return result.Resources.OfType<Plumb.Manifests.Objects.ManifestResource>().Single(r => r.Id.Kind == "ConfigMap").Object.Root;
    }

    private static RenderResult Result(MemoryTree tree, HelmSpec helm, params (string Ref, MemoryTree Tree)[] references) =>
        Result(new ManifestRenderer(), tree, helm, references);

    private static RenderResult Result(
        ManifestRenderer renderer, MemoryTree tree, HelmSpec helm, params (string Ref, MemoryTree Tree)[] references)
    {
        var source = new SourceSpec { RepoUrl = "https://example.com/r.git", Path = "chart", Helm = helm };
        var application = new ApplicationSpec { Name = "app", Sources = [source], Destination = new DestinationSpec(Namespace: "ns") };
        var request = new RenderRequest(tree, application, source, new TargetCapabilities { Version = "v1.33.0" })
        {
            References = references.ToDictionary(r => r.Ref, r => (ITree)r.Tree),
        };
        return renderer.Render(request, TestContext.Current.CancellationToken);
    }
}
