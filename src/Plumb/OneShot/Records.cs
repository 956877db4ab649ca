using System.Text.Json.Serialization;
using Plumb.Api;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.Commands.OneShot;

/// <summary>Lists of the API's records, which the API itself gives one by one.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<ApplicationDetail>))]
[JsonSerializable(typeof(IReadOnlyList<PlanRecord>))]
internal sealed partial class OneShotJson : JsonSerializerContext;

/// <summary>The loop's states and plans as the API's records: a program reads the same from a one-shot run as from a server.</summary>
internal static class Records
{
    public static ApplicationDetail ToDetail(this ApplicationState state)
    {
        var spec = state.Spec;
        var cluster = spec.Destination.Name.Length > 0 ? spec.Destination.Name : spec.Destination.Server;
        return new ApplicationDetail
        {
            Summary = new ApplicationSummary
            {
                Name = spec.Name,
                Project = spec.Project,
                Parent = state.Parent,
                Sync = state.Sync.ToString(),
                Health = state.Health.Status.ToString(),
                HealthMessage = state.Health.Message ?? "",
                Repository = spec.Sources[0].RepoUrl,
                Path = spec.Sources[0].Path,
                TargetRevision = spec.Sources[0].TargetRevision,
                Revision = state.Revisions.Count > 0 ? state.Revisions[0] : "",
                Cluster = cluster.Length > 0 ? cluster : "in-cluster",
                Namespace = spec.Destination.Namespace,
                Automated = spec.SyncPolicy.Automated is not null,
                WaitingFor = state.WaitingFor ?? "",
                Operation = state.Operation?.Message ?? "",
                Errors = state.Conditions.Count(c => !c.IsWarning),
            },
            Resources =
            [
                .. state.Resources.Select(r => new ResourceRecord(
                    r.Id.ToName(), r.Sync.ToString(), r.Health.Status.ToString(), r.Health.Message ?? "", r.Action.ToString(), r.Wave, r.Message)),
            ],
            Conditions = [.. state.Conditions.Select(c => new ConditionRecord(c.Type, c.Message, c.Since))],
            Operation = state.Operation?.ToRecord(),
            LastRun = state.LastRun?.ToRecord(),
            ReconciledAt = state.ReconciledAt,
        };
    }

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

    private static RunRecord ToRecord(this Run run) => new()
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
        Results = [.. run.Results.Select(r => new ResultRecord(r.Id.ToName(), r.Status.ToString(), r.Message, r.Phase.ToString(), r.Wave, r.IsHook))],
    };

    private static ResourceName ToName(this ResourceId id) => new(id.Group, id.Kind, id.Namespace, id.Name);
}
