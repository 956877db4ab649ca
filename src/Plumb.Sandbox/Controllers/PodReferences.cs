using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>Finds ConfigMaps, Secrets and claims that a Pod needs and that are not there.</summary>
internal static class PodReferences
{
    /// <summary>Why the Pod cannot be scheduled because of a claim; null when it can.</summary>
    public static string? ClaimProblem(ISandboxApi api, KubeObject pod)
    {
        foreach (var volume in pod.Root["spec"]["volumes"].Maps())
        {
            if (volume["persistentVolumeClaim"]["claimName"].AsString() is not { } name) continue;
            if (api.Get("", "PersistentVolumeClaim", pod.Namespace, name) is not { } claim)
                return $"persistentvolumeclaim \"{name}\" not found";
            if (claim.Root["status"]["phase"].AsString() != "Bound") return "pod has unbound immediate PersistentVolumeClaims";
        }

        return null;
    }

    /// <summary>Why volumes cannot be mounted; null when they can.</summary>
    public static string? VolumeProblem(ISandboxApi api, KubeObject pod)
    {
        foreach (var volume in pod.Root["spec"]["volumes"].Maps())
        {
            var problem = SourceProblem(api, pod.Namespace, volume);
            foreach (var source in volume["projected"]["sources"].Maps()) problem ??= SourceProblem(api, pod.Namespace, source);
            if (problem is not null) return $"MountVolume.SetUp failed for volume \"{volume["name"].Text()}\" : {problem}";
        }

        return null;
    }

    /// <summary>Why a container's environment cannot be made; null when it can.</summary>
    public static string? EnvironmentProblem(ISandboxApi api, KubeObject pod, MapNode container)
    {
        foreach (var from in container["envFrom"].Maps())
        {
            if (Missing(api, "ConfigMap", pod.Namespace, from["configMapRef"], "name", null) is { } noMap) return noMap;
            if (Missing(api, "Secret", pod.Namespace, from["secretRef"], "name", null) is { } noSecret) return noSecret;
        }

        foreach (var variable in container["env"].Maps())
        {
            var from = variable["valueFrom"];
            var key = from["configMapKeyRef"]["key"].AsString() ?? from["secretKeyRef"]["key"].AsString();
            if (Missing(api, "ConfigMap", pod.Namespace, from["configMapKeyRef"], "name", key) is { } noMap) return noMap;
            if (Missing(api, "Secret", pod.Namespace, from["secretKeyRef"], "name", key) is { } noSecret) return noSecret;
        }

        return null;
    }

    private static string? SourceProblem(ISandboxApi api, string @namespace, MapNode volume)
    {
        // A projected source names its Secret "name", a volume "secretName".
        var secretName = volume["secret"].AsMap()?.ContainsKey("secretName") is true ? "secretName" : "name";
        return Missing(api, "ConfigMap", @namespace, volume["configMap"], "name", null)
            ?? Missing(api, "Secret", @namespace, volume["secret"], secretName, null);
    }

    private static string? Missing(ISandboxApi api, string kind, string @namespace, Node reference, string nameField, string? key)
    {
        if (reference.AsMap() is null || reference["optional"].AsBool() is true) return null;
        if (reference[nameField].AsString() is not { Length: > 0 } name) return null;
        if (api.Get("", kind, @namespace, name) is not { } found) return $"{kind.ToLowerInvariant()} \"{name}\" not found";
        if (key is null || !found.Root["data"][key].IsAbsent || !found.Root["binaryData"][key].IsAbsent) return null;
        return $"couldn't find key {key} in {kind} {@namespace}/{name}";
    }
}
