using System.Diagnostics.Metrics;

namespace Plumb.Reconcile;

/// <summary>The heart's instruments, on the meter <c>Plumb.Reconcile</c>.</summary>
public sealed class ReconcileMetrics : IDisposable
{
    private readonly Meter _meter = new("Plumb.Reconcile");
    private readonly Counter<long> _renders;
    private readonly Counter<long> _rendersReused;
    private readonly Counter<long> _reconciles;
    private readonly Counter<long> _syncs;
    private readonly Histogram<double> _reconcileSeconds;
    private long _renderCount;

    /// <summary>Creates the instruments.</summary>
    public ReconcileMetrics()
    {
        _renders = _meter.CreateCounter<long>("plumb.renders", "{render}", "Renders carried out.");
        _rendersReused = _meter.CreateCounter<long>("plumb.renders.reused", "{render}",
            "Renders answered from memory because nothing they read had changed.");
        _reconciles = _meter.CreateCounter<long>("plumb.reconciles", "{reconcile}", "Comparisons of an application with its target.");
        _syncs = _meter.CreateCounter<long>("plumb.syncs", "{sync}", "Finished syncs by phase and trigger.");
        _reconcileSeconds = _meter.CreateHistogram<double>("plumb.reconcile.duration", "s",
            "Time of one comparison, from resolved commit to plan.");
    }

    /// <summary>Renders carried out since the start.</summary>
    public long Renders => Interlocked.Read(ref _renderCount);

    internal void Rendered()
    {
        Interlocked.Increment(ref _renderCount);
        _renders.Add(1);
    }

    internal void RenderReused() => _rendersReused.Add(1);

    internal void Reconciled(TimeSpan duration)
    {
        _reconciles.Add(1);
        _reconcileSeconds.Record(duration.TotalSeconds);
    }

    internal void Synced(string phase, string trigger) =>
        _syncs.Add(1, new KeyValuePair<string, object?>("phase", phase), new KeyValuePair<string, object?>("trigger", trigger));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
