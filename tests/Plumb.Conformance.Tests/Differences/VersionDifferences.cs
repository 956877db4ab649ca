using System.Text.RegularExpressions;

namespace Plumb.Conformance.Tests.Differences;

/// <summary>What differs because the sandbox presents a newer Kubernetes than the 1.20 it is compared with.</summary>
internal static class VersionDifferences
{
    private const string Added = "Fields and defaults that came after 1.20";
    private const string Job = "The labels and the selector that a Job is given";
    private const string Groups = "Groups of Ingress and NetworkPolicy in refusals";
    private const string Budget = "The PodDisruptionBudget is policy/v1";
    private const string Unknown = "Unknown fields are told or refused";
    private const string NoPath = "Paths that nobody serves";
    private const string Subresource = "A subresource has its own entry of field ownership";
    private const string Custom = "Faults of custom objects";
    private const string Typed = "Server-side apply looks at types first";
    private const string Words = "Words of newer servers";
    private const string Decoder = "The decoder's words for values of the wrong type";
    private const string Bytes = "Lengths are told in bytes";

    public static IReadOnlyList<Difference> All { get; } =
    [
        Difference.Fields(Added,
            "spec.internalTrafficPolicy", "spec.ipFamilies", "spec.ipFamilyPolicy", "spec.allocateLoadBalancerNodePorts",
            "spec.completionMode", "spec.suspend", "spec.podReplacementPolicy", "spec.manualSelector", "spec.minReadySeconds",
            "spec.persistentVolumeClaimRetentionPolicy", "spec.updateStrategy.rollingUpdate.maxSurge", "status.ready", "status.terminating",
            "status.uncountedTerminatedPods", "status.conditions[PodReadyToStartContainers]", "status.conditions[SuccessCriteriaMet]",
            "status.conditions[Complete]", "status.conditions[DisruptionAllowed]", "status.hostIPs",
            "metadata.labels[kubernetes.io/metadata.name]", "metadata.annotations[kubernetes.io/description]",
            "metadata.labels[batch.kubernetes.io/controller-uid]", "metadata.labels[batch.kubernetes.io/job-name]"),
        new(Added, (_, d) => d.Path.Contains("fieldsV1", StringComparison.Ordinal) && d.Real.IsAbsent && FieldPath.IsUnder(d.Path, "metadata.labels")),
        Difference.Refusals(Added, ("/namespaces", "\"kind\":\"Namespace\",\"metadata\":{\"name\":\"aaaa")),
        Difference.Requests(Job, "/jobs", "spec.selector", "metadata.labels", "metadata.generation", "message", "details.causes"),
        new("Owner references, label selectors and the like are atomic", (_, d) =>
            d.Path.Contains(".fieldsV1.", StringComparison.Ordinal)
            && Regex.IsMatch(d.Path, "f:(ownerReferences|selector|nodeSelector|roleRef|secretKeyRef|fieldRef|port)([.\\[]|$)")),
        new(Subresource, (_, d) =>
            Regex.IsMatch(d.Path, @"managedFields\[[^\]]*\](\.subresource|\.time|\.fieldsV1\.(f:status|f:spec\.f:(replicas|size)).*)$")
            || Regex.IsMatch(d.Path, @"managedFields\[[^\]]*/(status|scale|finalize)\]$")
            || (d.Path.EndsWith(".managedFields[conformance/Update/v1]", StringComparison.Ordinal) && d.Real["fieldsV1"]["f:status"].AsMap() is not null)),
        Difference.Answers("Whoever applies an object does not apply its status", "^(200 Service|404 Status NotFound services)",
            "^(409 Status Conflict .*loadBalancer|422 Status Invalid Service \"nope\")"),
        Difference.Values(Groups, "details.group", "networking.k8s.io", "extensions"),
        Difference.Values(Budget, "apiVersion", "policy/v1", "policy/v1beta1"),
        new(Budget, (_, d) => d.Path.Contains("managedFields[conformance/Update/policy/", StringComparison.Ordinal)),
        Difference.Requests("Kinds and columns that came or went after 1.20", "^GET /api", "versions[]"),
        new("Kinds and columns that came or went after 1.20", (_, d) => Regex.IsMatch(d.Path, @"^body\.(resources|columnDefinitions)\[[^\]]*\]$")),
        new("Kinds and columns that came or went after 1.20", (_, d) =>
            Regex.IsMatch(d.Path, @"^body\.resources\[[^\]]*\]\.(storageVersionHash|version|verbs\[)")),
        new("Kinds and columns that came or went after 1.20", (_, d) => d.Path == "body.columnDefinitions[Restarts].type"),
        Difference.Values("Singular names in discovery", "singularName", ".+", "\"\""),
        Difference.Requests(Unknown, ".", "headers.Warning"),
        new(Unknown, (_, d) => d.Path == "headers.Warning[0]" || d.Path == "headers.Warning[1]"),
        Difference.Answers(Unknown, "strict decoding error", "^201"),
        Difference.Answers(NoPath, "^404 404 page not found", "^404"),
        Difference.Requests(NoPath, "^(GET|POST) /nope$"),
        Difference.Answers("Names of environment variables are free", "^201 Pod", "env-name"),
        Difference.Answers("Updates of a Service without a resourceVersion", "^200 Service", "must be specified for an update"),
        Difference.Answers("A Service that is deleted is returned", "^200 Service", "^200 Status"),
        Difference.Requests("Initial events of a watch", "sendInitialEvents=true"),
        Difference.Requests("The version itself", "^GET /version"),
        Difference.Values(Custom, "reason", "\"FieldValue(TypeInvalid|TooLong|TooMany)\"", "\"FieldValueInvalid\""),
        Difference.Refusals(Custom, ("/widgets", "toolong"), ("/widgets", "[\"a\",\"b\",\"c\"]"), ("/widgets", "\"list\":[1]"), ("/widgets", "\"free\":5")),
        Difference.Answers(Typed, "^400 Status BadRequest (Secret|ConfigMap) in version", "^500 Status  failed to (merge config|create typed)"),
        Difference.Answers(Typed, "^500 Status  failed to create typed patch object", "^422 Status Invalid"),
        Difference.Values(Words, "field", "\"value\"", "\"Value\""),
        Difference.Values(Words, "field", "\"data\\[", "\"data\\[%s\\]"),
        Difference.Values(Words, "answer", "Invalid JSON Patch", "Invalid JSON Patch"),
    ];

