using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>Judges a live object: Argo CD's rules for its built-in kinds, kstatus for the rest.</summary>
public static class ResourceHealth
{
    /// <summary>
    /// Argo CD holds finished hooks with this finalizer until the phase is over; such an object still tells how the hook went.
    /// </summary>
    private const string HookFinalizer = "argocd.argoproj.io/hook-finalizer";

    /// <summary>
    /// The verdict for a live object. An object that is being deleted is Progressing; a kind that reports no status is Healthy as soon
    /// as it exists. Never throws for odd documents: what cannot be read counts as not reported.
    /// </summary>
    public static HealthState Assess(KubeObject live)
    {
        if (IsBeingDeleted(live)) return new(HealthStatus.Progressing, "Pending deletion");
        var kind = live.GroupVersionKind;
        return (kind.Group, kind.Kind) switch
        {
            ("apps" or "extensions", "Deployment") => DeploymentHealth.Assess(live),
            ("apps", "StatefulSet") => StatefulSetHealth.Assess(live),
            ("apps" or "extensions", "ReplicaSet") => ReplicaSetHealth.Assess(live),
            ("apps" or "extensions", "DaemonSet") => DaemonSetHealth.Assess(live),
            ("", "Service") => ServiceHealth.Assess(live),
            ("networking.k8s.io" or "extensions", "Ingress") => IngressHealth.Assess(live),
            ("", "PersistentVolumeClaim") => PersistentVolumeClaimHealth.Assess(live),
            ("", "Pod") => PodHealth.Assess(live),
            ("batch", "Job") => JobHealth.Assess(live),
            ("batch", "CronJob") => CronJobHealth.Assess(live),
            ("autoscaling", "HorizontalPodAutoscaler") => HorizontalPodAutoscalerHealth.Assess(live),
            ("apiregistration.k8s.io", "APIService") => ApiServiceHealth.Assess(live),
            ("apiextensions.k8s.io", "CustomResourceDefinition") => CustomResourceDefinitionHealth.Assess(live),
            ("argoproj.io", "Workflow") => WorkflowHealth.Assess(live),
            ("argoproj.io" or "plumb.dev", "Application") => ApplicationHealth.Assess(live),
            _ => ConditionsHealth.Assess(live),
        };
    }

    internal static bool IsBeingDeleted(KubeObject live)
    {
        var metadata = live.Root["metadata"];
        if (metadata["deletionTimestamp"].IsNullOrAbsent || metadata["deletionTimestamp"].AsString() == "") return false;
        if (metadata["finalizers"].AsList() is not { } finalizers) return true;
        foreach (var finalizer in finalizers)
        {
            if (finalizer.AsString() == HookFinalizer) return false;
        }

        return true;
    }
}
