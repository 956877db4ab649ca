using System.Text;
using Plumb.Manifests.Applications;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Tests.Applications;

public sealed class HealthCheckReaderTests
{
    [Fact]
    public void HealthCheck_HoldsOneRuleOrMany()
    {
        var one = Read("""
            apiVersion: plumb.dev/v1
            kind: HealthCheck
            metadata: {name: widgets}
            spec: {group: example.com, kind: Widget, version: v1, cel: {current: status.ready, failed: "status.phase == 'Bad'"}}
            """, out var clean)!;
        var many = Read("""
            apiVersion: plumb.dev/v1
            kind: HealthCheck
            metadata: {name: all}
            spec:
              checks:
                - {group: a, kind: A, lua: return nil}
                - {kind: "*", lua: return nil, useOpenLibs: false}
            """, out _)!;

        clean.ShouldBeEmpty();
        var rule = one.Rules.ShouldHaveSingleItem();
        (rule.Group, rule.Kind, rule.Version, rule.Current, rule.Failed, rule.Lua).ShouldBe(("example.com", "Widget", "v1", "status.ready", "status.phase == 'Bad'", null));
        many.Rules.Select(r => (r.Group, r.Kind, r.UseOpenLibs)).ShouldBe([("a", "A", true), ("", "*", false)]);
    }

    [Theory]
    [InlineData("{kind: A}", "spec.lua is missing; give lua or cel")]
    [InlineData("{lua: x}", "spec.kind is missing")]
    [InlineData("{kind: A, lua: x, cel: {current: a}}", "spec.cel cannot be given together with lua; remove one")]
    [InlineData("{kind: A, cel: {failed: a}}", "spec.cel.current is missing")]
    [InlineData("{kind: A, cel: {current: 'a &&'}}", "spec.cel.current is no CEL expression: 1:5: unexpected end of expression")]
    public void HealthCheck_ThatIsFaulty_IsLeftOutAndSaysWhy(string spec, string message)
    {
        var found = Read($"{{apiVersion: plumb.dev/v1, kind: HealthCheck, metadata: {{name: h}}, spec: {spec}}}", out var diagnostics);

        found.ShouldBeNull();
        diagnostics.ShouldContain(d => d.Severity == Severity.Error && d.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void ArgoSettings_GiveTheirRules_ExactKindsFirst()
    {
        var rules = Settings("""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: argocd-cm}
            data:
              url: https://argocd.example.com
              resource.customizations: |
                '*.crossplane.io/*':
                  health.lua: return {status = "Healthy"}
                old.io/Old:
                  health.lua.useOpenLibs: true
                  health.lua: return {}
                other.io/NoHealth: {ignoreDifferences: ""}
              resource.customizations.health.cert-manager.io_Certificate: return nil
              resource.customizations.useOpenLibs.cert-manager.io_Certificate: "true"
              resource.customizations.health.Pod: return nil
              resource.customizations.health.all: return nil
              resource.customizations.ignoreDifferences.apps_Deployment: "{}"
              resource.customizations.health.a_b_c: return nil
            """, out var diagnostics).Rules;

        rules.Select(r => (r.Group, r.Kind, r.UseOpenLibs)).ShouldBe(
        [
            ("cert-manager.io", "Certificate", true), ("old.io", "Old", true), ("", "Pod", false), ("*.crossplane.io", "*", false), ("?*", "*", false),
        ]);
        diagnostics.ShouldHaveSingleItem().Message.ShouldContain("resource.customizations.health.a_b_c: expected GROUP_KIND");
    }

    [Fact]
    public void ArgoSettings_NameTheLineOfTheirFirstRule()
    {
        var settings = Settings("""
            apiVersion: v1
            kind: ConfigMap
            metadata: {name: argocd-cm}
            data:
              url: https://argocd.example.com
              resource.customizations.health.Pod: return nil
            """, out _);

        settings.IsArgoSettings.ShouldBeTrue();
        settings.Origin.ToString().ShouldBe("health.yaml(6,3)");
    }

    private static HealthRuleSet? Read(string yaml, out List<Diagnostic> diagnostics)
    {
        var manifest = Manifest(yaml, out diagnostics);
        HealthCheckReader.IsHealthCheck(manifest.Object).ShouldBeTrue();
        return HealthCheckReader.Read(manifest, diagnostics);
    }

    private static HealthRuleSet Settings(string yaml, out List<Diagnostic> diagnostics)
    {
        var manifest = Manifest(yaml, out diagnostics);
        HealthCheckReader.IsArgoSettings(manifest.Object).ShouldBeTrue();
        return HealthCheckReader.ReadArgoSettings(manifest, diagnostics);
    }

    private static Manifest Manifest(string yaml, out List<Diagnostic> diagnostics)
    {
        diagnostics = [];
        return ManifestReader.FromDocuments(YamlReader.ReadAll(Encoding.UTF8.GetBytes(yaml), "health.yaml", diagnostics), diagnostics).Single();
    }
}
