using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Kinds;

/// <summary>Job and CronJob.</summary>
internal static class JobRules
{
    private static readonly string[] RestartPolicies = ["OnFailure", "Never"];

    public static void DefaultJob(KubeObject job)
    {
        var spec = job.Root.GetOrAddMap("spec");
        DefaultSpec(spec);
        var template = spec.GetOrAddMap("template");
        var metadata = job.Root.GetOrAddMap("metadata");
        if (metadata["labels"].IsEmpty() && template["metadata"]["labels"].AsMap() is { Count: > 0 } own)
            metadata["labels"] = own.DeepClone();
    }

    /// <summary>Makes the selector and the labels by which a Job finds its Pods, unless <c>manualSelector</c> is set.</summary>
    public static void GenerateSelector(KubeObject job)
    {
        var spec = job.Root.GetOrAddMap("spec");
        if (spec["manualSelector"].AsBool() is true) return;
        var labels = spec.GetOrAddMap("template").GetOrAddMap("metadata").GetOrAddMap("labels");
        labels["batch.kubernetes.io/controller-uid"] = job.Uid;
        labels["batch.kubernetes.io/job-name"] = job.Name;
        labels["controller-uid"] = job.Uid;
        labels["job-name"] = job.Name;
        spec.GetOrAddMap("selector").GetOrAddMap("matchLabels")["batch.kubernetes.io/controller-uid"] = job.Uid;

        // A Job without labels of its own shows its template's, these included.
        var metadata = job.Root.GetOrAddMap("metadata");
        if (metadata["labels"].IsEmpty()) metadata["labels"] = labels.DeepClone();
    }

    public static void DefaultCronJob(KubeObject cronJob)
    {
        var spec = cronJob.Root.GetOrAddMap("spec");
        spec.Default("concurrencyPolicy", "Allow");
        spec.Default("suspend", false);
        spec.Default("successfulJobsHistoryLimit", 3);
        spec.Default("failedJobsHistoryLimit", 1);
        if (spec["jobTemplate"]["spec"]["template"]["spec"].AsMap() is { } podSpec) PodDefaults.ApplyToSpec(podSpec);
    }

    public static void ValidateJob(KubeObject job, Faults faults)
    {
        var spec = job.Root["spec"];
        if (spec["selector"].AsMap() is { } selector)
        {
            Selectors.Validate(selector, "spec.selector", faults);
            if (!Selectors.Matches(selector, spec["template"]["metadata"]["labels"].AsMap()))
            {
                faults.Invalid("spec.template.metadata.labels", spec["template"]["metadata"]["labels"],
                    "`selector` does not match template `labels`");
            }
        }
        else
        {
            faults.Required("spec.selector");
        }

        ValidateSpec(spec, "spec", faults);
    }

    public static void ValidateJobUpdate(KubeObject old, KubeObject updated, Faults faults)
    {
        var before = old.Root["spec"];
        var after = updated.Root["spec"];
        if (before["completions"] != after["completions"] && before["completionMode"].AsString() != "Indexed")
        {
            faults.Invalid("spec.completions", after["completions"], "field is immutable");
        }

        if (!Documents.Same(before["selector"], after["selector"]))
        {
            faults.InvalidPrinted("spec.selector", Selectors.Print(after["selector"]), "field is immutable");
        }

        var suspended = before["suspend"].AsBool() is true && old.Root["status"]["startTime"].IsNullOrAbsent;
        if (!suspended && !Documents.Same(before["template"], after["template"]))
        {
            faults.Invalid("spec.template", after["template"], "field is immutable");
        }

        if (before["completionMode"] != after["completionMode"])
        {
            faults.Invalid("spec.completionMode", after["completionMode"], "field is immutable");
        }
    }

    public static void ValidateCronJob(KubeObject cronJob, Faults faults)
    {
        var spec = cronJob.Root["spec"];
        if (spec["schedule"].IsEmpty()) faults.Required("spec.schedule");
        else if (!CronSchedule.TryParse(spec["schedule"].Text(), out _, out var problem))
            faults.Invalid("spec.schedule", spec["schedule"], problem);
        if (spec["concurrencyPolicy"].AsString() is { } policy and not ("Allow" or "Forbid" or "Replace"))
        {
            faults.NotSupported("spec.concurrencyPolicy", policy, "Allow", "Forbid", "Replace");
        }

        foreach (var field in (ReadOnlySpan<string>)["startingDeadlineSeconds", "successfulJobsHistoryLimit", "failedJobsHistoryLimit"])
        {
            if (spec[field].AsInt() is { } value and < 0) faults.Invalid("spec." + field, value, "must be greater than or equal to 0");
        }

        ValidateSpec(spec["jobTemplate"]["spec"], "spec.jobTemplate.spec", faults);
    }

    private static void DefaultSpec(MapNode spec)
    {
        if (spec["completions"].IsNullOrAbsent && spec["parallelism"].IsNullOrAbsent) spec["completions"] = 1;
        spec.Default("parallelism", 1);
        spec.Default("backoffLimit", spec["backoffLimitPerIndex"].IsNullOrAbsent ? 6 : int.MaxValue);
        spec.Default("completionMode", "NonIndexed");
        spec.Default("suspend", false);
        spec.Default("manualSelector", false);
        spec.Default("podReplacementPolicy", spec["podFailurePolicy"].IsNullOrAbsent ? "TerminatingOrFailed" : "Failed");
        if (spec["template"]["spec"].AsMap() is { } podSpec) PodDefaults.ApplyToSpec(podSpec);
    }

    private static void ValidateSpec(Node spec, string field, Faults faults)
    {
        foreach (var name in (ReadOnlySpan<string>)
            ["parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"])
        {
            if (spec[name].AsInt() is { } value and < 0) faults.Invalid($"{field}.{name}", value, "must be greater than or equal to 0");
        }

        if (spec["completionMode"].AsString() == "Indexed" && spec["completions"].IsNullOrAbsent)
        {
            faults.Required(field + ".completions", "when completion mode is Indexed");
        }

        PodValidation.ValidateSpec(spec["template"]["spec"], field + ".template.spec", faults);
        MetadataRules.ValidateLabels(spec["template"]["metadata"]["labels"], field + ".template.labels", faults);
        var policy = spec["template"]["spec"]["restartPolicy"].Text();
        if (Array.IndexOf(RestartPolicies, policy) < 0)
        {
            // The real server words the default and a wrong value alike, with "Required" for the default.
            if (policy is "Always" or "") faults.Required(field + ".template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"");
            else faults.NotSupported(field + ".template.spec.restartPolicy", policy, RestartPolicies);
        }
    }
}
