using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Lifecycle;

/// <summary>Whether a Pod may be evicted: its budget decides (Kubernetes <c>pkg/registry/core/pod/storage/eviction.go</c>).</summary>
internal static class Eviction
{
    /// <exception cref="ApiException">The budget does not allow it now (429), or more than one budget covers the Pod (500).</exception>
    public static void Check(ObjectApi api, KubeObject pod)
    {
        if (pod.Root["status"]["phase"].AsString() is "Pending" or "Succeeded" or "Failed") return;
        if (!pod.Root["metadata"]["deletionTimestamp"].IsNullOrAbsent) return;
        var budgets = api.List("policy", "PodDisruptionBudget", pod.Namespace)
            .Where(b => Selectors.Matches(b.Root["spec"]["selector"], pod.Labels)).ToList();
        if (budgets.Count == 0) return;
        if (budgets.Count > 1)
        {
            throw new ApiException(500, "InternalError",
                "Internal error occurred: This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }

        var (budget, status) = (budgets[0], budgets[0].Root["status"]);
        if ((status["observedGeneration"].AsInt() ?? 0) < (budget.Root["metadata"]["generation"].AsInt() ?? 0))
            throw Refused($"The disruption budget {budget.Name} is still being processed by the server.");
        if ((status["disruptionsAllowed"].AsInt() ?? 0) > 0) return;
        throw Refused($"The disruption budget {budget.Name} needs {status["desiredHealthy"].AsInt() ?? 0} healthy pods and has " +
            $"{status["currentHealthy"].AsInt() ?? 0} currently");
    }

    private static ApiException Refused(string why) =>
        new(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.")
        {
            Details = new MapNode
            {
                ["causes"] = new ListNode { new MapNode { ["reason"] = "DisruptionBudget", ["message"] = why } },
            },
        };
}
