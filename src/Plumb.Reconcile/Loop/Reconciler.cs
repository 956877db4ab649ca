using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
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
using Plumb.Reconcile.Suspensions;
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
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<string, bool>> _everChildren = new(StringComparer.Ordinal); // names by parent
    private readonly Definitions _definitions = new();
    private readonly ConcurrentDictionary<string, string> _repositoryFaults = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<StateWatcher, bool> _watchers = new();

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
    public IReadOnlyList<ProjectSpec> Projects => _definitions.Projects;

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

        foreach (var project in projects) Define(RegisteredResource.Of(project), "");
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
        foreach (var registration in all) _context.Suspensions.Set(registration.Spec.Name, registration.Suspension);
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
            _context.Suspensions.Set(stranger.Spec.Name, null);
            _context.Registrations.Set(stranger.Spec.Name, null);
        }
    }

    private static string SourceOf(ApplicationSpec root) => string.Join(' ', root.Sources.Select(s => $"{s.RepoUrl}//{s.Path}"));

    /// <summary>An application's state; null when it is not registered.</summary>
    public ApplicationState? Find(string application) => _loops.TryGetValue(application, out var found) ? found.Loop.State : null;

    /// <summary>Why a repository (or one that a base or chart of an application comes from) cannot be fetched now, in words; null when it can.</summary>
    public string? RepositoryFault(string repoUrl) => ((IRegistry)this).RepositoryFault(repoUrl);

    /// <summary>A project; the built-in one for <c>default</c> unless Git states it; null when there is none.</summary>
    public ProjectSpec? FindProject(string name) => ((IRegistry)this).FindProject(name);

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
    /// From now on an application is not synced by itself, or with null it is again. What goes on is not stopped. Durable when the task completes.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No such application.</exception>
    public async Task SuspendAsync(string application, Suspension? suspension, CancellationToken ct)
    {
        var loop = Get(application);
        _context.Suspensions.Set(application, suspension);
        // A root is remembered only for its suspension's sake.
        _context.Registrations.Set(application, loop.Parent.Length == 0 && suspension is null ? null : RegistrationOf(loop.Spec, loop.Parent));
        loop.Raise(Signal.Request);
        await _context.Registrations.WrittenAsync(ct).ConfigureAwait(false);
    }

    /// <summary>
    /// Every state published after this call; a slow reader misses intermediate states, never the last one. Until cancelled.
    /// </summary>
    public IAsyncEnumerable<ApplicationState> WatchAsync(CancellationToken ct)
    {
        var watcher = new StateWatcher();
        _watchers[watcher] = true;
        return ReadAsync(watcher, ct);
    }

    private async IAsyncEnumerable<ApplicationState> ReadAsync(
        StateWatcher watcher, [EnumeratorCancellation] CancellationToken ct)
    {
        try
        {
            await foreach (var state in watcher.ReadAllAsync(ct).ConfigureAwait(false)) yield return state;
        }
        finally
        {
            _watchers.TryRemove(watcher, out _);
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

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Application}: was registered by {Parent} from elsewhere than the root of now, and is forgotten; its resources stay")]
    private static partial void OtherRoot(ILogger logger, string application, string parent);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "what was registered before the start is not known: applications come from Git, deletions that were under way do not go on: {Reason}")]
    private static partial void NotRemembered(ILogger logger, string reason);
}
