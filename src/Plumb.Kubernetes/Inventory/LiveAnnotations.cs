using System.Globalization;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Sync;

namespace Plumb.Kubernetes.Inventory;

/// <summary>
/// What a live object's annotations say of its place in a sync; the manifest that once said so may be gone from Git, and there is nobody
/// to warn of a value that means nothing.
/// </summary>
internal static class LiveAnnotations
{
    /// <summary>Whether it was made as a hook and so is in no inventory.</summary>
    public static bool IsHook(KubeObject live) =>
        live.Annotation(SyncAnnotations.Hook) is not null || live.Annotation(SyncAnnotations.HelmHook) is not null;

    /// <summary>Its sync wave. Default: 0.</summary>
    public static int WaveOf(KubeObject live) => int.TryParse(
        live.Annotation(SyncAnnotations.SyncWave), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var wave) ? wave : 0;
}
