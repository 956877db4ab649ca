using Plumb.Api;

namespace Plumb.Server.Tests.Api;

/// <summary>The audit trail tells of every sync, whoever or whatever began it.</summary>
public sealed class AuditedRunTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SyncsThatPlumbBegins_AreToldOf_WithWhyAndHowTheyEnded_AndThoseThatCallersAskForOnce()
    {
        await using var scene = await ServerScene.StartAsync();
        await EntryAsync(scene, "web", e => e is { Who: "plumb", Method: "automated", Outcome: "done", Project: "shop" } && e.Detail.StartsWith("Succeeded", StringComparison.Ordinal));

        await scene.EditAsync("/api/v1/namespaces/shop/configmaps/settings", """{"data":{"color":"green"}}""");
        var healed = await EntryAsync(scene, "web", e => e is { Who: "plumb", Method: "self-heal", Outcome: "done" });
        (await scene.Admin.GetRunAsync("web", healed.Run, Ct)).Trigger.ShouldBe("SelfHeal");

        await scene.WriteAsync("web/settings.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, labels: {bad: \"not a label!\"}}\n");
        var bad = await scene.CommitAsync("Bad");
        await scene.Admin.PushedAsync(ServerScene.Repository, Ct);
        await EntryAsync(scene, "web", e => e is { Who: "plumb", Outcome: "failed" } && e.Revision == bad && e.Detail.StartsWith("Failed", StringComparison.Ordinal));

        var asked = await scene.Admin.SyncAsync("docs", new SyncBody(), Ct);
        var entries = (await scene.Admin.ListAuditAsync(new AuditQuery { Action = "sync", Subject = "docs" }, Ct)).Items;
        entries.Where(e => e.Run == asked.Id).ShouldHaveSingleItem().Who.ShouldBe("admin");
    }

    [Fact]
    public async Task ACallerWhoGoesAway_IsToldOfAllTheSame()
    {
        await using var scene = await ServerScene.StartAsync();
        await scene.Admin.SuspendAsync("docs", new SuspendBody { Reason = "so that the caller's is the first sync of the commit" }, Ct);
        await scene.WriteAsync("docs/hook.yaml", """
            apiVersion: batch/v1
            kind: Job
            metadata: {name: slow, annotations: {argocd.argoproj.io/hook: PreSync}}
            spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: "busybox:1", command: [sleep, "3600"]}]}}}
            """);
        await scene.WriteAsync("docs/page.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page}\ndata: {text: new}\n");
        await scene.CommitAsync("Slow");
        await scene.Admin.PushedAsync(ServerScene.Repository, Ct);
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await scene.UntilAsync("docs", a => a.Summary.Sync == "OutOfSync");
        var waits = scene.Admin.SyncAsync("docs", new SyncBody(), impatient.Token);
        await scene.UntilAsync("docs", a => a.Summary.Operation.Length > 0);
        await impatient.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waits);
        await EntryAsync(scene, "docs", e => e is { Who: "admin", Outcome: "failed" } && e.Detail.StartsWith("its caller went away", StringComparison.Ordinal));
    }

    private static async Task<AuditRecord> EntryAsync(ServerScene scene, string application, Func<AuditRecord, bool> fits)
    {
        IReadOnlyList<AuditRecord> last = [];
        return await ServerScene.EventuallyAsync(
            async ct =>
            {
                last = (await scene.Admin.ListAuditAsync(new AuditQuery { Action = "sync", Subject = application }, ct)).Items;
                return last.FirstOrDefault(fits);
            },
            () => "no such entry: " + string.Join(" | ", last.Select(e => $"{e.Who} {e.Method} {e.Outcome} {e.Detail} {e.Revision}")));
    }
}
