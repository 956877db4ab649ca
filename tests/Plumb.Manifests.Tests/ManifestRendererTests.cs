using Plumb.Manifests.Objects;
using Plumb.Manifests.Sync;
using Plumb.Manifests.Tests.Plain;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Targets;

namespace Plumb.Manifests.Tests;

public sealed class ManifestRendererTests
{
    [Fact]
    public void Resources_GetNamespaceTrackingAndPlace()
    {
        var result = Render(MemoryTree.Of(
            ("app/b.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, annotations: {argocd.argoproj.io/sync-wave: '2'}}\n"),
            ("app/a.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: x, namespace: z}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: other}\n")));
        result.Diagnostics.ShouldBeEmpty();
        result.Resources.Select(r => r.Id.ToString()).ShouldBe(["Namespace/x", "Service/other/web", "apps/Deployment/ns/web"]);
        var web = (ManifestResource)result.Resources[2];
        web.Wave.ShouldBe(2);
        web.Rank.ShouldBe(KindRank.Of("Deployment"));
        web.Origin.ShouldBe(new Origin("app/b.yaml", 1, 1));
        web.Object.Namespace.ShouldBe("ns");
        web.Object.Annotation(TrackingId.Annotation).ShouldBe("demo:apps/Deployment:ns/web");
        web.Object.Root.IsFrozen.ShouldBeTrue();
        web.Digest.ShouldBe(CanonicalJson.Digest(web.Object.Root));
        ((ManifestResource)result.Resources[0]).Object.Namespace.ShouldBeEmpty();
        ((ManifestResource)result.Resources[0]).Object.Annotation(TrackingId.Annotation).ShouldBe("demo:/Namespace:ns/x");
    }

    [Fact]
    public void SameTree_RendersTheSame()
    {
        var tree = MemoryTree.Of(("app/a.yaml", Hook("generateName: job-", "Sync")), ("app/b.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: w}\n"));
        Render(tree).Resources.Select(r => (r.Id, r.Digest)).ShouldBe(Render(tree).Resources.Select(r => (r.Id, r.Digest)));
    }

    [Fact]
    public void GeneratedHookNames_DifferByPhaseAndContent()
    {
        var one = Render(MemoryTree.Of(("app/a.yaml", Hook("generateName: job-", "'PreSync,PostSync'")))).Resources;
        one.Select(r => r.Phases).ShouldBe([SyncPhases.PreSync, SyncPhases.PostSync]);
        one[0].Id.Name.ShouldStartWith("job-");
        one[0].Id.Name.ShouldEndWith("-presync");
        one[1].Id.Name.ShouldEndWith("-postsync");
        Render(MemoryTree.Of(("app/a.yaml", Hook("generateName: job-, labels: {a: b}", "PreSync")))).Resources[0].Id.Name.ShouldNotBe(one[0].Id.Name);
    }

    [Fact]
    public void GenerateName_OnAnOrdinaryObject_IsAFault() =>
        Render(MemoryTree.Of(("app/a.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {generateName: p-}\n"))).Diagnostics.Single().ToString()
            .ShouldStartWith("app/a.yaml(3,1): Pod: metadata.name is missing");

