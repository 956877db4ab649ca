using System.Runtime.CompilerServices;
using Plumb.Api;
using Plumb.Git;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.States;
using Plumb.Server.Http;

namespace Plumb.Server.Api;

/// <content>What is known of applications.</content>
internal sealed partial class ServerApi
{
    private const int MaxRuns = 1000;

    public Task<Page<ApplicationSummary>> ListApplicationsAsync(ApplicationQuery query, CancellationToken ct)
    {
        var caller = Caller;
        var filter = ApplicationFilter.Of(query);
        var visible = parts.Engine.Reconciler.Applications.Where(a => MaySee(caller, a.Spec)).Select(parts.SummaryOf);
        return Task.FromResult(filter.Page(visible));
    }

    public async Task<ApplicationDetail> GetApplicationAsync(string name, CancellationToken ct) => await DetailAsync(Find(name), ct);

    public Task<PlanRecord> GetPlanAsync(string name, CancellationToken ct)
    {
        var state = Find(name);
        return parts.Engine.Reconciler.FindPlan(name) is { } plan
            ? Task.FromResult(plan.ToRecord())
            : throw Conflict($"{name} has not been compared yet: {(state.Conditions.Count > 0 ? state.Conditions[0].Message : "the first comparison goes on")}");
    }

    public async Task<IReadOnlyList<RunRecord>> ListRunsAsync(string name, int limit, CancellationToken ct)
    {
        Find(name);
        return [.. (await parts.Engine.Runs.ListAsync(name, Math.Clamp(limit, 1, MaxRuns), ct)).Select(r => r.ToRecord())];
    }

    public async Task<RunRecord> GetRunAsync(string application, string id, CancellationToken ct)
    {
        var state = Find(application);
        if (state.Operation?.Id == id) return state.Operation.ToRecord();
        return await parts.Engine.Runs.FindAsync(id, ct) is { } run && run.Application == application
            ? run.ToRecord()
            : throw NotFound($"{application} has no run {id}; `plumb app history {application}` shows those there are.");
    }

    public async IAsyncEnumerable<ApplicationChange> WatchApplicationsAsync([EnumeratorCancellation] CancellationToken ct)
    {
        // Subscribed before the present ones are read: nothing between the two is missed.
        var reconciler = parts.Engine.Reconciler;
        var changes = reconciler.WatchAsync(ct);
        var shown = new Dictionary<string, ApplicationSummary>(StringComparer.Ordinal);
        var caller = Caller;
        foreach (var state in reconciler.Applications.Where(a => MaySee(caller, a.Spec)))
        {
            yield return new ApplicationChange(ApplicationChange.Present, state.Spec.Name, shown[state.Spec.Name] = parts.SummaryOf(state));
        }

        // A page has a context of its own, to which not each change need come.
        await foreach (var state in changes.ConfigureAwait(false))
        {
            var name = state.Spec.Name;
            if (reconciler.Find(name) is not null && MaySee(Caller, state.Spec))
            {
                // Of much that changes in a state the list shows nothing.
                var summary = parts.SummaryOf(state);
                if (shown.TryGetValue(name, out var before) && before == summary) continue;
                yield return new ApplicationChange(ApplicationChange.Changed, name, shown[name] = summary);
            }
            else if (shown.Remove(name))
            {
                yield return new ApplicationChange(ApplicationChange.Gone, name, null);
            }
        }
    }

    public async IAsyncEnumerable<ApplicationDetail> WatchAsync(string name, [EnumeratorCancellation] CancellationToken ct)
    {
        var changes = parts.Engine.Reconciler.WatchAsync(ct);
        yield return await DetailAsync(Find(name), ct);
        // A page has a context of its own, to which the changes of others need not come.
        await foreach (var state in changes.ConfigureAwait(false))
        {
            if (state.Spec.Name != name) continue;
            if (parts.Engine.Reconciler.Find(name) is null) yield break;
            if (!MaySee(Caller, state.Spec)) throw NoApplication(name);
            yield return await DetailAsync(state, ct);
        }
    }

    private async Task<ApplicationDetail> DetailAsync(ApplicationState state, CancellationToken ct)
    {
        var sources = new List<SourceRecord>();
        for (var i = 0; i < state.Spec.Sources.Count; i++)
            sources.Add(await SourceOfAsync(state.Spec.Sources[i], i < state.Revisions.Count ? state.Revisions[i] : "", ct));
        return state.ToDetail() with { Sources = sources };
    }

    private async Task<SourceRecord> SourceOfAsync(SourceSpec source, string revision, CancellationToken ct)
    {
        var described = source.IsPackedChart ? null : await DescribeAsync(source.RepoUrl, revision, ct);
        return new SourceRecord(
            source.RepoUrl, source.Path, source.Chart, source.TargetRevision, revision,
            described?.Author ?? "", described?.Subject ?? "", described?.AuthoredAt);
    }

    /// <summary>What a commit says of itself; null when that is not known here and now.</summary>
    private async Task<CommitDetails?> DescribeAsync(string repository, string commit, CancellationToken ct)
    {
        if (commit.Length is not (40 or 64)) return null;
        try
        {
            return await parts.Engine.Git.DescribeAsync(repository, commit, ct);
        }
        catch (SourceException)
        {
            // It is shown without: that the repository is away is said elsewhere.
            return null;
        }
    }
}
