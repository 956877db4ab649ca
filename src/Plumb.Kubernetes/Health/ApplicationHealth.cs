using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// An Application object in a cluster, of Argo CD or of Plumb: the health that its controller reports in <c>status.health</c>, and
/// Progressing until it reports one. Argo CD judged so up to 1.7; since then users restore it by the script in its manual
/// (operator-manual/health.md, "Argocd App"), which says the same. A health that is none of the known ones is Unknown, as for scripts.
/// </summary>
internal static class ApplicationHealth
{
    public static HealthState Assess(KubeObject live)
    {
        var health = live.Root["status"]["health"];
        if (health["status"].AsString() is not { Length: > 0 } status) return new(HealthStatus.Progressing);
        var message = health["message"].AsString() ?? "";
        return HealthWords.Read(status) is { } known
            ? new(known, message)
            : new(HealthStatus.Unknown, $"status.health.status is \"{status}\", which is none of Argo CD's states");
    }
}
