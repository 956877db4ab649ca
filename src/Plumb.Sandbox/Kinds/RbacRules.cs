using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Kinds;

/// <summary>Roles and their bindings.</summary>
internal static class RbacRules
{
    private const string Group = "rbac.authorization.k8s.io";

    /// <summary>A role without rules has the empty list that Go writes as null.</summary>
    public static void DefaultRole(KubeObject role)
    {
        if (role.Root["rules"].AsList() is not { Count: > 0 }) role.Root["rules"] = Node.Null;
    }

    public static void DefaultBinding(KubeObject binding)
    {
        if (binding.Root["roleRef"].AsMap() is { } role) role.Default("apiGroup", Group);
        foreach (var subject in binding.Root["subjects"].Maps())
        {
            if (subject["kind"].AsString() is "User" or "Group") subject.Default("apiGroup", Group);
        }
    }

    public static void ValidateBinding(KubeObject binding, Faults faults)
    {
        var role = binding.Root["roleRef"];
        if (role["apiGroup"].Text() != Group) faults.NotSupported("roleRef.apiGroup", role["apiGroup"].Text(), Group);
        var cluster = binding.Kind == "ClusterRoleBinding";
        if (role["kind"].AsString() is not "ClusterRole" && (cluster || role["kind"].AsString() is not "Role"))
        {
            if (cluster) faults.NotSupported("roleRef.kind", role["kind"].Text(), "ClusterRole");
            else faults.NotSupported("roleRef.kind", role["kind"].Text(), "Role", "ClusterRole");
        }

        if (role["name"].IsEmpty()) faults.Required("roleRef.name");
        else faults.Invalid("roleRef.name", role["name"].Text(), Formats.PathSegment(role["name"].Text()));
        var i = 0;
        foreach (var subject in binding.Root["subjects"].Maps()) ValidateSubject(subject, $"subjects[{i++}]", cluster, faults);
    }

    public static void ValidateBindingUpdate(KubeObject old, KubeObject updated, Faults faults)
    {
        var role = updated.Root["roleRef"];
        if (old.Root["roleRef"] == role) return;
        faults.InvalidPrinted(
            "roleRef",
            $"rbac.RoleRef{{APIGroup:\"{role["apiGroup"].Text()}\", Kind:\"{role["kind"].Text()}\", Name:\"{role["name"].Text()}\"}}",
            "cannot change roleRef");
    }

    public static void ValidateRole(KubeObject role, Faults faults)
    {
        var i = 0;
        foreach (var rule in role.Root["rules"].Maps())
        {
            var at = $"rules[{i++}]";
            if (rule["verbs"].IsEmpty()) faults.Required(at + ".verbs", "verbs must contain at least one value");
            if (!rule["nonResourceURLs"].IsEmpty())
            {
                if (role.Kind == "Role")
                    faults.Invalid(at + ".nonResourceURLs", rule["nonResourceURLs"], "namespaced rules cannot apply to non-resource URLs");
                if (!rule["apiGroups"].IsEmpty() || !rule["resources"].IsEmpty())
                {
                    faults.Invalid(at + ".nonResourceURLs", rule["nonResourceURLs"],
                        "rules cannot apply to both regular resources and non-resource URLs");
                }

                continue;
            }

            if (rule["apiGroups"].IsEmpty()) faults.Required(at + ".apiGroups", "resource rules must supply at least one api group");
            if (rule["resources"].IsEmpty()) faults.Required(at + ".resources", "resource rules must supply at least one resource");
        }
    }

    private static void ValidateSubject(MapNode subject, string at, bool cluster, Faults faults)
    {
        if (subject["name"].IsEmpty()) faults.Required(at + ".name");
        switch (subject["kind"].Text())
        {
            case "ServiceAccount":
                if (!subject["name"].IsEmpty())
                    faults.Invalid(at + ".name", subject["name"].Text(), Formats.DnsSubdomain(subject["name"].Text()));
                if (!subject["apiGroup"].IsEmpty()) faults.NotSupported(at + ".apiGroup", subject["apiGroup"], "");
                if (cluster && subject["namespace"].IsEmpty()) faults.Required(at + ".namespace");
                break;
            case "User" or "Group":
                if (subject["apiGroup"].Text() != Group) faults.NotSupported(at + ".apiGroup", subject["apiGroup"].Text(), Group);
                break;
            default:
                faults.NotSupported(at + ".kind", subject["kind"].Text(), "ServiceAccount", "User", "Group");
                break;
        }
    }
}
