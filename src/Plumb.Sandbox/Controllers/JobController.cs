using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>Runs Jobs to completion or failure.</summary>
internal sealed class JobController(Cluster cluster) : Controller(cluster)
{
    private const string Component = "job-controller";
    private const string IndexAnnotation = "batch.kubernetes.io/job-completion-index";

    public override void Observe(ObjectEvent change)
    {
        if (Is(change.Object, "batch", "Job")) Queue.Add(ObjectKey.Of(change.Object));
        else if (Is(change.Object, "", "Pod")) QueueOwner(change.Object, "batch", "Job");
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Cluster.GetAlive(key) is not { } job) return null;
        if (FinishedAt(job) is { } finished) return Expire(job, finished);
        var spec = job.Root["spec"];
        var status = PodState.CloneStatus(job);
        var pods = Cluster.Dependents(job, "Pod").Where(p => !Cluster.IsDeleting(p)).ToList();
        var active = pods.Where(p => !PodState.IsFinished(p)).ToList();
        var succeeded = pods.Count(p => PodState.Phase(p) == "Succeeded");
        var failed = Math.Max(pods.Count(p => PodState.Phase(p) == "Failed"), status["failed"].AsInt() ?? 0);

        if (spec["suspend"].AsBool() is true)
        {
            foreach (var pod in active) Delete(job, pod);
            status.Remove("startTime");
            if (!Conditions.IsTrue(status, "Suspended")) Cluster.Events.Normal(job, Component, "Suspended", "Job suspended");
            Conditions.Set(status, "Suspended", true, "JobSuspended", "Job suspended", Cluster.Timestamp, "lastProbeTime");
            Write(job, status, [], succeeded, failed);
            return null;
        }

        if (Conditions.IsTrue(status, "Suspended"))
        {
            Conditions.Set(status, "Suspended", false, "JobResumed", "Job resumed", Cluster.Timestamp, "lastProbeTime");
            Cluster.Events.Normal(job, Component, "Resumed", "Job resumed");
        }

        if (status["startTime"].IsNullOrAbsent) status["startTime"] = Cluster.Timestamp;
        var deadline = TimeLeft(spec, status);
        var limit = spec["backoffLimit"].AsInt() ?? 6;
        if (failed > limit || Restarts(spec, active) > limit)
        {
            return Fail(job, status, active, succeeded, failed, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        }

        if (deadline <= TimeSpan.Zero)
        {
            return Fail(job, status, active, succeeded, failed, "DeadlineExceeded", "Job was active longer than specified deadline");
        }

        if (IsDone(spec, pods, active.Count, succeeded)) return Complete(job, status, active, succeeded, failed);
        var wait = StartPods(job, pods, active, succeeded, failed);
        Write(job, status, active, succeeded, failed);
        return PodState.Earlier(wait, deadline);
    }

    private static bool IsDone(Node spec, List<KubeObject> pods, int active, int succeeded)
    {
        if (spec["completionMode"].AsString() == "Indexed")
        {
            return DoneIndexes(pods).Count >= (spec["completions"].AsInt() ?? 1);
        }

        // Without a count, one success says that the work is done; the others may finish.
        return spec["completions"].AsInt() is { } wanted ? succeeded >= wanted : succeeded > 0 && active == 0;
    }

    private static SortedSet<long> DoneIndexes(List<KubeObject> pods) =>
        [.. pods.Where(p => PodState.Phase(p) == "Succeeded").Select(IndexOf)];

