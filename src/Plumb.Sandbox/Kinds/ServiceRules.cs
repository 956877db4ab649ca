using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Kinds;

/// <summary>
/// Service: defaults, allocation of cluster addresses and node ports, checks. Allocation holds no state of its own: what existing
/// Services use is taken, and the search starts at a place given by the Service's name. Deleting a Service therefore frees what it had.
/// </summary>
internal static class ServiceRules
{
    private const int FirstNodePort = 30000;
    private const int NodePorts = 2768;

    public static void Default(KubeObject service)
    {
        var spec = service.Root.GetOrAddMap("spec");
        spec.Default("sessionAffinity", "None");
        spec.Default("type", "ClusterIP");
        if (spec["sessionAffinity"].AsString() == "ClientIP")
        {
            spec.GetOrAddMap("sessionAffinityConfig").GetOrAddMap("clientIP").Default("timeoutSeconds", 10800);
        }

        foreach (var port in spec["ports"].Maps())
        {
            port.Default("protocol", "TCP");
            if (port["targetPort"].IsNullOrAbsent || port["targetPort"].AsInt() is 0 || port["targetPort"].AsString() is "")
                port["targetPort"] = port["port"];
        }

        var type = spec["type"].Text();
        if (type is "NodePort" or "LoadBalancer") spec.Default("externalTrafficPolicy", "Cluster");
        if (type == "LoadBalancer") spec.Default("allocateLoadBalancerNodePorts", true);
        if (type != "ExternalName") spec.Default("internalTrafficPolicy", "Cluster");
    }

    /// <summary>Keeps what an update leaves out but the stored Service has: cluster addresses, families, node ports.</summary>
    public static void Carry(KubeObject old, KubeObject updated)
    {
        var before = old.Root["spec"];
        var after = updated.Root.GetOrAddMap("spec");
        if (before["type"].AsString() == "ExternalName" || after["type"].AsString() == "ExternalName") return;
        if (after["clusterIP"].IsEmpty() && after["clusterIPs"].IsEmpty())
        {
            after["clusterIP"] = before["clusterIP"];
            after["clusterIPs"] = before["clusterIPs"];
        }

        foreach (var field in (ReadOnlySpan<string>)["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"])
        {
            if (after[field].IsEmpty()) after[field] = before[field];
        }

        if (after["type"].AsString() == "ClusterIP" || before["type"].AsString() == "ClusterIP") return;
        foreach (var port in after["ports"].Maps().Where(p => p["nodePort"].AsInt() is null or 0))
        {
            var same = before["ports"].Maps().FirstOrDefault(p => p["port"] == port["port"] && p["protocol"] == port["protocol"]);
            if (same is not null && same["nodePort"].AsInt() is > 0) port["nodePort"] = same["nodePort"];
        }

        if (after["healthCheckNodePort"].AsInt() is null or 0) after["healthCheckNodePort"] = before["healthCheckNodePort"];
    }

    public static void Allocate(KubeObject service, ISandboxApi api, Faults faults)
    {
        var spec = service.Root.GetOrAddMap("spec");
        var type = spec["type"].Text();
        if (type == "ExternalName")
        {
            foreach (var field in (ReadOnlySpan<string>)["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"]) spec.Remove(field);
            return;
        }

        if (type == "ClusterIP")
        {
            if (service.ResourceVersion.Length > 0)
            {
                // A Service that was of another type keeps no node ports; a new one must not ask for them.
                foreach (var port in spec["ports"].Maps()) port.Remove("nodePort");
            }

            spec.Remove("healthCheckNodePort");
        }

        spec.Default("ipFamilies", new ListNode(["IPv4"]));
        spec.Default("ipFamilyPolicy", "SingleStack");
        if (spec["clusterIP"].IsEmpty() && spec["clusterIPs"][0].AsString() is { Length: > 0 } first) spec["clusterIP"] = first;
        var others = new Lazy<List<KubeObject>>(() =>
            [.. api.List("", "Service", null).Where(s => s.Name != service.Name || s.Namespace != service.Namespace)]);
        if (spec["clusterIP"].IsEmpty())
        {
            var taken = others.Value.Select(s => s.Root["spec"]["clusterIP"].Text()).ToHashSet(StringComparer.Ordinal);
            spec["clusterIP"] = FreeAddress(service, taken);
        }
        else if (spec["clusterIP"].Text() is var asked && asked != "None" && others.Value.Any(s => s.Root["spec"]["clusterIP"].AsString() == asked))
        {
            faults.Invalid("spec.clusterIPs", Documents.List(asked), $"failed to allocate IP {asked}: provided IP is already allocated");
        }

        spec["clusterIPs"] = new ListNode([spec["clusterIP"]]);
        var wantsPorts = type == "NodePort" || (type == "LoadBalancer" && spec["allocateLoadBalancerNodePorts"].AsBool() is not false);
        if (!wantsPorts) return;
        AllocateNodePorts(service, spec, others.Value, faults);
    }

