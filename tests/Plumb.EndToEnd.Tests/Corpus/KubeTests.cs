using Plumb.EndToEnd.Tests.Support;

namespace Plumb.EndToEnd.Tests.Corpus;

/// <summary>
/// The same deliveries to a real control plane, which <c>PLUMB_TEST_KUBECONFIG</c> names (<c>./test --kube</c> starts one): other admission,
/// defaults and controllers than the sandbox's.
/// </summary>
[Trait("Category", "Kube")]
public sealed class KubeTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Guestbook_IsDelivered()
    {
        if (!IsHere(nameof(Guestbook_IsDelivered), out var kubeconfig)) return;
        await using var delivery = await Delivery.StartAsync(PlainDirectory.Find("argo-cd-e2e/test/e2e/testdata/guestbook"), automated: true, kubeconfig);
        var state = await delivery.SettleAsync(s => s.IsReady, Bound);
        state.IsReady.ShouldBeTrue(Delivery.Describe(state));
    }

    /// <summary>
    /// <c>frontend-external</c> is of type LoadBalancer, and no cloud is there to give it an address: everything else becomes healthy, and it
    /// stays Progressing until the test plays the cloud.
    /// </summary>
    [Fact]
    public async Task MicroservicesDemo_IsDelivered_AndDriftIsUndone()
    {
        if (!IsHere(nameof(MicroservicesDemo_IsDelivered_AndDriftIsUndone), out var kubeconfig)) return;
        await using var delivery = await Delivery.StartAsync(PlainDirectory.Find("microservices-demo/kubernetes-manifests"), automated: true, kubeconfig);
        var state = await delivery.SettleAsync(
            s => Delivery.OutcomeOf(s) == Outcome.Progressing && Delivery.TroubledOf(s) is ["Service/frontend-external"], Bound);
        $"{Delivery.OutcomeOf(state)} {string.Join(' ', Delivery.TroubledOf(state))}".ShouldBe("Progressing Service/frontend-external", Delivery.Describe(state));

        await delivery.KubectlAsync(
            "patch", "service", "frontend-external", "--subresource=status", "--type=merge",
            "--patch", """{"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}""");
        state = await delivery.SettleAsync(s => s.IsReady, Bound);
        state.IsReady.ShouldBeTrue(Delivery.Describe(state));

        await Drift.UndoneAsync(delivery, "control plane");
    }

    private static bool IsHere(string test, out string kubeconfig)
    {
        kubeconfig = Environment.GetEnvironmentVariable("PLUMB_TEST_KUBECONFIG") ?? "";
        if (!PublicRepositories.AreHere(test)) return false;
        if (kubeconfig.Length > 0) return true;
        if (Environment.GetEnvironmentVariable("PLUMB_REQUIRE_KUBE") == "1") Assert.Fail("PLUMB_TEST_KUBECONFIG names no cluster");
        Console.WriteLine($"{test}: not run, PLUMB_TEST_KUBECONFIG names no cluster; ./test --kube starts one");
        return false;
    }
}
