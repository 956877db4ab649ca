using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Kinds;

/// <summary>What admission does to a new Pod: its account must be there, its priority comes from a class.</summary>
internal static class PodAdmission
{
    /// <exception cref="ApiException">The account or the priority class is not there (403).</exception>
    public static void Admit(ResourceType type, KubeObject pod, ISandboxApi api)
    {
        var spec = pod.Root.GetOrAddMap("spec");
        var account = spec["serviceAccountName"].IsEmpty() ? spec["serviceAccount"].Text() : spec["serviceAccountName"].Text();
        if (account.Length > 0 && account != "default" && api.Get("", "ServiceAccount", pod.Namespace, account) is null)
        {
            throw ApiErrors.Forbidden(type, pod.Name,
                $"error looking up service account {pod.Namespace}/{account}: serviceaccount \"{account}\" not found");
        }

        SetPriority(type, pod, spec, api);
    }

    private static void SetPriority(ResourceType type, KubeObject pod, MapNode spec, ISandboxApi api)
    {
        var name = spec["priorityClassName"].Text();
        var found = name.Length > 0
            ? api.Get("scheduling.k8s.io", "PriorityClass", "", name)
            : api.List("scheduling.k8s.io", "PriorityClass", null).FirstOrDefault(c => c.Root["globalDefault"].AsBool() is true);
        if (found is not null)
        {
            spec["priorityClassName"] = found.Name;
            spec["priority"] = found.Root["value"];
            spec.Default("preemptionPolicy", found.Root["preemptionPolicy"]);
            return;
        }

        // Every cluster has these two.
        int? system = name switch { "system-cluster-critical" => 2_000_000_000, "system-node-critical" => 2_000_001_000, _ => null };
        if (system is { } value) spec["priority"] = value;
        else if (name.Length > 0) throw ApiErrors.Forbidden(type, pod.Name, $"no PriorityClass with name {name} was found");
    }
}
