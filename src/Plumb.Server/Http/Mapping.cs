using Plumb.Api;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Suspensions;
using Plumb.Reconcile.Targets;

namespace Plumb.Server.Http;

/// <summary>The loop's records as the API's: a program reads the same from a one-shot run as from a server.</summary>
public static class Mapping
{
    /// <summary>
    /// What lists show of an application. Its cluster is the destination's name, else its address, else <c>in-cluster</c>.
    /// </summary>
    public static ApplicationSummary ToSummary(this ApplicationState state)
    {
        var spec = state.Spec;
        var source = spec.Sources[0];
        var cluster = spec.Destination.Name.Length > 0 ? spec.Destination.Name : spec.Destination.Server;
        return new ApplicationSummary
        {
            Name = spec.Name,
            Project = spec.Project,
            Parent = state.Parent,
            Sync = state.Sync.ToString(),
            Health = state.Health.Status.ToString(),
            HealthMessage = state.Health.Message,
            Repository = source.RepoUrl,
            Path = source.Path,
            TargetRevision = source.TargetRevision,
            Revision = state.Revisions.Count > 0 ? state.Revisions[0] : "",
            Cluster = cluster.Length > 0 ? cluster : DestinationSpec.InClusterName,
            Namespace = spec.Destination.Namespace,
            Automated = spec.SyncPolicy.Automated is not null,
            WaitingFor = state.WaitingFor,
            Operation = state.Deleting ? "deleting" : state.Operation is { } run ? (run.Message.Length > 0 ? run.Message : "syncing") : "",
            WaitsOn = state.WaitsOn.ToString(),
            NeedsConfirmation = state.NeedsConfirmation,
            Errors = state.Conditions.Count(c => !c.IsWarning),
            Labels = spec.Labels,
            Resources = state.Resources.Count,
            OutOfSync = state.Resources.Count(r => r.Sync == SyncStatus.OutOfSync),
            Suspension = state.Suspension?.ToRecord(),
            ChangedAt = state.LastRun?.FinishedAt,
            Chart = source.Chart,
        };
    }

    /// <summary>Everything the API tells of an application: summary, resources, conditions, what runs and what ran last.</summary>
    public static ApplicationDetail ToDetail(this ApplicationState state) => new()
    {
        Summary = state.ToSummary(),
        Resources =
        [
            .. state.Resources.Select(r => new ResourceRecord(
                r.Id.ToName(), r.Sync.ToString(), r.Health.Status.ToString(), r.Health.Message, r.Action.ToString(), r.Wave, r.Message)),
        ],
        Conditions = [.. state.Conditions.Select(c => new ConditionRecord(c.Type, c.Message, c.Since))],
        Operation = state.Operation?.ToRecord(),
        LastRun = state.LastRun?.ToRecord(),
        ReconciledAt = state.ReconciledAt,
        Sources =
        [
            .. state.Spec.Sources.Select((s, i) => new SourceRecord(
                s.RepoUrl, s.Path, s.Chart, s.TargetRevision, i < state.Revisions.Count ? state.Revisions[i] : "", "", "", null)),
        ],
        SyncPolicy = PolicyWords(state.Spec.SyncPolicy.Automated),
        SyncOptions = state.Spec.SyncPolicy.SyncOptions,
        DependsOn = state.Spec.DependsOn,
        Origin = state.Spec.Origin.ToString(),
    };

    private static string PolicyWords(AutomatedSpec? automated) => automated is null
        ? ""
        : string.Join(", ", new[] { "automated", automated.Prune ? "prune" : "", automated.SelfHeal ? "self-heal" : "", automated.AllowEmpty ? "allow-empty" : "" }.Where(w => w.Length > 0));

    /// <summary>A suspension as the contract writes it.</summary>
    public static SuspensionRecord ToRecord(this Suspension suspension) => new(suspension.By, suspension.Reason, suspension.Since, suspension.Until);

    /// <summary>A resource's name as the contract writes it.</summary>
    public static ResourceName ToName(this ResourceId id) => new(id.Group, id.Kind, id.Namespace, id.Name);

    /// <summary>The resource that a name of the contract means.</summary>
    public static ResourceId ToId(this ResourceName name) => new(name.Group, name.Kind, name.Namespace, name.Name);

    /// <summary>A run with its results.</summary>
    public static RunRecord ToRecord(this Run run) => new()
    {
        Id = run.Id,
        Application = run.Application,
        Revisions = run.Revisions,
        Trigger = run.Trigger.ToString(),
        Initiator = run.Initiator,
        Phase = run.Phase.ToString(),
        Message = run.Message,
        StartedAt = run.StartedAt,
        FinishedAt = run.FinishedAt,
        Results =
        [
            .. run.Results.Select(r => new ResultRecord(
                r.Id.ToName(), r.Status.ToString(), r.Message, r.Phase.ToString(), r.Wave, r.IsHook)),
        ],
    };

    /// <summary>A plan: what differs or cannot be compared. Resources that are as Git states them are left out.</summary>
    public static PlanRecord ToRecord(this Plan plan) => new()
    {
        Application = plan.Application,
        Revisions = plan.Revisions,
        InSync = plan.InSync,
        Changes =
        [
            .. plan.Changes.Where(c => c.Action != ChangeAction.None || c.Error is not null).Select(c => new ChangeRecord(
                c.Id.ToName(), c.Action.ToString(), c.Fields, c.DescribeLive(), c.DescribeDesired(), c.Error)),
        ],
        Diagnostics = [.. plan.Diagnostics.Select(d => d.ToString())],
    };

    /// <summary>The application's resources and, of those that are there, what they own.</summary>
    /// <param name="state">The application.</param>
    /// <param name="target">Its cluster; null when that is not known: then only the resources themselves.</param>
    public static IReadOnlyList<TreeRecord> ToTree(this ApplicationState state, ITarget? target)
    {
        var roots = state.Resources
            .Select(r => new TreeRecord(r.Id.ToName(), null, r.Health.Status.ToString(), r.Health.Message, null)
            {
                Sync = r.Sync.ToString(),
                Action = r.Action.ToString(),
                Wave = r.Wave,
            })
            .ToList();
        if (target is null) return roots;
        var owned = target.OwnerTree([.. state.Resources.Where(r => r.Health.Status != HealthStatus.Missing).Select(r => r.Id)]);
        return
        [
            .. roots,
            .. owned.Select(o => new TreeRecord(
                o.Id.ToName(), o.Owner.ToName(), o.Health.Status.ToString(), o.Health.Message, o.CreatedAt)),
        ];
    }
}
