using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Kinds;

/// <summary>Ingress, NetworkPolicy, Endpoints.</summary>
internal static class NetworkRules
{
    public static void ValidateIngress(KubeObject ingress, Faults faults)
    {
        var spec = ingress.Root["spec"];
        if (spec["rules"].IsEmpty() && spec["defaultBackend"].IsNullOrAbsent)
        {
            faults.Invalid("spec", spec.IsNullOrAbsent ? new MapNode() : spec, "either `defaultBackend` or `rules` must be specified");
        }

        if (spec["defaultBackend"].AsMap() is { } backend) ValidateBackend(backend, "spec.defaultBackend", faults);
        var t = 0;
        foreach (var tls in spec["tls"].Maps())
        {
            var h = 0;
            foreach (var host in tls["hosts"].Texts())
                faults.Invalid($"spec.tls[{t}].hosts[{h++}]", host, Formats.DnsSubdomain(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host));
            t++;
        }

        if (spec["ingressClassName"].AsString() is { } className)
            faults.Invalid("spec.ingressClassName", className, Formats.DnsSubdomain(className));
        var i = 0;
        foreach (var rule in spec["rules"].Maps())
        {
            var at = $"spec.rules[{i++}]";
            if (rule["host"].AsString() is { Length: > 0 } host)
            {
                if (System.Net.IPAddress.TryParse(host, out _)) faults.Invalid(at + ".host", host, "must be a DNS name, not an IP address");
                faults.Invalid(at + ".host", host, Formats.DnsSubdomain(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host));
            }

            if (rule["http"].AsMap() is not { } http) continue;
            if (http["paths"].IsEmpty()) faults.Required(at + ".http.paths");
            var j = 0;
            foreach (var path in http["paths"].Maps()) ValidatePath(path, $"{at}.http.paths[{j++}]", faults);
        }
    }

    public static void DefaultNetworkPolicy(KubeObject policy)
    {
        var spec = policy.Root.GetOrAddMap("spec");
        spec.Default("podSelector", new MapNode());
        if (spec["policyTypes"].IsEmpty())
        {
            var types = new ListNode(["Ingress"]);
            if (!spec["egress"].IsEmpty()) types.Add("Egress");
            spec["policyTypes"] = types;
        }

        foreach (var rule in spec["ingress"].Maps().Concat(spec["egress"].Maps()))
        {
            foreach (var port in rule["ports"].Maps()) port.Default("protocol", "TCP");
        }
    }

    public static void ValidateNetworkPolicy(KubeObject policy, Faults faults)
    {
        var spec = policy.Root["spec"];
        Selectors.Validate(spec["podSelector"], "spec.podSelector", faults);
        ValidateRules(spec["ingress"], "spec.ingress", "from", faults);
        ValidateRules(spec["egress"], "spec.egress", "to", faults);
        var i = 0;
        foreach (var type in spec["policyTypes"].Texts())
        {
            if (type is not ("Ingress" or "Egress")) faults.NotSupported($"spec.policyTypes[{i}]", type, "Egress", "Ingress");
            i++;
        }
    }

    public static void ValidateIngressClass(KubeObject ingressClass, Faults faults)
    {
        var controller = ingressClass.Root["spec"]["controller"].Text();
        if (controller.Length == 0) faults.Required("spec.controller");
        else if (!controller.Contains('/'))
            faults.Invalid("spec.controller", controller, "must be a domain-prefixed path (such as \"acme.io/foo\")");
    }

    public static void ValidateIngressClassUpdate(KubeObject old, KubeObject updated, Faults faults)
    {
        if (old.Root["spec"]["controller"] != updated.Root["spec"]["controller"])
            faults.Invalid("spec.controller", updated.Root["spec"]["controller"], "field is immutable");
    }

    public static void ValidateEndpoints(KubeObject endpoints, Faults faults)
    {
        var i = 0;
        foreach (var subset in endpoints.Root["subsets"].Maps())
        {
            var at = $"subsets[{i++}]";
            if (subset["addresses"].IsEmpty() && subset["notReadyAddresses"].IsEmpty())
                faults.Required(at, "must specify `addresses` or `notReadyAddresses`");
            foreach (var field in (ReadOnlySpan<string>)["addresses", "notReadyAddresses"])
            {
                var j = 0;
                foreach (var address in subset[field].Maps())
                {
                    var (ip, place) = (address["ip"].Text(), $"{at}.{field}[{j++}].ip");
                    Addresses.ValidateEndpoint(ip, place, faults);
                    if (!Addresses.IsAddress(ip)) faults.Invalid(place, ip, "must be a valid IP address"); // a server finds it twice
                }
            }

            var k = 0;
            foreach (var port in subset["ports"].Maps())
            {
                var portAt = $"{at}.ports[{k++}]";
                if (subset["ports"].AsList()!.Count > 1 && port["name"].IsEmpty()) faults.Required(portAt + ".name");
                if ((port["port"].AsInt() ?? 0) is var number and (< 1 or > 65535)) faults.Invalid(portAt + ".port", number, Formats.Range(1, 65535));
            }
        }
    }

