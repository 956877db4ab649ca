using System.Collections.Concurrent;

namespace Plumb.Server.Access.Policy;

/// <summary>A policy with the built-in one, made ready for questions. Immutable but for what it remembers.</summary>
internal sealed class PolicyView
{
    private const int MostRemembered = 10_000;

    private readonly ILookup<string, PolicyRule> _rules;
    private readonly ILookup<string, string> _roles;
    private readonly ConcurrentDictionary<PolicyStart, PolicyRule[]> _remembered = new();

    public PolicyView(PolicyDocument document)
    {
        Document = document;
        _rules = BuiltInPolicy.Rules.Concat(document.Rules).ToLookup(r => r.Subject, StringComparer.Ordinal);
        _roles = BuiltInPolicy.Bindings.Concat(document.Bindings).ToLookup(b => b.Member, b => b.Role, StringComparer.Ordinal);
    }

    /// <summary>What was written.</summary>
    public PolicyDocument Document { get; }

    /// <summary>Whether a subject may do this by its own rules and those of all its roles: one allows, none denies.</summary>
    public bool Allows(PolicyStart start, ProjectPolicy? project, string resource, string action, string subject)
    {
        var allowed = false;
        foreach (var rule in RulesOf(start, project))
        {
            if (!rule.Covers(resource, action, subject)) continue;
            if (!rule.Allow) return false;
            allowed = true;
        }

        return allowed;
    }

    /// <summary>Whether some rule allows it for some object.</summary>
    public bool AllowsSome(PolicyStart start, ProjectPolicy? project, string resource, string action)
    {
        var rules = RulesOf(start, project);
        return Array.Exists(rules, r => r.Allow && r.Resource.Matches(resource) && r.Action.Matches(action))
            && !Array.Exists(rules, r => !r.Allow && r.Object.Text == "*" && r.Resource.Matches(resource) && r.Action.Matches(action));
    }

    private PolicyRule[] RulesOf(PolicyStart start, ProjectPolicy? project)
    {
        if (project is not null) return Collect(start, project);
        // Names come from outside: without a bound, somebody could fill the memory with groups.
        if (_remembered.Count > MostRemembered) _remembered.Clear();
        return _remembered.GetOrAdd(start, s => Collect(s, null));
    }

    private PolicyRule[] Collect(PolicyStart start, ProjectPolicy? project)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal) { start.Name };
        var open = new Queue<string>(reached);
        if (start is { IsAccount: true, Name: BuiltInPolicy.AdminAccount } && reached.Add(BuiltInPolicy.Admin)) open.Enqueue(BuiltInPolicy.Admin);
        while (open.TryDequeue(out var name))
        {
            var roles = project is null ? _roles[name] : _roles[name].Concat(project.Bindings.Where(b => b.Member == name).Select(b => b.Role));
            foreach (var role in roles)
            {
                if (reached.Add(role)) open.Enqueue(role);
            }
        }

        var rules = reached.SelectMany(name => _rules[name]);
        return [.. project is null ? rules : rules.Concat(project.Rules.Where(r => reached.Contains(r.Subject)))];
    }
}
