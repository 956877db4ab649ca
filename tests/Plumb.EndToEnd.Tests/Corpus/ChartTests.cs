namespace Plumb.EndToEnd.Tests.Corpus;

/// <summary>Charts of the public repositories, delivered to the sandbox from Git as they are.</summary>
public sealed class ChartTests
{
    private const string ArgoCd = "argo-cd-e2e/test/e2e/testdata/";

    [Theory]
    [InlineData(ArgoCd + "helm", "")]
    [InlineData(ArgoCd + "helm-api-versions", "")]
    [InlineData(ArgoCd + "helm-crd", "")]
    [InlineData(ArgoCd + "helm-glob-values", "{valueFiles: [envs/*.yaml]}")]
    [InlineData(ArgoCd + "helm-guestbook", "")]
    [InlineData(ArgoCd + "helm-kube-version", "{kubeVersion: v1.33.0}")]
    [InlineData(ArgoCd + "helm-namespace", "{namespace: default}")]
    [InlineData(ArgoCd + "helm-values", "{values: \"foo: bar\"}")]
    [InlineData(ArgoCd + "helm3-crd", "{skipCrds: false}")]
    [InlineData("podinfo/charts/podinfo", "{skipTests: true}")]
    [InlineData("microservices-demo/helm-chart", "")]
    public async Task AChart_IsSyncedAndHealthy(string path, string helm)
    {
        if (!SharedData.IsHere(path)) return;
        await using var delivery = await Delivery.StartAsync(Chart(path, helm));
        var state = await delivery.SettleAsync(s => Delivery.OutcomeOf(s) == Outcome.Healthy);
        Delivery.OutcomeOf(state).ShouldBe(Outcome.Healthy, Words(state));
    }

    [Theory]
    [InlineData(ArgoCd + "helm-with-dependencies", "dependency \"helm\": nothing is known of the repository \"@custom-repo\"")]
    [InlineData(ArgoCd + "helm-oci-with-dependencies", "dependency \"helm-values\": oci://localhost:5000/myrepo/helm-values")]
    public async Task AChartWhoseDependenciesCannotBeHad_IsRefusedByName(string path, string words)
    {
        if (!SharedData.IsHere(path)) return;
        await using var delivery = await Delivery.StartAsync(Chart(path, ""));
        var state = await delivery.SettleAsync(s => Delivery.OutcomeOf(s) == Outcome.Invalid);
        Words(state).ShouldContain(words);
    }

    [Fact]
    public async Task AChart_IsUpgradedByACommit_AndHeldAgainstDrift()
    {
        if (!SharedData.IsHere("podinfo")) return;
        await using var delivery = await Delivery.StartAsync(Chart("podinfo/charts/podinfo", "{skipTests: true}"), automated: true);
        await delivery.SettleAsync(s => Delivery.OutcomeOf(s) == Outcome.Healthy);

        await delivery.ReplaceAsync("replicaCount: 1", "replicaCount: 3");
        await ReplicasBecomeThreeAsync(delivery);

        await delivery.KubectlAsync("scale", "deployment/delivered-podinfo", "--replicas=1");
        await ReplicasBecomeThreeAsync(delivery);
    }

    private static Task<string> ReplicasBecomeThreeAsync(Delivery delivery) =>
        delivery.KubectlAsync("wait", "deployment/delivered-podinfo", "--for=jsonpath={.spec.replicas}=3", "--timeout=30s");

    private static PlainDirectory Chart(string path, string helm) => new(path, Outcome.Healthy, [], "", "") { Helm = helm };

    private static string Words(Reconcile.States.ApplicationState state) =>
        $"{state.Sync} {state.Health.Status} {state.WaitingFor} {string.Join(" | ", state.Conditions.Select(c => c.Message))} {state.LastRun?.Message} "
        + string.Join(" ", state.Resources.Select(r => $"{r.Id.Kind}/{r.Id.Name}={r.Sync},{r.Health.Status}"));
}
