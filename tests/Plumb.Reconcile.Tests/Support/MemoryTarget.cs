using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Tests.Support;

/// <summary>
/// A live system in memory. Content decides health: <c>bad…</c> is Degraded, <c>slow…</c> Progressing until the test says otherwise,
/// <c>refused…</c> cannot be applied, <c>held…</c> has a finalizer: once deleted it stays until <see cref="Release"/>. Like a real server it
/// accepts changes of what is being deleted.
/// </summary>
internal sealed class MemoryTarget : ITarget, ITargets
{
    private sealed record Live(string Application, string Content, int Wave, int Generation, bool Deleting = false, bool IsHook = false)
    {
        public string Uid { get; } = Guid.NewGuid().ToString("N");

        public ResourceOptions Options { get; init; } = ResourceOptions.Default;

        public bool IsHeld => Content.StartsWith("held", StringComparison.Ordinal);
    }

    private sealed record LineChange : Change
    {
        public override string DescribeLive() => "";

        public override string DescribeDesired() => "";
    }

    public const string Finalizer = "tests.plumb.dev/hold";

    private readonly Lock _gate = new();
    private readonly Dictionary<ResourceId, Live> _live = [];
    private readonly Dictionary<ResourceId, HealthState> _health = [];
    private readonly List<string> _log = [];
    private readonly Channel<TargetEvent> _events = Channel.CreateUnbounded<TargetEvent>();
    private int _generation;

    public string Name => "in-cluster";

    public string? Fault { get; set; }

    /// <summary>A user's rule for applications; null: there is none.</summary>
    public Func<ApplicationState, HealthState>? ApplicationRule { get; set; }

