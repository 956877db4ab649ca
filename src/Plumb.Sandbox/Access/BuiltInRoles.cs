using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Access;

/// <summary>
/// The roles for people and the bindings that every cluster has (kubernetes <c>rbac/bootstrappolicy/policy.go</c>, 1.33). Roles of
/// components, such as <c>system:node</c>, are left out: nothing here is such a component.
/// </summary>
internal static class BuiltInRoles
{
    private const string Aggregate = "rbac.authorization.k8s.io/aggregate-to-";

    private static readonly string[] Read = ["get", "list", "watch"];
    private static readonly string[] Write = ["create", "delete", "deletecollection", "patch", "update"];
    private static readonly string[] ReadWrite = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    public static IEnumerable<KubeObject> All()
    {
        yield return Role("cluster-admin", [], [Rule(["*"], ["*"], "*"), Urls(["*"], "*")]);
        yield return Aggregated("admin", "admin", []);
        yield return Aggregated("edit", "edit", ["admin"]);
        yield return Aggregated("view", "view", ["edit"]);
        yield return Role("system:aggregate-to-admin", ["admin"], [.. AdminRules()]);
        yield return Role("system:aggregate-to-edit", ["edit"], [.. EditRules()]);
        yield return Role("system:aggregate-to-view", ["view"], [.. ViewRules()]);
        yield return Role("system:basic-user", [],
        [
            Rule(["create"], ["authorization.k8s.io"], "selfsubjectaccessreviews", "selfsubjectrulesreviews"),
            Rule(["create"], ["authentication.k8s.io"], "selfsubjectreviews"),
        ]);
        yield return Role("system:discovery", [], [Urls(["get"], "/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi",
            "/openapi/*", "/readyz", "/version", "/version/")]);
        yield return Role("system:public-info-viewer", [], [Urls(["get"], "/healthz", "/livez", "/readyz", "/version", "/version/")]);
        yield return Role("system:auth-delegator", [],
        [
            Rule(["create"], ["authentication.k8s.io"], "tokenreviews"),
            Rule(["create"], ["authorization.k8s.io"], "subjectaccessreviews"),
        ]);
        yield return Binding("cluster-admin", "cluster-admin", UserInfo.Masters);
        yield return Binding("system:basic-user", "system:basic-user", UserInfo.Authenticated);
        yield return Binding("system:discovery", "system:discovery", UserInfo.Authenticated);
        yield return Binding("system:public-info-viewer", "system:public-info-viewer", UserInfo.Authenticated, "system:unauthenticated");
    }

    private static IEnumerable<MapNode> AdminRules() =>
    [
        Rule(["create"], ["authorization.k8s.io"], "localsubjectaccessreviews"),
        Rule(ReadWrite, ["rbac.authorization.k8s.io"], "rolebindings", "roles"),
    ];

    private static IEnumerable<MapNode> EditRules() =>
    [
        Rule(Read, [""], "pods/attach", "pods/exec", "pods/portforward", "pods/proxy", "secrets", "services/proxy"),
        Rule(["impersonate"], [""], "serviceaccounts"),
        Rule(Write, [""], "pods", "pods/attach", "pods/exec", "pods/portforward", "pods/proxy"),
        Rule(["create"], [""], "pods/eviction"),
        Rule(Write, [""], "configmaps", "events", "persistentvolumeclaims", "replicationcontrollers", "replicationcontrollers/scale",
            "secrets", "serviceaccounts", "services", "services/proxy"),
        Rule(["create"], [""], "serviceaccounts/token"),
        Rule(Write, ["apps"], "daemonsets", "deployments", "deployments/rollback", "deployments/scale", "replicasets", "replicasets/scale",
            "statefulsets", "statefulsets/scale"),
        Rule(Write, ["autoscaling"], "horizontalpodautoscalers"),
        Rule(Write, ["batch"], "cronjobs", "jobs"),
        Rule(Write, ["extensions"], "daemonsets", "deployments", "deployments/rollback", "deployments/scale", "ingresses", "networkpolicies",
            "replicasets", "replicasets/scale", "replicationcontrollers/scale"),
        Rule(Write, ["policy"], "poddisruptionbudgets"),
        Rule(Write, ["networking.k8s.io"], "ingresses", "networkpolicies"),
        Rule(ReadWrite, ["coordination.k8s.io"], "leases"),
    ];

