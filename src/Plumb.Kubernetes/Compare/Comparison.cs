using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Reconcile.Applications;

namespace Plumb.Kubernetes.Compare;

/// <summary>How sure a comparison is.</summary>
public enum Verdict
{
    /// <summary>Live holds everything desired and nothing that we own and no longer want.</summary>
    Same,

    /// <summary>They differ for certain.</summary>
    Different,

    /// <summary>
    /// They look different, but defaulting, normalisation by the server or an unknown schema may explain it: ask the server (dry run).
    /// </summary>
    Suspect,
}

/// <summary>What a comparison found.</summary>
/// <param name="Verdict">How sure.</param>
/// <param name="Fields">Paths that differ, such as <c>.spec.replicas</c>; at most a hundred.</param>
public sealed record ComparisonResult(Verdict Verdict, IReadOnlyList<string> Fields)
{
    /// <summary>What kept rules from being followed, in words.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];
}

/// <summary>
/// Compares desired with live by schema and field ownership, without asking the server. The question is always what a forced
/// server-side apply would do to the object; that it would only record ownership counts as no difference.
/// </summary>
public static class Comparison
{
    /// <summary>The name under which Plumb applies.</summary>
    public const string FieldManager = "plumb";

    /// <summary>Compares a desired object (as it will be sent) with the live one.</summary>
    public static ComparisonResult Compare(
        KubeObject desired, KubeObject live, Schema schema, IReadOnlyList<IgnoreDifferencesSpec> ignore)
    {
        var wanted = SecretContent.AsStored(desired);
        var current = live.Root;
        if (ServerOwned.HasCollectedRules(desired))
        {
            wanted = ServerOwned.Without(wanted, "rules");
            current = ServerOwned.Without(current, "rules");
        }

        var rules = IgnoreRules.For(desired, ignore);
        if (rules is not null)
        {
            wanted = rules.Without(wanted, live, schema);
            current = rules.Without(current, live, schema);
        }

        var findings = new Findings();
        var ownership = new Ownership(live, FieldManager);
        var isSameVersion = desired.ApiVersion == live.ApiVersion;
        var isBuiltIn = BuiltInKinds.Find(desired.GroupVersionKind) is not null;
        new DesiredWalk(findings, ownership, isBuiltIn, isSameVersion).Object(wanted, current, schema);
        if (ownership.Applied.AsMap() is { } applied)
        {
            var isCertain = isSameVersion && ownership.AppliedVersion == desired.ApiVersion;
            new RemovalWalk(findings, ownership, isCertain).Object(applied, wanted, current, schema);
        }

        return findings.Result() with { Problems = rules?.Problems ?? [] };
    }

    /// <summary>
    /// Compares the live object with the server's dry-run answer: fields that would change, ignoring what every write changes
    /// (managedFields times, resourceVersion, generation) and what <paramref name="ignore"/> names. A change of a field that Plumb neither
    /// owned nor would own is the doing of an admission webhook or of the server, which would repeat it at every write; it counts only
    /// with <paramref name="mutations"/>, as with Argo CD's <c>IncludeMutationWebhook=true</c>.
    /// </summary>
    public static ComparisonResult CompareDryRun(
        KubeObject live, KubeObject predicted, Schema schema, IReadOnlyList<IgnoreDifferencesSpec> ignore, bool mutations = false)
    {
        var (before, after) = (live.Root, predicted.Root);
        var rules = IgnoreRules.For(live, ignore);
        if (rules is not null)
        {
            before = rules.Without(before, live, schema);
            after = rules.Without(after, live, schema);
        }

        var findings = new Findings();
        var (was, will) = (new Ownership(live, FieldManager), new Ownership(predicted, FieldManager));
        var all = mutations || will.Applied.IsAbsent;
        new MirrorWalk(findings, all ? null : path => will.HasAppliedBelow(path) || will.IsApplied(path) || was.HasAppliedBelow(path) || was.IsApplied(path))
            .Object(before, after, schema);
        return findings.Result() with { Problems = rules?.Problems ?? [] };
    }
}
