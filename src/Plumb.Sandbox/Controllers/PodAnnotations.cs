using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Controllers;

/// <summary>
/// How a manifest asks the sandbox for trouble: annotations of the Pod (or Pod template) <c>sandbox.plumb.dev/readiness: fail</c> and
/// <c>sandbox.plumb.dev/exit: fail|never</c>; the prefix <c>kube-env/</c> is read too.
/// </summary>
internal static class PodAnnotations
{
    public static string? Get(KubeObject pod, string name) =>
        pod.Annotation("sandbox.plumb.dev/" + name) ?? pod.Annotation("kube-env/" + name);

    public static bool NeverReady(KubeObject pod) => Get(pod, "readiness") == "fail";
}
