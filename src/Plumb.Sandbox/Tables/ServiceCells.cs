using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Tables;

/// <summary>Cells of services and ingresses.</summary>
internal static class ServiceCells
{
    public static string ExternalIp(Node service)
    {
        var external = string.Join(",", service["spec"]["externalIPs"].AsList()?.Select(i => i.AsString()) ?? []);
        switch (service["spec"]["type"].AsString())
        {
            case "ExternalName": return service["spec"]["externalName"].AsString() ?? "<none>";
            case "LoadBalancer":
                var balanced = Addresses(service);
                return (balanced, external) switch
                {
                    ("", "") => "<pending>",
                    (_, "") => balanced,
                    ("", _) => external,
                    _ => balanced + "," + external,
                };
            default: return external.Length == 0 ? "<none>" : external;
        }
    }

    public static string Ports(Node service)
    {
        var ports = service["spec"]["ports"].AsList();
        if (ports is null or { Count: 0 }) return "<none>";
        return string.Join(",", ports.Select(p => p["nodePort"].AsInt() is > 0 and var node
            ? $"{p["port"].AsInt()}:{node}/{p["protocol"].AsString() ?? "TCP"}"
            : $"{p["port"].AsInt()}/{p["protocol"].AsString() ?? "TCP"}"));
    }

    public static string Hosts(Node ingress)
    {
        var hosts = (ingress["spec"]["rules"].AsList() ?? []).Select(r => r["host"].AsString()).Where(h => !string.IsNullOrEmpty(h)).ToList();
        if (hosts.Count == 0) return "*";
        return hosts.Count <= 3 ? string.Join(",", hosts) : string.Join(",", hosts.Take(3)) + $" + {hosts.Count - 3} more...";
    }

    public static string Addresses(Node o) => string.Join(",", (o["status"]["loadBalancer"]["ingress"].AsList() ?? [])
        .Select(i => i["ip"].AsString() is { Length: > 0 } ip ? ip : i["hostname"].AsString() ?? ""));
}
