using System.Runtime.CompilerServices;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.States;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// Asks the users' rules for <c>argoproj.io/Application</c> about applications that no cluster holds, as Plumb knows them itself. Such a
/// rule is what Argo CD's manual gives to those who want the waves of an app-of-apps to wait for its children.
/// </summary>
internal sealed class ApplicationRules(TimeProvider time)
{
    private static readonly GroupVersionKind Kind = new("argoproj.io", "v1alpha1", "Application");

    private volatile Snapshot _now = new(new HealthRules(time)); // replaced as a whole by Use

    /// <summary>One state of the rules, with the verdicts that they gave, which go when a state or the rules go.</summary>
    private sealed record Snapshot(HealthRules Rules)
    {
        public ConditionalWeakTable<ApplicationState, object> Verdicts { get; } = [];
    }

    /// <summary>From now on these, the first that fits counts.</summary>
    public void Use(IReadOnlyList<HealthRule> rules)
    {
        var judge = new HealthRules(time);
        judge.Use(rules);
        _now = new Snapshot(judge);
    }

    /// <summary>Their verdict; null when none is for applications. Each state is judged once.</summary>
    public HealthState? Judge(ApplicationState application)
    {
        var now = _now;
        if (!now.Rules.HasRuleFor(Kind)) return null;
        if (now.Verdicts.TryGetValue(application, out var known)) return (HealthState)known;
        if (now.Rules.Judge(ApplicationObject.Of(application, Kind)) is not { } verdict) return null;
        now.Verdicts.AddOrUpdate(application, verdict);
        return verdict;
    }
}
