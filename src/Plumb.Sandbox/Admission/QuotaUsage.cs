using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Controllers;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Admission;

/// <summary>How much of a quota's resource objects use (kubernetes <c>pkg/quota/v1/evaluator/core</c>).</summary>
internal static class QuotaUsage
{
    private static readonly HashSet<string> Plain = new(StringComparer.Ordinal)
    {
        "pods", "services", "configmaps", "secrets", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas",
    };

    /// <summary>What all objects of the quota's namespace use of a resource.</summary>
    public static decimal Total(ISandboxApi api, KubeObject quota, string resource)
    {
        var sum = 0m;
        foreach (var (group, kind) in KindsOf(api, resource))
        {
            foreach (var obj in api.List(group, kind, quota.Namespace))
            {
                if (InScope(quota, obj)) sum += Of(obj, resource);
            }
        }

        return sum;
    }

    /// <summary>What one object, of a kind that counts for the resource, uses of it.</summary>
    public static decimal Of(KubeObject obj, string resource)
    {
        var core = obj.GroupVersionKind.Group.Length == 0;
        if (resource.StartsWith("count/", StringComparison.Ordinal)) return 1;
        if (core && obj.Kind == "Pod" && PodState.IsFinished(obj)) return 0;
        if (Plain.Contains(resource)) return 1;
        if (core && obj.Kind == "Service")
        {
            return resource switch
            {
                "services.loadbalancers" => obj.Root["spec"]["type"] == "LoadBalancer" ? 1 : 0,
                "services.nodeports" => obj.Root["spec"]["type"].AsString() is "NodePort" or "LoadBalancer"
                    ? obj.Root["spec"]["ports"].AsList()?.Count ?? 0 : 0,
                _ => 0,
            };
        }

        if (core && obj.Kind == "PersistentVolumeClaim") return OfClaim(obj, resource);
        return core && obj.Kind == "Pod" ? OfPod(obj, resource) : 0;
    }

    /// <summary>An amount of a resource as people write it: bytes in powers of 1024.</summary>
    public static string Print(string resource, decimal amount) => Amounts.Print(
        amount, resource.Contains("memory", StringComparison.Ordinal) || resource.Contains("storage", StringComparison.Ordinal));

    /// <summary>The kinds that use a resource.</summary>
    public static IEnumerable<(string Group, string Kind)> KindsOf(ISandboxApi api, string resource)
    {
        if (resource.StartsWith("count/", StringComparison.Ordinal))
        {
            var qualified = resource["count/".Length..];
            var dot = qualified.IndexOf('.');
            var found = api.KindOf(dot < 0 ? "" : qualified[(dot + 1)..], dot < 0 ? qualified : qualified[..dot]);
            return found is { } kind ? [kind] : [];
        }

        if (Plain.Contains(resource)) return api.KindOf("", resource) is { } plain ? [plain] : [];
        if (resource.StartsWith("services.", StringComparison.Ordinal)) return [("", "Service")];
        if (resource == "requests.storage" || resource.Contains("storageclass.storage.k8s.io/", StringComparison.Ordinal))
            return [("", "PersistentVolumeClaim")];
        return [("", "Pod")];
    }

    /// <summary>Whether a quota's scopes count an object. Only Pods can be out of scope.</summary>
    public static bool InScope(KubeObject quota, KubeObject obj)
    {
        var scopes = quota.Root["spec"]["scopes"].Texts().Select(s => (Name: s, Operator: "Exists", Values: (IReadOnlyList<string>)[]))
            .Concat(quota.Root["spec"]["scopeSelector"]["matchExpressions"].Maps().Select(e =>
                (e["scopeName"].Text(), e["operator"].Text(), (IReadOnlyList<string>)[.. e["values"].Texts()])));
        foreach (var (name, op, values) in scopes)
        {
            if (obj.Kind != "Pod") return false;
            var spec = obj.Root["spec"];
            var holds = name switch
            {
                "Terminating" => spec["activeDeadlineSeconds"].AsInt() is >= 0,
                "NotTerminating" => spec["activeDeadlineSeconds"].AsInt() is not >= 0,
                "BestEffort" => IsBestEffort(obj),
                "NotBestEffort" => !IsBestEffort(obj),
                "PriorityClass" => op switch
                {
                    "In" => values.Contains(spec["priorityClassName"].Text()),
                    "NotIn" => !values.Contains(spec["priorityClassName"].Text()),
                    "DoesNotExist" => spec["priorityClassName"].IsEmpty(),
                    _ => !spec["priorityClassName"].IsEmpty(),
                },
                _ => false,
            };
            if (!holds) return false;
        }

        return true;
    }

    private static decimal OfClaim(KubeObject claim, string resource)
    {
        var storage = Amounts.Parse(claim.Root["spec"]["resources"]["requests"]["storage"]) ?? 0;
        if (resource == "requests.storage") return storage;
        const string Marker = ".storageclass.storage.k8s.io/";
        var at = resource.IndexOf(Marker, StringComparison.Ordinal);
        if (at < 0 || claim.Root["spec"]["storageClassName"].Text() != resource[..at]) return 0;
        return resource[(at + Marker.Length)..] == "requests.storage" ? storage : 1;
    }

    private static decimal OfPod(KubeObject pod, string resource)
    {
        var (list, name) = PodResource(resource);
        var main = pod.Root["spec"]["containers"].Maps().Sum(c => Amounts.Parse(c["resources"][list][name]) ?? 0);
        var first = pod.Root["spec"]["initContainers"].Maps().Select(c => Amounts.Parse(c["resources"][list][name]) ?? 0).DefaultIfEmpty(0).Max();
        return Math.Max(main, first);
    }

    /// <summary>Where a container states a quota's resource: <c>limits.cpu</c> in limits, <c>cpu</c> and <c>requests.cpu</c> in requests.</summary>
    public static (string List, string Name) PodResource(string resource) =>
        resource.StartsWith("limits.", StringComparison.Ordinal) ? ("limits", resource["limits.".Length..])
        : resource.StartsWith("requests.", StringComparison.Ordinal) ? ("requests", resource["requests.".Length..])
        : ("requests", resource);

    private static bool IsBestEffort(KubeObject pod) => pod.Root["spec"]["initContainers"].Maps().Concat(pod.Root["spec"]["containers"].Maps())
        .All(c => c["resources"]["requests"].Entries().Concat(c["resources"]["limits"].Entries()).All(e => e.Key is not ("cpu" or "memory")));
}
