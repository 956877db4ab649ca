using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Sandbox.Storage;

/// <summary>The refusals of an API server, in its words (apimachinery <c>api/errors</c>).</summary>
internal static class ApiErrors
{
    /// <summary>No answer can be written in a form that the client accepts.</summary>
    public static ApiException NotAcceptable(string message) => new(406, "NotAcceptable", message);

    public static ApiException NotFound(ResourceType type, string name) => new(404, "NotFound", $"{type.Qualified} \"{name}\" not found")
    {
        Details = Details(type.Group, type.Plural, name),
    };

    public static ApiException NoSuchPath() => new(404, "NotFound", "the server could not find the requested resource")
    {
        Details = new MapNode(),
    };

    /// <summary>Whether nothing serves the path, as opposed to an object that is not there.</summary>
    public static bool IsNoSuchPath(ApiException error) => error is { Code: 404 } && error.Details.AsMap() is { Count: 0 };

    public static ApiException AlreadyExists(ResourceType type, string name, string before = "") =>
        new(409, "AlreadyExists", $"{before}{type.Qualified} \"{name}\" already exists") { Details = Details(type.Group, type.Plural, name) };

    public static ApiException Conflict(ResourceType type, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {type.Qualified} \"{name}\": {why}")
        {
            Details = Details(type.Group, type.Plural, name),
        };

    /// <summary>A delete whose precondition does not hold; the server names the kind here, not the resource.</summary>
    public static ApiException PreconditionFailed(ResourceType type, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {type.QualifiedKind} \"{name}\": {why}")
        {
            Details = Details(type.Group, type.Kind, name),
        };

    public static ApiException NotFoundScale(ResourceType type, string name)
    {
        // A custom kind is looked up by its own name, a built-in one by that of its subresource.
        if (type.IsCustom) return NotFound(type, name);
        var plural = type.Plural + "/scale";
        return new(404, "NotFound", $"{plural}{(type.Group.Length == 0 ? "" : "." + type.Group)} \"{name}\" not found") { Details = Details(type.Group, plural, name) };
    }

    public static ApiException InvalidScale(string name, IReadOnlyList<SchemaFault> faults) =>
        Invalid("autoscaling", "Scale", "Scale.autoscaling", name, faults);

    public static ApiException Stale(ResourceType type, string name) => Conflict(
        type, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiException Forbidden(ResourceType type, string name, string why, MapNode? cause = null)
    {
        var details = Details(type.Group, type.Plural, name);
        if (cause is not null) details["causes"] = new ListNode { cause };
        return new(403, "Forbidden", name.Length == 0
            ? $"{type.Qualified} is forbidden: {why}"
            : $"{type.Qualified} \"{name}\" is forbidden: {why}")
        { Details = details };
    }

    public static ApiException Invalid(ResourceType type, string name, IReadOnlyList<SchemaFault> faults) =>
        Invalid(type.Group, type.Kind, type.QualifiedKind, name, faults);

    /// <summary>A patch that cannot be: the server names no kind in it.</summary>
    public static ApiException InvalidPatch(string why) => Invalid("", "", "", "", [new("FieldValueInvalid", "patch", why)]);

    public static ApiException InvalidListOptions(string field, string why) =>
        Invalid("meta.k8s.io", "ListOptions", "ListOptions.meta.k8s.io", "", [new("FieldValueForbidden", field, why)]);

    public static ApiException InvalidPatchOptions(string field, string reason, string why) =>
        Invalid("meta.k8s.io", "PatchOptions", "PatchOptions.meta.k8s.io", "", [new(reason, field, why)]);

    public static ApiException InvalidOptions(string kind, params IReadOnlyList<SchemaFault> faults) =>
        Invalid("meta.k8s.io", kind, kind + ".meta.k8s.io", "", faults);

    /// <summary>An update that does not say which state it changes; the server names the resource here, not the kind.</summary>
    public static ApiException MissingRevision(ResourceType type, string name) =>
        Invalid(type.Group, type.Plural, type.Qualified, name,
            [new("FieldValueInvalid", "metadata.resourceVersion", "Invalid value: 0x0: must be specified for an update")]);

    /// <summary>A query or metadata value that the server cannot read; it answers as if the fault were its own.</summary>
    public static ApiException Unreadable(string message) => new(500, "", message);

    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource") { Details = new MapNode() };

    public static ApiException Expired(string message) => new(410, "Expired", message);

    public static ApiException UnsupportedMediaType(params ReadOnlySpan<string> accepted) => new(
        415,
        "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: " + string.Join(", ", accepted!));

    public static ApiException TooLarge() => new(413, "RequestEntityTooLarge", "Request entity too large: limit is 3145728");

    public static ApiException TooLargeRevision(long asked, long current)
    {
        var details = new MapNode
        {
            ["causes"] = new ListNode { new MapNode { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" } },
            ["retryAfterSeconds"] = 1,
        };
        return new(504, "Timeout", $"Timeout: Too large resource version: {asked}, current: {current}") { Details = details };
    }

    /// <summary>The error as metav1.Status.</summary>
    public static MapNode ToStatus(ApiException error)
    {
        var status = new MapNode
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new MapNode(),
            ["status"] = "Failure",
            ["message"] = error.Message,
        };
        if (error.Reason.Length > 0) status["reason"] = error.Reason;
        if (error.Details.AsMap() is { } details) status["details"] = details;
        status["code"] = error.Code;
        return status;
    }

    private static ApiException Invalid(string group, string kind, string qualified, string name, IReadOnlyList<SchemaFault> faults)
    {
        var texts = faults.Select(f => $"{f.Field}: {f.Message}").Distinct().ToList();
        var causes = new ListNode();
        foreach (var f in faults) causes.Add(new MapNode { ["reason"] = f.Reason, ["message"] = f.Message, ["field"] = f.Field });
        var details = Details(group, kind, name);
        details["causes"] = causes;
        var why = texts.Count == 1 ? texts[0] : "[" + string.Join(", ", texts) + "]";
        return new(422, "Invalid", $"{qualified} \"{name}\" is invalid: {why}") { Details = details };
    }

    private static MapNode Details(string group, string kind, string name)
    {
        var details = new MapNode();
        if (name.Length > 0) details["name"] = name;
        if (group.Length > 0) details["group"] = group;
        if (kind.Length > 0) details["kind"] = kind;
        return details;
    }
}
