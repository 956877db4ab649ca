using System.Text;
using Plumb.Manifests.Applications;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Tests.Applications;

public sealed class ApplicationReaderTests
{
    private const string Full = """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata:
          name: guestbook
          namespace: argocd
          labels: {team: shop}
          finalizers: [resources-finalizer.argocd.argoproj.io]
        spec:
          project: shop
          source:
            repoURL: https://example.com/r.git
            path: guestbook
            targetRevision: main
            directory: {recurse: true, include: '*.yaml', exclude: '{a,b}', jsonnet: {}}
          destination: {server: https://kubernetes.default.svc, namespace: guestbook}
          syncPolicy:
            automated: {prune: true, selfHeal: true}
            syncOptions: [CreateNamespace=true]
            retry: {limit: 3, backoff: {duration: 10s, factor: 3, maxDuration: 1h30m}}
            managedNamespaceMetadata: {labels: {a: b}, annotations: {c: d}}
          dependsOn: [{name: database}]
          ignoreDifferences:
          - {group: apps, kind: Deployment, jsonPointers: [/spec/replicas], managedFieldsManagers: [hpa]}
          revisionHistoryLimit: 5
        """;

    [Theory]
    [InlineData("argoproj.io/v1alpha1")]
    [InlineData("plumb.dev/v1")]
    public void Application_IsReadWhole(string apiVersion)
    {
        var file = Read(Full.Replace("argoproj.io/v1alpha1", apiVersion));
        file.Diagnostics.ShouldBeEmpty();
        var app = file.Applications.ShouldHaveSingleItem();
        app.Name.ShouldBe("guestbook");
        app.Namespace.ShouldBe("argocd");
        app.Labels["team"].ShouldBe("shop");
        app.Finalizers.ShouldBe(["resources-finalizer.argocd.argoproj.io"]);
        app.Project.ShouldBe("shop");
        app.Sources.Select(s => s with { Written = "" }).ShouldBe(
        [
            new SourceSpec
            {
                RepoUrl = "https://example.com/r.git", Path = "guestbook", TargetRevision = "main",
                Directory = new DirectorySpec(true, "*.yaml", "{a,b}"),
            },
        ]);
        app.Destination.ShouldBe(new DestinationSpec("", "https://kubernetes.default.svc", "guestbook"));
        app.SyncPolicy.Automated.ShouldBe(new AutomatedSpec(true, true));
        app.SyncPolicy.Has("CreateNamespace=true").ShouldBeTrue();
        app.SyncPolicy.Retry.ShouldBe(new RetrySpec(3, TimeSpan.FromSeconds(10), 3, TimeSpan.FromMinutes(90)));
        app.SyncPolicy.NamespaceLabels["a"].ShouldBe("b");
        app.SyncPolicy.NamespaceAnnotations["c"].ShouldBe("d");
        app.DependsOn.ShouldBe(["database"]);
        app.IgnoreDifferences.Single().JsonPointers.ShouldBe(["/spec/replicas"]);
        app.RevisionHistoryLimit.ShouldBe(5);
        app.Digest.Length.ShouldBe(64);
        app.Origin.ShouldBe(new Origin("apps.yaml", 1, 1));
    }

    [Fact]
    public void Defaults_AreArgoCds()
    {
        var app = Read(Minimal("")).Applications.Single();
        app.Project.ShouldBe("default");
        app.Sources[0].TargetRevision.ShouldBe("HEAD");
        app.SyncPolicy.Automated.ShouldBeNull();
        app.SyncPolicy.Retry.ShouldBeNull();
        app.RevisionHistoryLimit.ShouldBe(10);
    }

    [Fact]
    public void AutomatedDisabled_IsManual() =>
        Read(Minimal("  syncPolicy: {automated: {enabled: false, prune: true}}")).Applications.Single().SyncPolicy.Automated.ShouldBeNull();

    [Theory]
    [InlineData("  info: [{name: a, value: b}]", "apps.yaml(7,3): Application/a: spec.info is not supported yet and is ignored")]
    [InlineData("  nope: 1", "apps.yaml(7,3): Application/a: spec.nope is not known and is ignored")]
    [InlineData("  source: {repoURL: u, directory: {jsonnet: {libs: [x]}}}", "apps.yaml(7,46): Application/a: spec.source.directory.jsonnet.libs is not supported yet and is ignored")]
    [InlineData("  sources:\n  - repoURL: u\n    directory:\n      jsonnet: {libs: [x]}", "apps.yaml(10,17): Application/a: spec.sources[0].directory.jsonnet.libs is not supported yet and is ignored")]
    [InlineData("  syncPolicy: {syncOptions: [Nope=true]}", "apps.yaml(7,16): Application/a: spec.syncPolicy.syncOptions holds \"Nope=true\", which is not known and is ignored")]
    [InlineData("  syncPolicy: {syncOptions: [CreateNamespaces=true]}", "apps.yaml(7,16): Application/a: spec.syncPolicy.syncOptions holds \"CreateNamespaces=true\", which is not known and is ignored; did you mean CreateNamespace=true?")]
    [InlineData("  syncPolicy: {syncOptions: [Prune=never]}", "apps.yaml(7,16): Application/a: spec.syncPolicy.syncOptions holds \"Prune=never\", which is ignored: Prune can be true, false, confirm")]
    public void WhatIsNotSupported_GivesAWarningWithItsPath(string lines, string message)
    {
        var file = Read(Minimal(lines));
        file.Applications.Count.ShouldBe(1);
        file.Diagnostics.ShouldContain(d => d.Severity == Severity.Warning && d.ToString() == message, string.Join('\n', file.Diagnostics));
    }

