using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Controllers;

/// <summary>
/// Writes Events, so that <c>kubectl describe</c> tells what happened. The same event again raises the count of the first; as on a server
/// they live for an hour after they were last seen, and only the newest are kept. Events are best effort: a refused one is dropped.
/// Thread-safe.
/// </summary>
internal sealed class EventRecorder(Cluster cluster)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1); // kube-apiserver --event-ttl

    private readonly Lock _lock = new(); // guards the three below; not held while calling the API
    private readonly Dictionary<Key, Known> _known = [];
    private readonly Queue<(Key Key, DateTimeOffset Seen)> _order = new();
    private bool _resumed;
    private long _number;

    /// <summary>What makes two events the same.</summary>
    private readonly record struct Key(string Uid, string FieldPath, string Reason, string Message);

    private readonly record struct Known(string Namespace, string Name, DateTimeOffset Seen);

    public void Normal(KubeObject about, string component, string reason, string message) =>
        Record(about, new Source(component, ""), "Normal", reason, message, "");

    public void Warning(KubeObject about, string component, string reason, string message) =>
        Record(about, new Source(component, ""), "Warning", reason, message, "");

    /// <summary>What a kubelet says of a Pod, or of the container that <paramref name="fieldPath"/> names.</summary>
    public void OfNode(KubeObject pod, bool isWarning, string reason, string message, string fieldPath = "") => Record(
        pod, new Source(Cluster.Kubelet, pod.Root["spec"]["nodeName"].Text()), isWarning ? "Warning" : "Normal",
        reason, message, fieldPath);

    private sealed record Source(string Component, string Host);

    private void Record(KubeObject about, Source source, string type, string reason, string message, string fieldPath)
    {
        try
        {
            Resume();
            var key = new Key(about.Uid, fieldPath, reason, message);
            Known known;
            lock (_lock) _known.TryGetValue(key, out known);
            if (known.Name is not null && cluster.Api.Get("", "Event", known.Namespace, known.Name) is { } earlier)
            {
                cluster.Change(earlier, root =>
                {
                    root["count"] = (root["count"].AsInt() ?? 1) + 1;
                    root["lastTimestamp"] = cluster.Timestamp;
                });
                lock (_lock) _known[key] = known with { Seen = cluster.Now };
                return;
            }

            var created = cluster.Api.Create(Make(about, source, type, reason, message, fieldPath), source.Component);
            Remember(key, new Known(created.Namespace, created.Name, cluster.Now));
            foreach (var old in Outlived()) cluster.Api.Delete("", "Event", old.Namespace, old.Name, DeletePropagation.Background);
        }
        catch (ApiException)
        {
            // The namespace is going away, or somebody changed the Event meanwhile.
        }
    }

    /// <summary>Events that a sandbox with a data file wrote before its restart are its own too: else they would stay for ever.</summary>
    private void Resume()
    {
        lock (_lock)
        {
            if (_resumed) return;
            _resumed = true;
        }

        foreach (var e in cluster.Api.List("", "Event", null).OrderBy(e => e.Root["lastTimestamp"].Text(), StringComparer.Ordinal))
        {
            var about = e.Root["involvedObject"];
            Remember(
                new Key(about["uid"].Text(), about["fieldPath"].Text(), e.Root["reason"].Text(), e.Root["message"].Text()),
                new Known(e.Namespace, e.Name, Cluster.ParseTime(e.Root["lastTimestamp"]) ?? cluster.Now));
        }
    }

    private KubeObject Make(KubeObject about, Source source, string type, string reason, string message, string fieldPath)
    {
        var number = Interlocked.Increment(ref _number);
        var place = about.Namespace.Length > 0 ? about.Namespace : "default";
        var name = string.Create(CultureInfo.InvariantCulture, $"{about.Name}.{cluster.Now.ToUnixTimeMilliseconds():x}{number:x5}");
        var now = cluster.Timestamp;
        var involved = new MapNode
        {
            { "apiVersion", about.ApiVersion }, { "kind", about.Kind }, { "name", about.Name }, { "namespace", about.Namespace },
            { "resourceVersion", about.ResourceVersion }, { "uid", about.Uid },
        };
        if (fieldPath.Length > 0) involved["fieldPath"] = fieldPath;
        var from = new MapNode { { "component", source.Component } };
        if (source.Host.Length > 0) from["host"] = source.Host;
        return new KubeObject(new MapNode
        {
            { "apiVersion", "v1" },
            { "kind", "Event" },
            { "metadata", new MapNode { { "name", name }, { "namespace", place } } },
            { "involvedObject", involved },
            { "reason", reason },
            { "message", message },
            { "type", type },
            { "count", 1 },
            { "firstTimestamp", now },
            { "lastTimestamp", now },
            { "eventTime", Node.Null },
            { "source", from },
            { "reportingComponent", source.Component },
            { "reportingInstance", source.Host },
        });
    }

    private void Remember(Key key, Known known)
    {
        lock (_lock)
        {
            _known[key] = known;
            _order.Enqueue((key, known.Seen));
        }
    }

    /// <summary>Those that go now: each is looked at about once for every time that it was seen, so this costs next to nothing.</summary>
    private List<Known> Outlived()
    {
        List<Known> gone = [];
        lock (_lock)
        {
            while (_order.TryPeek(out var first) && (_known.Count > cluster.Options.MaxEvents || first.Seen + Life <= cluster.Now))
            {
                _order.Dequeue();
                if (!_known.TryGetValue(first.Key, out var known)) continue;
                if (known.Seen > first.Seen)
                {
                    _order.Enqueue((first.Key, known.Seen)); // seen again since it was put in the queue
                    continue;
                }

                _known.Remove(first.Key);
                gone.Add(known);
            }
        }

        return gone;
    }
}
