using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Lifecycle;

/// <summary>Namespaces from first to last: what they come with, who may create in them, and how their content goes.</summary>
internal sealed class NamespaceLifecycle(ObjectApi api)
{
    public static readonly IReadOnlyList<string> Initial = ["default", "kube-node-lease", "kube-public", "kube-system"];

    private const string Finalizer = "kubernetes";

    /// <summary>Refuses creates in namespaces that are not there or are going (the NamespaceLifecycle admission plugin).</summary>
    public static void CheckCreate(ObjectApi api, ResourceType type, string name, string @namespace)
    {
        if (!type.Namespaced) return;
        var namespaces = api.Store.Catalog.Kind("", "Namespace")!;
        if (namespaces.State.Find("", @namespace) is not { } found) throw ApiErrors.NotFound(namespaces.Type, @namespace);
        if (!found.IsTerminating) return;
        throw ApiErrors.Forbidden(
            type,
            name,
            $"unable to create new content in namespace {@namespace} because it is being terminated",
            new MapNode
            {
                ["reason"] = "NamespaceTerminating",
                ["message"] = $"namespace {@namespace} is being terminated",
                ["field"] = "metadata.namespace",
            });
    }

    public static void CheckDelete(ResourceType type, StoredObject found)
    {
        if (found.Name is "default" or "kube-system" or "kube-public")
        {
            throw ApiErrors.Forbidden(type, found.Name, "this namespace may not be deleted");
        }
    }

    public static void PrepareCreate(KubeObject obj)
    {
        obj.Root.GetOrAddMap("metadata").GetOrAddMap("labels")["kubernetes.io/metadata.name"] = obj.Name;
        obj.Root["status"] = new MapNode { ["phase"] = "Active" };
    }

    /// <summary>Gives a new namespace what controllers would give it moments later.</summary>
    public static void Furnish(ObjectApi api, string @namespace)
    {
        CreateMissing(api, new KubeObject(new MapNode
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ServiceAccount",
            ["metadata"] = new MapNode { ["name"] = "default", ["namespace"] = @namespace },
        }));
        CreateMissing(api, new KubeObject(new MapNode
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new MapNode
            {
                ["name"] = "kube-root-ca.crt",
                ["namespace"] = @namespace,
                ["annotations"] = new MapNode
                {
                    ["kubernetes.io/description"] = "Contains a CA bundle that can be used to verify the kube-apiserver when using " +
                        "internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed " +
                        "across distributions of Kubernetes clusters.",
                },
            },
            ["data"] = new MapNode { ["ca.crt"] = api.RootCertificate },
        }));
    }

    /// <summary>Empties a terminating namespace, and lets it go once it is empty.</summary>
    public void Finish(string @namespace)
    {
        var namespaces = api.Store.Catalog.Kind("", "Namespace")!;
        if (namespaces.State.Find("", @namespace) is not { IsTerminating: true }) return;
        var remaining = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var finalizers = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var kind in api.Store.Catalog.Kinds)
        {
            if (!kind.Type.Namespaced) continue;
            foreach (var item in kind.State.Range(@namespace, null).ToList())
            {
                if (!item.IsTerminating && TryDelete(kind, item)) continue;
                var name = $"{kind.Type.Plural}.{kind.Type.Group}";
                remaining[name] = remaining.GetValueOrDefault(name) + 1;
                foreach (var finalizer in item.Object.Root["metadata"]["finalizers"].AsList() ?? [])
                    finalizers[finalizer.AsString() ?? ""] = finalizers.GetValueOrDefault(finalizer.AsString() ?? "") + 1;
            }
        }

        api.Mutate(namespaces, "", @namespace, root => remaining.Count == 0 ? Release(root) : Report(root, remaining, finalizers));
    }

    private bool TryDelete(KindStore kind, StoredObject item)
    {
        try
        {
            return api.Delete(kind, item.Namespace, item.Name, new DeleteRequest { Propagation = DeletePropagation.Background }).IsGone;
        }
        catch (ApiException e) when (e.Code == 404)
        {
            return true;
        }
    }

    private static bool Release(MapNode root)
    {
        if (root["spec"]["finalizers"].AsList() is not { Count: > 0 } finalizers) return false;
        var kept = new ListNode(finalizers.Where(f => f != Finalizer));
        if (kept.Count == finalizers.Count) return false;
        root.GetOrAddMap("spec")["finalizers"] = kept;
        return true;
    }

    private bool Report(MapNode root, SortedDictionary<string, int> remaining, SortedDictionary<string, int> finalizers)
    {
        var content = string.Join(", ", remaining.Select(r => $"{r.Key} has {r.Value} resource instances"));
        var waiting = string.Join(", ", finalizers.Select(f => $"{f.Key} in {f.Value} resource instances"));
        (string Type, string Status, string Reason, string Message)[] wanted =
        [
            ("NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", "All resources successfully discovered"),
            ("NamespaceDeletionGroupVersionParsingFailure", "False", "ParsedGroupVersions", "All legacy kube types successfully parsed"),
            ("NamespaceDeletionContentFailure", "False", "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization"),
            ("NamespaceContentRemaining", "True", "SomeResourcesRemain", "Some resources are remaining: " + content),
            waiting.Length > 0
                ? ("NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain", "Some content in the namespace has finalizers remaining: " + waiting)
                : ("NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers", "All content-preserving finalizers finished"),
        ];
        var status = root.GetOrAddMap("status");
        var before = status["conditions"].AsList() ?? [];
        var after = new ListNode();
        foreach (var (type, state, reason, message) in wanted)
        {
            var old = before.FirstOrDefault(c => c["type"] == type);
            after.Add(new MapNode
            {
                ["lastTransitionTime"] = old["status"] == state ? old["lastTransitionTime"] : Timestamps.Format(api.Time.GetUtcNow()),
                ["message"] = message,
                ["reason"] = reason,
                ["status"] = state,
                ["type"] = type,
            });
        }

        if ((Node)after == before) return false;
        status["conditions"] = after;
        return true;
    }

    private static void CreateMissing(ObjectApi api, KubeObject obj)
    {
        try
        {
            api.Create(obj, "kube-controller-manager");
        }
        catch (ApiException e) when (e.Reason is "AlreadyExists" or "NotFound" or "Forbidden")
        {
            // Somebody made it, or the namespace is going already.
        }
    }
}