    public static void Validate(KubeObject service, Faults faults)
    {
        var spec = service.Root["spec"];
        var type = spec["type"].Text();
        var headless = spec["clusterIP"].AsString() == "None";
        if (spec["ports"].IsEmpty() && !headless && type != "ExternalName") faults.Required("spec.ports");
        if (type is not ("ClusterIP" or "ExternalName" or "LoadBalancer" or "NodePort"))
        {
            faults.NotSupported("spec.type", type, "ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
        }

        if (type is "LoadBalancer" or "NodePort" && headless)
            faults.Invalid("spec.clusterIPs[0]", "None", $"may not be set to 'None' for {type} services");
        if (type == "ExternalName")
        {
            if (!spec["clusterIP"].IsEmpty()) faults.Forbidden("spec.clusterIPs", "may not be set when `type` is 'ExternalName'");
            var name = spec["externalName"].Text();
            if (name.Length == 0) faults.Required("spec.externalName");
            else faults.Invalid("spec.externalName", name, Formats.DnsSubdomain(name.TrimEnd('.')));
        }

        MetadataRules.ValidateLabels(spec["selector"], "spec.selector", faults);
        if (spec["clusterIP"].Text() is { Length: > 0 } ip and not "None" && !Addresses.IsAddress(ip))
            faults.Invalid("spec.clusterIPs[0]", ip, Addresses.Problem);
        var external = 0;
        foreach (var address in spec["externalIPs"].Texts()) Addresses.ValidateEndpoint(address, $"spec.externalIPs[{external++}]", faults);
        if (spec["externalTrafficPolicy"].AsString() is { } policy)
        {
            if (policy is not ("Cluster" or "Local")) faults.NotSupported("spec.externalTrafficPolicy", policy, "Cluster", "Local");
            if (type is "ClusterIP" or "ExternalName" && spec["externalIPs"].IsEmpty())
                faults.Invalid("spec.externalTrafficPolicy", policy, "may only be set for externally-accessible services");
        }

        if (spec["sessionAffinity"].AsString() is { } affinity and not ("ClientIP" or "None"))
        {
            faults.NotSupported("spec.sessionAffinity", affinity, "ClientIP", "None");
        }

        ValidatePorts(spec, faults);
    }

    public static void ValidateUpdate(KubeObject old, KubeObject updated, Faults faults)
    {
        var before = old.Root["spec"];
        var after = updated.Root["spec"];
        if (before["type"].AsString() == "ExternalName" || after["type"].AsString() == "ExternalName") return;
        if (before["clusterIP"].IsEmpty() || before["clusterIP"] == after["clusterIP"]) return;
        faults.InvalidPrinted(
            "spec.clusterIPs[0]",
            "[]string{" + string.Join(", ", after["clusterIPs"].Texts().Select(ip => $"\"{ip}\"")) + "}",
            "may not change once set");
    }

    private static void ValidatePorts(Node spec, Faults faults)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var numbers = new HashSet<(long, string)>();
        var count = spec["ports"].AsList()?.Count ?? 0;
        var i = 0;
        foreach (var port in spec["ports"].Maps())
        {
            var at = $"spec.ports[{i++}]";
            var name = port["name"].Text();
            if (name.Length == 0)
            {
                if (count > 1) faults.Required(at + ".name");
            }
            else if (Formats.DnsLabel(name) is { Count: > 0 } problems)
            {
                faults.Invalid(at + ".name", name, problems);
            }
            else if (!names.Add(name))
            {
                faults.Duplicate(at + ".name", name);
            }

            var number = port["port"].AsInt() ?? 0;
            if (number is < 1 or > 65535) faults.Invalid(at + ".port", number, Formats.Range(1, 65535));
            var protocol = port["protocol"].Text();
            if (protocol is not ("TCP" or "UDP" or "SCTP")) faults.NotSupported(at + ".protocol", protocol, "SCTP", "TCP", "UDP");
            if (port["targetPort"].AsInt() is { } target && target is < 1 or > 65535)
                faults.Invalid(at + ".targetPort", target, Formats.Range(1, 65535));
            if (port["targetPort"].AsString() is { } named) faults.Invalid(at + ".targetPort", named, Formats.PortName(named));
            if (!numbers.Add((number, protocol)))
            {
                faults.Duplicate(at, new MapNode { { "port", number }, { "protocol", protocol } });
            }

            if (port["nodePort"].AsInt() is > 0 && spec["type"].Text() is "ClusterIP" or "ExternalName" && port["nodePort"].AsInt() is > 0)
            {
                faults.Forbidden(at + ".nodePort", "may not be used when `type` is '" + spec["type"].Text() + "'");
            }
        }
    }

