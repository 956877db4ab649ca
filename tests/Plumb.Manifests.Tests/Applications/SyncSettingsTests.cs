using System.Text;
using Plumb.Manifests.Applications;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Tests.Applications;

/// <summary>Sync windows, the prune guard, retries and finalizers as files state them.</summary>
public sealed class SyncSettingsTests
{
    [Fact]
    public void SyncWindows_AreReadWhole()
    {
        var file = ReadProject("""
              syncWindows:
              - kind: deny
                schedule: '0 22 * * *'
                duration: 1h30m
                applications: [web-*]
                namespaces: [shop]
                clusters: [in-cluster]
                manualSync: true
                timeZone: Europe/Berlin
                andOperator: true
                description: nightly backup
                syncOverrun: true
              - {kind: allow, schedule: '* * * * *', duration: 1m, applications: ['*']}
            """);

        file.Diagnostics.ShouldBeEmpty();
        var windows = file.Projects.Single().SyncWindows;
        var window = windows[0];
        window.Kind.ShouldBe(SyncWindowKind.Deny);
        window.Schedule.ShouldBe("0 22 * * *");
        window.Duration.ShouldBe(TimeSpan.FromMinutes(90));
        window.Applications.ShouldBe(["web-*"]);
        window.Namespaces.ShouldBe(["shop"]);
        window.Clusters.ShouldBe(["in-cluster"]);
        window.TimeZone.ShouldBe("Europe/Berlin");
        window.Description.ShouldBe("nightly backup");
        (window.ManualSync && window.AndOperator && window.SyncOverrun).ShouldBeTrue();
        windows[1].TimeZone.ShouldBe("UTC");
        (windows[1].ManualSync || windows[1].AndOperator || windows[1].SyncOverrun).ShouldBeFalse();
    }

    [Theory]
    [InlineData("{kind: open, schedule: '* * * * *', duration: 1h, applications: [a]}", "spec.syncWindows[0].kind is \"open\"; it can be allow or deny")]
    [InlineData("{kind: deny, schedule: '* * *', duration: 1h, applications: [a]}", "spec.syncWindows[0].schedule the schedule \"* * *\" must have five fields")]
    [InlineData("{kind: deny, schedule: '* * * * *', applications: [a]}", "spec.syncWindows[0].duration must be a duration longer than nothing")]
    [InlineData("{kind: deny, schedule: '* * * * *', duration: 1h, timeZone: Nowhere, applications: [a]}", "the time zone \"Nowhere\" is not known")]
    [InlineData("{schedule: '* * * * *', duration: 1h, applications: [a]}", "spec.syncWindows[0].kind is missing")]
    public void WindowsWithFaults_AreNamed(string window, string message)
    {
        var file = ReadProject($"  syncWindows: [{window}]");

        file.Projects.ShouldBeEmpty();
        file.Diagnostics.ShouldContain(d => d.Severity == Severity.Error && d.Message.Contains(message, StringComparison.Ordinal), string.Join('\n', file.Diagnostics));
    }

    [Fact]
    public void AWindowForNoApplication_GivesAWarning()
    {
        var file = ReadProject("  syncWindows: [{kind: deny, schedule: '* * * * *', duration: 1h}]");

        file.Projects.Count.ShouldBe(1);
        file.Diagnostics.Single().Message.ShouldContain("the window is for no application");
    }

    [Fact]
    public void AProjectThatChanged_HasAnotherDigest() =>
        ReadProject("  sourceRepos: [a]").Projects.Single().Digest.ShouldNotBe(ReadProject("  sourceRepos: [b]").Projects.Single().Digest);

    [Theory]
    [InlineData("", "  syncPolicy: {pruneGuard: 30%}", 30)]
    [InlineData("", "  syncPolicy: {pruneGuard: 30}", 30)]
    [InlineData("plumb.dev/prune-guard: '80%'", "  syncPolicy: {pruneGuard: 30%}", 80)]
    [InlineData("plumb.dev/prune-guard: '100%'", "", 100)]
    [InlineData("", "", null)]
    public void ThePruneGuard_IsTheAnnotationsElseTheFields(string annotation, string lines, int? percent)
    {
        var file = ReadApplication(annotation, lines);

        file.Diagnostics.ShouldBeEmpty();
        file.Applications.Single().SyncPolicy.PruneGuard.ShouldBe(percent);
    }

    [Fact]
    public void ThePruneGuard_OfAProject() => ReadProject("  pruneGuard: 20%").Projects.Single().PruneGuard.ShouldBe(20);

    [Theory]
    [InlineData("plumb.dev/prune-guard: half", "")]
    [InlineData("", "  syncPolicy: {pruneGuard: 101%}")]
    [InlineData("", "  syncPolicy: {pruneGuard: [30]}")]
    public void AGuardThatIsNoShare_IsAFault(string annotation, string lines)
    {
        var file = ReadApplication(annotation, lines);

        file.Applications.ShouldBeEmpty();
        file.Diagnostics.First(d => d.Severity == Severity.Error).Message.ShouldContain("write a share of the live objects from 0% to 100%");
    }

    [Theory]
    [InlineData("{refresh: true}", 0, true)] // as in Argo CD: no retries unless a limit is given
    [InlineData("{limit: 3}", 3, false)]
    [InlineData("{limit: -1, backoff: {maxDuration: '0'}}", -1, false)]
    public void Retries_AreArgoCds(string retry, int limit, bool refresh)
    {
        var file = ReadApplication("", $"  syncPolicy: {{retry: {retry}}}");

        file.Diagnostics.ShouldBeEmpty();
        var read = file.Applications.Single().SyncPolicy.Retry!;
        (read.Limit, read.Refresh).ShouldBe((limit, refresh));
    }

    [Fact]
    public void AFinalizerThatMeansNothingHere_GivesAWarning() =>
        Read("apiVersion: plumb.dev/v1\nkind: Application\nmetadata: {name: a, finalizers: [resource-finalizer.argocd.argoproj.io]}\nspec: {source: {repoURL: u}}")
            .Diagnostics.Single().Message
            .ShouldBe("Application/a: metadata.finalizers holds \"resource-finalizer.argocd.argoproj.io\", which means nothing to Plumb and is ignored");

    private static ApplicationFile ReadProject(string lines) =>
        Read($"apiVersion: plumb.dev/v1\nkind: Project\nmetadata: {{name: shop}}\nspec:\n{lines}\n");

    private static ApplicationFile ReadApplication(string annotation, string lines) =>
        Read($"apiVersion: plumb.dev/v1\nkind: Application\nmetadata:\n  name: a\n  annotations: {{{annotation}}}\nspec:\n  source: {{repoURL: u}}\n{lines}\n");

    private static ApplicationFile Read(string yaml)
    {
        var diagnostics = new List<Diagnostic>();
        var documents = YamlReader.ReadAll(Encoding.UTF8.GetBytes(yaml), "apps.yaml", diagnostics);
        diagnostics.ShouldBeEmpty();
        return ApplicationReader.Read(documents);
    }
}
