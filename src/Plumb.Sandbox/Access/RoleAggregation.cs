using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Access;

/// <summary>Writes into ClusterRoles with an aggregation rule the rules of those they select, sorted by name, none twice.</summary>
internal sealed class RoleAggregation(ObjectApi api)
{
    /// <summary>Looks at all aggregated roles again, after a change of any ClusterRole.</summary>
    public void Refresh()
    {
        var all = api.List(Authorizer.Group, "ClusterRole", null);
        var kind = api.Store.Catalog.Kind(Authorizer.Group, "ClusterRole")!;
        foreach (var role in all)
        {
            if (role.Root["aggregationRule"]["clusterRoleSelectors"].AsList() is not { } selectors) continue;
            api.Mutate(kind, "", role.Name, root => SetRules(root, Collect(role, selectors, all)));
        }
    }

    private static bool SetRules(MapNode root, ListNode rules)
    {
        if (root["rules"] == rules || (rules.Count == 0 && root["rules"].IsNullOrAbsent)) return false;
        root["rules"] = rules;
        return true;
    }

    private static ListNode Collect(KubeObject role, ListNode selectors, IReadOnlyList<KubeObject> all)
    {
        var rules = new ListNode();
        foreach (var other in all)
        {
            if (other.Name == role.Name || !selectors.Any(s => Selectors.Matches(s, other.Labels))) continue;
            foreach (var rule in other.Root["rules"].Maps())
            {
                if (!rules.Any(r => r == rule)) rules.Add(rule.DeepClone());
            }
        }

        return rules;
    }
}