    public static IReadOnlyList<Wording> Wordings { get; } =
    [
        Wording.Replacing(Bytes, @"(no more than \d+) (bytes|characters)", "$1"),
        Wording.Replacing(Bytes, @"Too long: (?:may not be more than|must have at most) (\d+) bytes", "Too long: $1"),
        Wording.Replacing(Decoder,
            @"(cannot be handled as a \w+: |patch: Invalid value: |^Invalid value: ""(?:\{|map\[)).*(json: cannot unmarshal|illegal base64|parsing time|quantities must|Object 'Kind' is missing|error found in #|unrecognized type|cannot restore).*",
            "$1<decoder>"),
        Wording.Replacing(Decoder, @"^Invalid value: ""(\{|map\[)<decoder>", "Invalid value: <decoder>"),
        Wording.Replacing("Server-side apply names the object", @" \([^()]*; [^()]*, Kind=\w+\)", ""),
        Wording.Replacing(Subresource, @" with subresource ""\w+""", ""),
        new("Supported values are sorted", Sorted),
        Wording.Replacing(Groups, @"^(Ingress|NetworkPolicy)\.(networking\.k8s\.io|extensions)", "$1"),
        Wording.Replacing(Words, @"data\[%s\]", "data"),
        Wording.Replacing(Words, @"must be a valid CIDR value, \(e\.g\. 10\.9\.8\.0/24 or 2001:db8::/64\)|not a valid CIDR", "<cidr>"),
        Wording.Replacing(Words, @"(must be less than or equal to \w+ limit)( of [\w.]+)?", "$1"),
        Wording.Replacing(Words, @"updates to statefulset spec for fields other than .* are forbidden", "<statefulset>"),
        Wording.Replacing(Words, @"cannot be 0 when maxSurge is 0", "cannot be 0"),
        Wording.Replacing(Words, @"(is forbidden for watch) unless sendInitialEvents is provided", "$1"),
        Wording.Replacing(Words, @"127\.0\.0\.0/8, ::1/128", "127.0.0.0/8"),
        Wording.Replacing(Words, @"may only be set for externally-accessible services|ExternalTrafficPolicy can only be set on NodePort and LoadBalancer service", "<policy>"),
        Wording.Replacing(Words, @"references for (?:\w+/)?(\w+) and (?:\w+/)?(\w+)", "references for $1 and $2"),
        Wording.Replacing(Words, @": Value: Forbidden", ": value: Forbidden"),
        Wording.Replacing(Words, @", ""ReadWriteOncePod""", ""),
        Wording.Replacing(Words, @"expected: (in, notin, =, ==, !=, gt, lt|'=', '!=', '==', 'in', notin')", "expected: <operators>"),
        Wording.Replacing(Words, @"values\[0\]: Invalid value: ""\w*"": (for 'Gt')", "$1"),
        Wording.Replacing(Words, @"<nil>: Invalid value: (""-a"":)|invalid label key (""-a"":)", "<key> "),
        Wording.Replacing(Words, @"values\[0\]\[a\]: Invalid value: (""a+""): |invalid label value: (""a+""): at key: ""a"": ", "<value> "),
        Wording.Replacing(Words, @"pod updates may not change fields other than .*", "<pod>"),
        Wording.Replacing(Words, @"(is immutable after creation)[^:]*$", "$1"),
        Wording.Replacing(Words, @"(is immutable after creation)[^""]*\n.*", "$1"),
        Wording.Replacing(Words, @"may not exceed 1000000000|maximum allowed value of a user defined priority is 1000000000", "<priority>"),
    ];

    private static string Sorted(string text) => Regex.Replace(text, @"supported values: (""[^""]*""(?:, ""[^""]*"")*)", m =>
        "supported values: " + string.Join(", ", m.Groups[1].Value.Split(", ").Order(StringComparer.Ordinal)));
}
