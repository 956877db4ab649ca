using System.Net;
using System.Text.RegularExpressions;
using Plumb.Conformance.Tests.Running;
using Plumb.Conformance.Tests.Scenarios;
using Plumb.Manifests.Documents;

namespace Plumb.Conformance.Tests.Comparing;

/// <summary>One place in which two answers differ. An absent value is absent.</summary>
/// <param name="Path">Where, with list positions as <c>[]</c>; <c>code</c>, <c>headers.…</c> or <c>body.…</c>.</param>
/// <param name="Sandbox">The sandbox's value.</param>
/// <param name="Real">The real server's value.</param>
internal sealed record Deviation(string Path, Node Sandbox, Node Real)
{
    public override string ToString() => $"{Path}: {Text(Sandbox)} instead of {Text(Real)}";

    private static string Text(Node node) => node.IsAbsent ? "nothing" : Json.WriteText(node);
}

/// <summary>Compares two answers leaf by leaf, apart from what no two servers can have in common: names, times, versions, addresses.</summary>
internal static partial class Likeness
{
    private static readonly string[] Controllers = ["kube-controller-manager", "kube-scheduler", "kubelet", "hollow-node", "kubemark", "Go-http-client"];

    private const string Revision = "deployment.kubernetes.io/revision";

    private static readonly HashSet<string> Moving =
    [
        "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController", "Job", "Pod", "PersistentVolume", "PersistentVolumeClaim",
        "ResourceQuota", "HorizontalPodAutoscaler", "PodDisruptionBudget", "CustomResourceDefinition",
    ];

    private static readonly string[] Wholes = [".managedFields", ".conditions", ".causes", "body.resources", "body.columnDefinitions"];

    public static List<Deviation> Compare(Exchange sandbox, Exchange real)
    {
        var found = new List<Deviation>();
        if (sandbox.Answer.Code != real.Answer.Code || sandbox.Answer.Body["kind"] != real.Answer.Body["kind"])
        {
            // Answers of another kind have nothing in common: one difference, not one for each field.
            return [new("answer", Summary(sandbox), Summary(real))];
        }

        if (IsMoving(sandbox)) return Compare(found, WithoutMoving(sandbox), WithoutMoving(real));
        return Compare(found, sandbox, real);
    }

    private static List<Deviation> Compare(List<Deviation> found, Exchange sandbox, Exchange real)
    {
        Walk("headers", Neutral(sandbox.Answer.Headers, sandbox), Neutral(real.Answer.Headers, real), found);
        Walk("body", Neutral(sandbox.Answer.Body, sandbox), Neutral(real.Answer.Body, real), found);
        return found;
    }

    // Controllers work while the answer is written: how far they have come is a matter of time. A step that waits, and an answer to a create,
    // are compared whole.
    private static bool IsMoving(Exchange exchange) =>
        exchange.Step.Kind == StepKind.Request && exchange.Request.Method != "POST"
        && !exchange.Request.Path.Contains("/status", StringComparison.Ordinal)
        && Moving.Contains(exchange.Answer.Body["kind"].AsString() ?? "");

    private static Exchange WithoutMoving(Exchange exchange)
    {
        var body = exchange.Answer.Body.AsMap()!.DeepClone();
        body.Remove("status");
        body["metadata"]["annotations"].AsMap()?.Remove(Revision);
        if (body["metadata"]["annotations"].AsMap() is { Count: 0 }) body["metadata"].AsMap()!.Remove("annotations");
        return exchange with { Answer = exchange.Answer with { Body = body } };
    }

    private static string Summary(Exchange exchange)
    {
        var body = Neutral(exchange.Answer.Body, exchange);
        return $"{exchange.Answer.Code} {body.AsString() ?? body["kind"].AsString()} {body["reason"].AsString()} {body["message"].AsString()}".Trim();
    }

    private static void Walk(string path, Node sandbox, Node real, List<Deviation> found)
    {
        if (sandbox == real || IsAlike(path, sandbox, real)) return;
        if (AsEntries(path, sandbox) is { } ours && AsEntries(path, real) is { } theirs)
        {
            foreach (var key in ours.Keys.Union(theirs.Keys)) Walk(path + key, ours.GetValueOrDefault(key), theirs.GetValueOrDefault(key), found);
            if (ours.Count == 0 || theirs.Count == 0) Missing(path, sandbox, real, found);
        }
        else if (!IsOneWhole(path) && AsEntries(path, sandbox.IsAbsent ? real : sandbox) is { Count: > 0 } all && (sandbox.IsAbsent || real.IsAbsent))
        {
            foreach (var (key, value) in all) Walk(path + key, sandbox.IsAbsent ? default : value, real.IsAbsent ? default : value, found);
        }
        else
        {
            found.Add(new(path, sandbox, real));
        }
    }

