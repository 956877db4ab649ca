namespace Plumb.Reconcile.Loop;

/// <summary>What the loop does about a difference.</summary>
public enum ReconcileMode
{
    /// <summary>What each application's policy says, and what is asked for.</summary>
    ByPolicy,

    /// <summary>Sync every application once when it is first seen, whatever its policy says: the one-shot mode.</summary>
    SyncOnce,

    /// <summary>Only compare. What the output registers is registered in memory, so that it is compared too; nothing else is done.</summary>
    PlanOnly,
}

/// <summary>Settings of the loop.</summary>
public sealed record ReconcilerOptions
{
    /// <summary>Renders at once. Default: the number of processors. At least 1.</summary>
    public int RenderConcurrency { get; init; } = Environment.ProcessorCount;

    /// <summary>Comparisons at once with one cluster. Default: 20, as Argo CD's status processors. At least 1.</summary>
    public int CompareConcurrency { get; init; } = 20;

    /// <summary>
    /// How long one wave may stay unhealthy before the run fails. Default: 1 hour; a newer commit supersedes the wait in any case.
    /// </summary>
    public TimeSpan WaveTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a deletion that a run waits for may take. Default: 5 minutes.</summary>
    public TimeSpan DeleteTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// First delay after a failed fetch, render or comparison. It doubles up to <see cref="MaxErrorDelay"/>, with jitter. Default: 1 s.
    /// </summary>
    public TimeSpan ErrorDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest delay after repeated failures. Default: 2 minutes.</summary>
    public TimeSpan MaxErrorDelay { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Live events of one application within this time, and 50 µs more for each of its resources, are handled together: who is costly to
    /// compare is compared less often in a burst. Default: 50 ms.
    /// </summary>
    public TimeSpan EventDelay { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest time for which live events are collected. Default: 500 ms.</summary>
    public TimeSpan MaxEventDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long after a turn an application whose charts look up live objects has its next one, though nothing told of a change. Default: 2
    /// minutes.
    /// </summary>
    public TimeSpan LookupInterval { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>What is done about a difference. Default: <see cref="ReconcileMode.ByPolicy"/>.</summary>
    public ReconcileMode Mode { get; init; }

    internal TimeSpan DelayOfEvents(int resources)
    {
        var wanted = EventDelay + TimeSpan.FromMicroseconds(50L * resources);
        return wanted < MaxEventDelay ? wanted : MaxEventDelay;
    }

    /// <summary>Throws when a value is out of range, naming all that are.</summary>
    /// <exception cref="ArgumentException">A value is out of range.</exception>
    public void Validate()
    {
        List<string> faults = [];
        if (RenderConcurrency < 1) faults.Add("RenderConcurrency must be at least 1");
        if (CompareConcurrency < 1) faults.Add("CompareConcurrency must be at least 1");
        if (EventDelay < TimeSpan.Zero || MaxEventDelay < EventDelay) faults.Add("EventDelay must not be negative and at most MaxEventDelay");
        if (WaveTimeout <= TimeSpan.Zero) faults.Add("WaveTimeout must be positive");
        if (DeleteTimeout <= TimeSpan.Zero) faults.Add("DeleteTimeout must be positive");
        if (ErrorDelay <= TimeSpan.Zero || MaxErrorDelay < ErrorDelay) faults.Add("ErrorDelay must be positive and at most MaxErrorDelay");
        if (LookupInterval <= TimeSpan.Zero) faults.Add("LookupInterval must be positive");
        if (faults.Count > 0) throw new ArgumentException(string.Join("; ", faults));
    }
}
