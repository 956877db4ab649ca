using Microsoft.Extensions.Logging.Abstractions;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Registry;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.Reconcile.Tests.Support;

/// <summary>The heart with everything around it in memory.</summary>
internal sealed class Rig : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    public Rig(IRunStore? runs = null, MemoryGit? git = null, MemoryTarget? target = null, ReconcilerOptions? options = null,
        IRegistrationStore? registrations = null, TimeProvider? time = null)
    {
        Git = git ?? new MemoryGit();
        Target = target ?? new MemoryTarget();
        Runs = runs ?? new MemoryRunStore();
        Metrics = new ReconcileMetrics();
        Reconciler = new Reconciler(
            new ReconcilerPorts(Git, new LineRenderer(), Target, Runs, registrations),
            options ?? new ReconcilerOptions { EventDelay = TimeSpan.FromMilliseconds(1), ErrorDelay = TimeSpan.FromMilliseconds(20), MaxErrorDelay = TimeSpan.FromMilliseconds(100) },
            Metrics,
            time ?? TimeProvider.System,
            NullLoggerFactory.Instance);
    }

    public MemoryGit Git { get; }

    public MemoryTarget Target { get; }

    public IRunStore Runs { get; }

    public ReconcileMetrics Metrics { get; }

    public Reconciler Reconciler { get; }

    public Task StartAsync(params ApplicationSpec[] roots) => Reconciler.StartAsync(roots, [], TestContext.Current.CancellationToken);

    public async Task<ApplicationState> UntilAsync(string application, Func<ApplicationState, bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Deadline);
        var changes = Reconciler.WatchAsync(limit.Token);
        if (Reconciler.Find(application) is { } now && condition(now)) return now;
        try
        {
            await foreach (var state in changes)
            {
                if (state.Spec.Name == application && condition(state)) return state;
            }
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            // Falls through to the message below.
        }

        var last = Reconciler.Find(application);
        throw new TimeoutException($"{application} did not get there: {last?.Sync} {last?.Health} waiting={last?.WaitingFor} "
            + $"operation={last?.Operation?.Message} last={last?.LastRun?.Phase}:{last?.LastRun?.Message} "
            + string.Join(" | ", last?.Conditions.Select(c => c.ToString()) ?? []));
    }

    /// <summary>Waits for a message of the run that goes on, even one that is soon followed by another.</summary>
    public Task MessagesUntilAsync(string application, Func<string, bool> condition) =>
        UntilAsync(application, s => s.Operation is { } run && condition(run.Message));

    public Task<ApplicationState> UntilReadyAsync(string application) => UntilAsync(application, s => s.IsReady);

    public async ValueTask DisposeAsync()
    {
        await Reconciler.DisposeAsync();
        Metrics.Dispose();
    }
}
