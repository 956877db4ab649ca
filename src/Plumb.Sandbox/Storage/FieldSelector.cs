using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Storage;

/// <summary>A field selector: <c>metadata.name=web,status.phase!=Running</c>, limited to the fields that a kind offers.</summary>
internal sealed class FieldSelector
{
    private sealed record Term(string[] Path, string Value, bool Equal);

    private readonly IReadOnlyList<Term> _terms;

    private FieldSelector(IReadOnlyList<Term> terms) => _terms = terms;

    public static FieldSelector Everything { get; } = new([]);

    public bool SelectsEverything => _terms.Count == 0;

    /// <summary>The one name that can match; null when more may.</summary>
    public string? SingleName =>
        _terms.FirstOrDefault(t => t.Equal && t.Path is ["metadata", "name"])?.Value;

    public bool Matches(MapNode root)
    {
        foreach (var term in _terms)
        {
            if ((Text(((Node)root).At(term.Path)) == term.Value) != term.Equal) return false;
        }

        return true;
    }

    /// <exception cref="ApiException">Malformed, or a field that this kind does not select by (400).</exception>
    public static FieldSelector Parse(string? text, ResourceType type, ServedVersion version)
    {
        if (string.IsNullOrWhiteSpace(text)) return Everything;
        var terms = new List<Term>();
        foreach (var part in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.IndexOf('=');
            if (at <= 0) throw ApiErrors.BadRequest($"invalid selector: '{part}'; can't understand '{part}'");
            var equal = part[at - 1] != '!';
            var field = part[..(equal ? at : at - 1)].Trim();
            var value = part[(at + (at + 1 < part.Length && part[at + 1] == '=' ? 2 : 1))..].Trim();
            if (!Offers(type, version, field))
            {
                throw ApiErrors.BadRequest(HasOwnFields(type)
                    ? $"field label not supported: {field}"
                    : $"\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
            }

            terms.Add(new(Path(type, field), value, equal));
        }

        return new(terms);
    }

    private static string Text(Node node) => node.Kind switch
    {
        NodeKind.String => node.AsString()!,
        NodeKind.Absent or NodeKind.Null => "",
        _ => node.ToString(),
    };

    private static string[] Path(ResourceType type, string field) =>
        type.Kind == "Event" && field == "source" ? ["source", "component"] : field.Split('.');

    // Kinds that register a conversion of field labels of their own; their refusal has other words.
    private static bool HasOwnFields(ResourceType type) => type.IsCustom || (type.Group, type.Kind) is
        ("", "Pod" or "Event" or "Secret" or "Namespace" or "Node" or "Service" or "ReplicationController")
        or ("events.k8s.io", "Event") or ("certificates.k8s.io", "CertificateSigningRequest");

    private static bool Offers(ResourceType type, ServedVersion version, string field)
    {
        if (field == "metadata.name" || (field == "metadata.namespace" && (type.Namespaced || !type.IsCustom))) return true;
        if (type.IsCustom) return version.SelectableFields.Contains(field);
        return (type.Group, type.Kind) switch
        {
            ("", "Pod") => field is "spec.nodeName" or "spec.restartPolicy" or "spec.schedulerName" or "spec.serviceAccountName"
                or "spec.hostNetwork" or "status.phase" or "status.podIP" or "status.podIPs" or "status.nominatedNodeName",
            ("" or "events.k8s.io", "Event") => field is "involvedObject.kind" or "involvedObject.namespace" or "involvedObject.name"
                or "involvedObject.uid" or "involvedObject.apiVersion" or "involvedObject.resourceVersion" or "involvedObject.fieldPath"
                or "reason" or "reportingComponent" or "reportingController" or "source" or "type" or "regarding.kind"
                or "regarding.namespace" or "regarding.name" or "regarding.uid",
            ("", "Secret") => field is "type",
            ("", "Namespace") => field is "status.phase",
            ("", "Node") => field is "spec.unschedulable",
            ("", "Service") => field is "spec.clusterIP" or "spec.type",
            ("", "ReplicationController") => field is "status.replicas",
            ("apps", "ReplicaSet") => field is "status.replicas",
            ("batch", "Job") => field is "status.successful",
            ("certificates.k8s.io", "CertificateSigningRequest") => field is "spec.signerName",
            _ => false,
        };
    }
}