    // An empty map or list beside a filled one has no leaf of its own; its members tell.
    private static void Missing(string path, Node sandbox, Node real, List<Deviation> found)
    {
        if (sandbox.AsMap() is null != real.AsMap() is null) found.Add(new(path, sandbox, real));
    }

    /// <summary>Members of a map, items of a list; lists that have a key are compared by it, whatever their order.</summary>
    private static Dictionary<string, Node>? AsEntries(string path, Node node)
    {
        if (node.AsMap() is { } map) return map.ToDictionary(e => Member(e.Key), e => e.Value);
        if (node.AsList() is not { } list) return null;
        var entries = new Dictionary<string, Node>();
        for (var i = 0; i < list.Count; i++)
        {
            var key = path.EndsWith(".managedFields", StringComparison.Ordinal)
                ? $"[{list[i]["manager"].AsString()}/{list[i]["operation"].AsString()}/{list[i]["apiVersion"].AsString()}]"
                : path.EndsWith(".conditions", StringComparison.Ordinal) ? $"[{list[i]["type"].AsString()}]"
                : path is "body.resources" or "body.columnDefinitions" ? $"[{list[i]["name"].AsString()}]" : $"[{i}]";
            if (!entries.TryAdd(key, list[i])) entries[$"{key[..^1]}/{list[i]["subresource"].AsString()}]"] = list[i];
        }

        return entries;
    }

    // An entry of a manager, a condition or a cause is there or not; its members say nothing more.
    private static bool IsOneWhole(string path) =>
        path.EndsWith(']') && path.LastIndexOf('[') is var at && at > 0
        && Array.Exists(Wholes, w => path.AsSpan(0, at).EndsWith(w, StringComparison.Ordinal));

    private static string Member(string key) => key.Contains('.') || key.Contains('/') ? $"[{key}]" : "." + key;

    private static bool IsAlike(string path, Node a, Node b)
    {
        if (a.AsInt() is { } left && b.AsInt() is { } right) return path.EndsWith("odePort", StringComparison.Ordinal) && left >= 30000 && right >= 30000;
        if (path.Contains(".cells", StringComparison.Ordinal) && a.AsString() is { } age && b.AsString() is { } other)
            return age.EndsWith('s') && other.EndsWith('s') && char.IsAsciiDigit(age[0]) && char.IsAsciiDigit(other[0]);
        return a.AsString() is { } x && b.AsString() is { } y && IPAddress.TryParse(x, out _) && IPAddress.TryParse(y, out _);
    }

    /// <summary>The document with placeholders for what differs by nature.</summary>
    private static Node Neutral(Node node, Exchange exchange)
    {
        if (node.AsString() is { } text) return NeutralText(text, exchange);
        if (node.AsList() is { } list)
        {
            // Conflicts are told in the order of a hash table.
            var items = list.Where(i => !IsOfController(i)).Select(i => Neutral(i, exchange));
            return new ListNode(list.Any(i => i["reason"] == "FieldManagerConflict") ? items.OrderBy(i => i.ToString(), StringComparer.Ordinal) : items);
        }

        if (node.AsMap() is not { } map) return node;
        var result = new MapNode();
        foreach (var (key, value) in map)
        {
            result[key] = key switch
            {
                "resourceVersion" or "continue" or "uid" when value.AsString() is { Length: > 0 } => $"<{key}>",
                "pod-template-hash" when value.AsString() is not null => "<hash>",
                _ => Neutral(value, exchange),
            };
        }

        return result;
    }

    // Controllers write when they get to it: whether their entry is there already is a matter of time.
    private static bool IsOfController(Node item) =>
        item["fieldsType"] == "FieldsV1" && Controllers.Contains(item["manager"].AsString());

    private static string NeutralText(string text, Exchange exchange)
    {
        if (exchange.GeneratePrefix is { Length: > 0 } prefix) text = Regex.Replace(text, Regex.Escape(prefix) + "[bcdfghjklmnpqrstvwxz2456789]{5}", "<generated>");
        text = Hash().Replace(text, "-<hash>");
        foreach (var name in exchange.Generated) text = text.Replace(name, "<generated>", StringComparison.Ordinal);
        text = Uid().Replace(text, "<uid>");
        text = Port().Replace(text, "127.0.0.1:<port>");
        text = Time().Replace(text, "<time>");
        return RevisionNumber().Replace(text, "$1<revision>");
    }

    // Names of what a Deployment makes.
    [GeneratedRegex("-[bcdfghjklmnpqrstvwxz2456789]{8,10}(?![a-z0-9])")]
    private static partial Regex Hash();

    [GeneratedRegex(@"127\.0\.0\.1:\d+")]
    private static partial Regex Port();

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex Uid();

    [GeneratedRegex(@"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")]
    private static partial Regex Time();

    [GeneratedRegex(@"(resource version: |current: |ResourceVersion in precondition: |ResourceVersion in object meta: |ResourceVersion in record \()\d+( \(\d+\))?")]
    private static partial Regex RevisionNumber();
}
