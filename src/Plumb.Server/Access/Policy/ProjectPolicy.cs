using Plumb.Reconcile.Applications;

namespace Plumb.Server.Access.Policy;

/// <summary>
/// A project's roles as rules: each role sees its project, has its policies, and its groups have it. Policies that speak of anything else
/// than the project are left out: a project is written by people who may not hand out rights elsewhere.
/// </summary>
internal sealed class ProjectPolicy
{
    private ProjectPolicy(IReadOnlyList<PolicyRule> rules, IReadOnlyList<PolicyBinding> bindings) => (Rules, Bindings) = (rules, bindings);

    /// <summary>Rules.</summary>
    public IReadOnlyList<PolicyRule> Rules { get; }

    /// <summary>Bindings.</summary>
    public IReadOnlyList<PolicyBinding> Bindings { get; }

    /// <summary>Reads them. Patterns are globs here.</summary>
    public static ProjectPolicy Of(ProjectSpec project)
    {
        var rules = new List<PolicyRule>();
        var bindings = new List<PolicyBinding>();
        foreach (var role in project.Roles)
        {
            var subject = $"proj:{project.Name}:{role.Name}";
            rules.Add(new PolicyRule(subject, PolicyPattern.Glob("projects"), PolicyPattern.Glob("get"), PolicyPattern.Glob(project.Name), Allow: true));
            rules.AddRange(PolicyText.Read(string.Join('\n', role.Policies), MatchMode.Glob).Rules.Where(r =>
                r.Subject == subject && KnownResources.IsOfProjects(r.Resource.Text)
                && r.Object.Text.StartsWith(project.Name + "/", StringComparison.Ordinal)));
            bindings.AddRange(role.Groups.Select(g => new PolicyBinding(g, subject)));
        }

        return new ProjectPolicy(rules, bindings);
    }
}
