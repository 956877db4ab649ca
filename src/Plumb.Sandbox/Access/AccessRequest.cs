using Microsoft.AspNetCore.Http;
using Plumb.Sandbox.Http;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Access;

/// <summary>What somebody wants to do: a verb on a resource, or on a path that is none (apiserver <c>authorizer.Attributes</c>).</summary>
internal sealed record AccessRequest(string Verb)
{
    public string Group { get; init; } = "";

    public string Resource { get; init; } = "";

    public string Subresource { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Name { get; init; } = "";

    /// <summary>The path of a request that names no resource; empty otherwise.</summary>
    public string Path { get; init; } = "";

    public bool IsResource => Path.Length == 0;

    public static AccessRequest Of(HttpContext context)
    {
        var http = context.Request;
        if (!ResourcePath.TryParse(http.Path.Value ?? "/", out var path))
            return new(http.Method.ToLowerInvariant()) { Path = http.Path.Value ?? "/" };
        return new(path.Verb(http.Method, http.Query))
        {
            Group = path.Group,
            Resource = path.Resource,
            Subresource = path.Subresource,
            Namespace = path.Namespace,
            Name = path.Name.Length > 0 ? path.Name : SelectedName(Query.Text(http.Query, "fieldSelector")),
        };
    }

    /// <summary>The refusal in the server's words (apiserver <c>responsewriters.Forbidden</c>).</summary>
    public ApiException Refuse(UserInfo user, string reason)
    {
        var why = $"User \"{user.Name}\" cannot {Verb} " + (IsResource ? WhatResource() : $"path \"{Path}\"");
        if (reason.Length > 0) why += ": " + reason;
        var qualified = Group.Length == 0 ? Resource : Resource + "." + Group;
        var message = !IsResource ? "forbidden: " + why
            : Name.Length == 0 ? $"{qualified} is forbidden: {why}"
            : $"{qualified} \"{Name}\" is forbidden: {why}";
        var details = new Plumb.Manifests.Documents.MapNode();
        if (Name.Length > 0) details["name"] = Name;
        if (Group.Length > 0) details["group"] = Group;
        if (Resource.Length > 0) details["kind"] = Resource;
        return new(403, "Forbidden", message) { Details = details };
    }

    private string WhatResource()
    {
        var resource = Subresource.Length == 0 ? Resource : Resource + "/" + Subresource;
        var where = Namespace.Length > 0 ? $"in the namespace \"{Namespace}\"" : "at the cluster scope";
        return $"resource \"{resource}\" in API group \"{Group}\" {where}";
    }

    // A list of one name counts as a request for that name, so that roles with resourceNames allow watching one object.
    private static string SelectedName(string? selector)
    {
        foreach (var term in (selector ?? "").Split(','))
        {
            if (term.StartsWith("metadata.name=", StringComparison.Ordinal)) return term["metadata.name=".Length..].TrimStart('=');
        }

        return "";
    }
}
