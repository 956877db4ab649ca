using Microsoft.Extensions.Time.Testing;
using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Tests.Controllers;

/// <summary>What <c>kubectl describe</c> tells of an object's life.</summary>
public sealed class EventTests
{
    private const string Deployment = """
        {'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web','namespace':'default'},'spec':{'replicas':1,
        'selector':{'matchLabels':{'app':'web'}},'template':{'metadata':{'labels':{'app':'web'}},
        'spec':{'containers':[{'name':'c','image':'nginx'}]}}}}
        """;

    [Fact]
    public async Task ADeployment_ItsReplicaSet_AndItsPod_TellTheirStory()
    {
        await using var sandbox = await WithANodeAsync();
        var web = sandbox.Create(Deployment);
        await sandbox.UntilStatus(web, s => s["availableReplicas"].AsInt() == 1, "rollout");
        var set = sandbox.Api.List("apps", "ReplicaSet", "default").ShouldHaveSingleItem();
        var pod = sandbox.Pods().ShouldHaveSingleItem();

        Told(sandbox, web).ShouldBe([$"Normal ScalingReplicaSet deployment-controller: Scaled up replica set {set.Name} from 0 to 1"]);
        Told(sandbox, set).ShouldBe([$"Normal SuccessfulCreate replicaset-controller: Created pod: {pod.Name}"]);
        Told(sandbox, pod).ShouldBe(
            [
                $"Normal Scheduled default-scheduler: Successfully assigned default/{pod.Name} to sandbox",
                "Normal Pulled kubelet, sandbox spec.containers{c}: Container image \"nginx\" already present on machine",
                "Normal Created kubelet, sandbox spec.containers{c}: Created container: c",
                "Normal Started kubelet, sandbox spec.containers{c}: Started container c",
            ],
            ignoreOrder: true);
    }

    [Fact]
    public async Task AJob_TellsOfItsPods_AndItsEnd()
    {
        await using var sandbox = await WithANodeAsync();
        var job = sandbox.Create("""
            {'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'once','namespace':'default'},'spec':{'template':{
            'spec':{'restartPolicy':'Never','containers':[{'name':'c','image':'busybox','command':['true']}]}}}}
            """);
        await sandbox.UntilStatus(job, s => LivingSandbox.Has(s, "Complete", "True"), "the end");
        await sandbox.Until(() => Told(sandbox, job).Count == 2, "both events");
        var pod = sandbox.Pods().ShouldHaveSingleItem();
        Told(sandbox, job).ShouldBe(
            [$"Normal SuccessfulCreate job-controller: Created pod: {pod.Name}", "Normal Completed job-controller: Job completed"],
            ignoreOrder: true);
    }

    [Fact]
    public async Task AnImageThatIsMissing_IsToldStepByStep()
    {
        await using var sandbox = await WithANodeAsync();
        var pod = sandbox.Create(Pod("sandbox-missing"));
        await sandbox.Until(() => Reasons(sandbox, pod).Contains("BackOff"), "back-off");
        await sandbox.Until(() => Of(sandbox, pod).Any(e => e.Root["message"] == "Error: ImagePullBackOff"), "its error");
        Told(sandbox, pod).Select(t => t.Split(' ')[0] + " " + t.Split(' ')[1]).ShouldBe(
            ["Normal Scheduled", "Normal Pulling", "Warning Failed", "Warning Failed", "Normal BackOff", "Warning Failed"],
            ignoreOrder: true);
    }

    [Fact]
    public async Task WhatHappensAgain_RaisesTheCountOfOneEvent()
    {
        await using var sandbox = await WithANodeAsync();
        const string Fails = "'annotations':{'sandbox.plumb.dev/exit':'fail'},'namespace'";
        var pod = sandbox.Create(Pod("nginx").Replace("'namespace'", Fails, StringComparison.Ordinal));
        await sandbox.Until(() => Of(sandbox, pod).Any(e => e.Root["reason"] == "BackOff" && e.Root["count"].AsInt() >= 3), "three times");
        Of(sandbox, pod).Count(e => e.Root["reason"] == "BackOff").ShouldBe(1);
        Of(sandbox, pod).Single(e => e.Root["reason"] == "Started").Root["count"].AsInt().ShouldNotBeNull().ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task OnlyTheNewestAreKept()
    {
        await using var sandbox = await WithANodeAsync(maxEvents: 5);
        for (var i = 0; i < 4; i++) sandbox.Create(Pod("nginx").Replace("'p'", $"'p{i}'", StringComparison.Ordinal));
        await sandbox.Until(() => sandbox.Pods().All(p => p.Root["status"]["phase"] == "Running"), "all run");
        await sandbox.Until(() => sandbox.Api.List("", "Event", null).Count == 5, "five events");
    }

    [Fact]
    public async Task AnEvent_LivesForAnHour()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var sandbox = await WithANodeAsync(time);
        var first = sandbox.Create(Pod("nginx"));
        await sandbox.Until(() => Reasons(sandbox, first).Contains("Scheduled"), "scheduled");
        time.Advance(TimeSpan.FromMinutes(61));
        await LivingSandbox.UntilAsTimeGoesOn(time, () => Reasons(sandbox, first).Contains("Started"), "started an hour later");
        Reasons(sandbox, first).ShouldNotContain("Scheduled");
    }

    private static async Task<LivingSandbox> WithANodeAsync(TimeProvider? time = null, int maxEvents = 5000)
    {
        var sandbox = new LivingSandbox(time, maxEvents);
        await sandbox.Until(() => sandbox.Api.Get("", "Node", "", "sandbox") is not null, "the node");
        return sandbox;
    }

    private static string Pod(string image) =>
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'default'},"
        + "'spec':{'containers':[{'name':'c','image':'" + image + "'}]}}";

    private static List<KubeObject> Of(LivingSandbox sandbox, KubeObject about) =>
        [.. sandbox.Api.List("", "Event", null).Where(e => e.Root["involvedObject"]["uid"] == about.Uid)];

    private static List<string?> Reasons(LivingSandbox sandbox, KubeObject about) =>
        [.. Of(sandbox, about).Select(e => e.Root["reason"].AsString())];

    private static List<string> Told(LivingSandbox sandbox, KubeObject about) => [.. Of(sandbox, about).Select(e =>
    {
        var (host, path) = (e.Root["source"]["host"].AsString(), e.Root["involvedObject"]["fieldPath"].AsString());
        return $"{e.Root["type"].AsString()} {e.Root["reason"].AsString()} {e.Root["source"]["component"].AsString()}"
            + (host is null ? "" : ", " + host) + (path is null ? "" : " " + path) + ": " + e.Root["message"].AsString();
    })];
}
