using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests.Corpus;

/// <summary>
/// The same deliveries to a real control plane, which <c>PLUMB_TEST_KUBECONFIG</c> names (<c>./test --kube</c> starts one): other admission,
/// defaults and controllers than the sandbox's.
/// </summary>
[Trait("Category", "Kube")]
public sealed class KubeTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Guestbook_IsDelivered()
    {
        if (!IsHere(nameof(Guestbook_IsDelivered), out var kubeconfig)) return;
        await using var delivery = await Delivery.StartAsync(PlainDirectory.Find("argo-cd-e2e/test/e2e/testdata/guestbook"), automated: true, kubeconfig);
        var state = await delivery.SettleAsync(s => s.IsReady, Bound);
        state.IsReady.ShouldBeTrue(Delivery.Describe(state));
    }

    /// <summary>
    /// Two things stand in the way there. Before Kubernetes 1.24 no probe speaks gRPC: the Deployments that have one are refused with the
    /// field's name, everything else is delivered, and a commit with TCP probes delivers them too. And <c>frontend-external</c> is of type
    /// LoadBalancer, and no cloud is there to give it an address: it stays Progressing until the test plays the cloud.
    /// </summary>
    [Fact]
    public async Task MicroservicesDemo_IsDelivered_AndDriftIsUndone()
    {
        if (!IsHere(nameof(MicroservicesDemo_IsDelivered_AndDriftIsUndone), out var kubeconfig)) return;
        await using var delivery = await Delivery.StartAsync(PlainDirectory.Find("microservices-demo/kubernetes-manifests"), automated: true, kubeconfig);
        const string AllButAddress = "Progressing Service/frontend-external";
        var state = await delivery.SettleAsync(s => Result(s) == AllButAddress || s.LastRun?.Phase == RunPhase.Failed, Bound);
        if (Result(state) != AllButAddress)
        {
            Console.WriteLine("control plane: as it is, microservices-demo needs a cluster that knows gRPC probes; " + state.LastRun!.Message[..80]);
            state.LastRun!.Results.Where(r => r.Status == ResultStatus.Failed).ShouldAllBe(r => r.Id.Kind == "Deployment" && r.Message.Contains("Probe.grpc"));
            await delivery.ReplaceAsync("grpc:", "tcpSocket:");
            state = await delivery.SettleAsync(s => Result(s) == AllButAddress, Bound);
        }

        Result(state).ShouldBe(AllButAddress, Delivery.Describe(state));
        await delivery.KubectlAsync(
            "patch", "service", "frontend-external", "--subresource=status", "--type=merge",
            "--patch", """{"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}""");
        state = await delivery.SettleAsync(s => s.IsReady, Bound);
        state.IsReady.ShouldBeTrue(Delivery.Describe(state));

        await Drift.UndoneAsync(delivery, "control plane");
    }

    private static string Result(ApplicationState state) => $"{Delivery.OutcomeOf(state)} {string.Join(' ', Delivery.TroubledOf(state))}";

    private static bool IsHere(string test, out string kubeconfig)
    {
        kubeconfig = Environment.GetEnvironmentVariable("PLUMB_TEST_KUBECONFIG") ?? "";
        if (!SharedData.IsHere(test)) return false;
        if (kubeconfig.Length > 0) return true;
        if (Environment.GetEnvironmentVariable("PLUMB_REQUIRE_KUBE") == "1") Assert.Fail("PLUMB_TEST_KUBECONFIG names no cluster");
        Console.WriteLine($"{test}: not run, PLUMB_TEST_KUBECONFIG names no cluster; ./test --kube starts one");
        return false;
    }
}