    [Theory]
    [InlineData("  source: {path: a}", "spec.source.repoURL is missing")]
    [InlineData("  source: x", "spec.source must be a map; this is text")]
    [InlineData("  source: {repoURL: u, chart: c}", "spec.source.targetRevision is missing: say which version of the chart")]
    [InlineData("  source: {repoURL: u, targetRevision: 1.5}", "spec.source.targetRevision must be text; this is the number 1.5; quote it")]
    [InlineData("  source: {repoURL: u, path: /a}", "spec.source.path must be relative")]
    [InlineData("  destination: {name: a, server: b}", "spec.destination.name cannot be given together with server")]
    [InlineData("  syncPolicy: {retry: {backoff: {duration: 5x}}}", "spec.syncPolicy.retry.backoff.duration must be a duration")]
    [InlineData("  syncPolicy: {retry: {limit: many}}", "spec.syncPolicy.retry.limit must be a whole number")]
    [InlineData("  syncPolicy: {automated: {prune: 'true'}}", "spec.syncPolicy.automated.prune must be true or false")]
    [InlineData("  syncPolicy: {syncOptions: CreateNamespace=true}", "spec.syncPolicy.syncOptions must be a list")]
    [InlineData(
        "  ignoreDifferences: [{kind: A, jqPathExpressions: [.x, '.a[']}]",
        "spec.ignoreDifferences[0].jqPathExpressions holds at [1] the expression \".a[\", which cannot be read: character 4: the end where an expression")]
    [InlineData("  ignoreDifferences: [{kind: A, jqPathExpressions: ['env.HOME']}]", "env is not available: the outcome must depend on the input alone")]
    [InlineData("  ignoreDifferences: [{group: apps}]", "spec.ignoreDifferences[0].kind is missing")]
    [InlineData("  dependsOn: [database]", "spec.dependsOn[0] must be a map")]
    public void Faults_LeaveTheApplicationOut(string lines, string message)
    {
        var file = Read(Minimal(lines));
        file.Applications.ShouldBeEmpty();
        var fault = file.Diagnostics.First(d => d.Severity == Severity.Error);
        fault.Message.ShouldContain(message);
        fault.Origin.Line.ShouldBe(7);
    }

    [Fact]
    public void MissingSpecAndSource_AreFaults()
    {
        Read("apiVersion: plumb.dev/v1\nkind: Application\nmetadata: {name: a}").Diagnostics.Single().Message.ShouldContain("spec is missing");
        Read("apiVersion: plumb.dev/v1\nkind: Application\nmetadata: {name: a}\nspec: {}").Diagnostics.Single().Message
            .ShouldContain("give source or sources");
        Read("apiVersion: plumb.dev/v9\nkind: Application\nmetadata: {name: a}\nspec: {source: {repoURL: u}}").Diagnostics.Single().Message
            .ShouldContain("plumb.dev/v9");
    }

    [Fact]
    public void Projects_AndOtherObjects_AreToldApart()
    {
        var file = Read("""
            apiVersion: argoproj.io/v1alpha1
            kind: AppProject
            metadata: {name: shop}
            spec:
              description: d
              sourceRepos: ['*']
              destinations: [{server: '*', namespace: shop-*}, {name: x, server: '*', namespace: z}]
              clusterResourceWhitelist: [{group: '', kind: Namespace}]
              namespaceResourceBlacklist: [{group: '*', kind: Secret}]
              roles: [{name: r}]
            ---
            apiVersion: plumb.dev/v1
            kind: Project
            metadata: {name: other}
            spec: {namespaceResourceWhitelist: []}
            ---
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: c}
            """);
        file.Projects.Select(p => p.Name).ShouldBe(["shop", "other"]);
        file.Projects[0].ClusterResourceWhitelist.ShouldBe([new KindPattern("", "Namespace")]);
        file.Projects[0].NamespaceResourceWhitelist.ShouldBeNull();
        file.Projects[1].NamespaceResourceWhitelist.ShouldBe([]);
        file.Others.Single().Object.Name.ShouldBe("c");
        file.Projects[0].Roles.ShouldHaveSingleItem().Name.ShouldBe("r");
        file.Diagnostics.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("5s", 5.0)]
    [InlineData("3m", 180.0)]
    [InlineData("1h15m30.5s", 4530.5)]
    [InlineData("300ms", 0.3)]
    [InlineData("10", 10.0)]
    [InlineData("0", 0.0)]
    [InlineData("", null)]
    [InlineData("5 s", null)]
    [InlineData("s", null)]
    [InlineData("1d", null)]
    [InlineData("1.2.3s", null)]
    public void Durations_FollowGo(string text, double? seconds) =>
        (GoDuration.TryParse(text, out var duration) ? duration.TotalSeconds : (double?)null).ShouldBe(seconds);

    /// <summary>Seven lines; a field given twice wins over the one here.</summary>
    private static string Minimal(string lines)
    {
        var source = lines.Contains("source", StringComparison.Ordinal) && !lines.Contains("ources:", StringComparison.Ordinal) ? "  project: ''" : "  source: {repoURL: u}";
        return $"apiVersion: plumb.dev/v1\nkind: Application\nmetadata:\n  name: a\nspec:\n{source}\n{lines}\n";
    }

    private static ApplicationFile Read(string yaml)
    {
        var diagnostics = new List<Diagnostic>();
        var documents = YamlReader.ReadAll(Encoding.UTF8.GetBytes(yaml), "apps.yaml", diagnostics);
        diagnostics.ShouldBeEmpty();
        return ApplicationReader.Read(documents);
    }
}
