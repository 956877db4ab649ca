using Plumb.EndToEnd.Tests.Support;
using Plumb.Kubernetes.Client;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests.Faults;

/// <summary>
/// What goes wrong in a real control plane: its programs stand still, are killed and come back, its admission refuses or does not answer.
/// Each test has a namespace and an application of its own, and leaves the control plane as it was.
/// </summary>
[Trait("Category", "Kube")]
public sealed class ControlPlaneFaultsTests(SharedControlPlane shared) : IClassFixture<SharedControlPlane>
{
    private const int Objects = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>As <c>--request-timeout 3s</c>, with fewer attempts: what is tested is what follows, not the patience before it.</summary>
    private static readonly KubeClientOptions Impatient = new()
    {
        RequestTimeout = TimeSpan.FromSeconds(3),
        MaxRetries = 1,
        PingDelay = TimeSpan.FromSeconds(2),
        PingTimeout = TimeSpan.FromSeconds(2),
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("apiserver")]
    [InlineData("etcd")]
    public async Task AProgramThatStandsStill_PrunesNothing_EndsTheRun_AndIsCaughtUpWith(string component)
    {
        if (shared.Plane is not { } plane) return;
        var place = $"still-{component}";
        await using var scene = await Scene.CreateAsync(kubeconfig: plane.Kubeconfig, client: Impatient);
        await DeliverAsync(scene, place);

        await plane.StopAsync(component);
        var commit = await ChangeAsync(scene);
        var away = await scene.UntilAsync(place, s => s.LastRun?.Phase is RunPhase.Failed or RunPhase.Error || IsLost(s), Patience);
        away.LastRun!.Results.ShouldNotContain(r => r.Status == ResultStatus.Pruned);
        Reasons(away).ShouldContain(r => IsSilence(r));
        await plane.ContinueAsync(component);

        await CaughtUpAsync(scene, plane, place, commit);
    }

    [Theory]
    [InlineData("apiserver")]
    [InlineData("etcd")]
    public async Task AProgramThatIsKilledMidApply_SaysWhy_AndNothingIsLostOrAppliedTwice(string component)
    {
        if (shared.Plane is not { } plane) return;
        var place = $"killed-{component}";
        await using var scene = await Scene.CreateAsync(kubeconfig: plane.Kubeconfig, client: Impatient);
        await using var webhook = await AdmissionWebhook.StartAsync(scene, place, "Ignore");
        await DeliverAsync(scene, place);

        // The tenth write of the change is the last thing that the program sees.
        var writes = 0;
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        webhook.Judge = async (_, _) =>
        {
            if (Interlocked.Increment(ref writes) != 10) return null;
            await plane.KillAsync(component);
            killed.SetResult();
            return null;
        };
        var commit = await ChangeAsync(scene);
        await killed.Task.WaitAsync(Patience, Ct);
        var away = await scene.UntilAsync(place, s => Reasons(s).Count > 0, Patience);
        away.LastRun!.Results.ShouldNotContain(r => r.Status == ResultStatus.Pruned);
        Reasons(away).ShouldContain(r => IsSilence(r));
        await plane.StartAgainAsync(component);

        await CaughtUpAsync(scene, plane, place, commit);
    }

