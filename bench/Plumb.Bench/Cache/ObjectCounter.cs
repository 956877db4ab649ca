using System.Diagnostics.Metrics;
using Plumb.Kubernetes;

namespace Plumb.Bench.Cache;

/// <summary>How many objects the cache says that it holds.</summary>
internal sealed class ObjectCounter : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _objects;

    public ObjectCounter(KubernetesMetrics metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == KubernetesMetrics.MeterName && instrument.Name == "plumb_kubernetes_cached_objects")
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, delta, _, _) => Interlocked.Add(ref _objects, delta));
        _listener.Start();
    }

    public long Objects => Interlocked.Read(ref _objects);

    public void Dispose() => _listener.Dispose();
}
