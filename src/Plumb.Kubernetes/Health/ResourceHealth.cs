using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>Judges a live object: Argo CD's rules for its built-in kinds, kstatus for the rest.</summary>
public static class ResourceHealth
{
    /// <summary>The verdict for a live object.</summary>
    public static HealthState Assess(KubeObject live) => throw new NotImplementedException();
}
