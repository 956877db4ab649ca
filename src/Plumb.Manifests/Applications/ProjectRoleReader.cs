using System.Text.RegularExpressions;
using Plumb.Reconcile.Applications;

namespace Plumb.Manifests.Applications;

/// <summary>
/// Reads a project's <c>roles</c>. As in Argo CD, a role's policies may only speak of the role itself and of objects of its own project:
/// who may write a project must not be able to hand out rights elsewhere.
/// </summary>
internal static partial class ProjectRoleReader
{
    private const int PolicyFields = 6;

    public static IReadOnlyList<ProjectRole> Read(FieldReader spec, string project)
    {
        var roles = new List<ProjectRole>();
        foreach (var entry in spec.Maps("roles") ?? [])
        {
            var role = new ProjectRole(entry.Required("name"), entry.Text("description"), entry.Texts("policies"), entry.Texts("groups"));
            // Tokens are kept by Plumb, not in Git.
            entry.NotSupported("jwtTokens");
            entry.Finish();
            if (role.Name.Length > 0 && !RoleName().IsMatch(role.Name))
                entry.Error("name", $"is \"{role.Name}\"; use letters, digits, - and _, with a letter or digit first and last");
            if (roles.Exists(r => r.Name == role.Name)) entry.Error("name", $"\"{role.Name}\" is that of an earlier role; give each its own");
            CheckOnce(entry, "policies", role.Policies);
            CheckOnce(entry, "groups", role.Groups);
            foreach (var policy in role.Policies)
            {
                if (Fault(policy, project, role.Name) is { } fault) entry.Error("policies", $"holds \"{policy}\": {fault}");
            }

            foreach (var group in role.Groups.Where(g => string.IsNullOrWhiteSpace(g) || g.AsSpan().IndexOfAny(",\n\r\t") >= 0))
                entry.Error("groups", $"holds \"{group}\", which can be no group: it is empty, or has a comma or a line break in it");
            roles.Add(role);
        }

        return roles;
    }

    private static void CheckOnce(FieldReader entry, string field, IReadOnlyList<string> values)
    {
        if (values.GroupBy(v => v, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            entry.Error(field, $"holds \"{twice.Key}\" more than once");
    }

    private static string? Fault(string policy, string project, string role)
    {
        var fields = policy.Split(',').Select(f => f.Trim(' ')).ToArray();
        if (fields.Length != PolicyFields || fields[0] != "p" || policy.Contains('\n', StringComparison.Ordinal))
            return $"write p, proj:{project}:{role}, resource, action, {project}/object, allow or deny";
        if (fields[1] != $"proj:{project}:{role}") return $"its subject must be proj:{project}:{role}";
        if (fields[2] is not ("applications" or "applicationsets" or "repositories" or "clusters" or "logs" or "exec"))
            return $"its resource is \"{fields[2]}\"; in a project it can be applications, applicationsets, repositories, clusters, logs or exec";
        if (fields[3] is not ("get" or "create" or "update" or "delete" or "sync" or "override" or "rollback" or "*") && !LongAction().IsMatch(fields[3]))
            return $"its action is \"{fields[3]}\"; it can be get, create, update, delete, sync, override, rollback, *, or action/…, update/…, delete/…";
        if (!fields[4].StartsWith(project + "/", StringComparison.Ordinal) || !Object().IsMatch(fields[4][(project.Length + 1)..]))
            return $"its object must be of this project: {project}/* or {project}/NAME";
        return fields[5] is "allow" or "deny" ? null : "its effect can be allow or deny";
    }

    [GeneratedRegex(@"^[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?\z")]
    private static partial Regex RoleName();

    [GeneratedRegex(@"^(action|update|delete)/[^\s,""]*\z")]
    private static partial Regex LongAction();

    /// <summary>Argo CD's: names and stars; addresses of repositories and clusters have colons and slashes too.</summary>
    [GeneratedRegex(@"^[*a-zA-Z0-9_.:/@-]+\z")]
    private static partial Regex Object();
}
