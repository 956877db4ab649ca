using System.Globalization;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;

namespace Plumb.Manifests.Sync;

/// <summary>An object's place in a sync, as its annotations state it.</summary>
/// <param name="Phases">Phases it takes part in.</param>
/// <param name="IsHook">Whether it is a hook.</param>
/// <param name="DeletePolicies">When a hook is deleted.</param>
/// <param name="Wave">Sync wave.</param>
public readonly record struct SyncPlace(SyncPhases Phases, bool IsHook, HookDeletePolicies DeletePolicies, int Wave);

/// <summary>
/// Reads Argo CD's sync annotations, and Helm's hook annotations where Argo CD's are not given, with Argo CD's meaning
/// (gitops-engine <c>pkg/sync/hook</c>, <c>syncwaves</c>).
/// </summary>
public static class SyncAnnotations
{
    /// <summary><c>argocd.argoproj.io/hook</c>.</summary>
    public const string Hook = "argocd.argoproj.io/hook";

    /// <summary><c>argocd.argoproj.io/hook-delete-policy</c>.</summary>
    public const string HookDeletePolicy = "argocd.argoproj.io/hook-delete-policy";

    /// <summary><c>argocd.argoproj.io/sync-wave</c>.</summary>
    public const string SyncWave = "argocd.argoproj.io/sync-wave";

    /// <summary><c>argocd.argoproj.io/sync-options</c>.</summary>
    public const string SyncOptions = "argocd.argoproj.io/sync-options";

    /// <summary><c>argocd.argoproj.io/compare-options</c>.</summary>
    public const string CompareOptions = "argocd.argoproj.io/compare-options";

    /// <summary><c>argocd.argoproj.io/ignore-healthcheck</c>: the object's health does not count in that of its application.</summary>
    public const string IgnoreHealthCheck = "argocd.argoproj.io/ignore-healthcheck";

    /// <summary><c>helm.sh/hook</c>.</summary>
    public const string HelmHook = "helm.sh/hook";

    private const string HelmResourcePolicy = "helm.sh/resource-policy";
    private const string HelmWeight = "helm.sh/hook-weight";
    private const string HelmDeletePolicy = "helm.sh/hook-delete-policy";

    /// <summary>The place of an object. Values that Argo CD would pass over in silence give a warning.</summary>
    public static SyncPlace Read(Manifest manifest, ICollection<Diagnostic> diagnostics)
    {
        var annotations = manifest.Object.Annotations;
        if (annotations is null || annotations.Count == 0) return new SyncPlace(SyncPhases.Sync, false, HookDeletePolicies.None, 0);

        foreach (var option in Values(manifest.Object.Annotation(SyncOptions)))
        {
            if (SyncOptionNames.Fault(option) is { } fault) Warn(manifest, diagnostics, SyncOptions, $"\"{option}\" {fault}");
        }

        var wave = Wave(manifest, diagnostics);
        var argo = manifest.Object.Annotation(Hook);
        var helm = manifest.Object.Annotation(HelmHook);
        if (argo is null && helm is null or "crd-install") return new SyncPlace(SyncPhases.Sync, false, HookDeletePolicies.None, wave);

        var phases = Phases(argo, out var skip, out var unknown);
        if (skip && phases == SyncPhases.None) return new SyncPlace(SyncPhases.None, false, HookDeletePolicies.None, wave);
        if (phases == SyncPhases.None) phases = HelmPhases(helm);
        if (unknown.Count > 0)
        {
            Warn(manifest, diagnostics, Hook, $"{string.Join(", ", unknown)} is no hook type and is passed over; types are PreSync, Sync, "
                + "PostSync, SyncFail, PreDelete, PostDelete and Skip");
        }

        if (phases == SyncPhases.None && argo is null)
            Warn(manifest, diagnostics, HelmHook, $"the hook \"{helm}\" has no counterpart in a sync; the object is left out");
        return new SyncPlace(phases, true, DeletePolicies(manifest.Object), wave);
    }

    /// <summary>
    /// What the object asks of a sync: the application's options, then the object's own, which win.
    /// </summary>
    public static ResourceOptions ReadOptions(KubeObject value, IReadOnlyList<string> applicationOptions)
    {
        var own = value.Annotation(SyncOptions);
        var compare = value.Annotation(CompareOptions);
        var keep = value.Annotation(HelmResourcePolicy) == "keep";
        if (own is null && compare is null && !keep && applicationOptions.Count == 0) return ResourceOptions.Default;

        var options = ResourceOptions.Default;
        foreach (var option in applicationOptions) options = Apply(options, option);
        // Helm's own way to say so, which Argo CD obeys too.
        if (keep) options = options with { Prune = Permission.Denied, Delete = Permission.Denied };
        foreach (var option in Values(own)) options = Apply(options, option);
        return WithCompareOptions(options, compare);
    }

