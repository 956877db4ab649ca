using Plumb.Kubernetes.Client;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Kubernetes.Discovery;

/// <summary>
/// Asks an API server what it serves: two requests where it offers aggregated discovery (Kubernetes 1.26 and later), else one for each
/// group version.
/// </summary>
internal sealed class DiscoveryReader(KubeClient client)
{
    private const string Aggregated =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
        + "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

    /// <summary>Reads everything.</summary>
    /// <exception cref="KubeApiException">The server cannot be reached or refuses.</exception>
    public async Task<ApiCatalog> ReadAsync(CancellationToken ct)
    {
        var versionTask = client.GetAsync("/version", ct);
        var coreTask = client.GetAsync("/api", ct, Aggregated);
        var groupsTask = client.GetAsync("/apis", ct, Aggregated);
        await Task.WhenAll(versionTask, coreTask, groupsTask);
        var (version, core, groups) = (await versionTask, await coreTask, await groupsTask);

        var unavailable = new List<string>();
        List<ApiResource> resources =
        [
            .. await ReadRootAsync(core, GroupVersionsOfCore(core), unavailable, ct),
            .. await ReadRootAsync(groups, GroupVersions(groups), unavailable, ct),
        ];
        return new ApiCatalog(version["gitVersion"].AsString() ?? "", resources, unavailable);
    }

    private async Task<IReadOnlyList<ApiResource>> ReadRootAsync(
        Node root, IReadOnlyList<(string Group, string Version)> listed, List<string> unavailable, CancellationToken ct)
    {
        if (root["kind"].AsString() == "APIGroupDiscoveryList") return ReadAggregated(root, unavailable);
        var pages = await Task.WhenAll(listed.Select(gv => ReadGroupVersionAsync(gv.Group, gv.Version, ct)));
        for (var i = 0; i < pages.Length; i++)
        {
            if (pages[i] is null) unavailable.Add(new GroupVersionKind(listed[i].Group, listed[i].Version, "").ApiVersion);
        }

        return [.. pages.SelectMany(p => p ?? [])];
    }

    private static List<ApiResource> ReadAggregated(Node root, List<string> unavailable)
    {
        var found = new List<ApiResource>();
        foreach (var group in root["items"].AsList() ?? [])
        {
            var groupName = group["metadata"]["name"].AsString() ?? "";
            foreach (var version in group["versions"].AsList() ?? [])
            {
                var versionName = version["version"].AsString() ?? "";
                if (version["freshness"].AsString() == "Stale") unavailable.Add(new GroupVersionKind(groupName, versionName, "").ApiVersion);
                foreach (var resource in version["resources"].AsList() ?? [])
                {
                    var kind = resource["responseKind"]["kind"].AsString() ?? "";
                    if (kind.Length == 0) continue;
                    found.Add(new ApiResource(
                        new GroupVersionKind(groupName, versionName, kind), resource["resource"].AsString() ?? "",
                        resource["scope"].AsString() == "Namespaced", Texts(resource["verbs"])));
                }
            }
        }

        return found;
    }

    /// <summary>Null when this group version cannot be read: its aggregated server is down, which must not hide all others.</summary>
    private async Task<List<ApiResource>?> ReadGroupVersionAsync(string group, string version, CancellationToken ct)
    {
        Node page;
        try
        {
            page = await client.GetAsync(group.Length == 0 ? "/api/" + version : $"/apis/{group}/{version}", ct);
        }
        catch (KubeApiException e) when (!e.IsClusterFault)
        {
            return null;
        }

        var found = new List<ApiResource>();
        foreach (var resource in page["resources"].AsList() ?? [])
        {
            var name = resource["name"].AsString() ?? "";
            if (name.Contains('/', StringComparison.Ordinal)) continue; // a subresource
            found.Add(new ApiResource(
                new GroupVersionKind(group, version, resource["kind"].AsString() ?? ""), name,
                resource["namespaced"].AsBool() ?? false, Texts(resource["verbs"])));
        }

        return found;
    }

    private static List<(string Group, string Version)> GroupVersionsOfCore(Node core) =>
        [.. Texts(core["versions"]).Select(v => ("", v))];

    /// <summary>Each group's preferred version first.</summary>
    private static List<(string Group, string Version)> GroupVersions(Node root)
    {
        var found = new List<(string, string)>();
        foreach (var group in root["groups"].AsList() ?? [])
        {
            var name = group["name"].AsString() ?? "";
            var preferred = group["preferredVersion"]["version"].AsString() ?? "";
            if (preferred.Length > 0) found.Add((name, preferred));
            foreach (var version in group["versions"].AsList() ?? [])
            {
                if (version["version"].AsString() is { } text && text != preferred) found.Add((name, text));
            }
        }

        return found;
    }

    private static List<string> Texts(Node list) => [.. (list.AsList() ?? []).Select(n => n.AsString() ?? "").Where(t => t.Length > 0)];
}
