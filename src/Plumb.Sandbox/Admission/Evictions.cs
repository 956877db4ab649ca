using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Admission;

/// <summary>Evictions: a delete that a PodDisruptionBudget can refuse (kubernetes <c>registry/core/pod/storage/eviction.go</c>).</summary>
internal sealed class Evictions(ObjectApi api)
{
    private const string Refusal = "Cannot evict pod as it would violate the pod's disruption budget.";

    /// <summary>Takes the eviction from the Pod's budget, when it has one that counts.</summary>
    /// <exception cref="ApiException">The budget does not allow it now (429), or the Pod has several (500).</exception>
    public void Take(KubeObject pod, bool dryRun)
    {
        var terminating = !pod.Root["metadata"]["deletionTimestamp"].IsNullOrAbsent;
        if (terminating || pod.Root["status"]["phase"].AsString() is "Succeeded" or "Failed" or "Pending") return;
        var budgets = api.List("policy", "PodDisruptionBudget", pod.Namespace)
            .Where(b => Selectors.Matches(b.Root["spec"]["selector"], pod.Labels)).ToList();
        if (budgets.Count > 1)
        {
            throw new ApiException(500, "InternalError",
                "Internal error occurred: This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        }

        if (budgets.Count == 0) return;
        if (dryRun)
        {
            Check(budgets[0].Root);
            return;
        }

        api.Mutate(api.Store.Catalog.Kind("policy", "PodDisruptionBudget")!, pod.Namespace, budgets[0].Name, root =>
        {
            Check(root);
            var status = root.GetOrAddMap("status");
            status["disruptionsAllowed"] = (status["disruptionsAllowed"].AsInt() ?? 0) - 1;
            status.GetOrAddMap("disruptedPods")[pod.Name] = Timestamps.Format(api.Time.GetUtcNow());
            return true;
        });
    }

    private static void Check(MapNode budget)
    {
        var (metadata, status) = (budget["metadata"], budget["status"]);
        var name = metadata["name"].Text();
        if ((status["observedGeneration"].AsInt() ?? 0) < (metadata["generation"].AsInt() ?? 0))
            throw Refuse($"The disruption budget {name} is still being processed by the server.", 10);
        if (status["disruptionsAllowed"].AsInt() is > 0) return;
        throw Refuse(string.Create(CultureInfo.InvariantCulture,
            $"The disruption budget {name} needs {status["desiredHealthy"].AsInt() ?? 0} healthy pods and has " +
            $"{status["currentHealthy"].AsInt() ?? 0} currently"), null);
    }

    private static ApiException Refuse(string why, int? retryAfterSeconds)
    {
        var details = new MapNode { ["causes"] = new ListNode { new MapNode { ["reason"] = "DisruptionBudget", ["message"] = why } } };
        if (retryAfterSeconds is { } seconds) details["retryAfterSeconds"] = seconds;
        return new(429, "TooManyRequests", Refusal) { Details = details };
    }
}
