using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Admission;

namespace Plumb.Sandbox.Kinds;

/// <summary>HorizontalPodAutoscaler, PodDisruptionBudget, PriorityClass, ResourceQuota, LimitRange and admission webhooks.</summary>
internal static class PolicyRules
{
    public static void DefaultAutoscaler(KubeObject autoscaler)
    {
        var spec = autoscaler.Root.GetOrAddMap("spec");
        spec.Default("minReplicas", 1);
        if (autoscaler.GroupVersionKind.Version == "v1")
        {
            spec.Default("targetCPUUtilizationPercentage", 80);
            return;
        }

        if (!spec["metrics"].IsEmpty()) return;
        spec["metrics"] = new ListNode(
        [
            new MapNode
            {
                { "resource", new MapNode { { "name", "cpu" }, { "target", new MapNode { { "averageUtilization", 80 }, { "type", "Utilization" } } } } },
                { "type", "Resource" },
            },
        ]);
    }

    public static void ValidateAutoscaler(KubeObject autoscaler, Faults faults)
    {
        var spec = autoscaler.Root["spec"];
        var min = spec["minReplicas"].AsInt() ?? 1;
        var max = spec["maxReplicas"].AsInt() ?? 0;
        if (min < 1) faults.Invalid("spec.minReplicas", min, "must be greater than or equal to 1");
        if (max < 1) faults.Invalid("spec.maxReplicas", max, "must be greater than 0");
        if (max < min) faults.Invalid("spec.maxReplicas", max, "must be greater than or equal to `minReplicas`");
        if (spec["scaleTargetRef"]["kind"].IsEmpty()) faults.Required("spec.scaleTargetRef.kind");
        if (spec["scaleTargetRef"]["name"].IsEmpty()) faults.Required("spec.scaleTargetRef.name");
    }

    public static void ValidateBudget(KubeObject budget, Faults faults)
    {
        var spec = budget.Root["spec"];
        if (!spec["minAvailable"].IsNullOrAbsent && !spec["maxUnavailable"].IsNullOrAbsent)
        {
            faults.Invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set");
        }

        foreach (var field in (ReadOnlySpan<string>)["minAvailable", "maxUnavailable"])
        {
            if (spec[field].AsInt() is { } value and < 0) faults.Invalid("spec." + field, value, "must be greater than or equal to 0");
            WorkloadRules.ValidatePercent(spec[field], "spec." + field, faults);
        }

        Selectors.Validate(spec["selector"], "spec.selector", faults);
    }

    public static void ValidatePriorityClass(KubeObject priorityClass, Faults faults)
    {
        const long HighestOfUsers = 1_000_000_000;
        var system = priorityClass.Name is "system-cluster-critical" or "system-node-critical";
        if (!system && priorityClass.Name.StartsWith("system-", StringComparison.Ordinal))
        {
            faults.Forbidden("metadata.name", "priority class names with 'system-' prefix are reserved for system use only. error: " +
                $"{priorityClass.Name} is not a known system priority class");
        }
        else if (!system && priorityClass.Root["value"].AsInt() > HighestOfUsers)
        {
            faults.Forbidden("value", $"maximum allowed value of a user defined priority is {HighestOfUsers}");
        }
    }

    public static void ValidatePriorityClassUpdate(KubeObject old, KubeObject updated, Faults faults)
    {
        if (old.Root["value"] != updated.Root["value"]) faults.Forbidden("value", "may not be changed in an update.");
        if (old.Root["preemptionPolicy"] != updated.Root["preemptionPolicy"])
        {
            faults.Invalid("preemptionPolicy", updated.Root["preemptionPolicy"], "field is immutable");
        }
    }

    public static void ValidateQuota(KubeObject quota, Faults faults)
    {
        foreach (var (name, _) in quota.Root["spec"]["hard"].Entries())
        {
            var at = $"spec.hard[{name}]";
            faults.Invalid(at, name, Formats.QualifiedName(name));
            if (name.Contains('/') || QuotaNames.Contains(name)) continue;
            faults.Invalid(at, name, "must be a standard resource type or fully qualified");
            faults.Invalid(at, name, "must be a standard resource for quota");
        }

        PodValidation.ValidateQuantities(quota.Root["spec"]["hard"], "spec.hard", faults);
        var scopes = quota.Root["spec"]["scopes"].Texts().ToList();
        if (scopes.Exists(s => !Scopes.Contains(s)))
        {
            var printed = "[]core.ResourceQuotaScope{" + string.Join(", ", scopes.Select(s => $"\"{s}\"")) + "}";
            faults.InvalidPrinted("spec.scopes", printed, "unsupported scope");
        }
    }

    private static readonly HashSet<string> Scopes =
        ["Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "CrossNamespacePodAffinity", "VolumeAttributesClass"];

    private static readonly HashSet<string> QuotaNames =
    [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage",
        "limits.cpu", "limits.memory", "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers", "secrets",
        "persistentvolumeclaims", "configmaps", "services.nodeports", "services.loadbalancers", "storage",
    ];

    public static void DefaultWebhooks(KubeObject configuration)
    {
        var mutating = configuration.Kind == "MutatingWebhookConfiguration";
        foreach (var webhook in configuration.Root["webhooks"].Maps())
        {
            webhook.Default("failurePolicy", "Fail");
            webhook.Default("matchPolicy", "Equivalent");
            webhook.Default("namespaceSelector", new MapNode());
            webhook.Default("objectSelector", new MapNode());
            webhook.Default("timeoutSeconds", 10);
            if (mutating) webhook.Default("reinvocationPolicy", "Never");
            if (webhook["clientConfig"]["service"].AsMap() is { } service) service.Default("port", 443);
            foreach (var rule in webhook["rules"].Maps()) rule.Default("scope", "*");
        }
    }

    public static void ValidateWebhooks(KubeObject configuration, Faults faults)
    {
        var i = 0;
        foreach (var webhook in configuration.Root["webhooks"].Maps())
        {
            var at = $"webhooks[{i++}]";
            if (webhook["admissionReviewVersions"].IsEmpty())
            {
                faults.Required(at + ".admissionReviewVersions", "must specify one of v1, v1beta1");
            }

            if (webhook["sideEffects"].AsString() is not ("None" or "NoneOnDryRun"))
            {
                if (webhook["sideEffects"].IsEmpty()) faults.Required(at + ".sideEffects", "must specify one of None, NoneOnDryRun");
                else faults.NotSupported(at + ".sideEffects", webhook["sideEffects"], "None", "NoneOnDryRun");
            }

            if (webhook["timeoutSeconds"].AsInt() is { } timeout and (< 1 or > 30))
            {
                faults.Invalid(at + ".timeoutSeconds", timeout, "the timeout value must be between 1 and 30 seconds");
            }

            MatchConditions.Validate(webhook, at, faults);
        }
    }
}