    /// <summary>What was applied and deleted, in order: <c>+a</c>, <c>-b</c>.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_gate) return [.. _log];
        }
    }

    public int Plans { get; private set; }

    /// <summary>How the last deletes that said so were to treat what objects own.</summary>
    public DeletePropagation? Propagation { get; private set; }

    public IReadOnlyList<ITarget> All => [this];

    public ITarget? Find(DestinationSpec destination) => destination.Name is "" or "in-cluster" ? this : null;

    public string? Content(string name)
    {
        lock (_gate) return _live.GetValueOrDefault(LineRenderer.Id(name))?.Content;
    }

    public void Edit(string name, string content) => Change(name, live => live with { Content = content, Generation = ++_generation });

    public void Remove(string name) => Change(name, _ => null);

    /// <summary>Somebody deletes it, and its finalizer holds it up.</summary>
    public void Terminate(string name) => Change(name, live => live with { Deleting = true, Generation = ++_generation });

    /// <summary>The finalizer of what is being deleted is done.</summary>
    public void Release(string name)
    {
        Change(name, _ => null);
        lock (_gate) _log.Add("-" + name);
    }

    /// <summary>Removes it as often as it is applied, right after.</summary>
    public string? Snatched { get; set; }

    public void Heal(string name, HealthStatus status = HealthStatus.Healthy) => Change(name, live =>
    {
        _health[LineRenderer.Id(name)] = new HealthState(status, "said by the test");
        return live with { Generation = ++_generation };
    });

    public Task<TargetCapabilities> GetCapabilitiesAsync(CancellationToken ct) =>
        Fault is null ? Task.FromResult(new TargetCapabilities { Version = "v1" }) : Task.FromException<TargetCapabilities>(new TargetException(Fault));

    public Task<Plan> PlanAsync(PlanRequest request, CancellationToken ct)
    {
        if (Fault is not null) throw new TargetException(Fault);
        lock (_gate)
        {
            Plans++;
            List<Change> changes = [];
            foreach (var desired in request.Desired.OfType<LineResource>().Where(d => !d.IsHook))
            {
                var live = _live.GetValueOrDefault(desired.Id);
                changes.Add(new LineChange
                {
                    Id = desired.Id,
                    Desired = desired,
                    Wave = desired.Wave,
                    Options = desired.Options,
                    Action = live is null ? ChangeAction.Create : live.Content == desired.Content ? ChangeAction.None : ChangeAction.Update,
                    Health = live is null ? HealthState.Missing : Judge(desired.Id, live),
                    ClaimedBy = live is not null && live.Application != request.Application.Name ? live.Application : null,
                });
            }

            var stated = request.Desired.Select(d => d.Id).ToHashSet();
            changes.AddRange(_live.Where(l => l.Value.Application == request.Application.Name && !stated.Contains(l.Key)
                && (!l.Value.IsHook || request.IsDeletion)).Select(l => new LineChange
            {
                Id = l.Key,
                Action = ChangeAction.Delete,
                Wave = l.Value.Wave,
                Options = l.Value.Options,
            }));
            return Task.FromResult(new Plan
            {
                Application = request.Application.Name,
                Revisions = request.Revisions,
                Changes = changes,
                Hooks = [.. request.Desired.Where(d => d.IsHook)],
            });
        }
    }

    public Task<IReadOnlyList<ResourceResult>> ApplyAsync(ApplyRequest request, CancellationToken ct)
    {
        if (Fault is not null) throw new TargetException(Fault);
        lock (_gate)
        {
            List<ResourceResult> results = [];
            Propagation = request.Propagation ?? Propagation;
            foreach (var item in request.Items)
            {
                if (request.DryRun)
                {
                    results.Add(new ResourceResult(item.Id, ResultStatus.Synced, "dry run", item.Action));
                    continue;
                }

                if (item.Action == ChangeAction.Delete)
                {
                    if (_live.TryGetValue(item.Id, out var leaving) && leaving.IsHeld)
                    {
                        _live[item.Id] = leaving with { Deleting = true, Generation = ++_generation };
                        results.Add(item.WaitUntilGone
                            ? new ResourceResult(item.Id, ResultStatus.Failed, $"waits for its finalizers {Finalizer}", item.Action)
                            : new ResourceResult(item.Id, ResultStatus.Pruned, "deletion begun", item.Action));
                        continue;
                    }

                    if (_live.Remove(item.Id)) _log.Add("-" + item.Id.Name);
                    results.Add(new ResourceResult(item.Id, ResultStatus.Pruned, "", item.Action));
                    continue;
                }

                var desired = (LineResource)item.Desired!;
                if (desired.Content.StartsWith("refused", StringComparison.Ordinal))
                {
                    results.Add(new ResourceResult(item.Id, ResultStatus.Failed, "apply refused", item.Action));
                    continue;
                }

                _health.Remove(item.Id);
                var deleting = _live.GetValueOrDefault(item.Id)?.Deleting ?? false;
                _live[item.Id] = new Live(request.Application.Name, desired.Content, desired.Wave, ++_generation, deleting, desired.IsHook)
                {
                    Options = desired.Options,
                };
                _log.Add("+" + item.Id.Name);
                if (Snatched == item.Id.Name) _live.Remove(item.Id);
                results.Add(new ResourceResult(item.Id, ResultStatus.Synced, "", item.Action));
            }

            foreach (var item in request.Items) _events.Writer.TryWrite(new TargetEvent(request.Application.Name, item.Id));
            return Task.FromResult<IReadOnlyList<ResourceResult>>(results);
        }
    }

    public IReadOnlyList<Observation> Observe(IReadOnlyList<ResourceId> ids)
    {
        lock (_gate)
        {
            return [.. ids.Select(id => _live.TryGetValue(id, out var live)
                ? new Observation(id, true, Judge(id, live), live.Generation.ToString(), live.Uid, live.Deleting) { Finalizers = live.Deleting ? [Finalizer] : [] }
                : Observation.Missing(id))];
        }
    }

    public async IAsyncEnumerable<TargetEvent> WatchAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var change in _events.Reader.ReadAllAsync(ct)) yield return change;
    }

    public IReadOnlyList<OwnedResource> OwnerTree(IReadOnlyList<ResourceId> roots) => [];

    HealthState? ITargets.Judge(ApplicationState application) => ApplicationRule?.Invoke(application);

    public void Wake() => _events.Writer.TryWrite(new TargetEvent(null, null));

    private void Change(string name, Func<Live, Live?> change)
    {
        var id = LineRenderer.Id(name);
        lock (_gate)
        {
            var live = _live[id];
            if (change(live) is { } changed) _live[id] = changed;
            else _live.Remove(id);
            _events.Writer.TryWrite(new TargetEvent(live.Application, id));
        }
    }

    private HealthState Judge(ResourceId id, Live live) =>
        _health.TryGetValue(id, out var said) ? said
        : live.Content.StartsWith("bad", StringComparison.Ordinal) ? new HealthState(HealthStatus.Degraded, "it is bad")
        : live.Content.StartsWith("slow", StringComparison.Ordinal) ? new HealthState(HealthStatus.Progressing, "it is slow")
        : HealthState.Healthy;
}
