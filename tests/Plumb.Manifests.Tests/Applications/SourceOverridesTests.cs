using System.Text;
using Plumb.Manifests.Applications;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Tests.Plain;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Targets;

namespace Plumb.Manifests.Tests.Applications;

/// <summary><c>.argocd-source.yaml</c> and <c>.argocd-source-NAME.yaml</c> beside a source.</summary>
public sealed class SourceOverridesTests
{
    private const string Helm = "helm: {releaseName: web, valuesObject: {color: blue, size: {w: 1, h: 2} }, lookup: false}";

    private static readonly (string Path, string Text)[] Chart =
    [
        ("chart/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
        ("chart/values.yaml", "color: grey\n"),
        ("chart/other.yaml", "color: other\n"),
        ("chart/templates/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }} }\ndata: {color: {{ .Values.color }}, size: {{ .Values.size | toJson | quote }} }\n"),
    ];

    [Fact]
    public void OfAllApplications_ThenOfOne_AreLaidOver_TheLastWins()
    {
        var data = Data(Helm, ("chart/.argocd-source.yaml", "helm: {parameters: [{name: color, value: red}]}"));
        data["color"].ShouldBe((Node)"red");
        data = Data(
            Helm,
            ("chart/.argocd-source.yaml", "helm: {parameters: [{name: color, value: red}]}"),
            ("chart/.argocd-source-app.yaml", "helm: {parameters: [{name: color, value: green}]}"),
            ("chart/.argocd-source-other.yaml", "helm: {parameters: [{name: color, value: of another}]}"));
        data["color"].ShouldBe((Node)"green");
    }

    [Fact]
    public void ValuesObject_IsMerged_AndANullTakesAwayThereOnly()
    {
        var data = Data(Helm, ("chart/.argocd-source.yaml", "helm: {releaseName: null, valuesObject: {color: red, size: {w: null}}}"));
        data["color"].ShouldBe((Node)"red");
        data["size"].ShouldBe((Node)"{\"h\":2}");
        Render(Helm, ("chart/.argocd-source.yaml", "helm: {releaseName: null}")).Resources.Single().Id.Name.ShouldBe("web");
    }

    [Fact]
    public void WhereTheSourceComesFrom_StaysAsItIs_WithAWarning()
    {
        var result = Render(Helm, ("chart/.argocd-source.yaml", "path: elsewhere\nrepoURL: https://evil.example.com/x.git\nhelm: {parameters: [{name: color, value: red}]}\n"));

        result.Resources.Single().Id.Name.ShouldBe("web");
        result.Diagnostics.Select(d => d.ToString()).ShouldBe(
        [
            "chart/.argocd-source.yaml(2,1): repoURL is ignored: an override says how a source is rendered, not where it comes from",
            "chart/.argocd-source.yaml(1,1): path is ignored: an override says how a source is rendered, not where it comes from",
        ], ignoreOrder: true);
    }

    [Fact]
    public void LookingIntoTheCluster_IsForTheApplicationToAllow()
    {
        var result = Render(Helm, ("chart/.argocd-source.yaml", "helm: {lookup: true}"), ("chart/templates/b.yaml", "{{ lookup \"v1\" \"Secret\" \"ns\" \"x\" }}"));

        result.Unanswered.ShouldBeNull();
        result.LookedUp.ShouldBeEmpty();
    }

    [Fact]
    public void PlainManifests_TakeDirectory()
    {
        var result = Render(
            "directory: {recurse: false}",
            ("chart/.argocd-source.yaml", "directory: {exclude: '{Chart.yaml,values.yaml,other.yaml}', recurse: true, include: 'plain/*'}"),
            ("chart/plain/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: plain}\n"));

        result.Resources.Single().Id.Name.ShouldBe("plain");
    }

    [Theory]
    [InlineData("helm: [", "chart/.argocd-source.yaml(2,1): this is not YAML")]
    [InlineData("- a", "chart/.argocd-source.yaml(1,1): an override of a source is a map")]
    [InlineData("helm: {valueFiles: 3}", "chart/.argocd-source.yaml(1,8): Application/app: helm.valueFiles must be a list")]
    public void AFileThatCannotBeUsed_IsAnError_AndNothingIsRendered(string text, string error)
    {
        var result = Render(Helm, ("chart/.argocd-source.yaml", text));

        result.Resources.ShouldBeEmpty();
        result.Diagnostics.ShouldContain(d => d.Severity == Severity.Error && d.ToString().StartsWith(error, StringComparison.Ordinal), string.Join("\n", result.Diagnostics));
    }

    [Fact]
    public void TheRecord_HoldsThem_AlsoWhenTheyAreNotThere()
    {
        var tree = MemoryTree.Of(Chart);
        Render(Helm, tree);

        foreach (var name in (string[])[".argocd-source.yaml", ".argocd-source-app.yaml"])
            tree.Dependencies.Entries.ShouldContain(e => e.Key == "chart/" + name && e.Value == null);
    }

    private static Node Data(string source, params (string Path, string Text)[] files)
    {
        var result = Render(source, files);
        result.Diagnostics.ShouldBeEmpty();
        return ((ManifestResource)result.Resources.Single()).Object.Root["data"];
    }

    private static RenderResult Render(string source, params (string Path, string Text)[] files) => Render(source, MemoryTree.Of([.. Chart, .. files]));

    private static RenderResult Render(string source, MemoryTree tree)
    {
        var text = $"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{name: app}}\nspec:\n  source:\n    repoURL: https://example.com/r.git\n    path: chart\n    {source}\n"
            + "  destination: {namespace: ns}\n";
        var faults = new List<Diagnostic>();
        var application = ApplicationReader.Read(YamlReader.ReadAll(Encoding.UTF8.GetBytes(text), "app.yaml", faults)).Applications.Single();
        faults.ShouldBeEmpty();
        return new ManifestRenderer().Render(
            new RenderRequest(tree, application, application.Sources[0], new TargetCapabilities()) { Live = new Dictionary<LiveQuery, LiveAnswer>() },
            TestContext.Current.CancellationToken);
    }
}
