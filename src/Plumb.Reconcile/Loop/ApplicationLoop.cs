using Microsoft.Extensions.Logging;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Projects;
using Plumb.Reconcile.Registry;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Loop;

/// <summary>
/// One application's loop: fetch, render, compare, decide, sync, observe, record. It alone changes the application, one turn at a
/// time, so an application is never reconciled twice at once. Everybody else raises signals and reads <see cref="State"/>.
/// </summary>
internal sealed partial class ApplicationLoop
{
    private const int RestoredRuns = 20;

    private readonly LoopContext _context;
    private readonly IRegistry _registry;
    private readonly ILogger _logger;
    private readonly Signals _signals;
    private readonly HealBackoff _heals;
    private readonly Mailbox _mailbox = new();
    private readonly Confirmations _confirmations;

    private volatile ApplicationState _state;   // only this loop's turn replaces it
    private volatile Definition _definition;    // replaced by whoever registers the application
    private Deletion? _deletion;                // only this loop's turn replaces it
    private string? _deletionFault;
    private volatile bool _terminate;
    private volatile ITarget? _target;          // only this loop's turn replaces it
    private volatile IReadOnlyList<string> _otherRepositories = []; // of the last render; only this loop's turn replaces it

    private Definition? _usedDefinition;
    private DesiredState? _desired;
    private string _desiredFor = "";
    private string _capabilitiesDigest = "";
    private string? _fault;
    private int _sourceFailures;
    private DateTimeOffset? _retryAt;
    private Plan? _plan;
    private int _failures;
    private Signal _unserved;
    private Signal _cameDuringSync;
    private bool _restored;
    private bool _bootstrapped;
    private bool _syncOnceDone;
    private bool _pruneConfirmed;
    private string? _refreshedFor;

    private sealed record Definition(ApplicationSpec Spec, string Parent);

    public ApplicationLoop(ApplicationSpec spec, string parent, LoopContext context, IRegistry registry, ILogger logger)
    {
        _context = context;
        _registry = registry;
        _logger = logger;
        _signals = new Signals(context.Time);
        _heals = new HealBackoff(context.Time);
        _confirmations = new Confirmations(context.Time);
        _definition = new Definition(spec, parent);
        _state = new ApplicationState { Spec = spec, Parent = parent };
    }

    public ApplicationState State => _state;

    public ApplicationSpec Spec => _definition.Spec;

    public string Parent => _definition.Parent;

    /// <summary>The plan of the last comparison; null before the first.</summary>
    public Plan? Plan => _plan;

    /// <summary>Where it goes, as last found; null when there is no such cluster.</summary>
    public ITarget? Target => _target;

    public void Raise(Signal signal) => _signals.Raise(signal);

    /// <summary>Whether the last render took something from a repository: as a source, or as a base or chart that a source names.</summary>
    public bool Uses(string repoUrl) => Spec.Sources.Any(s => s.RepoUrl == repoUrl) || _otherRepositories.Contains(repoUrl);

    public void Define(ApplicationSpec spec, string parent)
    {
        _definition = new Definition(spec, parent);
        Raise(Signal.Spec);
    }

    /// <summary>Asks for a sync; the task ends with the run. A second request while one waits is refused.</summary>
    public Task<Run> RequestSync(SyncRequest request)
    {
        var pending = PendingSync.Of(request);
        if (_state.Operation is not null || !_mailbox.TryAsk(pending))
            throw new InvalidOperationException($"another operation of {Spec.Name} is already going on");
        Raise(Signal.Request);
        return pending.Done.Task;
    }

    /// <summary>Asks for the deletion of the application.</summary>
    public Task RequestDelete(DeleteRequest request)
    {
        var done = _mailbox.Ask(request);
        Terminate();
        return done;
    }

    /// <summary>Allows what the application asks a person to confirm.</summary>
    public void Confirm()
    {
        if (!_confirmations.Give()) throw new InvalidOperationException($"{Spec.Name} waits for no confirmation");
        Raise(Signal.Request);
    }

