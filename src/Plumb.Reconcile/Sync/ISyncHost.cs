using Plumb.Reconcile.Health;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Sync;

/// <summary>Why a wait inside a sync ended.</summary>
internal enum WaitVerdict
{
    /// <summary>Something may have changed: look again.</summary>
    Look,

    /// <summary>The deadline passed.</summary>
    TimedOut,

    /// <summary>A newer desired state takes the place of this one.</summary>
    Superseded,

    /// <summary>Somebody stopped it.</summary>
    Terminated,
}

/// <summary>What the loop around a sync gives it.</summary>
internal interface ISyncHost
{
    /// <summary>Shows progress: all results so far.</summary>
    Task ReportAsync(string message, IReadOnlyList<ResourceResult> results, CancellationToken ct);

    /// <summary>Makes a hook's progress durable.</summary>
    Task RecordAsync(HookProgress hook, CancellationToken ct);

    /// <summary>Waits for the next sign of change, until the deadline; null: however long it takes.</summary>
    Task<WaitVerdict> WaitAsync(DateTimeOffset? deadline, CancellationToken ct);

    /// <summary>Registers, changes or removes an application or project.</summary>
    ResourceResult ApplyRegistry(ApplyItem item);

    /// <summary>Health of a registered application as its parent's wave sees it.</summary>
    HealthState ObserveRegistered(ResourceId id);
}