    [Fact]
    public void Definitions_TellTheScopeOfTheirKind_AndAreNotTracked()
    {
        const string Definition = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.example.com}
            spec: {group: example.com, names: {kind: Widget}, scope: Cluster}
            ---
            apiVersion: example.com/v1
            kind: Widget
            metadata: {name: w}
            ---
            apiVersion: example.com/v1
            kind: Gadget
            metadata: {name: g}
            """;
        var result = Render(MemoryTree.Of(("app/a.yaml", Definition)));
        result.Resources.Select(r => r.Id.ToString()).ShouldBe(
            ["apiextensions.k8s.io/CustomResourceDefinition/widgets.example.com", "example.com/Widget/w", "example.com/Gadget/ns/g"]);
        ((ManifestResource)result.Resources[0]).Object.Annotation(TrackingId.Annotation).ShouldBeNull();
    }

    [Fact]
    public void Capabilities_TellTheScope()
    {
        var tree = MemoryTree.Of(("app/a.yaml", "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n"));
        var capabilities = new TargetCapabilities { ClusterScopedKinds = new HashSet<string> { "example.com/Widget" } };
        Render(tree, capabilities: capabilities).Resources.Single().Id.Namespace.ShouldBeEmpty();
    }

    [Fact]
    public void Duplicates_LastWinsWithBothPlacesNamed()
    {
        var result = Render(MemoryTree.Of(
            ("app/a.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: w, labels: {v: '1'}}\n"),
            ("app/b.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: w, namespace: ns, labels: {v: '2'}}\n")));
        ((ManifestResource)result.Resources.Single()).Object.Labels!["v"].AsString().ShouldBe("2");
        result.Diagnostics.Single().ToString().ShouldBe("app/b.yaml(1,1): Service/ns/w is stated twice; this one wins over app/a.yaml(1,1). Remove one");
        result.Succeeded.ShouldBeTrue();
    }

    [Fact]
    public void CreateNamespace_AddsItFirst_UnlessTheRenderHasIt()
    {
        var policy = new SyncPolicySpec
        {
            SyncOptions = ["CreateNamespace=true"],
            NamespaceLabels = new Dictionary<string, string> { ["a"] = "b" },
        };
        var service = ("app/a.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: w}\n");
        var made = (ManifestResource)Render(MemoryTree.Of(service), policy: policy).Resources[0];
        made.Id.ToString().ShouldBe("Namespace/ns");
        made.Phases.ShouldBe(SyncPhases.PreSync);
        made.Options.Prune.ShouldBe(Permission.Denied);
        made.Object.Labels!["a"].AsString().ShouldBe("b");

        var own = Render(MemoryTree.Of(service, ("app/n.yaml", "apiVersion: v1\nkind: Namespace\nmetadata: {name: ns}\n")), policy: policy);
        own.Resources.Count.ShouldBe(2);
        own.Resources.Single(r => r.Id.Kind == "Namespace").Phases.ShouldBe(SyncPhases.Sync);
    }

    [Fact]
    public void ApplicationsAndProjects_AreSplitOff()
    {
        var result = Render(MemoryTree.Of(
            ("app/a.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: child}\nspec: {source: {repoURL: u}}\n"),
            ("app/p.yaml", "apiVersion: plumb.dev/v1\nkind: Project\nmetadata: {name: p}\n"),
            ("app/s.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: s}\n")));
        result.Resources.ShouldBeEmpty();
        result.Applications.Single().Name.ShouldBe("child");
        result.Projects.Single().Name.ShouldBe("p");
        result.Diagnostics.Single().Message.ShouldContain("ApplicationSet/s is not supported yet");
    }

    [Theory]
    [InlineData("", false, "a")]
    [InlineData("", true, "a,h,s")]
    [InlineData("sub/*", true, "h,s")]
    public void Recursion_IsOnRequest(string include, bool recurse, string names)
    {
        var tree = MemoryTree.Of(
            ("app/a.yaml", ConfigMap("a")), ("app/sub/s.yml", ConfigMap("s")), ("app/sub/.h.json", """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"h"}}"""),
            ("app/readme.md", "x"), ("other/o.yaml", ConfigMap("o")));
        Names(Render(tree, new DirectorySpec(recurse, include))).ShouldBe(names);
    }

    [Fact]
    public void Exclude_WinsOverInclude()
    {
        var tree = MemoryTree.Of(("app/a.yaml", ConfigMap("a")), ("app/b.yaml", ConfigMap("b")), ("app/c.yaml", ConfigMap("c")));
        Names(Render(tree, new DirectorySpec(Include: "{a.yaml,b.yaml}", Exclude: "b*"))).ShouldBe("a");
    }

    [Fact]
    public void FilesThatAreNoManifests_ArePassedOverWithAWarning()
    {
        var result = Render(MemoryTree.Of(
            ("app/a.yaml", ConfigMap("a")), ("app/values.yaml", "x: 1\n"), ("app/broken.yaml", "x: [\n"), ("app/skipped.yaml", "# +argocd:skip-file-rendering\nx: [\n")));
        Names(result).ShouldBe("a");
        result.Diagnostics.Select(d => (d.Severity, d.Origin.File)).ShouldBe([(Severity.Warning, "app/broken.yaml"), (Severity.Warning, "app/values.yaml")]);
    }

    [Theory]
    [InlineData("app/x.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n data: {}\n", "app/x.yaml(5,")]
    [InlineData("app/x.json", "{\"name\": \"package\"}", "app/x.json(1,1): kind is missing")]
    [InlineData("app/x.jsonnet", "{}", "app/x.jsonnet: Jsonnet is not supported yet")]
    [InlineData("app/Chart.yaml", "name: x\n", "app/Chart.yaml: validation: chart.metadata.version is required")]
    [InlineData("app/kustomization.yaml", "resources:\n- a.yaml\n", "app/kustomization.yaml(2,3): accumulating resources: accumulating resources from 'a.yaml': 'a.yaml' doesn't exist in 'app'")]
    public void Faults_AreErrorsWithTheirPlace(string path, string text, string message)
    {
        var result = Render(MemoryTree.Of((path, text)));
        result.Succeeded.ShouldBeFalse();
        result.Diagnostics.Single().ToString().ShouldStartWith(message);
    }

    [Theory]
    [InlineData("nope", "the path \"nope\" does not exist in commit 0123456789abcdef")]
    [InlineData("app/a.yaml", "is not a directory")]
    [InlineData("/app", "must be relative")]
    [InlineData("app/../../x", "leaves the repository")]
    public void PathsThatCannotBeRendered_AreErrors(string path, string message)
    {
        var result = Render(MemoryTree.Of(("app/a.yaml", ConfigMap("a"))), path: path);
        result.Succeeded.ShouldBeFalse();
        result.Diagnostics.Single().Message.ShouldContain(message);
    }

    [Fact]
    public void RefOnlySource_RendersNothing()
    {
        var source = new SourceSpec { RepoUrl = "u", Ref = "values" };
        var result = new ManifestRenderer().Render(
            new RenderRequest(MemoryTree.Of(("a.yaml", ConfigMap("a"))), Application(source, new SyncPolicySpec()), source, new TargetCapabilities()),
            TestContext.Current.CancellationToken);
        result.Resources.ShouldBeEmpty();
        result.Succeeded.ShouldBeTrue();
    }

    [Fact]
    public void Limits_AreErrors()
    {
        var tree = MemoryTree.Of(("app/a.yaml", ConfigMap("a")), ("app/b.yaml", ConfigMap("b")));
        Render(tree, limits: new RenderLimits(MaxBytes: 80)).Diagnostics.Single().Message.ShouldContain("80 bytes");
        Render(tree, limits: new RenderLimits(MaxObjects: 1)).Diagnostics.Single().Message.ShouldContain("1 objects");
    }

    private static string ConfigMap(string name) => $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n";

    private static string Hook(string metadata, string phases) =>
        $"apiVersion: batch/v1\nkind: Job\nmetadata: {{{metadata}, annotations: {{argocd.argoproj.io/hook: {phases}}}}}\n";

    private static string Names(RenderResult result) => string.Join(',', result.Resources.Select(r => r.Id.Name).Order(StringComparer.Ordinal));

    private static ApplicationSpec Application(SourceSpec source, SyncPolicySpec policy) => new()
    {
        Name = "demo",
        Sources = [source],
        Destination = new DestinationSpec(Namespace: "ns"),
        SyncPolicy = policy,
    };

    private static RenderResult Render(
        MemoryTree tree, DirectorySpec? directory = null, string path = "app", SyncPolicySpec? policy = null,
        TargetCapabilities? capabilities = null, RenderLimits? limits = null)
    {
        var source = new SourceSpec { RepoUrl = "u", Path = path, Directory = directory };
        return new ManifestRenderer(limits).Render(
            new RenderRequest(tree, Application(source, policy ?? new SyncPolicySpec()), source, capabilities ?? new TargetCapabilities()),
            TestContext.Current.CancellationToken);
    }
}
