using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Kinds;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Admission;

/// <summary>
/// Gives new Pods the default requests and limits of their namespace's LimitRanges, and refuses Pods and claims beyond what those allow
/// (kubernetes <c>plugin/pkg/admission/limitranger</c>).
/// </summary>
internal sealed class LimitRanges(ISandboxApi api)
{
    private const string Annotation = "kubernetes.io/limit-ranger";

    /// <summary>Sets what the containers of a new Pod do not state.</summary>
    public void Default(ResourceType type, KubeObject obj, string @namespace)
    {
        if (!type.Is("", "Pod")) return;
        foreach (var range in api.List("", "LimitRange", @namespace))
        {
            var (limits, requests) = ContainerDefaults(range);
            if (limits.Count == 0 && requests.Count == 0) continue;
            var notes = new List<string>();
            foreach (var (list, kind) in (ReadOnlySpan<(string, string)>)[("initContainers", "init container"), ("containers", "container")])
            {
                foreach (var container in obj.Root["spec"][list].Maps()) Fill(container, kind, limits, requests, notes);
            }

            if (notes.Count > 0)
                obj.Root.GetOrAddMap("metadata").GetOrAddMap("annotations")[Annotation] = "LimitRanger plugin set: " + string.Join("; ", notes);
        }
    }

    /// <exception cref="ApiException">Outside of a range (403).</exception>
    public void Check(ResourceType type, KubeObject obj)
    {
        if (!type.Is("", "Pod") && !type.Is("", "PersistentVolumeClaim")) return;
        foreach (var range in api.List("", "LimitRange", obj.Namespace))
        {
            var faults = new List<string>();
            foreach (var limit in range.Root["spec"]["limits"].Maps()) Check(type, obj, limit, faults);
            if (faults.Count == 0) continue;
            throw ApiErrors.Forbidden(type, obj.Name, faults.Count == 1 ? faults[0] : "[" + string.Join(", ", faults) + "]");
        }
    }

    private static void Check(ResourceType type, KubeObject obj, MapNode limit, List<string> faults)
    {
        switch (limit["type"].AsString())
        {
            case "PersistentVolumeClaim" when type.Kind == "PersistentVolumeClaim":
                CheckClaim(obj.Root["spec"]["resources"]["requests"], limit, faults);
                break;
            case "Container" when type.Kind == "Pod":
                foreach (var container in Containers(obj)) CheckAmounts("Container", container["resources"], limit, faults);
                break;
            case "Pod" when type.Kind == "Pod":
                CheckAmounts("Pod", new MapNode { ["requests"] = Sum(obj, "requests"), ["limits"] = Sum(obj, "limits") }, limit, faults);
                break;
            default: break;
        }
    }

    private static void CheckClaim(Node requests, MapNode limit, List<string> faults)
    {
        foreach (var (name, enforced) in limit["min"].Entries())
        {
            if (requests[name].IsNullOrAbsent) faults.Add(Missing("minimum", name, "PersistentVolumeClaim", enforced, "request"));
            else if (Less(requests[name], enforced)) faults.Add(But("minimum", name, "PersistentVolumeClaim", enforced, "request", requests[name]));
        }

        foreach (var (name, enforced) in limit["max"].Entries())
        {
            if (requests[name].IsNullOrAbsent) faults.Add(Missing("maximum", name, "PersistentVolumeClaim", enforced, "request"));
            else if (Less(enforced, requests[name])) faults.Add(But("maximum", name, "PersistentVolumeClaim", enforced, "request", requests[name]));
        }
    }

