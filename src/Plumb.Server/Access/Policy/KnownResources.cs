namespace Plumb.Server.Access.Policy;

/// <summary>Resources and actions that a policy can speak of: Argo CD's, and <c>audit</c> and <c>settings</c> of Plumb.</summary>
internal static class KnownResources
{
    /// <summary>Actions of each. One that ends with a slash is the beginning of longer ones, such as <c>delete/apps/Deployment/shop/web</c>.</summary>
    public static IReadOnlyDictionary<string, string[]> Actions { get; } = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["applications"] = ["get", "create", "update", "update/", "delete", "delete/", "sync", "rollback", "override", "action/"],
        ["applicationsets"] = ["get", "create", "update", "delete"],
        ["clusters"] = ["get", "create", "update", "delete"],
        ["projects"] = ["get", "create", "update", "delete"],
        ["repositories"] = ["get", "create", "update", "delete"],
        ["write-repositories"] = ["get", "create", "update", "delete"],
        ["accounts"] = ["get", "create", "update", "delete"],
        ["certificates"] = ["get", "create", "update", "delete"],
        ["gpgkeys"] = ["get", "create", "update", "delete"],
        ["logs"] = ["get"],
        ["exec"] = ["create", "debug"],
        ["extensions"] = ["invoke"],
        ["audit"] = ["get"],
        ["settings"] = ["get", "update"],
    };

    /// <summary>Those whose objects are written <c>PROJECT/NAME</c>.</summary>
    public static bool IsOfProjects(string resource) =>
        resource is "applications" or "applicationsets" or "logs" or "exec" or "repositories" or "clusters";

    /// <summary>Those whose objects always name a project.</summary>
    public static bool AlwaysOfProjects(string resource) => resource is "applications" or "applicationsets" or "logs" or "exec";

    /// <summary>Why a rule can never apply; null when it can.</summary>
    public static string? Complaint(PolicyPattern resource, PolicyPattern action, MatchMode mode)
    {
        var meant = Actions.Where(known => resource.Matches(known.Key)).ToList();
        if (meant.Count == 0) return $"the resource \"{resource}\" is not known; there are {string.Join(", ", Actions.Keys)}";
        // An expression may be meant for any of the endless actions with slashes.
        if (mode == MatchMode.Regex) return null;
        var actions = meant.SelectMany(known => known.Value).Distinct(StringComparer.Ordinal).ToList();
        return actions.Exists(known => known.EndsWith('/')
            ? action.Text.StartsWith(known, StringComparison.Ordinal) || action.Matches(known) || action.Text.Contains('*')
            : action.Matches(known))
            ? null
            : $"the action \"{action}\" is not known of {resource}; there are {string.Join(", ", actions)}";
    }
}