    [Fact]
    public async Task AWebhookThatRefuses_IsNamedWithItsReason_TheRestIsApplied_AndTheRefusedFollowsWhenItMay()
    {
        if (shared.Plane is not { } plane) return;
        await using var scene = await Scene.CreateAsync(kubeconfig: plane.Kubeconfig, client: Impatient);
        await using var webhook = await AdmissionWebhook.StartAsync(scene, "refused", "Fail");
        webhook.Judge = (name, _) => Task.FromResult(name == "guarded" ? "nothing guarded today" : null);
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("free", "1")), ("web/b.yaml", Yaml.ConfigMap("guarded", "1")));
        await scene.StartAsync(Application("refused"));

        var refused = await scene.UntilAsync("refused", s => s.LastRun?.Phase == RunPhase.Failed, Patience);
        var result = refused.LastRun!.Results.Single(r => r.Status == ResultStatus.Failed);
        result.Id.Name.ShouldBe("guarded");
        result.Message.ShouldBe("apply refused: admission webhook \"judge.plumb.test\" denied the request: nothing guarded today");

        webhook.Judge = (_, _) => Task.FromResult<string?>(null);
        await scene.UntilAsync("refused", s => s.IsReady, Patience);
        (await plane.WritesAsync("/registry/configmaps/refused/")).ShouldContain(new KeyValuePair<string, int>("free", 1));
    }

    [Fact]
    public async Task AWebhookThatDoesNotAnswer_IsNamed_AndTheObjectsFollowWhenItDoes()
    {
        if (shared.Plane is not { } plane) return;
        await using var scene = await Scene.CreateAsync(kubeconfig: plane.Kubeconfig, client: Impatient);
        await using var webhook = await AdmissionWebhook.StartAsync(scene, "silent", "Fail");
        webhook.Judge = async (_, given) =>
        {
            await Task.Delay(Timeout.Infinite, given);
            return null;
        };
        await scene.Git.WriteAsync(Ct, ("web/a.yaml", Yaml.ConfigMap("asked", "1")));
        await scene.StartAsync(Application("silent"));

        var refused = await scene.UntilAsync("silent", s => s.LastRun?.Phase == RunPhase.Failed, Patience);
        var message = refused.LastRun!.Results.Single(r => r.Id.Name == "asked").Message;
        message.ShouldContain("failed calling webhook \"judge.plumb.test\"");

        webhook.Judge = (_, _) => Task.FromResult<string?>(null);
        await scene.UntilAsync("silent", s => s.IsReady, Patience);
        (await plane.WritesAsync("/registry/configmaps/silent/asked")).ShouldHaveSingleItem().Value.ShouldBe(1);
    }

    [Fact]
    public async Task AQuotaThatIsUsedUp_IsNamed_TheRestIsApplied_AndTheRefusedFollowsWhenThereIsRoom()
    {
        if (shared.Plane is not { } plane) return;
        await using var scene = await Scene.CreateAsync(kubeconfig: plane.Kubeconfig, client: Impatient);
        await scene.KubectlAsync("create", "namespace", "tight");
        await scene.KubectlAsync("create", "quota", "tight", "--namespace", "tight", "--hard", "services=1");
        await scene.KubectlAsync(
            "wait", "quota/tight", "--namespace", "tight", "--for", "jsonpath={.status.used.services}=0", "--timeout", "60s");
        await scene.Git.WriteAsync(
            Ct, ("web/a.yaml", Service("one")), ("web/b.yaml", Service("two")), ("web/c.yaml", Yaml.ConfigMap("free", "1")));
        await scene.StartAsync(Application("tight"));

        var refused = await scene.UntilAsync("tight", s => s.LastRun?.Phase == RunPhase.Failed, Patience);
        var result = refused.LastRun!.Results.Single(r => r.Status == ResultStatus.Failed);
        result.Message.ShouldContain("exceeded quota: tight, requested: services=1, used: services=1, limited: services=1");

        await scene.KubectlAsync("patch", "quota", "tight", "--namespace", "tight", "--patch", """{"spec": {"hard": {"services": "2"}}}""");
        await scene.UntilAsync("tight", s => s.IsReady, Patience);
        var writes = await plane.WritesAsync("/registry/services/specs/tight/");
        writes.ShouldBe(new Dictionary<string, int> { ["one"] = 1, ["two"] = 1 }, ignoreOrder: true);
    }

    private static ApplicationSpec Application(string place)
    {
        var spec = Scene.Application(place, "web", place);
        var retry = new RetrySpec(-1, TimeSpan.FromSeconds(1), 1, TimeSpan.FromSeconds(1));
        return spec with { SyncPolicy = spec.SyncPolicy with { Retry = retry } };
    }

    private static string Service(string name) => $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: {{name}}}
        spec:
          ports: [{port: 80}]
          selector: {app: {{name}}}

        """;

    private static async Task DeliverAsync(Scene scene, string place)
    {
        await scene.Git.WriteAsync(Ct, [.. Files("1"), ("web/leaves.yaml", Yaml.ConfigMap("leaves", "1"))]);
        await scene.StartAsync(Application(place));
        await scene.UntilAsync(place, s => s.IsReady, Patience);
    }

    private static async Task<string> ChangeAsync(Scene scene)
    {
        var commit = await scene.Git.WriteAsync(Ct, [.. Files("2"), ("web/leaves.yaml", null)]);
        scene.Push();
        return commit;
    }

    private static IEnumerable<(string Path, string? Content)> Files(string value) =>
        Enumerable.Range(0, Objects).Select(i => ($"web/c{i}.yaml", (string?)Yaml.ConfigMap($"c{i}", value)));

    private static bool IsLost(ApplicationState state) => state.Conditions.Any(c => c.Type == Condition.ComparisonError);

    /// <summary>Why it does not go on, as its user can read it.</summary>
    private static IReadOnlyList<string> Reasons(ApplicationState state) =>
    [
        .. state.Conditions.Where(c => !c.IsWarning).Select(c => c.Message),
        .. (state.LastRun?.Results ?? []).Where(r => r.Status == ResultStatus.Failed).Select(r => r.Message),
    ];

    /// <summary>The API server does not answer, or says that its store does not.</summary>
    private static bool IsSilence(string reason) =>
        ((string[])["cannot reach", "did not answer", "etcd", "connection refused"]).Any(w => reason.Contains(w, StringComparison.Ordinal));

    /// <summary>All is as the commit says, and each object was written twice in all: once made, once changed.</summary>
    private static async Task CaughtUpAsync(Scene scene, OwnControlPlane plane, string place, string commit)
    {
        await scene.UntilAsync(place, s => s.IsReady && s.Revisions.Contains(commit), Patience);
        var values = await scene.KubectlAsync(
            "get", "configmaps", "--namespace", place, "-o", "jsonpath={range .items[*]}{.metadata.name}={.data.key} {end}");
        var ours = values.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(v => v[0] == 'c' || v[0] == 'l');
        ours.Order().ShouldBe(Enumerable.Range(0, Objects).Select(i => $"c{i}=2").Order());
        var writes = await plane.WritesAsync($"/registry/configmaps/{place}/c");
        writes.ShouldBe(Enumerable.Range(0, Objects).ToDictionary(i => $"{i}", _ => 2), ignoreOrder: true);
    }
}
