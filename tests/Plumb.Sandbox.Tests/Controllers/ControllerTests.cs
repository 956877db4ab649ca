using Microsoft.Extensions.Time.Testing;
using Plumb.Manifests.Documents;
using static Plumb.Sandbox.Tests.Controllers.LivingSandbox;

namespace Plumb.Sandbox.Tests.Controllers;

public sealed class ControllerTests
{
    private const string Deployment = """
        {'apiVersion':'apps/v1','kind':'Deployment','metadata':{'name':'web','namespace':'default'},'spec':{'replicas':3,
        'selector':{'matchLabels':{'app':'web'}},'template':{'metadata':{'labels':{'app':'web'}},
        'spec':{'containers':[{'name':'c','image':'nginx:1.27','ports':[{'name':'http','containerPort':80}]}]}}}}
        """;

    [Fact]
    public async Task Deployment_WhenCreated_BecomesAvailableAndComplete()
    {
        await using var sandbox = new LivingSandbox();
        var web = sandbox.Create(Deployment);
        await sandbox.UntilStatus(web, s => Has(s, "Progressing", "True", "NewReplicaSetAvailable") && s["readyReplicas"].AsInt() == 3, "rollout");
        var live = sandbox.Get("apps", "Deployment", "web");
        live.Annotation("deployment.kubernetes.io/revision").ShouldBe("1");
        live.Root["status"]["observedGeneration"].AsInt().ShouldBe(1);
        sandbox.Api.List("", "Event", "default").ShouldContain(e => e.Root["reason"].AsString() == "ScalingReplicaSet");
        sandbox.Pods().ShouldAllBe(p => p.Root["spec"]["nodeName"].AsString() == "sandbox" && p.Labels!.ContainsKey("pod-template-hash"));
    }

    [Fact]
    public async Task Deployment_WhenImageChanges_RollsToANewReplicaSetAndBack()
    {
        await using var sandbox = new LivingSandbox();
        var web = sandbox.Create(Deployment);
        await sandbox.UntilStatus(web, s => s["availableReplicas"].AsInt() == 3, "first rollout");
        SetImage(sandbox, web, "nginx:1.28");
        await sandbox.UntilStatus(
            web, s => s["observedGeneration"].AsInt() == 2 && s["updatedReplicas"].AsInt() == 3 && s["replicas"].AsInt() == 3 && s["availableReplicas"].AsInt() == 3, "second rollout");
        sandbox.Api.List("apps", "ReplicaSet", "default").Count.ShouldBe(2);
        SetImage(sandbox, web, "nginx:1.27");
        await sandbox.UntilStatus(
            web, s => s["observedGeneration"].AsInt() == 3 && s["updatedReplicas"].AsInt() == 3 && s["replicas"].AsInt() == 3 && s["availableReplicas"].AsInt() == 3, "back");
        sandbox.Api.List("apps", "ReplicaSet", "default").Count.ShouldBe(2);
        sandbox.Get("apps", "Deployment", "web").Annotation("deployment.kubernetes.io/revision").ShouldBe("3");
    }

