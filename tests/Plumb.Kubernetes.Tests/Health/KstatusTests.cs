using Plumb.Kubernetes.Health;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Tests.Health;

/// <summary>kstatus' rule cases, as facts: <c>kstatus.yaml</c>.</summary>
public sealed class KstatusTests
{
    private static readonly VerdictTable Table = VerdictTable.Read("kstatus.yaml", "kstatus");

    public static TheoryData<string> Names => Table.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Assess_JudgesAsKstatus_OrDiffersOnPurpose(string name)
    {
        var found = Table[name];

        ResourceHealth.Assess(found.Object).Status.ShouldBe(found.Ours ?? HealthOf(found.Theirs)!.Value);
    }

    [Fact]
    public void Differences_HaveAReason_WhichThePageOnHealthStates()
    {
        Table.ShouldAccountForDifferences(HealthOf);
        Console.WriteLine($"kstatus: {Table.Cases.Count} cases, {Table.Differing} differ on purpose");
    }

    /// <summary>Kinds without a rule of their own are kstatus' to judge, so that nothing differs there but what it cannot read.</summary>
    [Fact]
    public void Differences_OfKindsWithoutARule_AreFew() =>
        Table.Cases.Where(c => c.Ours is not null && c.Object.GroupVersionKind.Group == "something").Select(c => c.Why).Distinct().Order()
            .ShouldBe(["hook", "odd"]);

    private static HealthStatus? HealthOf(string status) => status switch
    {
        "Current" => HealthStatus.Healthy,
        "InProgress" or "Terminating" => HealthStatus.Progressing,
        "Failed" => HealthStatus.Degraded,
        "error" => HealthStatus.Unknown,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "none of kstatus'"),
    };
}
