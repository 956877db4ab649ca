using System.Globalization;
using Plumb.Kubernetes.Cache;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Compare;
using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Inspection;

/// <summary>
/// What a person who looks at an application asks a cluster: an object with its status, events, logs. Asked when somebody looks and never
/// before, so that an idle page costs the API server nothing.
/// </summary>
internal sealed class LiveInspection(LiveCluster cluster, KubernetesTargetOptions options)
{
    private const int MaxEvents = 1000;
    private const int MaxEventsRead = 5000;
    private const int PageSize = 500;
    private const int Few = 12;

    private static readonly GroupKind PodKind = new("", "Pod");
    private static readonly GroupKind EventKind = new("", "Event");

    /// <summary>An object whole; null when there is none.</summary>
    /// <exception cref="KubeApiException">Refused, or no answer.</exception>
    public async Task<ObjectView?> ViewAsync(string application, ResourceId id, IReadOnlySet<string>? secretFields, CancellationToken ct)
    {
        var kind = KindOf(id);
        if (await cluster.Client.GetAsync(kind, id.Namespace, id.Name, application, ct) is not { } found) return null;
        var obj = new KubeObject(kind.Complete(found));
        return new ObjectView(id, Display.ToWholeYaml(obj, new SecretMask(), secretFields))
        {
            CreatedAt = TimeOf(obj.Root["metadata"]["creationTimestamp"]),
            Containers = ContainersOf(obj.Root),
        };
    }

    /// <summary>Events about some objects, newest first.</summary>
    /// <exception cref="KubeApiException">Refused, or no answer.</exception>
    public async Task<IReadOnlyList<ObjectEvent>> EventsAsync(string application, IReadOnlyList<ResourceId> about, CancellationToken ct)
    {
        var kind = KindOf(EventKind);
        var events = new List<ObjectEvent>();
        // Events about what has no namespace lie in "default".
        foreach (var place in about.GroupBy(id => id.Namespace.Length == 0 ? "default" : id.Namespace))
        {
            if (cluster.WhyNotFollowed(place.Key) is not null) continue;
            var wanted = place.Select(id => (id.Kind, id.Namespace, id.Name)).ToHashSet();
            // The server filters by one object at most. For several, a page of the namespace's events is looked through; where there are more, a
            // few objects are asked for one by one, as a namespace of many applications has very many events.
            var path = kind.Path(place.Key, "");
            var (found, whole) = wanted.Count == 1
                ? await ListAsync(path, About(wanted.First()), MaxEventsRead, application, ct)
                : await ListAsync(path, "", wanted.Count <= Few ? PageSize : MaxEventsRead, application, ct);
            if (!whole && wanted.Count is > 1 and <= Few)
            {
                var each = await Task.WhenAll(wanted.Select(one => ListAsync(path, About(one), MaxEventsRead, application, ct)));
                found = [.. each.SelectMany(list => list.Items)];
            }

            foreach (var item in found)
            {
                if (Read(item) is { } read && wanted.Contains((read.About.Kind, read.About.Namespace, read.About.Name)))
                    events.Add(read with { About = place.First(id => id.Kind == read.About.Kind && id.Name == read.About.Name && id.Namespace == read.About.Namespace) });
            }
        }

        return [.. events.OrderByDescending(e => e.LastAt ?? DateTimeOffset.MinValue).Take(MaxEvents)];
    }

    /// <summary>Finds the containers whose lines are wanted.</summary>
    /// <exception cref="KubeApiException">Refused, or no answer.</exception>
    public async Task<PodLog> OpenLogAsync(LogRequest request, CancellationToken ct)
    {
        var kind = KindOf(PodKind);
        var sources = new List<LogSource>();
        foreach (var pod in request.Pods)
        {
            if (cluster.WhyNotFollowed(pod.Namespace) is { } why) throw new KubeApiException(403, "Forbidden", why);
            if (sources.Count >= PodLog.MaxSources) break;
            if (await cluster.Client.GetAsync(kind, pod.Namespace, pod.Name, request.Application, ct) is not { } found) continue;
            var containers = ContainersOf(found);
            foreach (var container in containers.Where(c => request.Container.Length == 0 || c == request.Container))
                sources.Add(new LogSource(pod, container, kind.Path(pod.Namespace, pod.Name) + "/log"));
        }

        if (sources.Count == 0 && request.Container.Length > 0)
            throw new KubeApiException(404, "NotFound", $"no Pod of it has a container {request.Container}");
        return new PodLog(cluster.Client, request, [.. sources.Take(PodLog.MaxSources)]);
    }

