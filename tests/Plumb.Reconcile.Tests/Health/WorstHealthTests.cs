using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Registry;
using Plumb.Reconcile.Tests.Support;

namespace Plumb.Reconcile.Tests.Health;

/// <summary>Which of its resources an application has its health from.</summary>
public sealed class WorstHealthTests
{
    private sealed record Line : Change
    {
        public override string DescribeLive() => "";

        public override string DescribeDesired() => "";
    }

    /// <summary>
    /// Resources by name and health: <c>+</c> for one that is not live, <c>-</c> to be pruned, <c>~</c> taken out by its annotation.
    /// </summary>
    [Theory]
    [InlineData("", HealthStatus.Healthy, "")]
    [InlineData("a=Healthy b=Suspended", HealthStatus.Suspended, "/Thing/default/b: Suspended")]
    [InlineData("a=Progressing b=Degraded c=Degraded", HealthStatus.Degraded, "/Thing/default/b: Degraded")]
    [InlineData("a=Degraded b=Unknown", HealthStatus.Unknown, "/Thing/default/b: Unknown")]
    [InlineData("a=Healthy +b", HealthStatus.Healthy, "")]
    [InlineData("a=Progressing +b", HealthStatus.Progressing, "/Thing/default/a: Progressing")]
    [InlineData("+a +b", HealthStatus.Missing, "Nothing of it is there yet")]
    [InlineData("a=Missing b=Healthy", HealthStatus.Missing, "/Thing/default/a: Missing")] // a script says so of an object that is there
    [InlineData("a=Healthy -b=Degraded", HealthStatus.Healthy, "")]
    [InlineData("a=Healthy ~b=Degraded", HealthStatus.Healthy, "")]
    [InlineData("~b=Degraded", HealthStatus.Healthy, "")]
    public void Of_IsTheWorstThatCounts(string resources, HealthStatus expected, string message)
    {
        var changes = resources.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Of).ToList();

        WorstHealth.Of("web", changes, _ => null).ShouldBe(new HealthState(expected, message.TrimStart('/')));
    }

    [Fact]
    public void Of_ANamespaceThatWasMadeForIt_DoesNotMakeTheRestPresent()
    {
        var made = Of("shared=Healthy") with
        {
            Desired = new LineResource { Id = LineRenderer.Id("shared"), Digest = "", Content = "", Origin = default, IsShared = true },
        };

        WorstHealth.Of("web", [made, Of("+a")], _ => null).Status.ShouldBe(HealthStatus.Missing);
    }

    [Theory]
    [InlineData("child", HealthStatus.Degraded, HealthStatus.Degraded)]
    [InlineData("child", HealthStatus.Missing, HealthStatus.Healthy)]
    [InlineData("child", HealthStatus.Unknown, HealthStatus.Healthy)]
    [InlineData("web", HealthStatus.Degraded, HealthStatus.Healthy)] // itself
    [InlineData("child", null, HealthStatus.Healthy)] // no rule
    public void Of_WhatIsRegistered_CountsByTheUsersRules(string name, HealthStatus? judged, HealthStatus expected)
    {
        var child = new RegistryChange { Id = RegisteredResource.ApplicationId(name), Action = ChangeAction.None };

        WorstHealth.Of("web", [child], _ => judged is { } status ? new HealthState(status) : null).Status.ShouldBe(expected);
    }

    private static Line Of(string resource)
    {
        var parts = resource.TrimStart('+', '-', '~').Split('=');
        return new Line
        {
            Id = LineRenderer.Id(parts[0]),
            Action = resource[0] switch { '+' => ChangeAction.Create, '-' => ChangeAction.Delete, _ => ChangeAction.None },
            IgnoresHealth = resource[0] == '~',
            Health = parts.Length > 1 ? new HealthState(Enum.Parse<HealthStatus>(parts[1])) : HealthState.Missing,
        };
    }
}
