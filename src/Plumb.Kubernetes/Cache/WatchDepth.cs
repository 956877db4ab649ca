using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Schemas;

namespace Plumb.Kubernetes.Cache;

/// <summary>How much of a kind's objects is asked for. Pure.</summary>
internal static class WatchDepth
{
    /// <summary>
    /// Whether the kind is followed whole from the start: a built-in kind that reports a status, which the owner trees of workloads show.
    /// Others (ConfigMaps, Secrets, roles, most custom kinds) are metadata until an application manages one, or one turns out to be owned.
    /// </summary>
    public static bool StartsWhole(ApiResource kind) => BuiltInKinds.Find(kind.Type) is { HasStatus: true };

    /// <summary>Whether its objects can be anything but there: all but the built-in kinds without status.</summary>
    public static bool HasHealth(ApiResource kind) => BuiltInKinds.Find(kind.Type) is null or { HasStatus: true };
}
