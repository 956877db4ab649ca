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
        if (spec["ingressClassName"].AsString() is { } className)
            faults.Invalid("spec.ingressClassName", className, Formats.DnsSubdomain(className));
        var i = 0;
        foreach (var rule in spec["rules"].Maps())
        {
            var at = $"spec.rules[{i++}]";
            if (rule["host"].AsString() is { Length: > 0 } host)
            {
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
        var i = 0;
        foreach (var type in spec["policyTypes"].Texts())
        {
            if (type is not ("Ingress" or "Egress")) faults.NotSupported($"spec.policyTypes[{i}]", type, "Egress", "Ingress");
            i++;
        }
    }

    public static void DefaultEndpoints(KubeObject endpoints)
    {
        foreach (var subset in endpoints.Root["subsets"].Maps())
        {
            foreach (var port in subset["ports"].Maps()) port.Default("protocol", "TCP");
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
            if (backend["resource"].IsNullOrAbsent) faults.Required(at, "resource or service backend is required");
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