    private static void CheckAmounts(string what, Node resources, MapNode limit, List<string> faults)
    {
        var (requests, limits) = (resources["requests"], resources["limits"]);
        foreach (var (name, enforced) in limit["min"].Entries())
        {
            if (requests[name].IsNullOrAbsent) faults.Add(Missing("minimum", name, what, enforced, "request"));
            else if (Less(requests[name], enforced)) faults.Add(But("minimum", name, what, enforced, "request", requests[name]));
            else if (!limits[name].IsNullOrAbsent && Less(limits[name], enforced)) faults.Add(But("minimum", name, what, enforced, "limit", limits[name]));
        }

        foreach (var (name, enforced) in limit["max"].Entries())
        {
            if (limits[name].IsNullOrAbsent) faults.Add(Missing("maximum", name, what, enforced, "limit"));
            else if (Less(enforced, limits[name])) faults.Add(But("maximum", name, what, enforced, "limit", limits[name]));
            else if (!requests[name].IsNullOrAbsent && Less(enforced, requests[name])) faults.Add(But("maximum", name, what, enforced, "request", requests[name]));
        }

        foreach (var (name, enforced) in limit["maxLimitRequestRatio"].Entries())
        {
            var head = $"{name} max limit to request ratio per {what} is {Print(enforced)}, but ";
            var (request, top) = (Amounts.Parse(requests[name]) ?? 0, Amounts.Parse(limits[name]) ?? 0);
            if (request == 0) faults.Add(head + "no request is specified or request is 0");
            else if (top == 0) faults.Add(head + "no limit is specified or limit is 0");
            else if (top / request > (Amounts.Parse(enforced) ?? 0))
                faults.Add(head + string.Create(CultureInfo.InvariantCulture, $"provided ratio is {top / request:F6}"));
        }
    }

    private static void Fill(MapNode container, string kind, MapNode limits, MapNode requests, List<string> notes)
    {
        var resources = container.GetOrAddMap("resources");
        var (setRequests, setLimits) = (new List<string>(), new List<string>());

        // What a manifest limits it also requests, before any range is looked at.
        foreach (var (name, value) in resources["limits"].Entries()) resources.GetOrAddMap("requests").Default(name, value);
        foreach (var (name, value) in limits)
        {
            if (!resources["limits"][name].IsNullOrAbsent) continue;
            resources.GetOrAddMap("limits")[name] = value;
            setLimits.Add(name);
        }

        foreach (var (name, value) in requests)
        {
            if (!resources["requests"][name].IsNullOrAbsent) continue;
            resources.GetOrAddMap("requests")[name] = value;
            setRequests.Add(name);
        }

        var who = $"{kind} {container["name"].Text()}";
        if (setRequests.Count > 0) notes.Add($"{string.Join(", ", setRequests.Order(StringComparer.Ordinal))} request for {who}");
        if (setLimits.Count > 0) notes.Add($"{string.Join(", ", setLimits.Order(StringComparer.Ordinal))} limit for {who}");
    }

    private static (MapNode Limits, MapNode Requests) ContainerDefaults(KubeObject range)
    {
        var (limits, requests) = (new MapNode(), new MapNode());
        foreach (var limit in range.Root["spec"]["limits"].Maps().Where(l => l["type"] == "Container"))
        {
            foreach (var (name, value) in limit["default"].Entries()) limits[name] = value;
            foreach (var (name, value) in limit["defaultRequest"].Entries()) requests[name] = value;
        }

        return (limits, requests);
    }

    private static IEnumerable<MapNode> Containers(KubeObject pod) =>
        pod.Root["spec"]["initContainers"].Maps().Concat(pod.Root["spec"]["containers"].Maps());

    private static MapNode Sum(KubeObject pod, string list)
    {
        var sums = new MapNode();
        foreach (var container in pod.Root["spec"]["containers"].Maps())
        {
            foreach (var (name, value) in container["resources"][list].Entries())
                {
                var sum = (Amounts.Parse(sums[name]) ?? 0) + (Amounts.Parse(value) ?? 0);
                sums[name] = Amounts.Print(sum, value.AsString()?.EndsWith('i') == true);
            }
        }

        return sums;
    }

    private static bool Less(Node a, Node b) => (Amounts.Parse(a) ?? 0) < (Amounts.Parse(b) ?? 0);

    private static string Missing(string bound, string name, string what, Node enforced, string field) =>
        $"{bound} {name} usage per {what} is {Print(enforced)}.  No {field} is specified";

    private static string But(string bound, string name, string what, Node enforced, string field, Node found) =>
        $"{bound} {name} usage per {what} is {Print(enforced)}, but {field} is {Print(found)}";

    private static string Print(Node amount) => Amounts.Print(amount);
}
