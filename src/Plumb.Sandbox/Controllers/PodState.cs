using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Controllers;

/// <summary>What a Pod's status says.</summary>
internal static class PodState
{
    public static bool IsReady(KubeObject pod) => Conditions.IsTrue(pod.Root["status"], "Ready");

    public static string Phase(KubeObject pod) => pod.Root["status"]["phase"].AsString() ?? "";

    public static bool IsFinished(KubeObject pod) => Phase(pod) is "Succeeded" or "Failed";

    public static bool IsActive(KubeObject pod) => !IsFinished(pod) && !Cluster.IsDeleting(pod);

    /// <summary>How long until the Pod counts as available: zero when it is, null when it is not ready.</summary>
    public static TimeSpan? UntilAvailable(KubeObject pod, long minReadySeconds, DateTimeOffset now)
    {
        if (!IsReady(pod)) return null;
        if (minReadySeconds <= 0) return TimeSpan.Zero;
        var since = Cluster.ParseTime(Conditions.Find(pod.Root["status"], "Ready")!["lastTransitionTime"]) ?? now;
        var left = since.AddSeconds(minReadySeconds) - now;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>The earlier of two delays.</summary>
    public static TimeSpan? Earlier(TimeSpan? a, TimeSpan? b) => a is null ? b : b is null ? a : a < b ? a : b;

    /// <summary>A count field that is left out when zero, as Go does.</summary>
    public static void SetCount(this MapNode status, string field, long value)
    {
        if (value == 0) status.Remove(field);
        else status[field] = value;
    }

    public static MapNode CloneStatus(KubeObject obj) => obj.Root["status"].AsMap()?.DeepClone() ?? new MapNode();

    /// <summary>An int-or-percent of a total.</summary>
    public static long Scaled(Node value, long total, bool roundUp)
    {
        if (value.AsInt() is { } number) return number;
        if (value.AsString() is not { } text || !text.EndsWith('%') || !long.TryParse(text[..^1], out var percent)) return 0;
        return roundUp ? ((percent * total) + 99) / 100 : percent * total / 100;
    }
}
