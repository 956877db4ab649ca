using Plumb.Manifests.Documents;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Tables;

/// <summary>Columns of the kinds that administrators look at.</summary>
internal static class ClusterColumns
{
    /// <summary>The columns; null when the kind has none of its own.</summary>
    public static IReadOnlyList<Column>? Of(ResourceType type, Column name, Column age) => (type.Group, type.Kind) switch
    {
        ("autoscaling", "Scale") =>
            [name with { Format = "" }, Number("Desired", "spec", "replicas"), Number("Available", "status", "replicas"), age],
        ("apps", "ControllerRevision") =>
            [name, new("Controller", (o, _) => PolicyCells.RevisionOwner(o)), new("Revision", (o, _) => o["revision"].AsInt() ?? 0), age],
        ("certificates.k8s.io", "CertificateSigningRequest") =>
            [name, age, Text("SignerName", "spec", "signerName"), Text("Requestor", "spec", "username"),
                new("RequestedDuration", (o, _) => PolicyCells.RequestedDuration(o)),
                new("Condition", (o, _) => PolicyCells.RequestCondition(o))],
        ("discovery.k8s.io", "EndpointSlice") =>
            [name, Text("AddressType", "addressType"), new("Ports", (o, _) => PolicyCells.SlicePorts(o)),
                new("Endpoints", (o, _) => PolicyCells.SliceEndpoints(o)), age],
        ("apiregistration.k8s.io", "APIService") =>
            [name, new("Service", (o, _) => PolicyCells.ServiceOf(o)), new("Available", (o, _) => PolicyCells.Available(o)), age],
        ("admissionregistration.k8s.io", "MutatingWebhookConfiguration" or "ValidatingWebhookConfiguration") =>
            [name, new("Webhooks", (o, _) => o["webhooks"].AsList()?.Count ?? 0, 0, "integer"), age],
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy") =>
            [name, new("Validations", (o, _) => o["spec"]["validations"].AsList()?.Count ?? 0, 0, "integer"),
                new("ParamKind", (o, _) => KindOf(o["spec"]["paramKind"])), age],
        ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding") =>
            [name, Text("PolicyName", "spec", "policyName"), new("ParamRef", (o, _) => Reference(o["spec"]["paramRef"])), age],
        ("node.k8s.io", "RuntimeClass") => [name, Text("Handler", "handler"), age],
        ("networking.k8s.io", "IPAddress") => [name, new("ParentRef", (o, _) => Parent(o["spec"]["parentRef"]))],
        ("networking.k8s.io", "ServiceCIDR") => [name, new("CIDRs", (o, _) => string.Join(",", o["spec"]["cidrs"].Texts())), age],
        ("flowcontrol.apiserver.k8s.io", "FlowSchema") =>
            [name, Text("PriorityLevel", "spec", "priorityLevelConfiguration", "name"),
                Number("MatchingPrecedence", "spec", "matchingPrecedence") with { Type = "string" },
                new("DistinguisherMethod", (o, _) => Cells.OrNone(o["spec"]["distinguisherMethod"]["type"])), age,
                new("MissingPL", (o, _) => o["status"]["conditions"].Maps().FirstOrDefault(c => c["type"] == "Dangling")?["status"].AsString() ?? "?")],
        ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration") =>
            [name, Text("Type", "spec", "type"), Level("NominalConcurrencyShares", o => o["spec"]["limited"]["nominalConcurrencyShares"]),
                Level("Queues", o => Queuing(o)["queues"]), Level("HandSize", o => Queuing(o)["handSize"]),
                Level("QueueLengthLimit", o => Queuing(o)["queueLengthLimit"]), age],
        ("storage.k8s.io", "CSIDriver") =>
            [name, Flag("AttachRequired", true, "spec", "attachRequired"), Flag("PodInfoOnMount", false, "spec", "podInfoOnMount"),
                Flag("StorageCapacity", false, "spec", "storageCapacity"),
                new("TokenRequests", (o, _) => o["spec"]["tokenRequests"].AsList() is { Count: > 0 } tokens
                    ? string.Join(",", tokens.Select(t => t["audience"].Text())) : "<unset>"),
                Flag("RequiresRepublish", false, "spec", "requiresRepublish"),
                new("Modes", (o, _) => Cells.OrNone(string.Join(",", o["spec"]["volumeLifecycleModes"].Texts()))), age],
        ("storage.k8s.io", "CSINode") => [name, new("Drivers", (o, _) => o["spec"]["drivers"].AsList()?.Count ?? 0, 0, "integer"), age],
        ("storage.k8s.io", "CSIStorageCapacity") =>
            [name, Text("StorageClassName", "storageClassName"), new("Capacity", (o, _) => o["capacity"].AsString() ?? "<unset>")],
        ("storage.k8s.io", "VolumeAttachment") =>
            [name, Text("Attacher", "spec", "attacher") with { Format = "name" },
                Text("PV", "spec", "source", "persistentVolumeName"), Text("Node", "spec", "nodeName"),
                Flag("Attached", false, "status", "attached"), age],
        _ => null,
    };

    private static Node Queuing(Node level) => level["spec"]["limited"]["limitResponse"]["queuing"];

    private static Column Level(string name, Func<Node, Node> value) =>
        new(name, (o, _) => value(o).AsInt() is { } number ? number : "<none>");

    private static string KindOf(Node kind) =>
        kind.AsMap() is null ? "<unset>" : kind["apiVersion"].Text() + "/" + kind["kind"].Text();

    private static string Reference(Node reference)
    {
        if (reference.AsMap() is null) return "<unset>";
        if (reference["name"].Text() is not { Length: > 0 } name)
            return reference["selector"].AsMap() is null ? "<unset>" : PolicyCells.SelectorAsGo(reference["selector"]);
        return reference["namespace"].Text() is { Length: > 0 } ns ? ns + "/" + name : "*/" + name;
    }

    private static string Parent(Node parent)
    {
        if (parent.AsMap() is null) return "<none>";
        var resource = parent["resource"].Text();
        if (parent["group"].Text() is { Length: > 0 } group) resource += "." + group;
        return parent["namespace"].Text() is { Length: > 0 } ns ? $"{resource}/{ns}/{parent["name"].Text()}" : $"{resource}/{parent["name"].Text()}";
    }

    private static Column Text(string name, params string[] path) => new(name, (o, _) => Cells.Text(o, path));

    private static Column Number(string name, params string[] path) => new(name, (o, _) => o.At(path).AsInt() ?? 0, 0, "integer");

    private static Column Flag(string name, bool otherwise, params string[] path) =>
        new(name, (o, _) => o.At(path).AsBool() ?? otherwise, 0, "boolean");
}