    private static void AllocateNodePorts(KubeObject service, MapNode spec, List<KubeObject> others, Faults faults)
    {
        var taken = new HashSet<long>();
        foreach (var port in others.SelectMany(s => s.Root["spec"]["ports"].Maps()))
        {
            if (port["nodePort"].AsInt() is { } used and > 0) taken.Add(used);
        }

        var next = Place(service, NodePorts);
        var i = 0;
        foreach (var port in spec["ports"].Maps())
        {
            var at = $"spec.ports[{i++}].nodePort";
            if (port["nodePort"].AsInt() is { } asked and > 0)
            {
                if (asked is < FirstNodePort or >= FirstNodePort + NodePorts)
                {
                    faults.Invalid(at, asked, "provided port is not in the valid range. The range of valid ports is 30000-32767");
                }
                else if (!taken.Add(asked))
                {
                    faults.Invalid(at, asked, "provided port is already allocated");
                }

                continue;
            }

            for (var tries = 0; tries < NodePorts && !taken.Add(FirstNodePort + next); tries++) next = (next + 1) % NodePorts;
            port["nodePort"] = FirstNodePort + next;
        }

        if (spec["type"].AsString() == "LoadBalancer" && spec["externalTrafficPolicy"].AsString() == "Local"
            && spec["healthCheckNodePort"].AsInt() is null or 0)
        {
            while (!taken.Add(FirstNodePort + next)) next = (next + 1) % NodePorts;
            spec["healthCheckNodePort"] = FirstNodePort + next;
        }
    }

    // 10.96.0.0/16; .0.x is left for well-known addresses such as the API's and DNS'.
    private static string FreeAddress(KubeObject service, HashSet<string> taken)
    {
        const int Addresses = 255 * 254;
        var place = Place(service, Addresses);
        for (var tries = 0; tries < Addresses; tries++)
        {
            var at = (place + tries) % Addresses;
            var address = string.Create(CultureInfo.InvariantCulture, $"10.96.{1 + (at / 254)}.{1 + (at % 254)}");
            if (!taken.Contains(address)) return address;
        }

        return "10.97.0.1";
    }

    // FNV-1a: the same Service gets the same place in every run.
    private static int Place(KubeObject service, int count)
    {
        var hash = 2166136261u;
        foreach (var c in service.Namespace + "/" + service.Name) hash = (hash ^ c) * 16777619u;
        return (int)(hash % (uint)count);
    }
}
