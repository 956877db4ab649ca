using Plumb.Reconcile.Applications;

namespace Plumb.Manifests.Applications;

/// <summary>Reads <c>spec.syncPolicy</c>.</summary>
internal static class SyncPolicyReader
{
    private static readonly string[] KnownOptions =
    [
        "Prune", "Delete", "Validate", "SkipDryRunOnMissingResource", "ApplyOutOfSyncOnly", "PrunePropagationPolicy", "PruneLast",
        "Replace", "Force", "ServerSideApply", "ClientSideApplyMigration", "ClientSideApplyMigrationManager", "FailOnSharedResource", "RespectIgnoreDifferences",
        "CreateNamespace",
    ];

    public static SyncPolicySpec Read(FieldReader? policy)
    {
        if (policy is null) return new SyncPolicySpec();
        var metadata = policy.Map("managedNamespaceMetadata");
        var spec = new SyncPolicySpec
        {
            Automated = Automated(policy.Map("automated")),
            SyncOptions = policy.Texts("syncOptions"),
            Retry = Retry(policy.Map("retry")),
            NamespaceLabels = metadata?.TextMap("labels") ?? new Dictionary<string, string>(),
            NamespaceAnnotations = metadata?.TextMap("annotations") ?? new Dictionary<string, string>(),
        };
        metadata?.Finish();
        CheckOptions(policy, spec.SyncOptions);
        policy.Finish();
        return spec;
    }

    private static void CheckOptions(FieldReader policy, IReadOnlyList<string> options)
    {
        foreach (var option in options)
        {
            var equals = option.IndexOf('=');
            if (equals <= 0 || !KnownOptions.Contains(option[..equals]))
                policy.Warn("syncOptions", $"holds \"{option}\", which is not known and is ignored");
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
            retry.Whole("limit", otherwise.Limit),
            backoff?.Duration("duration", otherwise.Duration) ?? otherwise.Duration,
            backoff?.Whole("factor", (int)otherwise.Factor) ?? otherwise.Factor,
            backoff?.Duration("maxDuration", otherwise.MaxDuration) ?? otherwise.MaxDuration);
        if (spec.Factor < 1) backoff!.Error("factor", "must be 1 or more");
        retry.NotSupported("refresh");
        backoff?.Finish();
        retry.Finish();
        return spec;
    }
}
