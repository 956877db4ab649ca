using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Tables;

/// <summary>Cells of pods: readiness, the one-word status and restarts.</summary>
internal static class PodCells
{
    public static string Ready(Node pod)
    {
        var ready = Statuses(pod, "containerStatuses").Count(c => c["ready"].AsBool() == true);
        return $"{ready}/{pod["spec"]["containers"].AsList()?.Count ?? 0}";
    }

    public static string Status(Node pod)
    {
        var reason = pod["status"]["reason"].AsString() is { Length: > 0 } stated ? stated : pod["status"]["phase"].AsString() ?? "Unknown";
        var initializing = false;
        var inits = Statuses(pod, "initContainerStatuses").ToList();
        for (var i = 0; i < inits.Count && !initializing; i++)
        {
            var state = inits[i]["state"];
            if (state["terminated"]["exitCode"].AsInt() == 0 || inits[i]["started"].AsBool() == true) continue;
            initializing = true;
            reason = state["terminated"].AsMap() is not null ? "Init:" + Ending(state["terminated"])
                : state["waiting"]["reason"].AsString() is { Length: > 0 } why && why != "PodInitializing" ? "Init:" + why
                : $"Init:{i}/{pod["spec"]["initContainers"].AsList()?.Count ?? 0}";
        }

        if (!initializing)
        {
            var running = false;
            foreach (var container in Statuses(pod, "containerStatuses").Reverse())
            {
                var state = container["state"];
                if (state["waiting"]["reason"].AsString() is { Length: > 0 } waiting) reason = waiting;
                else if (state["terminated"].AsMap() is not null) reason = Ending(state["terminated"]);
                else if (container["ready"].AsBool() == true && state["running"].AsMap() is not null) running = true;
            }

            if (reason == "Completed" && running) reason = IsReady(pod) ? "Running" : "NotReady";
        }

        return pod["metadata"]["deletionTimestamp"].IsNullOrAbsent ? reason : "Terminating";
    }

    public static string Restarts(Node pod, DateTimeOffset now)
    {
        var total = 0L;
        DateTimeOffset? last = null;
        foreach (var container in Statuses(pod, "containerStatuses"))
        {
            total += container["restartCount"].AsInt() ?? 0;
            if (Cells.Parse(container["lastState"]["terminated"]["finishedAt"]) is { } at && (last is null || at > last)) last = at;
        }

        return total > 0 && last is { } when ? $"{total} ({Cells.Duration(now - when)} ago)" : $"{total}";
    }

    public static string ReadinessGates(Node pod)
    {
        if (pod["spec"]["readinessGates"].AsList() is not { Count: > 0 } gates) return "<none>";
        var met = gates.Count(g => pod["status"]["conditions"].AsList()?.Any(c =>
            c["type"] == g["conditionType"] && c["status"] == "True") == true);
        return $"{met}/{gates.Count}";
    }

    private static string Ending(Node terminated)
    {
        if (terminated["reason"].AsString() is { Length: > 0 } reason) return reason;
        return terminated["signal"].AsInt() is { } signal and not 0
            ? $"Signal:{signal}"
            : $"ExitCode:{terminated["exitCode"].AsInt() ?? 0}";
    }

    private static bool IsReady(Node pod) =>
        pod["status"]["conditions"].AsList()?.Any(c => c["type"] == "Ready" && c["status"] == "True") == true;

    private static IEnumerable<Node> Statuses(Node pod, string field) => pod["status"][field].AsList() ?? [];
}
