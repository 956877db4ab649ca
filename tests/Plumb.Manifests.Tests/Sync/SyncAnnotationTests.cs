using System.Text;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Sync;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;

namespace Plumb.Manifests.Tests.Sync;

public sealed class SyncAnnotationTests
{
    private readonly List<Diagnostic> _diagnostics = [];

    [Theory]
    [InlineData("", SyncPhases.Sync, false)]
    [InlineData("argocd.argoproj.io/hook: PreSync", SyncPhases.PreSync, true)]
    [InlineData("argocd.argoproj.io/hook: 'PreSync, PostSync'", SyncPhases.PreSync | SyncPhases.PostSync, true)]
    [InlineData("argocd.argoproj.io/hook: Sync", SyncPhases.Sync, true)]
    [InlineData("argocd.argoproj.io/hook: SyncFail", SyncPhases.SyncFail, true)]
    [InlineData("argocd.argoproj.io/hook: PreDelete", SyncPhases.PreDelete, true)]
    [InlineData("argocd.argoproj.io/hook: PostDelete", SyncPhases.PostDelete, true)]
    [InlineData("argocd.argoproj.io/hook: Skip", SyncPhases.None, false)]
    [InlineData("argocd.argoproj.io/hook: 'Skip,Sync'", SyncPhases.Sync, true)]
    [InlineData("helm.sh/hook: pre-install,pre-upgrade", SyncPhases.PreSync, true)]
    [InlineData("helm.sh/hook: post-install", SyncPhases.PostSync, true)]
    [InlineData("helm.sh/hook: crd-install", SyncPhases.Sync, false)]
    [InlineData("helm.sh/hook: test", SyncPhases.None, true)]
    [InlineData("{argocd.argoproj.io/hook: PostSync, helm.sh/hook: pre-install}", SyncPhases.PostSync, true)]
    [InlineData("{argocd.argoproj.io/hook: Nope, helm.sh/hook: pre-install}", SyncPhases.PreSync, true)]
    public void Phases_AreReadAsInArgoCd(string annotations, SyncPhases phases, bool isHook)
    {
        var place = Read(annotations);
        place.Phases.ShouldBe(phases);
        place.IsHook.ShouldBe(isHook);
    }

    [Theory]
    [InlineData("argocd.argoproj.io/hook: Sync", HookDeletePolicies.BeforeHookCreation)]
    [InlineData("{argocd.argoproj.io/hook: Sync, argocd.argoproj.io/hook-delete-policy: 'HookSucceeded,HookFailed'}",
        HookDeletePolicies.HookSucceeded | HookDeletePolicies.HookFailed)]
    [InlineData("{helm.sh/hook: pre-install, helm.sh/hook-delete-policy: before-hook-creation}", HookDeletePolicies.BeforeHookCreation)]
    [InlineData("", HookDeletePolicies.None)]
    public void DeletePolicies_AreRead(string annotations, HookDeletePolicies policies) => Read(annotations).DeletePolicies.ShouldBe(policies);

    [Theory]
    [InlineData("argocd.argoproj.io/sync-wave: '-5'", -5, 0)]
    [InlineData("argocd.argoproj.io/sync-wave: '+2'", 2, 0)]
    [InlineData("helm.sh/hook-weight: '3'", 3, 0)]
    [InlineData("{argocd.argoproj.io/sync-wave: x, helm.sh/hook-weight: '3'}", 3, 1)]
    public void Waves_AreRead(string annotations, int wave, int warnings)
    {
        Read(annotations).Wave.ShouldBe(wave);
        _diagnostics.Count.ShouldBe(warnings);
    }

    [Fact]
    public void UnknownHookType_GivesAWarningThatNamesIt()
    {
        Read("argocd.argoproj.io/hook: Before");
        _diagnostics.ShouldHaveSingleItem().Message.ShouldContain("Before is no hook type");
    }

