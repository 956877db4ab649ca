using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Access;

/// <summary>
/// Nobody gives away rights that he does not have: who writes a role must hold its permissions or the verb <c>escalate</c>, who binds
/// one must hold them or the verb <c>bind</c> (kubernetes <c>registry/rbac/escalation_check.go</c>).
/// </summary>
internal sealed class Escalation(ISandboxApi api, Authorizer authorizer)
{
    /// <exception cref="ApiException">It would give away more than the writer holds (403).</exception>
    public void Check(ResourceType type, KubeObject obj, KubeObject? old, UserInfo user)
    {
        if (type.Group != Authorizer.Group || user.IsIn(UserInfo.Masters)) return;
        var ns = obj.Namespace;
        if (type.Kind is "Role" or "ClusterRole")
        {
            if (old is not null && old.Root["rules"] == obj.Root["rules"] && old.Root["aggregationRule"] == obj.Root["aggregationRule"]) return;
            if (May(user, "escalate", type.Plural, ns, obj.Name)) return;
            RequireHeld(type, obj.Name, user, ns, PolicyRule.Read(obj.Root["rules"]));
            return;
        }

        if (old is not null && old.Root["subjects"] == obj.Root["subjects"]) return;
        var reference = obj.Root["roleRef"];
        var name = reference["name"].Text();
        var cluster = reference["kind"] != "Role";
        if (May(user, "bind", cluster ? "clusterroles" : "roles", cluster && type.Kind == "ClusterRoleBinding" ? "" : ns, name)) return;
        var kind = cluster ? "ClusterRole" : "Role";
        if (api.Get(Authorizer.Group, kind, cluster ? "" : ns, name) is not { } role)
        {
            throw new ApiException(404, "NotFound", $"{kind.ToLowerInvariant()}s.{Authorizer.Group} \"{name}\" not found")
            {
                Details = new MapNode { ["name"] = name, ["group"] = Authorizer.Group, ["kind"] = kind.ToLowerInvariant() + "s" },
            };
        }

        RequireHeld(type, obj.Name, user, ns, PolicyRule.Read(role.Root["rules"]));
    }

    private bool May(UserInfo user, string verb, string resource, string ns, string name) => authorizer.Decide(
        user, new(verb) { Group = Authorizer.Group, Resource = resource, Namespace = ns, Name = name }).Allowed;

    private void RequireHeld(ResourceType type, string name, UserInfo user, string ns, IEnumerable<PolicyRule> wanted)
    {
        var held = authorizer.RulesOf(user, ns).ToList();
        var missing = wanted.Where(rule => rule.Permissions().Any(p => !held.Any(h => h.Allows(p)))).Select(Print).ToList();
        if (missing.Count == 0) return;
        var groups = string.Join(" ", user.Groups.Select(g => $"\"{g}\""));
        throw ApiErrors.Forbidden(type, name,
            $"user \"{user.Name}\" (groups=[{groups}]) is attempting to grant RBAC permissions not currently held:\n" +
            string.Join("\n", missing));
    }

    private static string Print(PolicyRule rule)
    {
        var parts = new List<string>();
        Add("APIGroups", rule.Groups);
        Add("Resources", rule.Resources);
        Add("ResourceNames", rule.Names);
        Add("NonResourceURLs", rule.Urls);
        Add("Verbs", rule.Verbs);
        return "{" + string.Join(", ", parts) + "}";

        void Add(string field, IReadOnlyList<string> texts)
        {
            if (texts.Count > 0) parts.Add($"{field}:[{string.Join(" ", texts.Select(t => $"\"{t}\""))}]");
        }
    }
}
