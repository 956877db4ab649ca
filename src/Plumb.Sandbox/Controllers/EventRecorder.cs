using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>
/// Writes Events, so that <c>kubectl describe</c> tells what happened. The same event again raises the count of the first; only the
/// newest are kept. Events are best effort: a refused one is dropped. Thread-safe.
/// </summary>
internal sealed class EventRecorder(Cluster cluster)
{
    private readonly Lock _lock = new(); // guards the two below; not held while calling the API
    private readonly Dictionary<(string Uid, string Reason, string Message), (string Namespace, string Name)> _known = [];
    private readonly Queue<(string Uid, string Reason, string Message)> _order = new();
    private long _number;

    public void Normal(KubeObject about, string component, string reason, string message) =>
        Record(about, component, "Normal", reason, message);

    public void Warning(KubeObject about, string component, string reason, string message) =>
        Record(about, component, "Warning", reason, message);

    private void Record(KubeObject about, string component, string type, string reason, string message)
    {
        try
        {
            var key = (about.Uid, reason, message);
            (string Namespace, string Name) known;
            lock (_lock) _known.TryGetValue(key, out known);
            if (known.Name is not null && cluster.Api.Get("", "Event", known.Namespace, known.Name) is { } earlier)
            {
                cluster.Change(earlier, root =>
                {
                    root["count"] = (root["count"].AsInt() ?? 1) + 1;
                    root["lastTimestamp"] = cluster.Timestamp;
                });
                return;
            }

            var created = cluster.Api.Create(Make(about, component, type, reason, message), component);
            Remember(key, (created.Namespace, created.Name));
        }
        catch (ApiException)
        {
            // The namespace is going away, or somebody changed the Event meanwhile.
        }
    }

    private KubeObject Make(KubeObject about, string component, string type, string reason, string message)
    {
        var number = Interlocked.Increment(ref _number);
        var place = about.Namespace.Length > 0 ? about.Namespace : "default";
        var name = string.Create(CultureInfo.InvariantCulture, $"{about.Name}.{cluster.Now.ToUnixTimeMilliseconds():x}{number:x5}");
        var now = cluster.Timestamp;
        return new KubeObject(new MapNode
        {
            { "apiVersion", "v1" },
            { "kind", "Event" },
            { "metadata", new MapNode { { "name", name }, { "namespace", place } } },
            {
                "involvedObject",
                new MapNode
                {
                    { "apiVersion", about.ApiVersion }, { "kind", about.Kind }, { "name", about.Name }, { "namespace", about.Namespace },
                    { "resourceVersion", about.ResourceVersion }, { "uid", about.Uid },
                }
            },
            { "reason", reason },
            { "message", message },
            { "type", type },
            { "count", 1 },
            { "firstTimestamp", now },
            { "lastTimestamp", now },
            { "eventTime", Node.Null },
            { "source", new MapNode { { "component", component } } },
            { "reportingComponent", component },
            { "reportingInstance", "" },
        });
    }

    private void Remember((string Uid, string Reason, string Message) key, (string Namespace, string Name) place)
    {
        (string Namespace, string Name)? oldest = null;
        lock (_lock)
        {
            if (_known.TryAdd(key, place)) _order.Enqueue(key);
            else _known[key] = place;
            if (_order.Count > cluster.Options.MaxEvents && _order.TryDequeue(out var first) && _known.Remove(first, out var gone))
                oldest = gone;
        }

        if (oldest is { } last) cluster.Api.Delete("", "Event", last.Namespace, last.Name, DeletePropagation.Background);
    }
}
