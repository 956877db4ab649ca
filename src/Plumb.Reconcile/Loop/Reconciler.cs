using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Registry;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Loop;

/// <summary>The rooms the loop calls.</summary>
/// <param name="Source">Git.</param>
/// <param name="Renderer">Manifests.</param>
/// <param name="Targets">Clusters.</param>
/// <param name="Runs">History.</param>
/// <param name="Registrations">Memory of what was registered; null forgets it with the process.</param>
public sealed record ReconcilerPorts(
    ISource Source, IRenderer Renderer, ITargets Targets, IRunStore Runs, IRegistrationStore? Registrations = null);

/// <summary>
/// Keeps targets equal to Git. It owns one loop per application, wakes them when their repository, their live objects or the
/// applications around them change, and is otherwise idle. Start it with root applications; what their output holds of applications
/// and projects is registered too.
/// </summary>
public sealed partial class Reconciler : IRegistry, IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Running> _loops = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (RegisteredResource Resource, string Parent)> _projects = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (RegisteredResource Resource, string Parent)> _clusters = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (RegisteredResource Resource, string Parent)> _healthRules = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _repositoryFaults = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Channel<ApplicationState>, bool> _watchers = new();

    // Names that some application has depended on since the start: all others can skip the search for dependents.
    private readonly ConcurrentDictionary<string, bool> _hasDependents = new(StringComparer.Ordinal);
    // What an earlier process had registered, until its parent is compared for the first time.
    private readonly ConcurrentDictionary<string, Registration> _remembered = new(StringComparer.Ordinal);
    private readonly IRegistrationStore? _registrations;
    private readonly CancellationTokenSource _stop = new();
    private readonly LoopContext _context;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly Lock _registerGate = new();
    private Task? _watching;

    private sealed record Running(ApplicationLoop Loop, Task Task);

    /// <summary>Wires the loop. Nothing runs before <see cref="StartAsync"/>.</summary>
    public Reconciler(
        ReconcilerPorts ports, ReconcilerOptions options, ReconcileMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    {
        options.Validate();
        Metrics = metrics;
        _loggers = loggers;
        _logger = loggers.CreateLogger<Reconciler>();
        _registrations = ports.Registrations;
        var ids = new RunIds();
        var history = new History(ports.Runs, ids, time, loggers.CreateLogger<History>()) { Changed = WakeAll };
        _context = new LoopContext(
            ports.Source, ports.Targets, history, new RenderCache(ports.Renderer, metrics), new Claims(), options, metrics, time)
        {
            Ids = ids,
            Registrations = new RegistrationWriter(ports.Registrations),
        };
    }

    /// <summary>The heart's instruments.</summary>
    public ReconcileMetrics Metrics { get; }

    /// <summary>The history, with what waits to be written.</summary>
    public IRunStore Runs => _context.Runs;

    /// <summary>All applications, by name.</summary>
    public IReadOnlyList<ApplicationState> Applications =>
        [.. _loops.Values.Select(r => r.Loop.State).OrderBy(s => s.Spec.Name, StringComparer.Ordinal)];

    /// <summary>All projects that are defined, by name.</summary>
    public IReadOnlyList<ProjectSpec> Projects =>
        [.. _projects.Values.Select(p => p.Resource.Project!).OrderBy(p => p.Name, StringComparer.Ordinal)];

    /// <summary>
    /// Starts: reports runs that an earlier process left unfinished, begins watching, and registers the roots.
    /// </summary>
    /// <param name="roots">Applications that nothing in Git registers, usually one that renders the root path.</param>
    /// <param name="projects">Projects given beside them.</param>
    /// <param name="ct">Cancels the start.</param>
    public async Task StartAsync(IReadOnlyList<ApplicationSpec> roots, IReadOnlyList<ProjectSpec> projects, CancellationToken ct)
    {
        if (_watching is null)
        {
            await _context.Runs.OpenAsync(ct).ConfigureAwait(false);
            await RememberAsync(roots, ct).ConfigureAwait(false);
            _context.Targets.Start();
            _watching = Task.WhenAll(WatchSourceAsync(_stop.Token), WatchTargetsAsync(_stop.Token));
        }

        foreach (var project in projects) RegisterProject(RegisteredResource.Of(project), "");
        foreach (var root in roots) Register(root, "");
    }

    /// <summary>
    /// Takes in what an earlier process had registered below these roots, and goes on with the deletions that it stopped during. What was
    /// registered below another root is forgotten: nothing of it is deleted.
    /// </summary>
    private async Task RememberAsync(IReadOnlyList<ApplicationSpec> roots, CancellationToken ct)
    {
        if (_registrations is null) return;
        IReadOnlyList<Registration> all;
        try
        {
            all = await _registrations.ListRegistrationsAsync(ct).ConfigureAwait(false);
        }
        catch (HistoryException e)
        {
            NotRemembered(_logger, e.Message);
            return;
        }

        var open = all.ToDictionary(r => r.Spec.Name, StringComparer.Ordinal);
        foreach (var root in roots) open.Remove(root.Name);
        var known = roots.ToDictionary(r => r.Name, SourceOf, StringComparer.Ordinal);
        while (open.Values.Where(r => r.Deleting is not null || (known.TryGetValue(r.Parent, out var source) && source == r.ParentSource)).ToList()
            is { Count: > 0 } reached)
        {
            foreach (var registration in reached)
            {
                open.Remove(registration.Spec.Name);
                known[registration.Spec.Name] = "";
                if (registration.Deleting is { } deleting) Register(registration.Spec, registration.Parent, deleting);
                else _remembered[registration.Spec.Name] = registration;
            }
        }

        foreach (var stranger in open.Values)
        {
            OtherRoot(_logger, stranger.Spec.Name, stranger.Parent);
            _context.Registrations.Set(stranger.Spec.Name, null);
        }
    }

    private static string SourceOf(ApplicationSpec root) => string.Join(' ', root.Sources.Select(s => $"{s.RepoUrl}//{s.Path}"));

    /// <summary>An application's state; null when it is not registered.</summary>
    public ApplicationState? Find(string application) => _loops.TryGetValue(application, out var found) ? found.Loop.State : null;

    /// <summary>The plan of an application's last comparison; null when there is none.</summary>
    public Plan? FindPlan(string application) => _loops.TryGetValue(application, out var found) ? found.Loop.Plan : null;

    /// <summary>Asks for a sync. The task ends with the run, however it went.</summary>
    /// <exception cref="KeyNotFoundException">No such application.</exception>
    /// <exception cref="InvalidOperationException">Another operation goes on, or the desired state cannot be had.</exception>
    public Task<Run> SyncAsync(string application, SyncRequest request, CancellationToken ct) =>
        Get(application).RequestSync(request).WaitAsync(ct);

    /// <summary>Asks for a fresh fetch and comparison; returns at once.</summary>
    /// <exception cref="KeyNotFoundException">No such application.</exception>
    public void Refresh(string application) => Get(application).Raise(Signal.Refresh);

    /// <summary>Stops the run that goes on; returns at once.</summary>
    /// <exception cref="KeyNotFoundException">No such application.</exception>
    public void Terminate(string application) => Get(application).Terminate();

    /// <summary>
    /// Deletes an application from Plumb, with its resources when <paramref name="cascade"/>. While its parent in Git still states it,
    /// it will be registered again.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No such application.</exception>
    public Task DeleteAsync(string application, bool cascade, CancellationToken ct) =>
        DeleteAsync(application, new DeleteRequest { Cascade = cascade }, ct);

    /// <summary>
    /// Deletes an application from Plumb as asked. The task ends when it is gone. A second request before that changes how it is done.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No such application.</exception>
    /// <exception cref="InvalidOperationException">It cannot be done; the message says why and what to do.</exception>
    public Task DeleteAsync(string application, DeleteRequest request, CancellationToken ct) =>
        RequestDelete(Get(application), request).WaitAsync(ct);

    /// <summary>Allows what an application asks a person to confirm; returns at once.</summary>
    /// <exception cref="KeyNotFoundException">No such application.</exception>
    /// <exception cref="InvalidOperationException">It asks for nothing.</exception>
    public void Confirm(string application) => Get(application).Confirm();

    /// <summary>
    /// Every state published after this call; a slow reader misses intermediate states, never the last one. Until cancelled.
    /// </summary>
    public IAsyncEnumerable<ApplicationState> WatchAsync(CancellationToken ct)
    {
        var channel = Channel.CreateBounded<ApplicationState>(new BoundedChannelOptions(4096) { FullMode = BoundedChannelFullMode.DropOldest });
        _watchers[channel] = true;
        return ReadAsync(channel, ct);
    }

    private async IAsyncEnumerable<ApplicationState> ReadAsync(
        Channel<ApplicationState> channel, [EnumeratorCancellation] CancellationToken ct)
    {
        try
        {
            await foreach (var state in channel.Reader.ReadAllAsync(ct).ConfigureAwait(false)) yield return state;
        }
        finally
        {
            _watchers.TryRemove(channel, out _);
        }
    }

    /// <summary>
    /// Stops all loops and waits for them. Runs that go on stay unfinished in the history and are reported at the next start.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        foreach (var running in _loops.Values) await running.Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_watching is not null) await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _context.Registrations.WrittenAsync(CancellationToken.None).ConfigureAwait(false);
        await _context.Runs.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private ApplicationLoop Get(string application) =>
        _loops.TryGetValue(application, out var found)
            ? found.Loop
            : throw new KeyNotFoundException($"there is no application {application}");

    // ---- waking --------------------------------------------------------------------------------------------------------

    private async Task WatchSourceAsync(CancellationToken ct)
    {
        await foreach (var change in _context.Source.WatchAsync(ct).ConfigureAwait(false))
        {
            RepositoryChanged(_logger, change.RepoUrl, change.Kind, change.Message);
            if (change.Kind == RepositoryChangeKind.FetchFailed) _repositoryFaults[change.RepoUrl] = change.Message;
            else _repositoryFaults.TryRemove(change.RepoUrl, out _);

            var signal = change.Kind == RepositoryChangeKind.FetchFailed ? Signal.Target : Signal.Source;
            foreach (var running in _loops.Values)
            {
                if (running.Loop.Spec.Sources.Any(s => s.RepoUrl == change.RepoUrl)) running.Loop.Raise(signal);
            }
        }
    }

    /// <summary>Listens to each target there is; when they change, has those applications look again that are concerned.</summary>
    private async Task WatchTargetsAsync(CancellationToken ct)
    {
        var listening = new Dictionary<ITarget, (CancellationTokenSource Stop, Task Loop)>(ReferenceEqualityComparer.Instance);
        try
        {
            var changes = _context.Targets.WatchAsync(ct);
            Listen(listening, ct);
            await foreach (var change in changes.ConfigureAwait(false))
            {
                TargetsChanged(_logger, change.Message);
                Listen(listening, ct);
                foreach (var running in _loops.Values)
                {
                    var now = _context.Targets.Find(running.Loop.Spec.Destination);
                    if (now is null || !ReferenceEquals(now, running.Loop.Target) || ReferenceEquals(now, change.Target))
                        running.Loop.Raise(Signal.Spec);
                }
            }

            await Task.WhenAll(listening.Values.Select(l => l.Loop)).ConfigureAwait(false);
        }
        finally
        {
            foreach (var (stop, loop) in listening.Values) await EndAsync(stop, loop).ConfigureAwait(false);
        }
    }

    private void Listen(Dictionary<ITarget, (CancellationTokenSource Stop, Task Loop)> listening, CancellationToken ct)
    {
        var now = _context.Targets.All;
        foreach (var gone in listening.Keys.Where(t => !now.Contains(t, ReferenceEqualityComparer.Instance)).ToList())
        {
            if (!listening.Remove(gone, out var old)) continue;
            _ = EndAsync(old.Stop, old.Loop);
        }

        foreach (var target in now.Where(t => !listening.ContainsKey(t)))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
            listening[target] = (stop, WatchTargetAsync(target, stop.Token));
        }
    }

    private static async Task EndAsync(CancellationTokenSource stop, Task loop)
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task WatchTargetAsync(ITarget target, CancellationToken ct)
    {
        await foreach (var change in target.WatchAsync(ct).ConfigureAwait(false))
        {
            if (change.Application is { } name)
            {
                if (_loops.TryGetValue(name, out var running)) running.Loop.Raise(Signal.Target);
                continue;
            }

            foreach (var running in _loops.Values)
            {
                if (ReferenceEquals(_context.Targets.Find(running.Loop.Spec.Destination), target)) running.Loop.Raise(Signal.Target);
            }
        }
    }

    // ---- the registry --------------------------------------------------------------------------------------------------

    /// <param name="spec">The application.</param>
    /// <param name="parent">Who registers it; empty for roots.</param>
    /// <param name="deleting">It is only there to be deleted so; null: to stay.</param>
    private void Register(ApplicationSpec spec, string parent, DeleteRequest? deleting = null)
    {
        foreach (var name in spec.DependsOn) _hasDependents[name] = true;
        lock (_registerGate)
        {
            if (_stop.IsCancellationRequested) return;
            if (_loops.TryGetValue(spec.Name, out var known))
            {
                known.Loop.Define(spec, parent);
            }
            else
            {
                var loop = new ApplicationLoop(spec, parent, _context, this, _loggers.CreateLogger<ApplicationLoop>());
                if (deleting is not null) _ = loop.RequestDelete(deleting);
                _loops[spec.Name] = new Running(loop, Task.Run(() => loop.RunAsync(_stop.Token)));
            }
        }

        _remembered.TryRemove(spec.Name, out _);
        if (parent.Length > 0) _context.Registrations.Set(spec.Name, RegistrationOf(spec, parent) with { Deleting = deleting });

        // A new member may close or open a circle of dependencies, or be what others wait for.
        foreach (var running in _loops.Values)
        {
            if (running.Loop.Spec.Name != spec.Name && running.Loop.Spec.DependsOn.Count > 0) running.Loop.Raise(Signal.Dependency);
        }
    }

    private Registration RegistrationOf(ApplicationSpec spec, string parent) =>
        new(spec, parent, _loops.TryGetValue(parent, out var above) && above.Loop.Parent.Length == 0 ? SourceOf(above.Loop.Spec) : "");

    private void RegisterProject(RegisteredResource project, string parent)
    {
        _projects[project.Project!.Name] = (project, parent);
        WakeProject(project.Project.Name);
    }

    private bool IsRoot(string application) => _loops.TryGetValue(application, out var running) && running.Loop.Parent.Length == 0;

    private void RegisterCluster(RegisteredResource? cluster, string parentOrName)
    {
        lock (_registerGate)
        {
            if (cluster is null) _clusters.TryRemove(parentOrName, out _);
            else _clusters[cluster.Id.Name] = (cluster, parentOrName);
            _context.Targets.Define([.. _clusters.Values.Select(c => c.Resource.Cluster!).OrderBy(c => c.Name, StringComparer.Ordinal)]);
        }
    }

    /// <param name="rules">The rules; null: they are gone.</param>
    /// <param name="parentOrName">Who registers them; of those that are gone, their name.</param>
    private void RegisterHealthRules(RegisteredResource? rules, string parentOrName)
    {
        lock (_registerGate)
        {
            if (rules is null) _healthRules.TryRemove(parentOrName, out _);
            else _healthRules[rules.Id.Name] = (rules, parentOrName);
            _context.Targets.UseHealthRules(
                [.. _healthRules.Values.OrderBy(r => r.Resource.Id.Name, StringComparer.Ordinal).SelectMany(r => r.Resource.HealthRules!.Rules)]);
        }
    }

    private void WakeProject(string name)
    {
        foreach (var running in _loops.Values)
        {
            if (running.Loop.Spec.Project == name) running.Loop.Raise(Signal.Spec);
        }
    }

    string? IRegistry.RepositoryFault(string repoUrl) => _repositoryFaults.TryGetValue(repoUrl, out var found) ? found : null;

    ProjectSpec? IRegistry.FindProject(string name) =>
        _projects.TryGetValue(name, out var found) ? found.Resource.Project
        : name == ProjectSpec.AllowAll.Name ? ProjectSpec.AllowAll
        : null;

    string? IRegistry.FindCycle(string application) =>
        Dependencies.FindCycle(application, name => _loops.TryGetValue(name, out var found) ? found.Loop.Spec.DependsOn : []);

    IReadOnlyList<RegistryChange> IRegistry.PlanRegistry(string parent, IReadOnlyList<RegisteredResource> desired)
    {
        // What was registered when an earlier process stopped is registered, whatever Git says meanwhile: that is the plan's matter.
        ((IRegistry)this).RestoreChildren(parent);
        var changes = new List<RegistryChange>();
        var isRoot = IsRoot(parent);
        foreach (var resource in desired)
        {
            if (!isRoot && Placement.IsPassedOver(resource)) continue;
            var (live, owner) = Registered(resource.Id);
            var claimed = live is not null && owner != parent;
            var misplaced = isRoot ? null : Placement.Refusal(resource, parent);
            changes.Add(new RegistryChange
            {
                Id = resource.Id,
                Desired = resource,
                Live = live,
                Wave = resource.Wave,
                Rank = resource.Rank,
                Action = live is null ? ChangeAction.Create : live.Digest == resource.Digest && !claimed ? ChangeAction.None : ChangeAction.Update,
                Health = HealthState.Healthy,
                ClaimedBy = claimed ? owner : null,
                Error = misplaced ?? (claimed
                    ? $"{resource.Id} is already registered by {(owner.Length == 0 ? "the command line" : $"the application {owner}")}: rename it, or remove it from one of the two"
                    : null),
            });
        }

        var stated = desired.Select(d => d.Id).ToHashSet();
        foreach (var gone in Children(parent).Where(c => !stated.Contains(c.Id)))
        {
            changes.Add(new RegistryChange { Id = gone.Id, Live = gone, Wave = gone.Wave, Rank = gone.Rank, Action = ChangeAction.Delete, Health = HealthState.Healthy });
        }

        return changes;
    }

    IReadOnlyList<Diagnostic> IRegistry.WarningsOf(string parent, IReadOnlyList<RegisteredResource> desired) =>
        IsRoot(parent) ? [] : [.. desired.Select(r => Placement.Warning(r, parent)).OfType<Diagnostic>()];

    IReadOnlyList<string> IRegistry.ChildrenOf(string parent)
    {
        ((IRegistry)this).RestoreChildren(parent);
        return [.. _loops.Values.Where(r => r.Loop.Parent == parent).Select(r => r.Loop.Spec.Name).Order(StringComparer.Ordinal)];
    }

    ResourceResult IRegistry.ApplyRegistry(string parent, ApplyItem item)
    {
        if (item.Action == ChangeAction.Delete)
        {
            Unregister(item.Id);
            return new ResourceResult(item.Id, ResultStatus.Pruned, "", item.Action);
        }

        var resource = (RegisteredResource)item.Desired!;
        if (resource.Application is { } application) Register(application, parent);
        else if (resource.Cluster is not null) RegisterCluster(resource, parent);
        else if (resource.HealthRules is not null) RegisterHealthRules(resource, parent);
        else RegisterProject(resource, parent);
        return new ResourceResult(item.Id, ResultStatus.Synced, "", item.Action);
    }

    private void Unregister(ResourceId id)
    {
        if (id.Kind == "Project")
        {
            if (_projects.TryRemove(id.Name, out _)) WakeProject(id.Name);
        }
        else if (id.Kind == "Cluster")
        {
            RegisterCluster(null, id.Name);
        }
        else if (id.Kind == "HealthCheck")
        {
            RegisterHealthRules(null, id.Name);
        }
        else if (_loops.TryGetValue(id.Name, out var running))
        {
            // As in Argo CD: without the finalizer the application goes and its resources stay.
            _ = RequestDelete(running.Loop, DeleteRequest.Of(running.Loop.Spec));
        }
    }

    private Task RequestDelete(ApplicationLoop loop, DeleteRequest request)
    {
        if (loop.Parent.Length > 0)
            _context.Registrations.Set(loop.Spec.Name, RegistrationOf(loop.Spec, loop.Parent) with { Deleting = request });
        return loop.RequestDelete(request);
    }

    private (RegisteredResource? Resource, string Parent) Registered(ResourceId id)
    {
        if (id.Kind == "Project") return _projects.TryGetValue(id.Name, out var project) ? project : (null, "");
        if (id.Kind == "HealthCheck") return _healthRules.TryGetValue(id.Name, out var rules) ? rules : (null, "");
        if (id.Kind == "Cluster") return _clusters.TryGetValue(id.Name, out var cluster) ? cluster : (null, "");
        if (!_loops.TryGetValue(id.Name, out var running) || running.Loop.State.Deleting) return (null, "");
        return (RegisteredResource.Of(running.Loop.Spec), running.Loop.Parent);
    }

    void IRegistry.RestoreChildren(string parent)
    {
        if (_remembered.IsEmpty) return;
        foreach (var child in _remembered.Values.Where(r => r.Parent == parent).ToList()) Register(child.Spec, parent);
    }

    private IEnumerable<RegisteredResource> Children(string parent) =>
        _loops.Values.Where(r => r.Loop.Parent == parent && !r.Loop.State.Deleting).Select(r => RegisteredResource.Of(r.Loop.Spec))
            .Concat(_projects.Values.Where(p => p.Parent == parent).Select(p => p.Resource))
            .Concat(_clusters.Values.Where(c => c.Parent == parent).Select(c => c.Resource))
            .Concat(_healthRules.Values.Where(r => r.Parent == parent).Select(r => r.Resource));

    HealthState IRegistry.ObserveRegistered(ResourceId id)
    {
        if (id.Kind is "Project" or "Cluster" or "HealthCheck") return HealthState.Healthy;
        if (Find(id.Name) is not { } state) return HealthState.Missing;
        if (_context.Targets.Judge(state) is { } ruled) return ruled;
        if (state.Health.Status == HealthStatus.Degraded) return new HealthState(HealthStatus.Degraded, state.Health.Message);
        if (state.Spec.SyncPolicy.Automated is null || state.IsReady) return HealthState.Healthy;
        var words = state.WaitingFor.Length > 0 ? state.WaitingFor : $"{state.Sync}, {state.Health.Status}";
        return new HealthState(HealthStatus.Progressing, words);
    }

    HealthState? IRegistry.JudgeRegistered(ResourceId id) =>
        id.Kind == "Application" && Find(id.Name) is { } state ? _context.Targets.Judge(state) : null;

    void IRegistry.Publish(ApplicationState state, ApplicationState? previous)
    {
        foreach (var channel in _watchers.Keys) channel.Writer.TryWrite(state);
        if (previous is not null && previous.IsReady == state.IsReady && previous.Health.Status == state.Health.Status
            && previous.Sync == state.Sync && previous.WaitsOn == state.WaitsOn
            && (previous.WaitingFor == state.WaitingFor || state.WaitsOn == WaitReason.Health))
        {
            return;
        }

        if (_loops.TryGetValue(state.Parent, out var parent)) parent.Loop.Raise(Signal.Dependency);
        if (!_hasDependents.ContainsKey(state.Spec.Name)) return;
        foreach (var running in _loops.Values)
        {
            if (running.Loop.Spec.DependsOn.Contains(state.Spec.Name)) running.Loop.Raise(Signal.Dependency);
        }
    }

    void IRegistry.Forget(string application)
    {
        lock (_registerGate)
        {
            if (!_loops.TryRemove(application, out var gone)) return;
            if (gone.Loop.Parent.Length > 0) _context.Registrations.Set(application, null);
            Wake([gone.Loop.Parent]);
        }
    }

    void IRegistry.Wake(IReadOnlyList<string> applications) => Wake(applications);

    private void WakeAll()
    {
        foreach (var running in _loops.Values) running.Loop.Raise(Signal.Dependency);
    }

    private void Wake(IReadOnlyList<string> applications)
    {
        foreach (var name in applications)
        {
            if (_loops.TryGetValue(name, out var running)) running.Loop.Raise(Signal.Dependency);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Message}")]
    private static partial void TargetsChanged(ILogger logger, string message);

    [LoggerMessage(Level = LogLevel.Information, Message = "repository {Repository}: {Kind} {Message}")]
    private static partial void RepositoryChanged(ILogger logger, string repository, RepositoryChangeKind kind, string message);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Application}: was registered by {Parent} from elsewhere than the root of now, and is forgotten; its resources stay")]
    private static partial void OtherRoot(ILogger logger, string application, string parent);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "what was registered before the start is not known: applications come from Git, deletions that were under way do not go on: {Reason}")]
    private static partial void NotRemembered(ILogger logger, string reason);
}