    /// <summary><c>spec</c> of a Pod, or of the Pods that an object makes.</summary>
    private static IReadOnlyList<string> ContainersOf(MapNode root)
    {
        var spec = root["spec"];
        if (root["kind"] == "CronJob") spec = spec["jobTemplate"]["spec"];
        if (!spec["template"]["spec"]["containers"].IsAbsent) spec = spec["template"]["spec"];
        IEnumerable<Node> all = [.. spec["initContainers"].AsList() ?? [], .. spec["containers"].AsList() ?? []];
        return [.. all.Select(c => c["name"].AsString()).OfType<string>()];
    }

    private static string About((string Kind, string Namespace, string Name) one) =>
        $"&fieldSelector={Uri.EscapeDataString($"involvedObject.kind={one.Kind},involvedObject.name={one.Name}")}";

    /// <summary>At most so many of a list, and whether that is all of it.</summary>
    private async Task<(List<MapNode> Items, bool Whole)> ListAsync(string path, string only, int most, string application, CancellationToken ct)
    {
        List<MapNode> items = [];
        for (var next = ""; ;)
        {
            var query = $"{path}?limit={PageSize}{only}" + (next.Length == 0 ? "" : "&continue=" + Uri.EscapeDataString(next));
            var page = (await cluster.Client.SendAsync(new KubeRequest("list", HttpMethod.Get, query) { Flow = application }, ct)).Body;
            foreach (var item in page["items"].AsList() ?? [])
            {
                if (item.AsMap() is { } map) items.Add(map);
            }

            if ((next = page["metadata"]["continue"].AsString() ?? "").Length == 0) return (items, true);
            if (items.Count >= most) return (items, false);
        }
    }

    private static ObjectEvent? Read(MapNode item)
    {
        var about = item["involvedObject"];
        if (about["kind"].AsString() is not { } kind || about["name"].AsString() is not { } name) return null;
        var group = GroupVersionKind.Parse(about["apiVersion"].AsString() ?? "v1", kind).Group;
        var series = item["series"];
        var first = TimeOf(item["firstTimestamp"]) ?? TimeOf(item["eventTime"]) ?? TimeOf(item["metadata"]["creationTimestamp"]);
        return new ObjectEvent(
            new ResourceId(group, kind, about["namespace"].AsString() ?? "", name),
            item["type"] == "Warning", item["reason"].AsString() ?? "", item["message"].AsString() ?? "")
        {
            Count = (int)Math.Clamp(series["count"].AsInt() ?? item["count"].AsInt() ?? 1, 1, int.MaxValue),
            FirstAt = first,
            LastAt = TimeOf(series["lastObservedTime"]) ?? TimeOf(item["lastTimestamp"]) ?? first,
            Source = item["reportingComponent"].AsString() is { Length: > 0 } reporter ? reporter : item["source"]["component"].AsString() ?? "",
        };
    }

    private static DateTimeOffset? TimeOf(Node value) =>
        DateTimeOffset.TryParse(value.AsString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var at) ? at : null;

    private ApiResource KindOf(ResourceId id)
    {
        if (id.Namespace.Length > 0 && cluster.WhyNotFollowed(id.Namespace) is { } why) throw new KubeApiException(403, "Forbidden", why);
        if (id.Namespace.Length == 0 && options.Namespaces.Count > 0 && !options.ClusterResources)
            throw new KubeApiException(403, "Forbidden", $"{id} has no namespace, and this cluster is used with some namespaces only");
        return KindOf(new GroupKind(id.Group, id.Kind));
    }

    private ApiResource KindOf(GroupKind kind) =>
        cluster.Catalog.Find(kind) ?? throw new KubeApiException(404, "NotFound", $"the cluster serves no kind {kind}");
}
