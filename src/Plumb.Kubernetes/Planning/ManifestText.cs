using Plumb.Kubernetes.Compare;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Resources;

namespace Plumb.Kubernetes.Planning;

/// <summary>What Git states of a resource, as people read it.</summary>
public static class ManifestText
{
    /// <summary>As YAML, Secret values masked; empty for what is not sent to a cluster.</summary>
    public static string Of(DesiredResource resource) =>
        resource is ManifestResource manifest ? Display.ToYaml(manifest.Object, new SecretMask(), manifest.SecretFields) : "";
}
