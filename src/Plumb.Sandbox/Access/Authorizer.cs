using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Access;

/// <summary>What was decided and, in RBAC's words, why.</summary>
internal readonly record struct AccessDecision(bool Allowed, string Reason);

/// <summary>
/// Decides by Roles, ClusterRoles and their bindings (RBAC). Members of <c>system:masters</c> may do everything. Nothing is cached: a
/// change of a binding counts from the next request on.
/// </summary>
internal sealed class Authorizer(ISandboxApi api)
{
    public const string Group = "rbac.authorization.k8s.io";

    public AccessDecision Decide(UserInfo user, AccessRequest request)
    {
        if (user.IsIn(UserInfo.Masters)) return new(true, "");
        foreach (var grant in Grants(user, request.Namespace))
        {
            if (grant.Rules.Any(r => r.Allows(request))) return new(true, "RBAC: allowed by " + grant.Origin);
        }

        var missing = MissingRoles(user, request.Namespace).ToList();
        return new(false, missing.Count == 0 ? "" : "RBAC: " + (missing.Count == 1 ? missing[0] : "[" + string.Join(", ", missing) + "]"));
    }

    /// <exception cref="ApiException">The user may not (403).</exception>
    public void Check(UserInfo user, AccessRequest request)
    {
        var decision = Decide(user, request);
        if (!decision.Allowed) throw request.Refuse(user, decision.Reason);
    }

    /// <summary>All rules that bind to the user: those of the cluster and those of a namespace (empty: none).</summary>
    public IEnumerable<PolicyRule> RulesOf(UserInfo user, string @namespace)
    {
        if (user.IsIn(UserInfo.Masters))
        {
            yield return new(["*"], ["*"], ["*"], [], []);
            yield return new(["*"], [], [], [], ["*"]);
        }

        foreach (var grant in Grants(user, @namespace))
        {
            foreach (var rule in grant.Rules) yield return rule;
        }
    }

    private IEnumerable<(string Origin, IReadOnlyList<PolicyRule> Rules)> Grants(UserInfo user, string @namespace)
    {
        foreach (var (binding, subject) in Bindings(user, @namespace))
        {
            if (RoleOf(binding) is not { } role) continue;
            var name = binding.Namespace.Length > 0 ? $"{binding.Name}/{binding.Namespace}" : binding.Name;
            yield return ($"{binding.Kind} \"{name}\" of {role.Kind} \"{role.Name}\" to {subject}", [.. PolicyRule.Read(role.Root["rules"])]);
        }
    }

    private IEnumerable<string> MissingRoles(UserInfo user, string @namespace)
    {
        foreach (var (binding, _) in Bindings(user, @namespace))
        {
            if (RoleOf(binding) is not null) continue;
            var reference = binding.Root["roleRef"];
            yield return $"{reference["kind"].Text().ToLowerInvariant()}.{Group} \"{reference["name"].Text()}\" not found";
        }
    }

    private IEnumerable<(KubeObject Binding, string Subject)> Bindings(UserInfo user, string @namespace)
    {
        var bindings = api.List(Group, "ClusterRoleBinding", null).AsEnumerable();
        if (@namespace.Length > 0) bindings = bindings.Concat(api.List(Group, "RoleBinding", @namespace));
        foreach (var binding in bindings)
        {
            foreach (var subject in binding.Root["subjects"].Maps())
            {
                if (Describe(user, subject, binding.Namespace) is not { } description) continue;
                yield return (binding, description);
                break;
            }
        }
    }

    private KubeObject? RoleOf(KubeObject binding)
    {
        var reference = binding.Root["roleRef"];
        var name = reference["name"].Text();
        return reference["kind"] == "Role" ? api.Get(Group, "Role", binding.Namespace, name) : api.Get(Group, "ClusterRole", "", name);
    }

    /// <summary>The subject in words when it means the user; null otherwise.</summary>
    private static string? Describe(UserInfo user, MapNode subject, string bindingNamespace)
    {
        var name = subject["name"].Text();
        switch (subject["kind"].AsString())
        {
            case "User": return user.Name == name ? $"User \"{name}\"" : null;
            case "Group": return user.IsIn(name) ? $"Group \"{name}\"" : null;
            case "ServiceAccount":
                var ns = subject["namespace"].AsString() is { Length: > 0 } stated ? stated : bindingNamespace;
                return user.Name == $"system:serviceaccount:{ns}:{name}" ? $"ServiceAccount \"{name}/{ns}\"" : null;
            default: return null;
        }
    }
}
