using System.Net;
using System.Runtime.CompilerServices;
using Plumb.Api;
using Plumb.Kubernetes.Planning;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Targets;
using Plumb.Server.Http;

namespace Plumb.Server.Api;

/// <content>What Git states of an application's resources, and what is live of them.</content>
internal sealed partial class ServerApi
{
    private const int MaxTail = 10_000;

    public Task<IReadOnlyList<TreeRecord>> GetTreeAsync(string name, CancellationToken ct)
    {
        var state = Find(name);
        return Task.FromResult(state.ToTree(TargetOf(state)));
    }

    public Task<IReadOnlyList<ManifestRecord>> ListManifestsAsync(string name, CancellationToken ct)
    {
        var plan = PlanOf(Find(name));
        IEnumerable<DesiredResource> stated = [.. plan.Changes.Select(c => c.Desired).OfType<DesiredResource>(), .. plan.Hooks];
        IReadOnlyList<ManifestRecord> manifests =
        [
            .. stated.Select(d => new ManifestRecord(d.Id.ToName(), ManifestText.Of(d), d.Wave, HookOf(d), d.Origin.ToString())),
        ];
        return Task.FromResult(manifests);
    }

    public async Task<ResourceDetail> GetResourceAsync(string name, ResourceName resource, CancellationToken ct)
    {
        var state = Find(name);
        var id = resource.ToId();
        var plan = parts.Engine.Reconciler.FindPlan(name);
        var change = plan?.Changes.FirstOrDefault(c => c.Id == id);
        var desired = change?.Desired ?? plan?.Hooks.FirstOrDefault(h => h.Id == id);
        var target = TargetOf(state);
        var owned = change is null ? OwnedBy(state, target).FirstOrDefault(o => o.Id == id) : null;
        // Nothing else of the cluster is shown: rights are for applications, not for clusters.
        if (change is null && desired is null && owned is null)
            throw NotFound($"{resource} is no resource of {name}, nor is it owned by one; `plumb app tree {name}` shows those there are.");

        var shown = state.Resources.FirstOrDefault(r => r.Id == id);
        var (view, fault) = await ViewAsync(state, target, id, desired, ct);
        return new ResourceDetail
        {
            Resource = resource,
            Stated = desired is not null,
            Sync = shown?.Sync.ToString() ?? "",
            Health = (shown?.Health ?? owned?.Health)?.Status.ToString() ?? "",
            HealthMessage = (shown?.Health ?? owned?.Health)?.Message ?? "",
            Action = (change?.Action ?? ChangeAction.None).ToString(),
            Message = fault ?? shown?.Message ?? "",
            Owner = owned?.Owner.ToName(),
            Wave = change?.Wave ?? desired?.Wave ?? 0,
            Hook = desired is null ? "" : HookOf(desired),
            Origin = desired?.Origin.ToString() ?? "",
            CreatedAt = view?.CreatedAt ?? owned?.CreatedAt,
            Fields = change?.Fields ?? [],
            LiveCompared = change?.DescribeLive() ?? "",
            DesiredCompared = change?.DescribeDesired() ?? "",
            Live = view?.Text ?? "",
            Manifest = desired is null ? "" : ManifestText.Of(desired),
            Containers = view?.Containers ?? [],
        };
    }

    public async Task<IReadOnlyList<EventRecord>> ListEventsAsync(string name, ResourceName? resource, CancellationToken ct)
    {
        var state = Find(name);
        if (TargetOf(state) is not { } target) return [];
        var tree = TreeOf(state, target);
        var about = resource is null ? [.. tree.Select(t => t.Id)] : Below(tree, resource, name);
        var events = await AskAsync(() => target.EventsAsync(name, about, ct));
        return
        [
            .. events.Select(e => new EventRecord(
                e.About.ToName(), e.IsWarning ? "Warning" : "Normal", e.Reason, e.Message, e.Count, e.FirstAt, e.LastAt, e.Source)),
        ];
    }