    private static IEnumerable<MapNode> ViewRules() =>
    [
        Rule(Read, [""], "configmaps", "endpoints", "persistentvolumeclaims", "persistentvolumeclaims/status", "pods",
            "replicationcontrollers", "replicationcontrollers/scale", "serviceaccounts", "services", "services/status"),
        Rule(Read, [""], "bindings", "events", "limitranges", "namespaces/status", "pods/log", "pods/status",
            "replicationcontrollers/status", "resourcequotas", "resourcequotas/status"),
        Rule(Read, [""], "namespaces"),
        Rule(Read, ["discovery.k8s.io"], "endpointslices"),
        Rule(Read, ["apps"], "controllerrevisions", "daemonsets", "daemonsets/status", "deployments", "deployments/scale",
            "deployments/status", "replicasets", "replicasets/scale", "replicasets/status", "statefulsets", "statefulsets/scale",
            "statefulsets/status"),
        Rule(Read, ["autoscaling"], "horizontalpodautoscalers", "horizontalpodautoscalers/status"),
        Rule(Read, ["batch"], "cronjobs", "cronjobs/status", "jobs", "jobs/status"),
        Rule(Read, ["extensions"], "daemonsets", "daemonsets/status", "deployments", "deployments/scale", "deployments/status", "ingresses",
            "ingresses/status", "networkpolicies", "replicasets", "replicasets/scale", "replicasets/status", "replicationcontrollers/scale"),
        Rule(Read, ["policy"], "poddisruptionbudgets", "poddisruptionbudgets/status"),
        Rule(Read, ["networking.k8s.io"], "ingresses", "ingresses/status", "networkpolicies"),
    ];

    private static MapNode Rule(string[] verbs, string[] groups, params string[] resources) =>
        new PolicyRule(verbs, groups, resources, [], []).ToNode();

    private static MapNode Urls(string[] verbs, params string[] urls) => new PolicyRule(verbs, [], [], [], urls).ToNode();

    private static KubeObject Role(string name, string[] aggregatedTo, IEnumerable<MapNode> rules)
    {
        var role = Make("ClusterRole", name, aggregatedTo);
        role["rules"] = new ListNode(rules.Select(r => (Node)r));
        return new(role);
    }

    private static KubeObject Aggregated(string name, string from, string[] aggregatedTo)
    {
        var role = Make("ClusterRole", name, aggregatedTo);
        role["aggregationRule"] = new MapNode
        {
            ["clusterRoleSelectors"] = new ListNode { new MapNode { ["matchLabels"] = new MapNode { [Aggregate + from] = "true" } } },
        };
        role["rules"] = Node.Null;
        return new(role);
    }

    private static KubeObject Binding(string name, string role, params string[] groups)
    {
        var binding = Make("ClusterRoleBinding", name, []);
        binding["roleRef"] = new MapNode { ["apiGroup"] = Authorizer.Group, ["kind"] = "ClusterRole", ["name"] = role };
        binding["subjects"] = new ListNode(groups.Select(g =>
            (Node)new MapNode { ["apiGroup"] = Authorizer.Group, ["kind"] = "Group", ["name"] = g }));
        return new(binding);
    }

    private static MapNode Make(string kind, string name, string[] aggregatedTo)
    {
        var labels = new MapNode { ["kubernetes.io/bootstrapping"] = "rbac-defaults" };
        foreach (var to in aggregatedTo) labels[Aggregate + to] = "true";
        return new MapNode
        {
            ["apiVersion"] = Authorizer.Group + "/v1",
            ["kind"] = kind,
            ["metadata"] = new MapNode
            {
                ["name"] = name,
                ["labels"] = labels,
                ["annotations"] = new MapNode { ["rbac.authorization.kubernetes.io/autoupdate"] = "true" },
            },
        };
    }
}
