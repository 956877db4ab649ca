using Plumb.Kubernetes.Tests.Clusters;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Tests.Faults;

public sealed class StoppedServerTests
{
    [Fact]
    public async Task AServerProcessThatIsStopped_FailsWhatIsAskedOfIt_AndIsGoneOnWithWhenItContinues()
    {
        await using var server = await SandboxProcess.StartAsync();
        await using var raw = new RawTarget(server.Kubeconfig);
        await raw.StartAsync();
        var mine = RawTarget.Id("mine") with { Namespace = "default" };
        var manifest = RawTarget.Manifest("mine") with { Id = mine };
        (await ApplyAsync(raw, manifest)).Status.ShouldBe(ResultStatus.Synced);

        await server.StopAsync();
        var failed = await ApplyAsync(raw, manifest);
        failed.Status.ShouldBe(ResultStatus.Failed);
        failed.Message.ShouldContain("did not answer within 2 s");
        raw.Target.Observe([mine])[0].Exists.ShouldBeTrue("nothing is lost");

        await server.ContinueAsync();
        await RawTarget.UntilAsync(() => raw.Target.Fault is null, "no fault is left", 60);
        (await ApplyAsync(raw, manifest)).Status.ShouldNotBe(ResultStatus.Failed);
        (await raw.Target.PlanAsync(new PlanRequest(RawTarget.Shop, ["c0ffee"], [manifest]), LiveTarget.Ct)).Changes
            .ShouldHaveSingleItem().Action.ShouldBe(ChangeAction.None);
    }

    private static async Task<ResourceResult> ApplyAsync(RawTarget raw, Manifests.Objects.ManifestResource manifest) => (await raw.Target.ApplyAsync(
        new ApplyRequest(RawTarget.Shop, [new ApplyItem(manifest.Id, ChangeAction.Update, manifest)]), LiveTarget.Ct))[0];
}