    public async IAsyncEnumerable<LogLine> ReadLogAsync(string name, LogQuery query, [EnumeratorCancellation] CancellationToken ct)
    {
        var caller = Caller;
        var state = Find(name);
        await DemandAsync(caller, Logs, "get", SubjectOf(state.Spec), "read the logs of", name, state.Spec.Project, ct);
        if (query.Tail is < 0 or > MaxTail) throw BadRequest($"tail is {query.Tail}; it can be 0 to {MaxTail}");
        if (TargetOf(state) is not { } target) yield break;
        var pods = Below(TreeOf(state, target), query.Resource, name).Where(id => id is { Group: "", Kind: "Pod" }).ToList();
        if (pods.Count == 0) throw NotFound($"{query.Resource} has no Pods now, and so no logs");
        var request = new LogRequest(name, pods)
        {
            Container = query.Container,
            Tail = query.Tail,
            Since = query.Since,
            Follow = query.Follow,
            Previous = query.Previous,
        };
        await using var lines = target.ReadLogAsync(request, ct).GetAsyncEnumerator(ct);
        while (await AskAsync(() => lines.MoveNextAsync().AsTask()))
        {
            // A stream may go on for long: whose rights end meanwhile reads no further.
            if (!May(Caller, Logs, "get", SubjectOf(state.Spec))) yield break;
            var line = lines.Current;
            yield return new LogLine(line.Pod.Name, line.Container, line.At, line.Text);
        }
    }

    private Plan PlanOf(ApplicationState state) =>
        parts.Engine.Reconciler.FindPlan(state.Spec.Name) ?? throw Conflict($"{state.Spec.Name} has not been compared yet");

    private static string HookOf(DesiredResource desired) => desired.IsHook ? desired.Phases.ToString() : "";

    private static IReadOnlyList<OwnedResource> OwnedBy(ApplicationState state, ITarget? target) =>
        target?.OwnerTree([.. state.Resources.Select(r => r.Id)]) ?? [];

    /// <summary>The application's resources and hooks, and what they own.</summary>
    private IReadOnlyList<(ResourceId Id, ResourceId? Owner)> TreeOf(ApplicationState state, ITarget target)
    {
        var hooks = parts.Engine.Reconciler.FindPlan(state.Spec.Name)?.Hooks.Select(h => h.Id) ?? [];
        List<ResourceId> roots = [.. state.Resources.Select(r => r.Id).Union(hooks)];
        return [.. roots.Select(r => (r, (ResourceId?)null)), .. target.OwnerTree(roots).Select(o => (o.Id, (ResourceId?)o.Owner))];
    }

    /// <summary>An object of the tree and all that it owns.</summary>
    private static List<ResourceId> Below(IReadOnlyList<(ResourceId Id, ResourceId? Owner)> tree, ResourceName resource, string application)
    {
        var top = resource.ToId();
        if (!tree.Any(t => t.Id == top)) throw NotFound($"{resource} is no resource of {application}, nor is it owned by one");
        var found = new HashSet<ResourceId> { top };
        // Owners come before what they own.
        foreach (var (id, owner) in tree)
        {
            if (owner is { } above && found.Contains(above)) found.Add(id);
        }

        return [.. found];
    }

    /// <summary>The live object, or why it cannot be shown: what is known without it is shown all the same.</summary>
    private static async Task<(ObjectView? View, string? Fault)> ViewAsync(
        ApplicationState state, ITarget? target, ResourceId id, DesiredResource? desired, CancellationToken ct)
    {
        if (target is null || id.Name.Length == 0) return (null, null);
        try
        {
            return (await target.ViewAsync(state.Spec.Name, id, desired, ct), null);
        }
        catch (TargetException e)
        {
            return (null, e.Message);
        }
    }

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (TargetException e)
        {
            throw new PlumbApiException(e.Message, HttpStatusCode.BadGateway, e);
        }
    }
}