    public static void DefaultEndpoints(KubeObject endpoints)
    {
        foreach (var subset in endpoints.Root["subsets"].Maps())
        {
            foreach (var port in subset["ports"].Maps()) port.Default("protocol", "TCP");
        }
    }

    private static void ValidateRules(Node rules, string field, string peers, Faults faults)
    {
        var i = 0;
        foreach (var rule in rules.Maps())
        {
            var at = $"{field}[{i++}]";
            var j = 0;
            foreach (var port in rule["ports"].Maps()) ValidatePolicyPort(port, $"{at}.ports[{j++}]", faults);
            j = 0;
            foreach (var peer in rule[peers].Maps()) ValidatePeer(peer, $"{at}.{peers}[{j++}]", faults);
        }
    }

    private static void ValidatePolicyPort(MapNode port, string at, Faults faults)
    {
        if (port["protocol"].AsString() is { } protocol and not ("TCP" or "UDP" or "SCTP"))
            faults.NotSupported(at + ".protocol", protocol, "SCTP", "TCP", "UDP");
        if (port["port"].AsInt() is { } number and (< 1 or > 65535)) faults.Invalid(at + ".port", number, Formats.Range(1, 65535));
        if (port["port"].AsString() is { } name) faults.Invalid(at + ".port", name, Formats.PortName(name));
    }

    private static void ValidatePeer(MapNode peer, string at, Faults faults)
    {
        if (peer.Count == 0) faults.Required(at, "must specify a peer");
        Selectors.Validate(peer["podSelector"], at + ".podSelector", faults);
        Selectors.Validate(peer["namespaceSelector"], at + ".namespaceSelector", faults);
        if (peer["ipBlock"].AsMap() is not { } block) return;
        if (peer.Count > 1) faults.Forbidden(at, "may not specify both ipBlock and another peer");
        var cidr = block["cidr"].Text();
        if (cidr.Length == 0) faults.Required(at + ".ipBlock.cidr");
        else if (!System.Net.IPNetwork.TryParse(cidr, out var network)) faults.Invalid(at + ".ipBlock.cidr", cidr, Addresses.CidrProblem);
        else ValidateExcept(block["except"], network, at + ".ipBlock.except", faults);
    }

    private static void ValidateExcept(Node except, System.Net.IPNetwork network, string field, Faults faults)
    {
        var i = 0;
        foreach (var text in except.Texts())
        {
            var at = $"{field}[{i++}]";
            if (!System.Net.IPNetwork.TryParse(text, out var hole)) faults.Invalid(at, text, Addresses.CidrProblem);
            else if (!network.Contains(hole.BaseAddress) || hole.PrefixLength <= network.PrefixLength)
                faults.Invalid(at, text, "must be a strict subset of `cidr`");
        }
    }

    private static void ValidatePath(MapNode path, string at, Faults faults)
    {
        var type = path["pathType"].Text();
        if (type.Length == 0)
        {
            faults.Required(at + ".pathType", "pathType must be specified");
            return;
        }

        if (type is not ("Exact" or "ImplementationSpecific" or "Prefix"))
        {
            faults.NotSupported(at + ".pathType", type, "Exact", "ImplementationSpecific", "Prefix");
        }

        var value = path["path"].Text();
        if (type is "Exact" or "Prefix" && !value.StartsWith('/')) faults.Invalid(at + ".path", value, "must be an absolute path");
        else if (type == "ImplementationSpecific" && value.Length > 0 && !value.StartsWith('/'))
            faults.Invalid(at + ".path", value, "must be an absolute path");
        if (path["backend"].AsMap() is { } backend) ValidateBackend(backend, at + ".backend", faults);
        else faults.Required(at + ".backend");
    }

    private static void ValidateBackend(MapNode backend, string at, Faults faults)
    {
        if (backend["service"].AsMap() is not { } service)
        {
            if (backend["resource"].IsNullOrAbsent) faults.Invalid(at, "", "resource or service backend is required");
            return;
        }

        if (!backend["resource"].IsNullOrAbsent) faults.Invalid(at, "", "cannot set both resource and service backends");
        if (service["name"].IsEmpty()) faults.Required(at + ".service.name");
        else faults.Invalid(at + ".service.name", service["name"].Text(), Formats.Dns1035Label(service["name"].Text()));
        var named = !service["port"]["name"].IsEmpty();
        var number = service["port"]["number"].AsInt() ?? 0;
        if (!named && number == 0) faults.Required(at, "port name or number is required");
        else if (named && number != 0) faults.Invalid(at, "", "cannot set both port name & port number");
        else if (!named && number is < 1 or > 65535) faults.Invalid(at + ".service.port.number", number, Formats.Range(1, 65535));
    }
}
