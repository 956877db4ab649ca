using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.Tables;

/// <summary>Cells of bindings, autoscalers, signing requests, endpoint slices and other kinds of few words.</summary>
internal static class PolicyCells
{
    public static string Subjects(Node binding, string kind) => string.Join(", ", binding["subjects"].Maps().Where(s => s["kind"] == kind)
        .Select(s => kind == "ServiceAccount" ? $"{s["namespace"].Text()}/{s["name"].Text()}" : s["name"].Text()));

    public static string Parameters(Node reference)
    {
        if (reference.AsMap() is null) return "<none>";
        var group = reference["apiGroup"].Text();
        return (group.Length > 0 ? $"{reference["kind"].Text()}.{group}" : reference["kind"].Text()) + "/" + reference["name"].Text();
    }

    /// <summary>There are no metrics, so the current value is never known.</summary>
    public static string Targets(Node autoscaler)
    {
        var targets = new List<string>();
        foreach (var metric in autoscaler["spec"]["metrics"].Maps()) targets.Add(Target(metric));
        if (targets.Count == 0) return "<none>";
        return targets.Count <= 2 ? string.Join(", ", targets) : string.Join(", ", targets.Take(2)) + $" + {targets.Count - 2} more...";
    }

    /// <summary>A selector as Go's generated code prints the struct, which is what a server shows.</summary>
    public static string SelectorAsGo(Node selector)
    {
        var labels = string.Concat(
            selector["matchLabels"].Entries().OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}: {l.Value.Text()},"));
        var expressions = string.Concat(selector["matchExpressions"].Maps().Select(e =>
            $"LabelSelectorRequirement{{Key:{e["key"].Text()},Operator:{e["operator"].Text()}," +
            $"Values:[{string.Join(' ', e["values"].Texts())}],}},"));
        return $"&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}";
    }

    public static string RequestedDuration(Node request) =>
        request["spec"]["expirationSeconds"].AsInt() is { } seconds ? Cells.Duration(TimeSpan.FromSeconds(seconds)) : "<none>";

    public static string RequestCondition(Node request)
    {
        var states = new HashSet<string>(request["status"]["conditions"].Maps().Select(c => c["type"].Text()), StringComparer.Ordinal);
        var text = states.Contains("Denied") ? "Denied" : states.Contains("Approved") ? "Approved" : "Pending";
        if (states.Contains("Failed")) text += ",Failed";
        return request["status"]["certificate"].IsEmpty() ? text : text + ",Issued";
    }

    public static string SlicePorts(Node slice)
    {
        var ports = slice["ports"].Maps()
            .Select(p => p["port"].AsInt()?.ToString(CultureInfo.InvariantCulture) ?? p["name"].AsString() ?? "*").ToList();
        return ports.Count == 0 ? "<unset>" : Short(ports);
    }

    public static string SliceEndpoints(Node slice)
    {
        var addresses = slice["endpoints"].Maps().SelectMany(e => e["addresses"].Texts()).ToList();
        return addresses.Count == 0 ? "<unset>" : Short(addresses);
    }

    public static string RevisionOwner(Node revision)
    {
        var owner = revision["metadata"]["ownerReferences"].Maps().FirstOrDefault(o => o["controller"].AsBool() == true);
        if (owner is null) return "<none>";
        var apiVersion = owner["apiVersion"].Text();
        var group = apiVersion.Contains('/') ? apiVersion[..apiVersion.IndexOf('/')] : "";
        var kind = owner["kind"].Text().ToLowerInvariant();
        return (group.Length > 0 ? $"{kind}.{group}" : kind) + "/" + owner["name"].Text();
    }

    public static string ServiceOf(Node apiService) => apiService["spec"]["service"].AsMap() is { } service
        ? $"{service["namespace"].Text()}/{service["name"].Text()}"
        : "Local";

    public static string Available(Node apiService)
    {
        var condition = apiService["status"]["conditions"].Maps().FirstOrDefault(c => c["type"] == "Available");
        if (condition is null) return "Unknown";
        return condition["status"] == "True" ? "True" : $"{condition["status"].Text()} ({condition["reason"].Text()})";
    }

    private static string Target(MapNode metric)
    {
        var resource = metric["type"] == "ContainerResource" ? metric["containerResource"] : metric["resource"];
        if (resource.AsMap() is null) return "<unknown>/" + Wanted(metric[Lower(metric["type"].Text())]["target"]);
        return $"{resource["name"].Text()}: <unknown>/" + Wanted(resource["target"]);
    }

    private static string Wanted(Node target)
    {
        if (target["averageUtilization"].AsInt() is { } percent) return $"{percent}%";
        if (target["averageValue"].AsString() is { } average) return average + " (avg)";
        return target["value"].AsString() ?? "<auto>";
    }

    private static string Lower(string type) => type.Length == 0 ? "" : char.ToLowerInvariant(type[0]) + type[1..];

    private static string Short(List<string> texts) =>
        texts.Count <= 3 ? string.Join(",", texts) : string.Join(",", texts.Take(3)) + $" + {texts.Count - 3} more...";
}