    /// <summary>Stops the run that goes on, at its next wait, and a request that waits.</summary>
    public void Terminate()
    {
        _terminate = true;
        Raise(Signal.Request);
    }

    public async Task RunAsync(CancellationToken ct)
    {
        DateTimeOffset? deadline = null;
        _signals.Raise(Signal.Spec);
        while (!ct.IsCancellationRequested)
        {
            try
            {
                var why = await _signals.TakeAsync(deadline, ct).ConfigureAwait(false);
                if ((why & ~(Signal.Target | Signal.Dependency)) == 0)
                {
                    // Events come in bursts (a rollout, a thousand children): one comparison for all of them.
                    await Task.Delay(_context.Options.DelayOfEvents(_plan?.Changes.Count ?? 0), _context.Time, ct).ConfigureAwait(false);
                    why |= await _signals.TakeAsync(_context.Time.GetUtcNow(), ct).ConfigureAwait(false);
                }

                if (_mailbox.Delete is { } delete && await DeleteAsync(delete, ct).ConfigureAwait(false)) return;
                // What a failed turn was woken for is still to be done by the next one.
                _unserved |= why | _cameDuringSync;
                _cameDuringSync = Signal.None;
                deadline = await TurnAsync(_unserved, ct).ConfigureAwait(false);
                _unserved = Signal.None;
                _failures = 0;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e) when (e is SourceException or TargetException)
            {
                deadline = Fail(Condition.ComparisonError, e.Message);
            }
            catch (Exception e)
            {
                // A fault of ours must not end the application's loop, nor be silent.
                TurnFailed(_logger, Spec.Name, e);
                deadline = Fail(Condition.ComparisonError, $"internal error: {e.GetType().Name}: {e.Message}");
            }
        }
    }

    private async Task<DateTimeOffset?> TurnAsync(Signal why, CancellationToken ct)
    {
        await RestoreAsync(ct).ConfigureAwait(false);
        var definition = _definition;
        var spec = definition.Spec;
        if (!ReferenceEquals(definition, _usedDefinition))
        {
            _usedDefinition = definition;
            why |= Signal.Spec;
            Publish(_state with { Spec = spec, Parent = definition.Parent });
        }

        if (CheckSpec(spec) is { } fault)
        {
            Publish(_state with { Sync = SyncStatus.Unknown, WaitingFor = "", WaitsOn = WaitReason.None, Conditions = WithCondition(Condition.InvalidSpecError, fault) });
            _mailbox.RefuseSync(fault);
            return null;
        }

        var target = _context.Targets.Find(spec.Destination);
        _target = target;
        if (target is null)
        {
            WithoutTarget(spec);
            return null;
        }

        if (CheckTarget(spec, target) is { } refused)
        {
            Publish(_state with { Sync = SyncStatus.Unknown, Conditions = WithCondition(Condition.InvalidSpecError, refused) });
            _mailbox.RefuseSync(refused);
            return null;
        }

        var started = _context.Time.GetTimestamp();
        _retryAt = null;
        var desired = await DesireAsync(spec, target, why, ct).ConfigureAwait(false);
        if (desired is null) return _retryAt;

        var plan = await CompareAsync(spec, target, desired, force: why.HasFlag(Signal.Refresh), ct).ConfigureAwait(false);
        _context.Metrics.Reconciled(_context.Time.GetElapsedTime(started));
        var next = await ActAsync(spec, target, desired, plan, ct).ConfigureAwait(false);
        return Earliest(next, _retryAt, _context.Suspensions.Find(spec.Name)?.Until);
    }

    private static DateTimeOffset? Earliest(params ReadOnlySpan<DateTimeOffset?> times)
    {
        DateTimeOffset? first = null;
        foreach (var time in times) first = first is null || time < first ? time ?? first : first;
        return first;
    }

