using System.Globalization;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Resources;

namespace Plumb.Kubernetes.Inventory;

/// <summary>What a live object's annotations ask of a sync; the manifest that once said so may be gone from Git.</summary>
internal static class LiveAnnotations
{
    private const string Hook = "argocd.argoproj.io/hook";
    private const string HelmHook = "helm.sh/hook";
    private const string Wave = "argocd.argoproj.io/sync-wave";
    private const string SyncOptions = "argocd.argoproj.io/sync-options";
    private const string CompareOptions = "argocd.argoproj.io/compare-options";

    /// <summary>Whether it was made as a hook and so is in no inventory.</summary>
    public static bool IsHook(KubeObject live) => live.Annotation(Hook) is not null || live.Annotation(HelmHook) is not null;

    /// <summary>Its sync wave. Default: 0.</summary>
    public static int WaveOf(KubeObject live) =>
        int.TryParse(live.Annotation(Wave), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var wave) ? wave : 0;

    /// <summary>Its options, over those of the application.</summary>
    public static ResourceOptions OptionsOf(KubeObject live, IReadOnlyList<string> applicationOptions)
    {
        var options = new ResourceOptions();
        foreach (var option in applicationOptions) options = With(options, option);
        foreach (var option in Split(live.Annotation(SyncOptions))) options = With(options, option);
        return Split(live.Annotation(CompareOptions)).Contains("IgnoreExtraneous", StringComparer.Ordinal)
            ? options with { IgnoreExtraneous = true }
            : options;
    }

    private static ResourceOptions With(ResourceOptions options, string option) => option switch
    {
        "Prune=false" => options with { Prune = Permission.Denied },
        "Prune=confirm" => options with { Prune = Permission.Confirm },
        "Prune=true" => options with { Prune = Permission.Allowed },
        "Delete=false" => options with { Delete = Permission.Denied },
        "Delete=confirm" => options with { Delete = Permission.Confirm },
        "Delete=true" => options with { Delete = Permission.Allowed },
        "PruneLast=true" => options with { PruneLast = true },
        "PruneLast=false" => options with { PruneLast = false },
        _ => options,
    };

    private static string[] Split(string? list) =>
        list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