    [Fact]
    public void Options_OfTheResourceWinOverTheApplications()
    {
        var value = Manifest("{argocd.argoproj.io/sync-options: 'Prune=true, Replace=true,Delete=confirm', argocd.argoproj.io/compare-options: IgnoreExtraneous}").Object;
        var options = SyncAnnotations.ReadOptions(value, ["Prune=false", "Validate=false", "PruneLast=true"]);
        options.ShouldBe(new ResourceOptions
        {
            Prune = Permission.Allowed,
            Delete = Permission.Confirm,
            Replace = true,
            Validate = false,
            PruneLast = true,
            IgnoreExtraneous = true,
        });
    }

    [Theory]
    [InlineData("Prun=false", "argocd.argoproj.io/sync-options: \"Prun=false\" is not known and is ignored; did you mean Prune=false?")]
    [InlineData("skipdryrunonmissingresource=true", "did you mean SkipDryRunOnMissingResource=true?")]
    [InlineData("Replace=yes", "argocd.argoproj.io/sync-options: \"Replace=yes\" is ignored: Replace can be true, false")]
    [InlineData("Everything", "\"Everything\" is not known and is ignored")]
    public void AnOptionThatMeansNothing_GivesAWarningWithTheNearestThatDoes(string option, string message)
    {
        Read($"argocd.argoproj.io/sync-options: '{option}, Validate=false'");
        _diagnostics.ShouldHaveSingleItem().Message.ShouldEndWith(message);
    }

    [Theory]
    [InlineData("ServerSideApply=true")]
    [InlineData("ServerSideApply=false")]
    [InlineData("RespectIgnoreDifferences=true")]
    [InlineData("PrunePropagationPolicy=background")]
    [InlineData("Prune=confirm,Delete=confirm")]
    public void KnownOptions_GiveNone(string options)
    {
        Read($"argocd.argoproj.io/sync-options: '{options}'");
        _diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public void HelmsKeepPolicy_KeepsAnObjectFromBeingPrunedAndDeleted()
    {
        var options = SyncAnnotations.ReadOptions(Manifest("helm.sh/resource-policy: keep").Object, []);

        options.ShouldBe(new ResourceOptions { Prune = Permission.Denied, Delete = Permission.Denied });
    }

    [Fact]
    public void Ranks_PutWhatOthersNeedFirst()
    {
        string[] kinds = ["Widget", "Deployment", "Namespace", "ConfigMap", "Service", "CustomResourceDefinition", "Ingress"];
        kinds.OrderBy(KindRank.Of).ShouldBe(["Namespace", "ConfigMap", "CustomResourceDefinition", "Service", "Deployment", "Ingress", "Widget"]);
        KindRank.Of("Widget").ShouldBe(0);
    }

    [Theory]
    [InlineData("app:apps/Deployment:ns/web")]
    [InlineData("team_app:/Service:ns/web")]
    [InlineData("app:rbac.authorization.k8s.io/ClusterRole:/system:auth:x")]
    public void TrackingId_ReadThenWritten_IsTheSame(string text)
    {
        TrackingId.TryParse(text, out var id).ShouldBeTrue();
        id.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("app")]
    [InlineData("app:Deployment:ns/web")]
    [InlineData(":apps/Deployment:ns/web")]
    public void TrackingId_OtherText_IsRefused(string? text) => TrackingId.TryParse(text, out _).ShouldBeFalse();

    private SyncPlace Read(string annotations) => SyncAnnotations.Read(Manifest(annotations), _diagnostics);

    private static Manifest Manifest(string annotations)
    {
        var diagnostics = new List<Diagnostic>();
        var map = annotations.StartsWith('{') ? annotations : "{" + annotations + "}";
        if (annotations.Length > 0 && !annotations.StartsWith('{')) map = "\n    " + annotations;
        return ManifestReader.Read(
            Encoding.UTF8.GetBytes($"apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  annotations: {map}\n"), "f.yaml", diagnostics).Single();
    }
}
