namespace Plumb.Conformance.Tests.Differences;

/// <summary>What differs because the sandbox is what it is, and what it does not do yet.</summary>
internal static class ChosenDifferences
{
    private const string Null = "`creationTimestamp: null`";
    private const string Tokens = "Tokens of service accounts";
    private const string Pods = "Pods that run nowhere";
    private const string Printed = "Values are printed as JSON, not as Go structs";
    private const string Faults = "Fewer faults, or in another order";
    private const string Yaml = "YAML's syntax errors";

    public static IReadOnlyList<Difference> All { get; } =
    [
        Difference.Values(Null, "creationTimestamp", "absent", "null"),
        Difference.Values(Null, "lastProbeTime", "absent", "null"),
        Difference.Values("Prose of OpenAPI and columns", "description", ".", "."),
        Difference.Requests(Tokens, "/pods", "spec.volumes[]", "spec.containers[].volumeMounts[]"),
        Difference.Requests(Tokens, "/serviceaccounts", "secrets"),
        Difference.Requests(Tokens, "/secrets", "items[]"),
        Difference.Requests(Pods, "/pods", "spec.nodeName", "status.containerStatuses[]", "status.conditions[PodScheduled].message",
            "metadata.deletionTimestamp", "metadata.deletionGracePeriodSeconds"),
        Difference.Requests("Claims and volumes have no protection finalizer", "/persistentvolume", "metadata.finalizers"),
        Difference.Answers("Any cluster address is accepted", "^201 Service", "not in the valid range"),
        Difference.Answers("A watch from the future is refused", "^504 Status Timeout", "^200"),
        Difference.Answers("Discovery is only read", "^405", "^200 APIGroupList"),
        Difference.Requests("Health without its checks", "^GET /readyz"),
        Difference.Values("Only JSON is written", "message", "accepted: application/json\"", "application/yaml"),
        Difference.Values("Empty tables have an empty list of rows", "rows", "\\[\\]", "null"),
        Difference.Values("A watch repeats the columns of a table", "columnDefinitions", "\\[", "null"),
        Difference.Answers("A patch directive that nobody knows is left out", "^200 Deployment", "\\$patch"),
        new("Ownership of parents and of nothing", (_, d) =>
            d.Sandbox.IsAbsent && (d.Path.EndsWith(".f:spec[.]", StringComparison.Ordinal) || d.Path.EndsWith(".f:rules", StringComparison.Ordinal)
                || d.Path.Contains("managedFields[maker/Update/v1]", StringComparison.Ordinal))),
        Difference.Refusals(Faults, ("/deployments/web", "[\"x\"]")),
    ];

    public static IReadOnlyList<Wording> Wordings { get; } =
    [
        Wording.Replacing("Addresses in memory", "0xc[0-9a-f]{6,}", "<address>"),
        Wording.Replacing(Printed,
            @"(Invalid|Unsupported|Duplicate) value: (intstr\.IntOrString\{.*?\}|[\w%]+(?=: (?:a valid percent|must not be greater|may not be|cannot be 0|(?:min|default|default request) value)))",
            "$1 value: <value>"),
        Wording.Replacing(Printed,
            @"(Invalid|Unsupported|Duplicate) value: (\[\](?:string|[a-z0-9]+\.\w+)(?:\{.*?\}|\(nil\))|map\[string\]string(?:\{.*?\}|\(nil\))|[a-z0-9]+\.\w+(?:\{.*?\}|\(nil\))|\{.*?\}|\[.*?\]|null|""null"")(?=: )",
            "$1 value: <value>"),
        Wording.Replacing(Printed, @"Duplicate value: [^:]*\{.*\}$", "Duplicate value: <value>"),
        Wording.Replacing(Printed, @"(^|patch: )Invalid value: ""\{.*?\}"": ", "$1"),
        Wording.Replacing(Yaml, @"yaml: .*?(?= \([0-9a-f]+( \.\.\.)?\)$|$)", "<yaml>"),
        Wording.Replacing("Continue tokens that are none", "(continue key is not valid).*", "$1"),
    ];
}
