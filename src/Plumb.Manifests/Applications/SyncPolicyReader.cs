using Plumb.Manifests.Sync;
using Plumb.Reconcile.Applications;

namespace Plumb.Manifests.Applications;

/// <summary>Reads <c>spec.syncPolicy</c>.</summary>
internal static class SyncPolicyReader
{
    public static SyncPolicySpec Read(FieldReader? policy, FieldReader metadata)
    {
        var guard = PruneGuardReader.Read(policy, metadata);
        if (policy is null) return new SyncPolicySpec { PruneGuard = guard };
        var labelling = policy.Map("managedNamespaceMetadata");
        var spec = new SyncPolicySpec
        {
            Automated = Automated(policy.Map("automated")),
            SyncOptions = policy.Texts("syncOptions"),
            PruneGuard = guard,
            Retry = Retry(policy.Map("retry")),
            NamespaceLabels = labelling?.TextMap("labels") ?? new Dictionary<string, string>(),
            NamespaceAnnotations = labelling?.TextMap("annotations") ?? new Dictionary<string, string>(),
        };
        labelling?.Finish();
        CheckOptions(policy, spec.SyncOptions);
        policy.Finish();
        return spec;
    }

    private static void CheckOptions(FieldReader policy, IReadOnlyList<string> options)
    {
        foreach (var option in options)
        {
            if (SyncOptionNames.Fault(option) is { } fault)
                policy.Warn("syncOptions", $"holds \"{option}\", which {fault}");
            else if (option == "ServerSideApply=false")
                policy.Warn("syncOptions", "holds \"ServerSideApply=false\": Plumb applies on the server's side all the same. Git wins "
                    + "where others set what it states, and what it does not state stays theirs");
        }
    }

    private static AutomatedSpec? Automated(FieldReader? automated)
    {
        if (automated is null) return null;
        var enabled = automated.Flag("enabled", otherwise: true);
        var spec = new AutomatedSpec(automated.Flag("prune"), automated.Flag("selfHeal"), automated.Flag("allowEmpty"));
        automated.Finish();
        return enabled ? spec : null;
    }

    private static RetrySpec? Retry(FieldReader? retry)
    {
        if (retry is null) return null;
        var otherwise = RetrySpec.Default;
        var backoff = retry.Map("backoff");
        var spec = new RetrySpec(
            // As in Argo CD, none unless it is given here; without retry at all, five.
            retry.Whole("limit", 0),
            backoff?.Duration("duration", otherwise.Duration) ?? otherwise.Duration,
            backoff?.Whole("factor", (int)otherwise.Factor) ?? otherwise.Factor,
            backoff?.Duration("maxDuration", otherwise.MaxDuration) ?? otherwise.MaxDuration)
        {
            Refresh = retry.Flag("refresh"),
        };
        if (spec.Factor < 1) backoff!.Error("factor", "must be 1 or more");
        backoff?.Finish();
        retry.Finish();
        return spec;
    }
}