    private static long IndexOf(KubeObject pod) =>
        long.TryParse(pod.Annotation(IndexAnnotation), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1;

    // Containers that the kubelet restarts in place count against the limit too.
    private static long Restarts(Node spec, List<KubeObject> active) =>
        spec["template"]["spec"]["restartPolicy"].AsString() != "OnFailure"
            ? 0
            : active.Sum(p => p.Root["status"]["containerStatuses"].Maps().Sum(c => c["restartCount"].AsInt() ?? 0));

    private TimeSpan? TimeLeft(Node spec, Node status)
    {
        if (spec["activeDeadlineSeconds"].AsInt() is not { } seconds) return null;
        return (Cluster.ParseTime(status["startTime"]) ?? Cluster.Now).AddSeconds(seconds) - Cluster.Now;
    }

    private TimeSpan? StartPods(KubeObject job, List<KubeObject> pods, List<KubeObject> active, int succeeded, long failed)
    {
        var spec = job.Root["spec"];
        var parallel = spec["parallelism"].AsInt() ?? 1;
        var left = spec["completions"].AsInt() is { } completions ? completions - succeeded : succeeded > 0 ? 0 : long.MaxValue;
        var missing = Math.Min(parallel, left) - active.Count;
        for (; missing < 0; missing++)
        {
            Delete(job, active[^1]);
            active.RemoveAt(active.Count - 1);
        }

        if (missing == 0) return null;
        if (BackOff(pods, failed) is { } wait && wait > TimeSpan.Zero) return wait;
        for (; missing > 0; missing--)
        {
            var pod = Cluster.PodFrom(job, spec["template"], job.Name + "-");
            if (spec["completionMode"].AsString() == "Indexed") SetIndex(job, pod, pods);
            var created = Cluster.Create(pod);
            active.Add(created);
            pods.Add(created);
            Cluster.Events.Normal(job, Component, "SuccessfulCreate", "Created pod: " + created.Name);
        }

        return null;
    }

    private static void SetIndex(KubeObject job, KubeObject pod, List<KubeObject> pods)
    {
        var taken = pods.Where(p => PodState.Phase(p) != "Failed").Select(IndexOf).ToHashSet();
        var index = 0L;
        while (taken.Contains(index)) index++;
        var text = index.ToString(CultureInfo.InvariantCulture);
        var metadata = pod.Root["metadata"].AsMap()!;
        metadata.GetOrAddMap("annotations")[IndexAnnotation] = text;
        metadata.GetOrAddMap("labels")[IndexAnnotation] = text;
        metadata["name"] = $"{job.Name}-{text}-{Cluster.Suffix()}";
        metadata["generateName"] = $"{job.Name}-{text}-";
        pod.Root.GetOrAddMap("spec")["hostname"] = $"{job.Name}-{text}";
    }

    // After a failure the next Pod waits, longer each time.
    private TimeSpan? BackOff(List<KubeObject> pods, long failed)
    {
        if (failed == 0) return null;
        var last = pods.Where(p => PodState.Phase(p) == "Failed").Select(FinishedTime).Max();
        if (last is null) return null;
        var delay = Cluster.Options.BackOff * Math.Pow(2, Math.Min(failed - 1, 10));
        var limit = TimeSpan.FromMinutes(10);
        return last.Value + (delay < limit ? delay : limit) - Cluster.Now;
    }

    private static DateTimeOffset? FinishedTime(KubeObject pod) =>
        pod.Root["status"]["containerStatuses"].Maps().Select(c => Cluster.ParseTime(c["state"]["terminated"]["finishedAt"])).Max();

    private TimeSpan? Complete(KubeObject job, MapNode status, List<KubeObject> active, int succeeded, long failed)
    {
        foreach (var pod in active) Delete(job, pod);
        foreach (var type in (ReadOnlySpan<string>)["SuccessCriteriaMet", "Complete"])
        {
            Conditions.Set(status, type, true, "CompletionsReached", "Reached expected number of succeeded pods", Cluster.Timestamp,
                "lastProbeTime");
        }

        status["completionTime"] = Cluster.Timestamp;
        Write(job, status, [], succeeded, failed);
        Cluster.Events.Normal(job, Component, "Completed", "Job completed");
        return Expire(job, Cluster.Now);
    }

    private TimeSpan? Fail(
        KubeObject job, MapNode status, List<KubeObject> active, int succeeded, long failed, string reason, string message)
    {
        foreach (var pod in active) Delete(job, pod);
        foreach (var type in (ReadOnlySpan<string>)["FailureTarget", "Failed"])
        {
            Conditions.Set(status, type, true, reason, message, Cluster.Timestamp, "lastProbeTime");
        }

        Write(job, status, [], succeeded, failed + active.Count);
        Cluster.Events.Warning(job, Component, reason, message);
        return Expire(job, Cluster.Now);
    }

    private static DateTimeOffset? FinishedAt(KubeObject job)
    {
        var finished = job.Root["status"]["conditions"].Maps()
            .FirstOrDefault(c => c["type"].AsString() is "Complete" or "Failed" && c["status"].AsString() == "True");
        return finished is null ? null : Cluster.ParseTime(finished["lastTransitionTime"]) ?? DateTimeOffset.MinValue;
    }

    private TimeSpan? Expire(KubeObject job, DateTimeOffset finished)
    {
        if (job.Root["spec"]["ttlSecondsAfterFinished"].AsInt() is not { } seconds) return null;
        var left = finished.AddSeconds(seconds) - Cluster.Now;
        if (left > TimeSpan.Zero) return left;
        Cluster.Delete(job);
        return null;
    }

    private void Delete(KubeObject job, KubeObject pod)
    {
        Cluster.Delete(pod);
        Cluster.Events.Normal(job, Component, "SuccessfulDelete", "Deleted pod: " + pod.Name);
    }

    private void Write(KubeObject job, MapNode status, List<KubeObject> active, int succeeded, long failed)
    {
        status.SetCount("active", active.Count);
        status.SetCount("succeeded", succeeded);
        status.SetCount("failed", failed);
        status["ready"] = active.Count(PodState.IsReady);
        status["terminating"] = 0;
        status["uncountedTerminatedPods"] = new MapNode();
        if (job.Root["spec"]["completionMode"].AsString() == "Indexed")
        {
            var done = DoneIndexes(Cluster.Dependents(job, "Pod"));
            status["completedIndexes"] = Ranges(done);
        }

        Cluster.SetStatus(Cluster.Get(ObjectKey.Of(job)) ?? job, status);
    }

    // 0,1,2,5 is written 0-2,5.
    private static string Ranges(SortedSet<long> numbers)
    {
        var parts = new List<string>();
        long? from = null;
        var to = 0L;
        foreach (var number in numbers.Append(long.MaxValue))
        {
            if (from is not null && number == to + 1)
            {
                to = number;
                continue;
            }

            if (from is { } start)
                parts.Add(start == to ? FormattableString.Invariant($"{to}") : FormattableString.Invariant($"{start}-{to}"));
            from = to = number;
        }

        return string.Join(',', parts);
    }
}
