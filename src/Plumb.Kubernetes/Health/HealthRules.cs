using System.Runtime.CompilerServices;
using Plumb.Kubernetes.Cache;
using Plumb.Kubernetes.Health.Lua;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Projects;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// Judges live objects by the users' rules, and where none is given by the built-in ones. Rules may be replaced at any time: what was
/// judged by others is judged anew when it is next asked for.
/// </summary>
internal sealed class HealthRules(TimeProvider time)
{
    private volatile Snapshot _now = Snapshot.Empty; // replaced as a whole by Use

    /// <summary>One state of the rules, with the verdicts that they gave, which go when the object or the rules go.</summary>
    private sealed record Snapshot(IReadOnlyList<Rule> Rules)
    {
        public static Snapshot Empty { get; } = new([]);

        public ConditionalWeakTable<LiveObject, object> Verdicts { get; } = [];
    }

    private sealed record Rule(HealthRule Spec, LuaScript? Lua, CelHealth? Cel)
    {
        public bool Fits(GroupVersionKind kind) =>
            (Spec.Version.Length == 0 || Spec.Version == kind.Version)
            && GlobPattern.MatchesPlain(Spec.Group, kind.Group)
            && GlobPattern.MatchesPlain(Spec.Kind, kind.Kind);
    }

    /// <summary>From now on these, the first that fits counts.</summary>
    public void Use(IReadOnlyList<HealthRule> rules) => _now = new Snapshot([.. rules.Select(r => new Rule(
        r,
        r.Lua is null ? null : new LuaScript(r.Lua, r.UseOpenLibs, LuaLimits.Default, time),
        r.Lua is null ? new CelHealth(r, time) : null))]);

    /// <summary>
    /// The health of an object. Of one whose document is not kept, what the built-in rules once said: no application has it in its plan.
    /// </summary>
    public HealthState Of(LiveObject live)
    {
        var now = _now;
        if (now.Rules.Count == 0 || live.Document is not { } document) return live.Health;
        if (now.Verdicts.TryGetValue(live, out var known)) return (HealthState)known;
        var verdict = Judge(now, document) ?? live.Health;
        now.Verdicts.AddOrUpdate(live, verdict);
        return verdict;
    }

    /// <summary>Whether one of the users' rules is for a kind.</summary>
    public bool HasRuleFor(GroupVersionKind kind) => _now.Rules.Any(r => r.Fits(kind));

    /// <summary>The verdict of the users' rules on an object; null when none fits.</summary>
    public HealthState? Judge(KubeObject document) => Judge(_now, document);

    private static HealthState? Judge(Snapshot now, KubeObject document)
    {
        if (ResourceHealth.IsBeingDeleted(document)) return null; // which the built-in rules tell
        var kind = document.GroupVersionKind;
        foreach (var rule in now.Rules)
        {
            if (!rule.Fits(kind)) continue;

            // A script that says nothing: there is nothing to wait for, as in Argo CD.
            if (rule.Lua is { } lua) return lua.Assess(document.Root) ?? HealthState.Healthy;
            return rule.Cel!.Assess(document.Root, CancellationToken.None);
        }

        return null;
    }
}
