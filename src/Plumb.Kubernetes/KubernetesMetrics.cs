using System.Diagnostics.Metrics;

namespace Plumb.Kubernetes;

/// <summary>What the clusters of this process count. Names have their units; labels never hold names of objects.</summary>
public sealed class KubernetesMetrics : IDisposable
{
    /// <summary>Name of the meter to export.</summary>
    public const string MeterName = "Plumb.Kubernetes";

    private readonly Meter _meter = new(MeterName);

    internal Meter Meter => _meter;

    private readonly Counter<long> _requests;
    private readonly Counter<long> _dryRuns;
    private readonly Counter<long> _applies;
    private readonly Counter<long> _restarts;
    private readonly UpDownCounter<long> _objects;

    /// <summary>Makes the instruments.</summary>
    public KubernetesMetrics()
    {
        _requests = _meter.CreateCounter<long>("plumb_kubernetes_requests_total", "requests", "Requests to API servers by verb and HTTP status; 0: no answer.");
        _dryRuns = _meter.CreateCounter<long>("plumb_kubernetes_dry_runs_total", "requests", "Objects whose difference only the API server could tell.");
        _applies = _meter.CreateCounter<long>("plumb_kubernetes_applies_total", "objects", "Objects written, by result.");
        _restarts = _meter.CreateCounter<long>("plumb_kubernetes_watch_restarts_total", "watches", "Watches begun anew, by reason.");
        _objects = _meter.CreateUpDownCounter<long>("plumb_kubernetes_cached_objects", "objects", "Live objects held in memory.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    internal void Request(string verb, int code) => _requests.Add(1, new("verb", verb), new("code", code));

    internal void DryRun(string outcome) => _dryRuns.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal void Applied(string result) => _applies.Add(1, new KeyValuePair<string, object?>("result", result));

    internal void WatchRestarted(string reason) => _restarts.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void Objects(long delta) => _objects.Add(delta);
}
