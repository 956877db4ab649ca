using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Kinds;

/// <summary>LimitRanges: a maximum is also the default limit, a default limit the default request, else the minimum is.</summary>
internal static class LimitRangeRules
{
    public static void Default(KubeObject range)
    {
        foreach (var limit in range.Root["spec"]["limits"].Maps())
        {
            if (limit["type"] != "Container") continue;
            var limits = limit["default"].AsMap() ?? new MapNode();
            var requests = limit["defaultRequest"].AsMap() ?? new MapNode();
            foreach (var (name, value) in limit["max"].Entries()) limits.Default(name, value);
            foreach (var (name, value) in limits) requests.Default(name, value);
            foreach (var (name, value) in limit["min"].Entries()) requests.Default(name, value);
            if (limits.Count > 0) limit["default"] = limits;
            if (requests.Count > 0) limit["defaultRequest"] = requests;
        }
    }
}
