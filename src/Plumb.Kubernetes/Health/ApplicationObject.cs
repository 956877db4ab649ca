using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.Kubernetes.Health;

/// <summary>
/// An application's state as the object that Argo CD would keep of it: what health scripts for applications read (<c>spec</c>,
/// <c>status.health</c>, <c>status.sync</c>, <c>status.operationState</c>, <c>status.conditions</c>), in Argo CD's words.
/// </summary>
internal static class ApplicationObject
{
    public static KubeObject Of(ApplicationState state, GroupVersionKind kind)
    {
        var root = new MapNode
        {
            ["apiVersion"] = kind.ApiVersion,
            ["kind"] = kind.Kind,
            ["metadata"] = Metadata(state.Spec),
            ["spec"] = Spec(state.Spec),
            ["status"] = Status(state),
        };
        root.Freeze();
        return new KubeObject(root);
    }

    private static MapNode Metadata(ApplicationSpec spec)
    {
        var metadata = new MapNode { ["name"] = spec.Name };
        if (spec.Namespace.Length > 0) metadata["namespace"] = spec.Namespace;
        if (spec.Labels.Count > 0) metadata["labels"] = Texts(spec.Labels);
        if (spec.Annotations.Count > 0) metadata["annotations"] = Texts(spec.Annotations);
        return metadata;
    }

    private static MapNode Spec(ApplicationSpec spec)
    {
        var written = new MapNode { ["project"] = spec.Project, ["destination"] = Destination(spec.Destination) };
        var sources = spec.Sources
            .Select(s => new MapNode { ["repoURL"] = s.RepoUrl, ["path"] = s.Path, ["targetRevision"] = s.TargetRevision }).ToList();
        if (sources is [var only]) written["source"] = only;
        else written["sources"] = new ListNode(sources.Select(s => (Node)s));
        if (spec.SyncPolicy.Automated is { } automated)
        {
            written["syncPolicy"] = new MapNode
            {
                ["automated"] = new MapNode { ["prune"] = automated.Prune, ["selfHeal"] = automated.SelfHeal },
            };
        }

        return written;
    }

    private static MapNode Destination(DestinationSpec destination)
    {
        var written = new MapNode();
        if (destination.Name.Length > 0) written["name"] = destination.Name;
        if (destination.Server.Length > 0) written["server"] = destination.Server;
        if (destination.Namespace.Length > 0) written["namespace"] = destination.Namespace;
        return written;
    }

    private static MapNode Status(ApplicationState state)
    {
        var status = new MapNode();

        // One that was never compared reports nothing yet, which scripts take for being on its way.
        if (state.ReconciledAt is null && state.Conditions.Count == 0) return status;
        status["health"] = Worded(new MapNode { ["status"] = state.Health.Status.ToString() }, state.Health.Message);
        status["sync"] = Sync(state);
        if ((state.Operation ?? state.LastRun) is { } run)
            status["operationState"] = Worded(new MapNode { ["phase"] = Phase(run.Phase) }, run.Message);
        if (state.Conditions.Count > 0)
        {
            status["conditions"] = new ListNode(
                state.Conditions.Select(c => (Node)new MapNode { ["type"] = c.Type, ["message"] = c.Message }));
        }

        return status;
    }

    private static MapNode Sync(ApplicationState state)
    {
        var sync = new MapNode { ["status"] = state.Sync.ToString() };
        if (state.Revisions is [var only]) sync["revision"] = only;
        else if (state.Revisions.Count > 1) sync["revisions"] = new ListNode(state.Revisions.Select(r => (Node)r));
        return sync;
    }

    /// <summary>In Argo CD's words, which has none for a sync that was stopped or overtaken.</summary>
    private static string Phase(RunPhase phase) => phase switch
    {
        RunPhase.Superseded or RunPhase.Terminated => "Failed",
        _ => phase.ToString(),
    };

    private static MapNode Worded(MapNode map, string message)
    {
        if (message.Length > 0) map["message"] = message;
        return map;
    }

    private static MapNode Texts(IReadOnlyDictionary<string, string> values)
    {
        var map = new MapNode(values.Count);
        foreach (var (key, value) in values.OrderBy(v => v.Key, StringComparer.Ordinal)) map[key] = value;
        return map;
    }
}
