using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>Starts Jobs by schedule and keeps their history short. One timer per CronJob that is not suspended.</summary>
internal sealed class CronJobController(Cluster cluster) : Controller(cluster)
{
    private const string Component = "cronjob-controller";
    private const string ScheduledAt = "batch.kubernetes.io/cronjob-scheduled-timestamp";

    public override void Observe(ObjectEvent change)
    {
        if (Is(change.Object, "batch", "CronJob")) Queue.Add(ObjectKey.Of(change.Object));
        else if (Is(change.Object, "batch", "Job")) QueueOwner(change.Object, "batch", "CronJob");
    }

    protected override TimeSpan? Reconcile(ObjectKey key)
    {
        if (Cluster.GetAlive(key) is not { } cronJob) return null;
        var status = PodState.CloneStatus(cronJob);
        var jobs = Cluster.Dependents(cronJob, "Job");
        CleanUp(cronJob, jobs);
        var delay = cronJob.Root["spec"]["suspend"].AsBool() is true ? null : RunDue(cronJob, status, jobs);
        var active = jobs.Where(j => Outcome(j) is null && !Cluster.IsDeleting(j)).ToList();
        if (active.Count == 0) status.Remove("active");
        else status["active"] = new ListNode(active.Select(j => (Node)Reference(j)));
        if (jobs.Where(j => Outcome(j) is "Complete").Select(j => j.Root["status"]["completionTime"].Text()).Max(StringComparer.Ordinal) is { } last)
        {
            status["lastSuccessfulTime"] = last;
        }

        Cluster.SetStatus(Cluster.Get(key) ?? cronJob, status);
        return delay;
    }

    private static string? Outcome(KubeObject job) => job.Root["status"]["conditions"].Maps()
        .FirstOrDefault(c => c["type"].AsString() is "Complete" or "Failed" && c["status"].AsString() == "True")?["type"].AsString();

    private static MapNode Reference(KubeObject job) => new()
    {
        { "apiVersion", "batch/v1" }, { "kind", "Job" }, { "name", job.Name }, { "namespace", job.Namespace },
        { "resourceVersion", job.ResourceVersion }, { "uid", job.Uid },
    };

    private TimeSpan? RunDue(KubeObject cronJob, MapNode status, List<KubeObject> jobs)
    {
        if (!CronSchedule.TryParse(cronJob.Root["spec"]["schedule"].Text(), out var schedule, out _)) return null;
        var zone = Zone(cronJob.Root["spec"]["timeZone"].AsString());
        var now = TimeZoneInfo.ConvertTime(Cluster.Now, zone);
        var since = Cluster.ParseTime(status["lastScheduleTime"]) ?? Cluster.ParseTime(cronJob.Root["metadata"]["creationTimestamp"]) ?? now;
        DateTimeOffset? due = null;
        var next = schedule.Next(TimeZoneInfo.ConvertTime(since, zone));
        // Only the latest of missed runs counts. Long ago missed ones are not walked through one by one.
        if (next is { } first && now - first > TimeSpan.FromDays(1))
            next = schedule.Next(now - TimeSpan.FromDays(1)) is { } later && later <= now ? later : next;
        while (next <= now)
        {
            due = next;
            next = schedule.Next(next.Value);
        }

        if (due is { } time && !TooLate(cronJob, time, now)) Run(cronJob, status, jobs, time);
        return next - now;
    }

    private static bool TooLate(KubeObject cronJob, DateTimeOffset due, DateTimeOffset now) =>
        cronJob.Root["spec"]["startingDeadlineSeconds"].AsInt() is { } deadline && now - due > TimeSpan.FromSeconds(deadline);

    private static TimeZoneInfo Zone(string? name) =>
        name is not null && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : TimeZoneInfo.Utc;

    private void Run(KubeObject cronJob, MapNode status, List<KubeObject> jobs, DateTimeOffset due)
    {
        var running = jobs.Where(j => Outcome(j) is null).ToList();
        var policy = cronJob.Root["spec"]["concurrencyPolicy"].AsString();
        if (policy == "Forbid" && running.Count > 0)
        {
            Cluster.Events.Normal(cronJob, Component, "JobAlreadyActive",
                "Not starting job because prior execution is running and concurrency policy is Forbid");
            return;
        }

        if (policy == "Replace")
        {
            foreach (var job in running)
            {
                Cluster.Delete(job);
                jobs.Remove(job);
            }
        }

        var name = cronJob.Name + "-" + (due.ToUnixTimeSeconds() / 60).ToString(CultureInfo.InvariantCulture);
        status["lastScheduleTime"] = Cluster.Format(due);
        if (Cluster.Api.Get("batch", "Job", cronJob.Namespace, name) is not null) return;
        var template = cronJob.Root["spec"]["jobTemplate"];
        var metadata = template["metadata"].AsMap()?.DeepClone() ?? new MapNode();
        metadata["name"] = name;
        metadata["namespace"] = cronJob.Namespace;
        metadata["ownerReferences"] = Cluster.OwnedBy(cronJob);
        metadata.GetOrAddMap("annotations")[ScheduledAt] = Cluster.Format(due);
        jobs.Add(Cluster.Create(new KubeObject(new MapNode
        {
            { "apiVersion", "batch/v1" }, { "kind", "Job" }, { "metadata", metadata }, { "spec", template["spec"].DeepClone() },
        })));
        Cluster.Events.Normal(cronJob, Component, "SuccessfulCreate", "Created job " + name);
    }

    private void CleanUp(KubeObject cronJob, List<KubeObject> jobs)
    {
        foreach (var (outcome, field) in (ReadOnlySpan<(string, string)>)
            [("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")])
        {
            if (cronJob.Root["spec"][field].AsInt() is not { } limit) continue;
            var done = jobs.Where(j => Outcome(j) == outcome).OrderBy(j => j.Root["status"]["startTime"].Text(), StringComparer.Ordinal).ToList();
            foreach (var job in done.Take((int)Math.Max(0, done.Count - limit)))
            {
                Cluster.Delete(job);
                jobs.Remove(job);
            }
        }
    }
}