    /// <summary>Nothing is deleted, nothing forgotten: what was known of its resources stands until the cluster is back.</summary>
    private void WithoutTarget(ApplicationSpec spec)
    {
        if (_context.Targets.Pending is { } pending)
        {
            Wait(WaitReason.Turn, pending);
            return;
        }

        var named = spec.Destination.Name.Length > 0 ? spec.Destination.Name : spec.Destination.Server;
        var known = string.Join(", ", _context.Targets.All.Select(t => t.Name));
        var message = (_context.Targets.Explain(spec.Destination) ?? $"no cluster matches the destination {named}; known clusters: {known}")
            + (_state.ReconciledAt is null ? "" : "; nothing was deleted there");
        Publish(_state with
        {
            Sync = SyncStatus.Unknown,
            Health = new HealthState(HealthStatus.Unknown, message),
            WaitingFor = "",
            WaitsOn = WaitReason.None,
            Conditions = WithCondition(Condition.InvalidSpecError, message),
        });
        _mailbox.RefuseSync(message);
    }

    private async Task RestoreAsync(CancellationToken ct)
    {
        if (_restored) return;
        var runs = await _context.Runs.ListAsync(Spec.Name, RestoredRuns, ct).ConfigureAwait(false);
        _restored = true;
        if (runs.FirstOrDefault(r => r.IsAttempt) is { } last) _state = _state with { LastRun = last };
    }

    private string? CheckSpec(ApplicationSpec spec)
    {
        if (_registry.FindCycle(spec.Name) is { } cycle) return $"dependsOn goes in a circle: {cycle}; remove one of these";
        if (_registry.FindProject(spec.Project) is not { } project)
            return $"there is no project {spec.Project}: define it, or use the project default";
        var faults = ProjectRules.CheckApplication(spec, Scoped(project, _context.Targets.Find(spec.Destination)));
        return faults.Count == 0 ? null : string.Join("; ", faults);
    }

    /// <summary>A cluster that belongs to the project is among its destinations, as in Argo CD.</summary>
    private static ProjectSpec Scoped(ProjectSpec project, ITarget? target)
    {
        if (target?.Description is not { Project.Length: > 0 } cluster || cluster.Project != project.Name) return project;
        IReadOnlyList<string> namespaces = cluster.Namespaces.Count > 0 ? cluster.Namespaces : ["*"];
        var added = namespaces.SelectMany(n => (DestinationSpec[])[new(cluster.Name, "", n), new("", cluster.Server, n)]);
        return project with { Destinations = [.. project.Destinations, .. added] };
    }

    private ProjectSpec ProjectOf(ApplicationSpec spec) => _registry.FindProject(spec.Project) ?? ProjectSpec.AllowAll;

    private string? CheckTarget(ApplicationSpec spec, ITarget target)
    {
        var project = ProjectOf(spec);
        if (project.PermitOnlyProjectScopedClusters && target.Description.Project != project.Name)
        {
            return $"project {project.Name} allows only clusters that belong to it (permitOnlyProjectScopedClusters), and {target.Name} "
                + (target.Description.Project.Length > 0 ? $"belongs to {target.Description.Project}" : "belongs to none");
        }

        return ActingUserOf(spec, target).Fault;
    }

    private ActingUser ActingUserOf(ApplicationSpec spec, ITarget target) =>
        ServiceAccounts.Of(spec, ProjectOf(spec), target.Description);

    // ---- fetch and render ------------------------------------------------------------------------------------------

