using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Sync;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// Pod. One that restarts always is Degraded when a container cannot start or keeps ending, and Healthy when ready. One that may end
/// (OnFailure, Never) is typically a hook: it is Progressing until it ends, also while its image cannot be pulled, as calling the hook
/// failed would not stop it from running later. An annotation says of one that it runs on all the same; on hooks it counts for nothing.
/// </summary>
internal static class PodHealth
{
    private const string IgnoreRestartPolicy = "argocd.argoproj.io/ignore-restart-policy";

    public static HealthState Assess(KubeObject live)
    {
        var status = live.Root["status"];
        var message = status["message"].AsString() ?? "";
        var restartsAlways = RunsOn(live);
        if (restartsAlways && StartProblem(status) is { } problem) return new(HealthStatus.Degraded, problem);

        switch (status["phase"].AsString())
        {
            case "Pending": return new(HealthStatus.Progressing, message.Length > 0 ? message : Unschedulable(live));
            case "Succeeded": return new(HealthStatus.Healthy, message);
            case "Failed": return new(HealthStatus.Degraded, message.Length > 0 ? message : ExitMessage(status));
            case "Running" when !restartsAlways: return new(HealthStatus.Progressing, message);
            case "Running" when live.FindCondition("Ready") is { IsTrue: true }: return new(HealthStatus.Healthy, message);
            case "Running" when HasRestarted(status): return new(HealthStatus.Degraded, message);
            case "Running": return new(HealthStatus.Progressing, message);
            default: return new(HealthStatus.Unknown, message);
        }
    }

    private static bool RunsOn(KubeObject live) =>
        live.Root["spec"]["restartPolicy"].AsString() is null or "" or "Always"
        || (live.Annotation(IgnoreRestartPolicy) == "true" && !IsHook(live));

    private static bool IsHook(KubeObject live) =>
        live.Annotation(SyncAnnotations.Hook) is { } hook ? hook.Trim() != "Skip" : live.Annotation(SyncAnnotations.HelmHook) is not null;

    /// <summary>
    /// Why containers cannot start (reasons that begin with Err, end with Error or BackOff); null when none is held up so.
    /// </summary>
    private static string? StartProblem(Node status)
    {
        string? found = null;
        foreach (var container in Items(status["containerStatuses"]))
        {
            var waiting = container["state"]["waiting"];
            if (waiting["reason"].AsString() is not { Length: > 0 } reason) continue;
            var isProblem = reason.StartsWith("Err", StringComparison.Ordinal)
                || reason.EndsWith("Error", StringComparison.Ordinal)
                || reason.EndsWith("BackOff", StringComparison.Ordinal);
            if (!isProblem) continue;
            var text = waiting["message"].AsString() is { Length: > 0 } words ? words : reason;
            found = found is null ? text : found + ", " + text;
        }

        return found;
    }

    /// <summary>How the first failed container ended, init containers first; empty when none tells.</summary>
    private static string ExitMessage(Node status)
    {
        foreach (var container in Items(status["initContainerStatuses"]).Concat(Items(status["containerStatuses"])))
        {
            var ended = container["state"]["terminated"];
            if (ended["message"].AsString() is { Length: > 0 } message) return message;
            if (ended["reason"].AsString() == "OOMKilled") return "OOMKilled";
            if (ended["exitCode"].AsInt() is { } code and not 0)
            {
                return $"container \"{container["name"].AsString()}\" failed with exit code {code}";
            }
        }

        return "";
    }

    private static bool HasRestarted(Node status) =>
        Items(status["containerStatuses"]).Any(c => c["lastState"]["terminated"].AsMap() is not null);

    private static string Unschedulable(KubeObject live) =>
        live.FindCondition("PodScheduled") is { IsFalse: true } unscheduled ? unscheduled.Words : "";

    private static IEnumerable<Node> Items(Node list) => list.AsList() ?? Enumerable.Empty<Node>();
}
