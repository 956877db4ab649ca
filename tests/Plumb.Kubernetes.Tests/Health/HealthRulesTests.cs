using Plumb.Kubernetes.Health;
using Plumb.Kubernetes.Tests.Compare;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Tests.Health;

public sealed class HealthRulesTests
{
    private const string Widget = """
        {apiVersion: example.com/v1, kind: Widget, metadata: {name: w, generation: 2}, status: {observedGeneration: 2, phase: Ready, conditions: [
          {type: Ready, status: "True"}]}}
        """;

    private static readonly HealthRule Flux = new()
    {
        Group = "example.com",
        Kind = "Widget",
        InProgress = "status.phase == 'Pending'",
        Failed = "status.phase == 'Broken' || status.phase == 'Pending'",
        Current = "status.conditions.exists(c, c.type == 'Ready' && c.status == 'True')",
    };

    [Theory]
    [InlineData("phase: Ready", "phase: Pending", "Progressing", "inProgress: status.phase == 'Pending'")]
    [InlineData("phase: Ready", "phase: Broken", "Degraded", "failed: status.phase == 'Broken'")]
    [InlineData("phase: Ready", "phase: Ready", "Healthy", "")]
    [InlineData("\"True\"", "\"False\"", "Progressing", "current is not true yet")]
    [InlineData("observedGeneration: 2", "observedGeneration: 1", "Progressing", "The controller has seen generation 1 of 2")]
    [InlineData(", phase: Ready", "", "Unknown", "Health check: inProgress: 1:7: no such key: phase")]
    public void Cel_IsAskedInFluxsOrder(string part, string instead, string status, string message)
    {
        var found = Judge(Widget.Replace(part, instead, StringComparison.Ordinal), Flux)!.Value;

        found.Status.ToString().ShouldBe(status);
        found.Message.ShouldStartWith(message);
    }

    [Fact]
    public void Cel_WithoutStatusYet_IsUnknownAndSaysWhy() =>
        Judge("{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}}", Flux)
            .ShouldBe(new HealthState(HealthStatus.Unknown, "Health check: inProgress: 1:1: no such variable: status"));

    [Theory]
    [InlineData("1 +", "Health check: the expression current cannot be read: 1:4: unexpected end of expression")]
    [InlineData("status.phase", "Health check: current gives \"Ready\", not true or false")]
    public void Cel_ThatIsFaulty_IsUnknownAndSaysWhy(string current, string message) =>
        Judge(Widget, new HealthRule { Group = "example.com", Kind = "Widget", Current = current })
            .ShouldBe(new HealthState(HealthStatus.Unknown, message));

    [Theory]
    [InlineData("example.com", "Widget", "", true)]
    [InlineData("*.com", "W*", "v1", true)]
    [InlineData("*", "*", "", true)]
    [InlineData("example.com", "widget", "", false)]
    [InlineData("example.com", "Widget", "v2", false)]
    [InlineData("", "Widget", "", false)]
    public void Rule_FitsByGroupKindAndVersion(string group, string kind, string version, bool fits) =>
        Judge(Widget, new HealthRule { Group = group, Kind = kind, Version = version, Lua = "return {status = 'Suspended'}" }).HasValue.ShouldBe(fits);

    [Theory]
    [InlineData("", "ConfigMap", true)]
    [InlineData("", "Config*", true)]
    [InlineData("*", "*", true)]
    [InlineData("?*", "*", false)] // some group, as Argo CD's patterns with a slash ask for
    [InlineData("v1", "ConfigMap", false)]
    public void Rule_OfTheCoreGroup_HasNoGroup(string group, string kind, bool fits) =>
        Judge(
            "{apiVersion: v1, kind: ConfigMap, metadata: {name: w}}",
            new HealthRule { Group = group, Kind = kind, Lua = "return {status = 'Suspended'}" }).HasValue.ShouldBe(fits);

    [Fact]
    public void Rules_TheFirstThatFitsCounts() =>
        Judge(
            Widget,
            new HealthRule { Group = "other", Kind = "*", Lua = "return {status = 'Missing'}" },
            new HealthRule { Group = "*", Kind = "Widget", Lua = "return {status = 'Degraded', message = obj.status.phase}" },
            Flux).ShouldBe(new HealthState(HealthStatus.Degraded, "Ready"));

    [Fact]
    public void Rule_OfAnObjectThatIsBeingDeleted_IsNotAsked() =>
        Judge("{apiVersion: example.com/v1, kind: Widget, metadata: {name: w, deletionTimestamp: now}}", Flux).ShouldBeNull();

    [Fact]
    public void Lua_ThatSaysNothing_LeavesNothingToWaitFor() =>
        Judge(Widget, new HealthRule { Group = "*", Kind = "*", Lua = "return nil" }).ShouldBe(HealthState.Healthy);

    private static HealthState? Judge(string yaml, params HealthRule[] rules)
    {
        var judge = new HealthRules(TimeProvider.System);
        judge.Use(rules);
        return judge.Judge(KubeYaml.Object(yaml));
    }
}