    /// <summary>
    /// What Git states now. When that cannot be had (unreachable, or the new commit does not render) the last good desired state stands,
    /// drift is still undone, and the fault is shown until it is mended. Null when there never was a good one.
    /// </summary>
    private async Task<DesiredState?> DesireAsync(ApplicationSpec spec, ITarget target, Signal why, CancellationToken ct)
    {
        var capabilities = await target.GetCapabilitiesAsync(ct).ConfigureAwait(false);
        var refresh = why.HasFlag(Signal.Refresh) || _mailbox.Sync is { Request.Fetch: true };
        var lastGoodCounts = _desired is not null && _desiredFor == spec.Digest;
        var current = lastGoodCounts && _fault is null && _capabilitiesDigest == capabilities.Digest;
        // What a chart looks up may be another without anybody's telling.
        var looksUp = spec.Sources.Any(s => s.Helm is { Lookup: true });
        if (looksUp) _retryAt = _context.Time.GetUtcNow() + _context.Options.LookupInterval;
        if (current && !looksUp && !refresh && (why & (Signal.Source | Signal.Spec)) == 0) return _desired;

        try
        {
            var (revisions, renders) = await RenderAsync(spec, target, capabilities, refresh ? Freshness.Remote : Freshness.Mirror, ct).ConfigureAwait(false);
            _fault = Faults(renders);
            if (_fault is null)
            {
                (_desired, _desiredFor, _capabilitiesDigest) = (DesiredState.Of(spec, revisions, renders), spec.Digest, capabilities.Digest);
                _sourceFailures = 0;
                return _desired;
            }

            // The same commit cannot render otherwise tomorrow; the next commit raises a signal.
            Publish(_state with { Revisions = revisions });
        }
        catch (SourceException e)
        {
            _fault = e.Message;
            _retryAt = _context.Time.GetUtcNow() + ErrorDelay(_sourceFailures++);
        }

        _mailbox.RefuseSync(_fault);
        if (lastGoodCounts) return _desired;
        // Its children were good before the start, and go on as they were.
        _registry.RestoreChildren(spec.Name);
        Publish(_state with { Sync = SyncStatus.Unknown, WaitingFor = "", WaitsOn = WaitReason.None, Conditions = WithCondition(Condition.ComparisonError, _fault) });
        return null;
    }

    private static string? Faults(IReadOnlyList<RenderResult> renders)
    {
        var errors = renders.SelectMany(r => r.Diagnostics).Where(d => d.Severity == Severity.Error).ToList();
        if (errors.Count == 0) return null;
        return string.Join("\n", errors.Take(10).Select(e => e.ToString())) + (errors.Count > 10 ? $"\nand {errors.Count - 10} more" : "");
    }

    private async Task<(IReadOnlyList<string> Revisions, IReadOnlyList<RenderResult> Renders)> RenderAsync(
        ApplicationSpec spec, ITarget target, TargetCapabilities capabilities, Freshness freshness, CancellationToken ct)
    {
        var revisions = new List<string>();
        var renders = new List<RenderResult>();
        var others = new List<string>();
        for (var i = 0; i < spec.Sources.Count; i++)
        {
            var source = spec.Sources[i];
            var resolved = await _context.Source.ResolveAsync(source, freshness, ct).ConfigureAwait(false);
            var tree = await _context.Source.OpenAsync(source, resolved.Commit, ct).ConfigureAwait(false);
            others.AddRange(tree.OtherRepositories);
            if (ProjectRules.CheckRepositories(tree, ProjectOf(spec)) is { } refused)
                throw new SourceException(SourceFault.PathRefused, refused);
            revisions.Add(resolved.Commit);
            var request = new RenderRequest(tree, spec, source, capabilities)
            {
                References = await _context.Source.OpenReferencesAsync(spec, source, freshness, ct).ConfigureAwait(false),
            };
            renders.Add(source.Helm is { Lookup: true }
                ? await RenderWithLookupsAsync(request, i, target, ct).ConfigureAwait(false)
                : await RenderAsync(request, i, ct).ConfigureAwait(false));
        }

        _otherRepositories = others;
        return (revisions, renders);
    }

