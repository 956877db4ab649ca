using Microsoft.Extensions.Logging;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Access;
using Plumb.Sandbox.CustomKinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Lifecycle;

/// <summary>Reads all events and lets each follow-up happen: garbage collection, ends of namespaces and of custom kinds.</summary>
internal sealed partial class LifecycleLoop(ObjectApi api, ILogger logger, AccountSecrets? secrets = null)
{
    private readonly GarbageCollector _garbage = new(api);
    private readonly NamespaceLifecycle _namespaces = new(api);
    private readonly RoleAggregation _roles = new(api);

    /// <summary>Runs until cancelled. The subscription exists when this returns to its caller the first time.</summary>
    public Task RunAsync(CancellationToken ct) => ReadAsync(api.WatchAll(ct), ct);

    private async Task ReadAsync(IAsyncEnumerable<ObjectEvent> events, CancellationToken ct)
    {
        await foreach (var e in events.ConfigureAwait(false))
        {
            try
            {
                Observe(e);
            }
            catch (ApiException error) when (!ct.IsCancellationRequested)
            {
                LogRefused(logger, e.Object.Id.ToString(), error);
            }
        }
    }

    private void Observe(ObjectEvent e)
    {
        _garbage.Observe(e);
        secrets?.Observe(e);
        var terminating = !e.Object.Root["metadata"]["deletionTimestamp"].IsNullOrAbsent;
        switch (e.Object.Kind)
        {
            case "Namespace" when terminating && e.Kind != WatchKind.Deleted:
                _namespaces.Finish(e.Object.Name);
                break;
            case "CustomResourceDefinition" when terminating && e.Kind != WatchKind.Deleted:
                FinishDefinition(e.Object.Name);
                break;
            case "ClusterRole":
                _roles.Refresh();
                break;
            default:
                break;
        }

        if (e.Kind != WatchKind.Deleted) return;
        if (e.Object.Namespace.Length > 0) _namespaces.Finish(e.Object.Namespace);
        var gvk = e.Object.GroupVersionKind;
        if (api.Store.Catalog.Kind(gvk.Group, gvk.Kind)?.Type.DefinedBy is { } definition) FinishDefinition(definition);
    }

    private void FinishDefinition(string name)
    {
        var definitions = api.Store.Catalog.Kind("apiextensions.k8s.io", "CustomResourceDefinition")!;
        if (definitions.State.Find("", name) is not { IsTerminating: true }) return;
        foreach (var kind in api.Store.Catalog.Kinds.Where(k => k.Type.DefinedBy == name))
        {
            foreach (var item in kind.State.Items.Where(i => !i.IsTerminating))
            {
                api.Delete(kind.Type.Group, kind.Type.Kind, item.Namespace, item.Name, DeletePropagation.Background);
            }

            if (kind.State.Items.Count > 0) return;
        }

        api.Mutate(definitions, "", name, root =>
        {
            var metadata = root.GetOrAddMap("metadata");
            if (metadata["finalizers"].AsList() is not { } finalizers) return false;
            var kept = new ListNode(finalizers.Where(f => f != CustomKindInstaller.Finalizer));
            if (kept.Count == finalizers.Count) return false;
            metadata["finalizers"] = kept.Count == 0 ? Node.Absent : kept;
            return true;
        });
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Sandbox: the follow-up of a change to {Object} was refused.")]
    private static partial void LogRefused(ILogger logger, string @object, Exception error);
}
