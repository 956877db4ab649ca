using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Admission;

/// <summary>
/// Refuses what would exceed a ResourceQuota, by what is there at that moment (kubernetes
/// <c>apiserver/pkg/admission/plugin/resourcequota</c>).
/// </summary>
internal sealed class Quotas(ISandboxApi api)
{
    /// <summary>Held while what was checked is stored, so that two creates never share the last of a quota.</summary>
    public Lock Gate { get; } = new();

    public bool Apply(ResourceType type, string @namespace) =>
        type.Namespaced && type.Kind != "Event" && @namespace.Length > 0 && api.List("", "ResourceQuota", @namespace).Count > 0;

    /// <exception cref="ApiException">A quota would be exceeded, or needs what the Pod does not state (403).</exception>
    public void Check(ResourceType type, KubeObject obj, KubeObject? old)
    {
        var problems = new List<string>();
        foreach (var quota in api.List("", "ResourceQuota", obj.Namespace))
        {
            if (!QuotaUsage.InScope(quota, obj)) continue;
            if (old is null && Unstated(type, quota, obj) is { Length: > 0 } unstated)
                problems.Add($"failed quota: {quota.Name}: must specify {unstated}");
            else if (Exceeded(quota, obj, old) is { } exceeded)
                problems.Add($"exceeded quota: {quota.Name}, {exceeded}");
        }

        if (problems.Count > 0) throw ApiErrors.Forbidden(type, obj.Name, string.Join("; ", problems));
    }

    private string? Exceeded(KubeObject quota, KubeObject obj, KubeObject? old)
    {
        var (requested, used, limited) = (new List<string>(), new List<string>(), new List<string>());
        var kind = (obj.GroupVersionKind.Group, obj.Kind);
        foreach (var (name, hard) in quota.Root["spec"]["hard"].Entries().OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            if (!QuotaUsage.KindsOf(api, name).Contains(kind)) continue;
            var before = old is not null && QuotaUsage.InScope(quota, old) ? QuotaUsage.Of(old, name) : 0;
            var delta = QuotaUsage.Of(obj, name) - before;
            if (delta <= 0) continue;
            var total = QuotaUsage.Total(api, quota, name);
            if (total + delta <= (Amounts.Parse(hard) ?? 0)) continue;
            requested.Add($"{name}={QuotaUsage.Print(name, delta)}");
            used.Add($"{name}={QuotaUsage.Print(name, total)}");
            limited.Add($"{name}={Amounts.Print(hard)}");
        }

        return requested.Count == 0
            ? null
            : $"requested: {string.Join(",", requested)}, used: {string.Join(",", used)}, limited: {string.Join(",", limited)}";
    }

    // A quota on computing resources only works when every container says what it needs.
    private static string Unstated(ResourceType type, KubeObject quota, KubeObject obj)
    {
        if (!type.Is("", "Pod")) return "";
        var missing = new List<string>();
        foreach (var name in quota.Root["spec"]["hard"].Entries().Select(e => e.Key).Order(StringComparer.Ordinal))
        {
            if (name is not ("cpu" or "memory" or "requests.cpu" or "requests.memory" or "limits.cpu" or "limits.memory")) continue;
            var (list, resource) = QuotaUsage.PodResource(name);
            var containers = obj.Root["spec"]["containers"].Maps().Concat(obj.Root["spec"]["initContainers"].Maps())
                .Where(c => c["resources"][list][resource].IsNullOrAbsent).Select(c => c["name"].Text()).Order(StringComparer.Ordinal).ToList();
            if (containers.Count > 0) missing.Add($"{name} for: {string.Join(",", containers)}");
        }

        return string.Join("; ", missing);
    }
}
