using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Kinds;

/// <summary>Deployment, ReplicaSet, ReplicationController, StatefulSet, DaemonSet.</summary>
internal static class WorkloadRules
{
    private static readonly string[] StatefulSetMutable =
    [
        "replicas", "ordinals", "template", "updateStrategy", "revisionHistoryLimit", "persistentVolumeClaimRetentionPolicy", "minReadySeconds",
    ];

    public static void Default(KubeObject obj)
    {
        var spec = obj.Root.GetOrAddMap("spec");
        if (spec["template"].AsMap() is { } template && template["spec"].AsMap() is { } podSpec) PodDefaults.ApplyToSpec(podSpec);
        switch (obj.Kind)
        {
            case "Deployment": DefaultDeployment(spec); break;
            case "ReplicaSet": spec.Default("replicas", 1); break;
            case "ReplicationController": DefaultReplicationController(obj.Root, spec); break;
            case "StatefulSet": DefaultStatefulSet(spec); break;
            case "DaemonSet": DefaultDaemonSet(spec); break;
            default: break;
        }
    }

    public static void Validate(KubeObject obj, Faults faults)
    {
        var spec = obj.Root["spec"];
        foreach (var field in (ReadOnlySpan<string>)["replicas", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"])
        {
            if (spec[field].AsInt() is { } value and < 0) faults.Invalid("spec." + field, value, "must be greater than or equal to 0");
        }

        // A template that nothing can select is not looked at.
        if (ValidateSelector(obj, spec, faults)) ValidateTemplate(obj, spec["template"], faults);
        switch (obj.Kind)
        {
            case "Deployment": ValidateDeployment(spec, faults); break;
            case "DaemonSet":
                Strategy(spec["updateStrategy"], "spec.updateStrategy", ["RollingUpdate", "OnDelete"], faults);
                var rolling = spec["updateStrategy"]["rollingUpdate"];
                if (IsZero(rolling["maxUnavailable"]) && IsZero(rolling["maxSurge"]))
                {
                    faults.InvalidPrinted("spec.updateStrategy.rollingUpdate.maxUnavailable",
                        rolling["maxUnavailable"].AsString() is { } share ? share : "0", "cannot be 0 when maxSurge is 0");
                }

                break;
            case "StatefulSet":
                if (spec["podManagementPolicy"].AsString() is { } order and not ("OrderedReady" or "Parallel"))
                    faults.Invalid("spec.podManagementPolicy", order, "must be 'OrderedReady' or 'Parallel'");
                if (spec["updateStrategy"]["type"].AsString() is { } way and not ("RollingUpdate" or "OnDelete"))
                    faults.Invalid("spec.updateStrategy", spec["updateStrategy"], "must be 'RollingUpdate' or 'OnDelete'");
                if (spec["updateStrategy"]["rollingUpdate"]["partition"].AsInt() is { } partition and < 0)
                    faults.Invalid("spec.updateStrategy.rollingUpdate.partition", partition, "must be greater than or equal to 0");
                break;
            default: break;
        }
    }

    private static void ValidateTemplate(KubeObject obj, Node template, Faults faults)
    {
        if (template.AsMap() is null && obj.Kind == "ReplicationController") faults.Required("spec.template");
        else if (obj.Kind == "StatefulSet") PodValidation.ValidateStateful(template, "spec.template", faults);
        else PodValidation.ValidateLongRunning(template, "spec.template", faults);
    }

    public static void ValidateUpdate(KubeObject old, KubeObject updated, Faults faults)
    {
        var before = old.Root["spec"];
        var after = updated.Root["spec"];
        if (updated.Kind == "StatefulSet")
        {
            ValidateStatefulSetUpdate(before, after, faults);
            return;
        }

        // The server validates an updated one twice, and says so.
        if (updated.Kind is "DaemonSet" or "ReplicaSet") Validate(updated, faults);
        if (updated.Kind == "ReplicationController" || Documents.Same(before["selector"], after["selector"])) return;
        faults.InvalidPrinted("spec.selector", Selectors.Print(after["selector"]), "field is immutable");
    }

    private static void ValidateStatefulSetUpdate(Node before, Node after, Faults faults)
    {
        var oldRest = before.AsMap()?.DeepClone() ?? new MapNode();
        var newRest = after.AsMap()?.DeepClone() ?? new MapNode();
        foreach (var field in StatefulSetMutable)
        {
            oldRest.Remove(field);
            newRest.Remove(field);
        }

        if (Documents.Same(oldRest, newRest)) return;
        faults.Forbidden(
            "spec",
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', "
            + "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden");
    }

    private static void DefaultDeployment(MapNode spec)
    {
        spec.Default("replicas", 1);
        spec.Default("revisionHistoryLimit", 10);
        spec.Default("progressDeadlineSeconds", 600);
        var strategy = spec.GetOrAddMap("strategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy["type"].AsString() != "RollingUpdate") return;
        var rolling = strategy.GetOrAddMap("rollingUpdate");
        rolling.Default("maxUnavailable", "25%");
        rolling.Default("maxSurge", "25%");
    }

    private static void DefaultReplicationController(MapNode root, MapNode spec)
    {
        spec.Default("replicas", 1);
        if (spec["template"]["metadata"]["labels"].AsMap() is not { Count: > 0 } labels) return;
        if (spec["selector"].IsEmpty()) spec["selector"] = labels.DeepClone();
        var metadata = root.GetOrAddMap("metadata");
        if (metadata["labels"].IsEmpty()) metadata["labels"] = labels.DeepClone();
    }

    private static void DefaultStatefulSet(MapNode spec)
    {
        spec.Default("replicas", 1);
        spec.Default("podManagementPolicy", "OrderedReady");
        spec.Default("revisionHistoryLimit", 10);
        spec.Default("serviceName", "");
        var retention = spec.GetOrAddMap("persistentVolumeClaimRetentionPolicy");
        retention.Default("whenDeleted", "Retain");
        retention.Default("whenScaled", "Retain");
        var strategy = spec.GetOrAddMap("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy["type"].AsString() == "RollingUpdate") strategy.GetOrAddMap("rollingUpdate").Default("partition", 0);
        foreach (var claim in spec["volumeClaimTemplates"].Maps())
        {
            claim.Default("apiVersion", "v1");
            claim.Default("kind", "PersistentVolumeClaim");
            claim.GetOrAddMap("spec").Default("volumeMode", "Filesystem");
            claim["status"] = new MapNode { { "phase", "Pending" } };
        }
    }

    private static void DefaultDaemonSet(MapNode spec)
    {
        spec.Default("revisionHistoryLimit", 10);
        var strategy = spec.GetOrAddMap("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy["type"].AsString() != "RollingUpdate") return;
        var rolling = strategy.GetOrAddMap("rollingUpdate");
        rolling.Default("maxUnavailable", 1);
        rolling.Default("maxSurge", 0);
    }

    /// <summary>Whether it is a selector at all.</summary>
    private static bool ValidateSelector(KubeObject obj, Node spec, Faults faults)
    {
        var labels = spec["template"]["metadata"]["labels"].AsMap();
        if (obj.Kind == "ReplicationController")
        {
            if (spec["selector"].IsEmpty()) faults.Required("spec.selector");
            else if (spec["template"].AsMap() is not null && !Selectors.MatchesMap(spec["selector"], labels))
            {
                faults.Invalid("spec.template.metadata.labels", labels, "`selector` does not match template `labels`");
            }

            return true;
        }

        var selector = spec["selector"];
        if (selector.AsMap() is null)
        {
            if (obj.Kind != "DaemonSet") faults.Required("spec.selector");
            // The real server then finds that a nil selector matches no labels.
            Mismatch(labels, faults);
            return true;
        }

        var before = faults.Items.Count;
        Selectors.Validate(selector, "spec.selector", faults);
        if (faults.Items.Count > before)
        {
            if (obj.Kind == "DaemonSet") return true;
            faults.InvalidPrinted("spec.selector", Selectors.Print(selector), obj.Kind == "StatefulSet" ? "" : "invalid label selector");
            return false;
        }

        if (selector["matchLabels"].IsEmpty() && selector["matchExpressions"].IsEmpty())
        {
            faults.InvalidPrinted(
                "spec.selector",
                Selectors.Print(selector),
                $"empty selector is invalid for {(obj.Kind == "ReplicaSet" ? "replicaset" : obj.Kind.ToLowerInvariant())}");
        }
        else if (!Selectors.Matches(selector, labels))
        {
            Mismatch(labels, faults);
        }

        return true;
    }

    private static void Mismatch(MapNode? labels, Faults faults) => faults.InvalidPrinted(
        "spec.template.metadata.labels",
        labels is null
            ? "map[string]string(nil)"
            : "map[string]string{" + string.Join(", ", labels.OrderBy(e => e.Key, StringComparer.Ordinal)
                .Select(e => $"\"{e.Key}\":\"{e.Value.Text()}\"")) + "}",
        "`selector` does not match template `labels`");

    /// <summary>A text among counts is a percentage.</summary>
    public static void ValidatePercent(Node value, string field, Faults faults)
    {
        if (value.AsString() is not null) ValidateShare(value, field, faults);
    }

    // A share such as 25%, or a count that is not negative.
    private static void ValidateShare(Node value, string field, Faults faults, bool upToAll = false)
    {
        if (value.AsString() is { } text)
        {
            if (!text.EndsWith('%') || text.Length < 2 || !text[..^1].All(char.IsAsciiDigit))
            {
                faults.InvalidPrinted(field, text, "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', " +
                    "regex used for validation is '[0-9]+%')");
            }
            else if (upToAll && text.Length > 3 && int.Parse(text[..^1], System.Globalization.CultureInfo.InvariantCulture) > 100)
            {
                faults.InvalidPrinted(field, text, "must not be greater than 100%");
            }
        }
        else if (value.AsInt() is { } count and < 0)
        {
            faults.Invalid(field, count, "must be greater than or equal to 0");
        }
    }

    private static void ValidateDeployment(Node spec, Faults faults)
    {
        var strategy = spec["strategy"];
        ValidateShare(strategy["rollingUpdate"]["maxSurge"], "spec.strategy.rollingUpdate.maxSurge", faults);
        ValidateShare(strategy["rollingUpdate"]["maxUnavailable"], "spec.strategy.rollingUpdate.maxUnavailable", faults, upToAll: true);
        Strategy(strategy, "spec.strategy", ["Recreate", "RollingUpdate"], faults);
        if (strategy["type"].AsString() == "Recreate" && !strategy["rollingUpdate"].IsNullOrAbsent)
        {
            faults.Forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'");
        }

        if (strategy["type"].AsString() == "RollingUpdate" && IsZero(strategy["rollingUpdate"]["maxUnavailable"])
            && IsZero(strategy["rollingUpdate"]["maxSurge"]))
        {
            faults.Invalid(
                "spec.strategy.rollingUpdate.maxUnavailable",
                strategy["rollingUpdate"]["maxUnavailable"],
                "may not be 0 when `maxSurge` is 0");
        }

        if (spec["progressDeadlineSeconds"].AsInt() is { } deadline && deadline <= (spec["minReadySeconds"].AsInt() ?? 0))
        {
            faults.Invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds");
        }
    }

    private static bool IsZero(Node value) => value.AsInt() is 0 || value.AsString() is "0%" or "0";

    /// <summary>It is the strategy as a whole that a server does not know, not its type.</summary>
    private static void Strategy(Node strategy, string field, ReadOnlySpan<string> supported, Faults faults)
    {
        if (strategy["type"].AsString() is { } type && supported.IndexOf(type) < 0) faults.NotSupported(field, strategy, supported);
    }
}