    [Fact]
    public async Task Deployment_WhenPodsNeverGetReady_ExceedsItsDeadline()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var sandbox = new LivingSandbox(time);
        var web = sandbox.Create(Deployment.Replace("'metadata':{'labels'", "'metadata':{'annotations':{'sandbox.plumb.dev/readiness':'fail'},'labels'", StringComparison.Ordinal)
            .Replace("'replicas':3", "'replicas':1,'progressDeadlineSeconds':30", StringComparison.Ordinal));
        await sandbox.Until(() => sandbox.Pods().Any(p => !p.Root["spec"]["nodeName"].IsNullOrAbsent), "scheduled");
        await LivingSandbox.UntilAsTimeGoesOn(time, () => sandbox.Pods()[0].Root["status"]["phase"].AsString() == "Running", "running");
        Has(sandbox.Pods()[0].Root["status"], "Ready", "False", "ContainersNotReady").ShouldBeTrue();
        await LivingSandbox.UntilAsTimeGoesOn(
            time,
            () => Has(sandbox.Get("apps", "Deployment", "web").Root["status"], "Progressing", "False", "ProgressDeadlineExceeded"),
            "deadline exceeded");
    }

    [Fact]
    public async Task Pod_WhenImageIsMissing_BacksOff()
    {
        await using var sandbox = new LivingSandbox();
        var pod = sandbox.Create(Pod("'image':'sandbox-missing:1'"));
        await sandbox.UntilStatus(pod, s => s["containerStatuses"][0]["state"]["waiting"]["reason"].AsString() == "ImagePullBackOff", "back-off");
        sandbox.Get("", "Pod", "p").Root["status"]["phase"].AsString().ShouldBe("Pending");
    }

    [Theory]
    [InlineData("'command':['sh','-c','exit 3']", "Failed", 3)]
    [InlineData("'command':['sh','-c','echo hello; false']", "Failed", 1)]
    [InlineData("'command':['/bin/false']", "Failed", 1)]
    [InlineData("'command':['true']", "Succeeded", 0)]
    [InlineData("'command':['fail']", "Failed", 128)]
    [InlineData("'args':['serve']", "Succeeded", 0)]
    public async Task Pod_WhenItNeverRestarts_EndsAsItsCommandSays(string command, string phase, int exitCode)
    {
        await using var sandbox = new LivingSandbox();
        var pod = sandbox.Create(Pod("'image':'busybox:1'," + command, "'restartPolicy':'Never',"));
        await sandbox.UntilStatus(pod, s => s["phase"].AsString() == phase, phase);
        sandbox.Get("", "Pod", "p").Root["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"].AsInt().ShouldBe(exitCode);
    }

    [Fact]
    public async Task Pod_WhenItsCommandFails_CrashLoops()
    {
        await using var sandbox = new LivingSandbox();
        var pod = sandbox.Create(Pod("'image':'busybox:1','command':['fail']"));
        await sandbox.UntilStatus(pod, s => s["containerStatuses"][0]["restartCount"].AsInt() >= 2
            && s["containerStatuses"][0]["state"]["waiting"]["reason"].AsString() == "CrashLoopBackOff", "crash loop");
    }

    [Fact]
    public async Task Pod_WhenAConfigMapIsMissing_WaitsForIt()
    {
        await using var sandbox = new LivingSandbox();
        var pod = sandbox.Create(Pod("'image':'busybox:1','envFrom':[{'configMapRef':{'name':'settings'}}]"));
        await sandbox.UntilStatus(pod, s => s["containerStatuses"][0]["state"]["waiting"]["reason"].AsString() == "CreateContainerConfigError", "error");
        sandbox.Create("{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'settings','namespace':'default'}}");
        await sandbox.UntilStatus(pod, s => Has(s, "Ready", "True"), "ready");
    }

    // Several times, as a further event of the Pod, should one be on its way just then, would hide that the first was missed.
    [Theory]
    [InlineData("ConfigMap", "'containers':[{'name':'c','image':'a:1','envFrom':[{'configMapRef':{'name':'late'}}]}]", "CreateContainerConfigError")]
    [InlineData("Secret", "'containers':[{'name':'c','image':'a:1'}],'volumes':[{'name':'v','secret':{'secretName':'late'}}]", "ContainerCreating")]
    public async Task Pod_WhenWhatItWaitsForAppearsWhileItIsLookedAt_DoesNotMissIt(string kind, string spec, string waits)
    {
        await using var sandbox = new LivingSandbox();
        foreach (var name in Enumerable.Range(0, 10).Select(i => "late-" + (char)('a' + i)))
        {
            var pod = sandbox.Create("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p-" + name + "','namespace':'default'},'spec':{"
                + spec.Replace("late", name, StringComparison.Ordinal) + "}}");
            await sandbox.UntilStatus(pod, s => s["containerStatuses"][0]["state"]["waiting"]["reason"].AsString() == waits, waits);

            var told = sandbox.Controllers.OnceLookedAt(kind, name, () => sandbox.Create(
                "{'apiVersion':'v1','kind':'" + kind + "','metadata':{'name':'" + name + "','namespace':'default'}}"));
            sandbox.Change(pod, root => root["metadata"].AsMap()!["annotations"] = new MapNode { { "looked-at", "again" } });
            await told;

            await sandbox.UntilStatus(pod, s => s["phase"].AsString() == "Running", "it runs");
        }
    }

    [Fact]
    public async Task Pod_WhenNoNodeFits_StaysUnschedulable()
    {
        await using var sandbox = new LivingSandbox();
        var pod = sandbox.Create(Pod("'image':'busybox:1'", "'nodeSelector':{'disk':'fast'},"));
        await sandbox.UntilStatus(pod, s => Has(s, "PodScheduled", "False", "Unschedulable"), "unschedulable");
        await sandbox.Until(() => sandbox.Api.List("", "Event", "default").Any(e => e.Root["reason"].AsString() == "FailedScheduling"), "event");
    }

    [Fact]
    public async Task StatefulSet_WhenCreated_StartsPodsInOrderWithBoundClaims()
    {
        await using var sandbox = new LivingSandbox();
        var set = sandbox.Create("""
            {'apiVersion':'apps/v1','kind':'StatefulSet','metadata':{'name':'db','namespace':'default'},'spec':{'replicas':2,'serviceName':'db',
            'selector':{'matchLabels':{'app':'db'}},'template':{'metadata':{'labels':{'app':'db'}},'spec':{'containers':[
            {'name':'c','image':'postgres:17','volumeMounts':[{'name':'data','mountPath':'/data'}]}]}},
            'volumeClaimTemplates':[{'metadata':{'name':'data'},'spec':{'accessModes':['ReadWriteOnce'],'storageClassName':'standard',
            'resources':{'requests':{'storage':'1Gi'}}}}]}}
            """);
        await sandbox.UntilStatus(set, s => s["readyReplicas"].AsInt() == 2 && s["currentRevision"] == s["updateRevision"], "ready");
        sandbox.Get("", "PersistentVolumeClaim", "data-db-1").Root["status"]["phase"].AsString().ShouldBe("Bound");
        var first = sandbox.Get("", "Pod", "db-0");
        sandbox.Change(set, root => root["spec"]["template"]["spec"]["containers"][0].AsMap()!["image"] = "postgres:18");
        await sandbox.UntilStatus(set, s => s["observedGeneration"].AsInt() == 2 && s["updatedReplicas"].AsInt() == 2
            && s["readyReplicas"].AsInt() == 2 && s["currentRevision"] == s["updateRevision"], "rolled");
        sandbox.Get("", "Pod", "db-0").Uid.ShouldNotBe(first.Uid);
    }

    [Fact]
    public async Task DaemonSet_WhenCreated_RunsOnTheNode()
    {
        await using var sandbox = new LivingSandbox();
        var set = sandbox.Create("""
            {'apiVersion':'apps/v1','kind':'DaemonSet','metadata':{'name':'agent','namespace':'default'},'spec':{
            'selector':{'matchLabels':{'app':'a'}},'template':{'metadata':{'labels':{'app':'a'}},'spec':{'containers':[{'name':'c','image':'a:1'}]}}}}
            """);
        await sandbox.UntilStatus(set, s => s["numberReady"].AsInt() == 1 && s["desiredNumberScheduled"].AsInt() == 1, "ready");
    }

    [Theory]
    [InlineData("'command':['true']", "Complete", "CompletionsReached")]
    [InlineData("'command':['sh','-c','exit 1']", "Failed", "BackoffLimitExceeded")]
    public async Task Job_WhenItsPodsEnd_IsCompleteOrFailed(string command, string condition, string reason)
    {
        await using var sandbox = new LivingSandbox();
        var job = sandbox.Create("""
            {'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'once','namespace':'default'},'spec':{'backoffLimit':1,'template':{
            'spec':{'restartPolicy':'Never','containers':[{'name':'c','image':'busybox:1',COMMAND}]}}}}
            """.Replace("COMMAND", command, StringComparison.Ordinal));
        await sandbox.UntilStatus(job, s => Has(s, condition, "True", reason), condition);
    }

    [Fact]
    public async Task Job_WithTimeToLive_IsDeletedAfterIt()
    {
        await using var sandbox = new LivingSandbox();
        sandbox.Create("""
            {'apiVersion':'batch/v1','kind':'Job','metadata':{'name':'once','namespace':'default'},'spec':{'ttlSecondsAfterFinished':0,'template':{
            'spec':{'restartPolicy':'Never','containers':[{'name':'c','image':'busybox:1'}]}}}}
            """);
        await sandbox.Until(() => sandbox.Api.Get("batch", "Job", "default", "once") is null, "deleted");
        await sandbox.Until(() => sandbox.Pods().Count == 0, "its Pods too");
    }

    [Fact]
    public async Task CronJob_WhenDue_CreatesAJob()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 10, 0, 30, TimeSpan.Zero));
        await using var sandbox = new LivingSandbox(time);
        sandbox.Create("""
            {'apiVersion':'batch/v1','kind':'CronJob','metadata':{'name':'tick','namespace':'default'},'spec':{'schedule':'*/5 * * * *','jobTemplate':{
            'spec':{'template':{'spec':{'restartPolicy':'Never','containers':[{'name':'c','image':'busybox:1'}]}}}}}}
            """);
        await LivingSandbox.UntilAsTimeGoesOn(
            time, () => !sandbox.Get("batch", "CronJob", "tick").Root["status"]["lastScheduleTime"].IsNullOrAbsent, "due");
        sandbox.Api.List("batch", "Job", "default")[0].Name.ShouldBe("tick-" + (new DateTimeOffset(2026, 1, 1, 10, 5, 0, TimeSpan.Zero).ToUnixTimeSeconds() / 60));
        sandbox.Get("batch", "CronJob", "tick").Root["status"]["lastScheduleTime"].AsString().ShouldBe("2026-01-01T10:05:00Z");
    }

    [Fact]
    public async Task Service_WhenPodsAreReady_HasEndpoints()
    {
        await using var sandbox = new LivingSandbox();
        var service = sandbox.Create("""
            {'apiVersion':'v1','kind':'Service','metadata':{'name':'web','namespace':'default'},'spec':{'type':'LoadBalancer',
            'selector':{'app':'web'},'ports':[{'port':80,'targetPort':'http'}]}}
            """);
        sandbox.Create(Deployment);
        await sandbox.Until(
            () => sandbox.Api.Get("", "Endpoints", "default", "web")?.Root["subsets"][0]["addresses"].AsList()?.Count == 3
                && sandbox.Api.List("discovery.k8s.io", "EndpointSlice", "default").SingleOrDefault()?.Root["endpoints"].AsList()?.Count == 3,
            "endpoints");
        sandbox.Get("", "Endpoints", "web").Root["subsets"][0]["ports"][0]["port"].AsInt().ShouldBe(80);
        await sandbox.UntilStatus(service, s => !s["loadBalancer"]["ingress"][0]["ip"].IsNullOrAbsent, "address");
        sandbox.Api.Delete("", "Service", "default", "web", Plumb.Sandbox.Storage.DeletePropagation.Background);
        await sandbox.Until(() => sandbox.Api.Get("", "Endpoints", "default", "web") is null, "endpoints gone");
    }

    [Fact]
    public async Task Claim_WhenDeleted_TakesItsVolumeAlong()
    {
        await using var sandbox = new LivingSandbox();
        await sandbox.Until(() => sandbox.Api.Get("storage.k8s.io", "StorageClass", "", "standard") is not null, "class");
        var claim = sandbox.Create("""
            {'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{'name':'data','namespace':'default'},'spec':{
            'accessModes':['ReadWriteOnce'],'resources':{'requests':{'storage':'1Gi'}}}}
            """);
        await sandbox.UntilStatus(claim, s => s["phase"].AsString() == "Bound", "bound");
        sandbox.Api.List("", "PersistentVolume", null).Count.ShouldBe(1);
        sandbox.Api.Delete("", "PersistentVolumeClaim", "default", "data", Plumb.Sandbox.Storage.DeletePropagation.Background);
        await sandbox.Until(() => sandbox.Api.List("", "PersistentVolume", null).Count == 0, "volume gone");
    }

    private static string Pod(string container, string spec = "") =>
        "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'default'},'spec':{" + spec + "'containers':[{'name':'c'," + container + "}]}}";

    private static void SetImage(LivingSandbox sandbox, Plumb.Manifests.Objects.KubeObject web, string image) =>
        sandbox.Change(web, root => root["spec"]["template"]["spec"]["containers"][0].AsMap()!["image"] = image);
}
