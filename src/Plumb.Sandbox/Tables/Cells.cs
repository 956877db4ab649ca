using System.Globalization;
using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Tables;

/// <summary>Contents of table cells.</summary>
internal static class Cells
{
    /// <summary>Used and hard amounts of a quota: those of limits, or all others.</summary>
    public static string Quota(Node quota, bool limits) => string.Join(", ",
        quota["status"]["hard"].AsMap()?.Where(h => h.Key.StartsWith("limits", StringComparison.Ordinal) == limits)
            .OrderBy(h => h.Key, StringComparer.Ordinal)
            .Select(h => $"{h.Key}: {quota["status"]["used"][h.Key].AsString() ?? "0"}/{h.Value.AsString()}") ?? []);

    public static string Text(Node root, params ReadOnlySpan<string> path)
    {
        var found = root.At(path);
        return found.AsString() ?? (found.IsNullOrAbsent ? "" : found.ToString());
    }

    public static string OrNone(Node value) => value.AsString() is { Length: > 0 } text ? text : "<none>";

    public static string OrUnset(Node value) => value.AsString() ?? "<unset>";

    public static string OrNotAvailable(Node value) => value.IsNullOrAbsent ? "N/A" : value.AsString() ?? value.ToString();

    public static Node FirstOf(params ReadOnlySpan<Node> values)
    {
        foreach (var value in values)
        {
            if (!value.IsNullOrAbsent && value != "") return value;
        }

        return default;
    }

    public static string Age(Node time, DateTimeOffset now) => Parse(time) is { } then ? Duration(now - then) : "<unknown>";

    public static DateTimeOffset? Parse(Node time) =>
        DateTimeOffset.TryParse(time.AsString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)
            ? parsed
            : null;

    /// <summary>A duration as kubectl says it: two units while it is short, one when it is long.</summary>
    public static string Duration(TimeSpan d)
    {
        var seconds = (long)d.TotalSeconds;
        if (seconds < -1) return "<invalid>";
        if (seconds < 0) return "0s";
        if (seconds < 120) return $"{seconds}s";
        var minutes = seconds / 60;
        if (minutes < 10) return With(minutes, "m", seconds % 60, "s");
        if (minutes < 180) return $"{minutes}m";
        var hours = minutes / 60;
        if (hours < 8) return With(hours, "h", minutes % 60, "m");
        if (hours < 48) return $"{hours}h";
        if (hours < 24 * 8) return With(hours / 24, "d", hours % 24, "h");
        if (hours < 24 * 365 * 2) return $"{hours / 24}d";
        return hours < 24 * 365 * 8 ? With(hours / 24 / 365, "y", hours / 24 % 365, "d") : $"{hours / 24 / 365}y";
    }

    public static string Join(Node list, string field) =>
        string.Join(",", list.AsList()?.Select(i => i[field].AsString() ?? "") ?? []);

    public static string Labels(MapNode? labels) =>
        labels is null or { Count: 0 }
            ? "<none>"
            : string.Join(",", labels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value.AsString()}"));

    public static string Selector(Node selector)
    {
        if (selector["matchLabels"].IsAbsent && selector["matchExpressions"].IsAbsent) return Labels(selector.AsMap());
        var parts = new List<string>();
        foreach (var (key, value) in selector["matchLabels"].AsMap() ?? []) parts.Add($"{key}={value.AsString()}");
        foreach (var e in selector["matchExpressions"].AsList() ?? [])
        {
            var values = string.Join(",", e["values"].AsList()?.Select(v => v.AsString()) ?? []);
            parts.Add(e["operator"].AsString() switch
            {
                "In" => $"{e["key"].AsString()} in ({values})",
                "NotIn" => $"{e["key"].AsString()} notin ({values})",
                "DoesNotExist" => "!" + e["key"].AsString(),
                _ => e["key"].AsString() ?? "",
            });
        }

        return parts.Count == 0 ? "<none>" : string.Join(",", parts);
    }

    public static string ReadyOf(Node o) => $"{o["status"]["readyReplicas"].AsInt() ?? 0}/{o["spec"]["replicas"].AsInt() ?? 1}";