    private async Task<RenderResult> RenderAsync(RenderRequest request, int index, CancellationToken ct)
    {
        await _context.RenderGate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => _context.Renders.Render(request, index, ct), ct).ConfigureAwait(false);
        }
        finally
        {
            _context.RenderGate.Release();
        }
    }

    /// <summary>
    /// A renderer asks nobody. One that needs an answer stops and is begun again when there is one; mostly it needs those of the last time,
    /// which are asked for first. No render waits for a cluster, only this application.
    /// </summary>
    private async Task<RenderResult> RenderWithLookupsAsync(RenderRequest request, int index, ITarget target, CancellationToken ct)
    {
        var spec = request.Application;
        var lookups = new Lookups(spec, Scoped(ProjectOf(spec), target), target, request.Capabilities, ActingUserOf(spec, target).User);
        foreach (var query in _context.Renders.LookedUpBy(spec, index)) await lookups.AskAsync(query, ct).ConfigureAwait(false);
        while (true)
        {
            var result = await RenderAsync(request with { Live = lookups.Known }, index, ct).ConfigureAwait(false);
            if (result.Unanswered is not { } query) return result;
            await lookups.AskAsync(query, ct).ConfigureAwait(false);
        }
    }

    // ---- compare ---------------------------------------------------------------------------------------------------

    private async Task<Plan> CompareAsync(ApplicationSpec spec, ITarget target, DesiredState desired, bool force, CancellationToken ct)
    {
        var heirs = _context.Claims.Set(spec.Name, target.Description.Server, desired.Resources.Where(r => !r.IsHook && !r.IsShared).Select(r => r.Id));
        _registry.Wake(heirs);
        Plan plan;
        var user = ActingUserOf(spec, target).User;
        var gate = _context.CompareGateOf(target);
        await gate.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var request = new PlanRequest(spec, desired.Revisions, desired.Resources, force) { Impersonate = user };
            plan = await target.PlanAsync(request, ct).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }

        var project = Scoped(ProjectOf(spec), target);
        plan = plan with
        {
            Impersonate = user,
            Changes =
            [
                .. plan.Changes.Select(c => Guard(c, spec, target, project)).OfType<Change>(),
                .. _registry.PlanRegistry(spec.Name, desired.Registered),
            ],
            Diagnostics = [.. desired.Diagnostics, .. _registry.WarningsOf(spec.Name, desired.Registered), .. plan.Diagnostics],
        };
        _plan = plan;
        PublishPlan(plan, target, project);
        return plan;
    }

    /// <summary>Keeps an application from touching what another one states, and what its project does not allow.</summary>
    private Change? Guard(Change change, ApplicationSpec spec, ITarget target, ProjectSpec project)
    {
        if (change.Desired is { IsShared: true }) return change;
        if (change.Action == ChangeAction.Delete)
            return _context.Claims.Other(spec.Name, target.Description.Server, change.Id) is null ? change : null;
        if (ProjectRules.CheckResource(change.Id, spec.Destination, project) is { } refused) return change with { Error = refused };
        if (change.Id.Namespace.Length == 0 && target.Description is { Namespaces.Count: > 0, ClusterResources: false } limited)
        {
            return change with
            {
                Error = $"{change.Id} has no namespace, and the cluster {limited.Name} is used with the namespaces {string.Join(", ", limited.Namespaces)} "
                    + "only: remove it, or set clusterResources on the cluster",
            };
        }

        var owner = change.ClaimedBy is { } claimant && claimant != spec.Name && _registry.Find(claimant) is not null
            && (!_context.Claims.IsKnown(claimant) || _context.Claims.States(claimant, target.Description.Server, change.Id))
                ? claimant
                : change.ClaimedBy is null or "" ? _context.Claims.First(target.Description.Server, change.Id) : null;
        return owner is null || owner == spec.Name
            ? change
            : change with { ClaimedBy = owner, Error = $"{change.Id} belongs to the application {owner}: remove it from one of the two" };
    }

    private void PublishPlan(Plan plan, ITarget target, ProjectSpec project)
    {
        var resources = plan.Changes.Select(c => new ResourceState(
            c.Id,
            c.InSync ? SyncStatus.Synced : SyncStatus.OutOfSync,
            c is RegistryChange ? _registry.ObserveRegistered(c.Id) : c.Health,
            c.Action,
            c.Wave,
            c.Error ?? (c.Fields.Count > 0 ? string.Join(", ", c.Fields.Take(5)) : ""))).ToList();
        List<Condition> conditions = [];
        foreach (var shared in plan.Changes.Where(c => c.Error is not null && c.ClaimedBy is not null))
            conditions.Add(NewCondition(Condition.SharedResourceWarning, shared.Error!));
        foreach (var failed in plan.Changes.Where(c => c.Error is not null && c.ClaimedBy is null).Take(10))
            conditions.Add(NewCondition(Condition.ComparisonError, $"{failed.Id}: {failed.Error}"));
        foreach (var warning in plan.Diagnostics.Take(20))
            conditions.Add(NewCondition(warning.Severity == Severity.Error ? Condition.ComparisonError : Condition.RenderWarning, warning.ToString()));
        if (_state.LastRun is { Phase: RunPhase.Failed or RunPhase.Error } last && last.DesiredDigest == _desired?.Digest && !plan.InSync)
            conditions.Add(NewCondition(Condition.SyncError, last.Message));
        if (target.Fault is { } fault) conditions.Add(NewCondition(Condition.ComparisonError, fault));
        if (_deletionFault is not null) conditions.Add(NewCondition(Condition.DeletionError, _deletionFault));
        if (_fault is not null) conditions.Add(NewCondition(Condition.ComparisonError, _fault));
        if (target.OtherWriterOf(Spec.Name) is { } other) conditions.Add(NewCondition(Condition.OtherWriterWarning, other));
        if (_context.Runs.Fault is { } unwritten) conditions.Add(NewCondition(Condition.HistoryWarning, unwritten));
        foreach (var unfetched in Spec.Sources.Select(s => s.RepoUrl).Concat(_otherRepositories).Select(_registry.RepositoryFault).OfType<string>().Distinct())
            conditions.Add(NewCondition(Condition.SourceWarning, unfetched));
        if (project.OrphanedResources is { Warn: true } && OrphanRules.Of(Spec, project, target) is { Count: > 0 } orphans)
            conditions.Add(NewCondition(Condition.OrphanedResourceWarning, OrphanRules.Words(Spec, project, orphans)));

        Publish(_state with
        {
            Revisions = plan.Revisions,
            Sync = _fault is not null ? SyncStatus.Unknown : plan.InSync ? SyncStatus.Synced : SyncStatus.OutOfSync,
            Health = WorstHealth.Of(Spec.Name, plan.Changes, c => _registry.JudgeRegistered(c.Id)),
            Resources = resources,
            Conditions = conditions,
            ReconciledAt = _context.Time.GetUtcNow(),
        });
    }

    // ---- state ----------------------------------------------------------------------------------------

    private DateTimeOffset Fail(string type, string message)
    {
        Publish(_state with
        {
            Sync = SyncStatus.Unknown,
            WaitingFor = "",
            WaitsOn = WaitReason.None,
            Conditions = WithCondition(_state.Deleting ? Condition.DeletionError : type, message),
        });
        _mailbox.RefuseSync(message);
        return _context.Time.GetUtcNow() + ErrorDelay(_failures++);
    }

    private TimeSpan ErrorDelay(int failures)
    {
        var options = _context.Options;
        var seconds = options.ErrorDelay.TotalSeconds * Math.Pow(2, Math.Min(failures, 20));
        seconds = Math.Min(seconds, options.MaxErrorDelay.TotalSeconds);
        return TimeSpan.FromSeconds(seconds * (0.8 + (Random.Shared.NextDouble() * 0.4)));
    }

    private Condition NewCondition(string type, string message) =>
        _state.Conditions.FirstOrDefault(c => c.Type == type && c.Message == message)
            ?? new Condition(type, message, _context.Time.GetUtcNow());

    /// <summary>The one error that stands now; warnings of the last good comparison stay beside it.</summary>
    private List<Condition> WithCondition(string type, string message) =>
        [NewCondition(type, message), .. _state.Conditions.Where(c => c.IsWarning)];

    private void Publish(ApplicationState state)
    {
        var previous = _state;
        state = Waiting.Answer(state, isAsked: _mailbox.Sync is not null) with
        {
            NeedsConfirmation = _confirmations.IsAsking,
            Suspension = _context.Suspensions.Find(Spec.Name),
        };
        _state = state;
        _registry.Publish(state, previous);
    }

    private void Wait(WaitReason reason, string words) => Publish(_state with { WaitingFor = words, WaitsOn = reason });

    [LoggerMessage(Level = LogLevel.Error, Message = "{Application}: a turn of the loop failed")]
    private static partial void TurnFailed(ILogger logger, string application, Exception exception);
}