    /// <summary>
    /// Options with those of a <c>compare-options</c> annotation: of a resource, or of the application for all of its resources.
    /// </summary>
    public static ResourceOptions WithCompareOptions(ResourceOptions options, string? annotation)
    {
        foreach (var option in Values(annotation))
        {
            options = option switch
            {
                "IgnoreExtraneous" => options with { IgnoreExtraneous = true },
                "ServerSideDiff=true" => options with { ServerSideDiff = true },
                "ServerSideDiff=false" => options with { ServerSideDiff = false },
                "IncludeMutationWebhook=true" => options with { IncludeMutationWebhook = true },
                "IncludeMutationWebhook=false" => options with { IncludeMutationWebhook = false },
                _ => options,
            };
        }

        return options;
    }

    private static ResourceOptions Apply(ResourceOptions options, string option) => option.Trim() switch
    {
        "Prune=false" => options with { Prune = Permission.Denied },
        "Prune=confirm" => options with { Prune = Permission.Confirm },
        "Prune=true" => options with { Prune = Permission.Allowed },
        "Delete=false" => options with { Delete = Permission.Denied },
        "Delete=confirm" => options with { Delete = Permission.Confirm },
        "Delete=true" => options with { Delete = Permission.Allowed },
        "Replace=true" => options with { Replace = true },
        "Replace=false" => options with { Replace = false },
        "Force=true" => options with { Force = true },
        "Force=false" => options with { Force = false },
        "PruneLast=true" => options with { PruneLast = true },
        "PruneLast=false" => options with { PruneLast = false },
        "Validate=false" => options with { Validate = false },
        "Validate=true" => options with { Validate = true },
        "SkipDryRunOnMissingResource=true" => options with { SkipDryRunOnMissingResource = true },
        "SkipDryRunOnMissingResource=false" => options with { SkipDryRunOnMissingResource = false },
        _ => options,
    };

    private static SyncPhases Phases(string? text, out bool skip, out List<string> unknown)
    {
        var phases = SyncPhases.None;
        skip = false;
        unknown = [];
        foreach (var value in Values(text))
        {
            switch (value)
            {
                case "PreSync": phases |= SyncPhases.PreSync; break;
                case "Sync": phases |= SyncPhases.Sync; break;
                case "PostSync": phases |= SyncPhases.PostSync; break;
                case "SyncFail": phases |= SyncPhases.SyncFail; break;
                case "PreDelete": phases |= SyncPhases.PreDelete; break;
                case "PostDelete": phases |= SyncPhases.PostDelete; break;
                case "Skip": skip = true; break;
                default: unknown.Add(value); break;
            }
        }

        return phases;
    }

    private static SyncPhases HelmPhases(string? text)
    {
        var phases = SyncPhases.None;
        foreach (var value in Values(text))
        {
            phases |= value switch
            {
                "pre-install" or "pre-upgrade" => SyncPhases.PreSync,
                "post-install" or "post-upgrade" => SyncPhases.PostSync,
                "pre-delete" => SyncPhases.PreDelete,
                "post-delete" => SyncPhases.PostDelete,
                _ => SyncPhases.None,
            };
        }

        return phases;
    }

    private static HookDeletePolicies DeletePolicies(KubeObject value)
    {
        var policies = HookDeletePolicies.None;
        foreach (var policy in Values(value.Annotation(HookDeletePolicy)).Concat(Values(value.Annotation(HelmDeletePolicy))))
        {
            policies |= policy switch
            {
                "BeforeHookCreation" or "before-hook-creation" => HookDeletePolicies.BeforeHookCreation,
                "HookSucceeded" or "hook-succeeded" => HookDeletePolicies.HookSucceeded,
                "HookFailed" or "hook-failed" => HookDeletePolicies.HookFailed,
                _ => HookDeletePolicies.None,
            };
        }

        return policies == HookDeletePolicies.None ? HookDeletePolicies.BeforeHookCreation : policies;
    }

    private static int Wave(Manifest manifest, ICollection<Diagnostic> diagnostics)
    {
        foreach (var name in (ReadOnlySpan<string>)[SyncWave, HelmWeight])
        {
            if (manifest.Object.Annotation(name) is not { } text) continue;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var wave)) return wave;
            Warn(manifest, diagnostics, name, $"\"{text}\" is no whole number and is passed over");
        }

        return 0;
    }

    private static void Warn(Manifest manifest, ICollection<Diagnostic> diagnostics, string annotation, string message) =>
        diagnostics.Add(Diagnostic.Warning(
            manifest.Locate("metadata", "annotations", annotation),
            $"{manifest.Object.Kind}/{manifest.Object.Name}: {annotation}: {message}"));

    private static string[] Values(string? text) =>
        text?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