    public static string JobStatus(Node job)
    {
        if (HasCondition(job, "Complete")) return "Complete";
        if (HasCondition(job, "Failed")) return "Failed";
        if (!job["metadata"]["deletionTimestamp"].IsNullOrAbsent) return "Terminating";
        if (HasCondition(job, "Suspended")) return "Suspended";
        return HasCondition(job, "FailureTarget") ? "FailureTarget" : "Running";
    }

    public static string JobDuration(Node job, DateTimeOffset now) =>
        Parse(job["status"]["startTime"]) is { } start ? Duration((Parse(job["status"]["completionTime"]) ?? now) - start) : "";

    public static string JobCompletions(Node job)
    {
        var done = job["status"]["succeeded"].AsInt() ?? 0;
        if (job["spec"]["completions"].AsInt() is { } wanted) return $"{done}/{wanted}";
        return job["spec"]["parallelism"].AsInt() is > 1 and var parallel ? $"{done}/1 of {parallel}" : $"{done}/1";
    }

    public static string NodeAddress(Node node, string type) =>
        (node["status"]["addresses"].AsList() ?? []).FirstOrDefault(a => a["type"] == type)["address"].AsString() ?? "<none>";

    public static string OrUnknown(Node value) => value.AsString() is { Length: > 0 } text ? text : "<unknown>";

    public static string NodeStatus(Node node)
    {
        var ready = HasCondition(node, "Ready") ? "Ready"
            : node["status"]["conditions"].AsList()?.Any(c => c["type"] == "Ready") == true ? "NotReady" : "Unknown";
        return node["spec"]["unschedulable"].AsBool() == true ? ready + ",SchedulingDisabled" : ready;
    }

    public static string NodeRoles(Node node)
    {
        const string Prefix = "node-role.kubernetes.io/";
        var roles = (node["metadata"]["labels"].AsMap() ?? [])
            .Select(l => l.Key.StartsWith(Prefix, StringComparison.Ordinal) ? l.Key[Prefix.Length..]
                : l.Key == "kubernetes.io/role" ? l.Value.AsString() ?? "" : "")
            .Where(r => r.Length > 0).Distinct().Order(StringComparer.Ordinal).ToList();
        return roles.Count == 0 ? "<none>" : string.Join(",", roles);
    }

    public static string Endpoints(Node o)
    {
        var found = new List<string>();
        foreach (var subset in o["subsets"].AsList() ?? [])
        {
            foreach (var address in subset["addresses"].AsList() ?? [])
            {
                if (subset["ports"].AsList() is not { Count: > 0 } ports) found.Add(address["ip"].AsString() ?? "");
                else foreach (var port in ports) found.Add($"{address["ip"].AsString()}:{port["port"].AsInt()}");
            }
        }

        if (found.Count == 0) return "<none>";
        return found.Count <= 3 ? string.Join(",", found) : string.Join(",", found.Take(3)) + $" + {found.Count - 3} more...";
    }

    public static string EventObject(Node reference)
    {
        var kind = (reference["kind"].AsString() ?? "").ToLowerInvariant();
        return reference["name"].AsString() is { Length: > 0 } name ? $"{kind}/{name}" : kind;
    }

    /// <summary>Who says it and, after a comma, from where.</summary>
    public static string EventSource(Node e)
    {
        var source = FirstOf(e["source"], e["deprecatedSource"]);
        var component = FirstOf(source["component"], e["reportingComponent"], e["reportingController"]).AsString() ?? "";
        var host = FirstOf(source["host"], e["reportingInstance"]).AsString() ?? "";
        return host.Length == 0 ? component : $"{component}, {host}";
    }

    private static bool HasCondition(Node o, string type) =>
        o["status"]["conditions"].AsList()?.Any(c => c["type"] == type && c["status"] == "True") == true;

    private static string With(long first, string firstUnit, long second, string secondUnit) =>
        second == 0 ? $"{first}{firstUnit}" : $"{first}{firstUnit}{second}{secondUnit}";
}
