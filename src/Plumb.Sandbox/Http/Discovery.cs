using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Sandbox.Http.Protobuf;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Http;

/// <summary>What the server says about itself: health, version, groups, resources, OpenAPI. Documents are made once per catalog.</summary>
internal sealed class Discovery(ObjectStore store, Func<string> address)
{
    private sealed record Cached(long Generation, ConcurrentDictionary<string, byte[]> Documents);

    private volatile Cached _cached = new(0, new());

    /// <summary>Answers when the path is one of these; null otherwise.</summary>
    public Task? TryWriteAsync(HttpContext context, string path)
    {
        var trimmed = path.TrimEnd('/');
        if (trimmed is "/healthz" or "/readyz" or "/livez" || trimmed.StartsWith("/readyz/", StringComparison.Ordinal)
            || trimmed.StartsWith("/livez/", StringComparison.Ordinal) || trimmed.StartsWith("/healthz/", StringComparison.Ordinal))
        {
            return Responses.WriteAsync(context, 200, "ok"u8.ToArray(), "text/plain; charset=utf-8");
        }

        var catalog = store.Catalog;
        var aggregated = Accept.DiscoveryVersion(context.Request);
        switch (trimmed)
        {
            case "": return Responses.WriteAsync(context, 200, Paths(catalog));
            case "/version": return Responses.WriteAsync(context, 200, Version());
            case "/api" or "/apis" when aggregated is not null:
                return Responses.WriteAsync(
                    context,
                    200,
                    Document(catalog, aggregated + trimmed, () => Aggregated(catalog, aggregated, trimmed == "/api")),
                    $"application/json;g=apidiscovery.k8s.io;v={aggregated};as=APIGroupDiscoveryList");
            case "/api": return Responses.WriteAsync(context, 200, CoreVersions());
            case "/apis": return Responses.WriteAsync(context, 200, Document(catalog, trimmed, () => Groups(catalog)));
            case "/openapi/v2": return OpenApiV2Async(context, catalog);
            case "/openapi/v3": return Responses.WriteAsync(context, 200, Document(catalog, trimmed, () => OpenApiIndex(catalog)));
        }

        if (trimmed.StartsWith("/openapi/v3/", StringComparison.Ordinal))
        {
            var name = trimmed["/openapi/v3/".Length..];
            return GroupVersion(catalog, name) is { } known
                ? Responses.WriteAsync(context, 200, Document(catalog, trimmed, () => OpenApiV3(catalog, known)))
                : null;
        }

        var parts = trimmed.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is ["api", var core] && catalog.Versions("").Contains(core)) return WriteResourcesAsync(context, catalog, "", core);
        if (parts is ["apis", var group, var version] && catalog.Versions(group).Contains(version))
        {
            return WriteResourcesAsync(context, catalog, group, version);
        }

        if (parts is ["apis", var g] && catalog.Groups.Contains(g) && g.Length > 0)
        {
            var node = Group(catalog, g);
            node["kind"] = "APIGroup";
            node["apiVersion"] = "v1";
            return Responses.WriteAsync(context, 200, node);
        }

        return null;
    }

    private Task WriteResourcesAsync(HttpContext context, Catalog catalog, string group, string version) =>
        Responses.WriteAsync(context, 200, Document(catalog, $"resources/{group}/{version}", () => Json.Write(Resources(catalog, group, version))));

    private byte[] Document(Catalog catalog, string key, Func<byte[]> make)
    {
        var cached = _cached;
        if (cached.Generation != catalog.Generation) _cached = cached = new(catalog.Generation, new());
        return cached.Documents.GetOrAdd(key, _ => make());
    }

    private static MapNode Version()
    {
        var version = BuiltInKinds.KubernetesVersion;
        var parts = version.Split('.');
        return new MapNode
        {
            ["major"] = parts[0],
            ["minor"] = parts.Length > 1 ? parts[1] : "0",
            ["gitVersion"] = $"v{version}+plumb-sandbox",
            ["gitCommit"] = "",
            ["gitTreeState"] = "clean",
            ["buildDate"] = "1970-01-01T00:00:00Z",
            ["goVersion"] = "none",
            ["compiler"] = "dotnet",
            ["platform"] = "sandbox",
        };
    }

    private MapNode CoreVersions() => new()
    {
        ["kind"] = "APIVersions",
        ["versions"] = new ListNode { "v1" },
        ["serverAddressByClientCIDRs"] = new ListNode { new MapNode { ["clientCIDR"] = "0.0.0.0/0", ["serverAddress"] = address() } },
    };

    private static MapNode Paths(Catalog catalog)
    {
        var paths = new ListNode { "/api", "/api/v1", "/apis", "/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version" };
        foreach (var group in catalog.Groups.Where(g => g.Length > 0))
        {
            paths.Add("/apis/" + group);
            foreach (var version in catalog.Versions(group)) paths.Add($"/apis/{group}/{version}");
        }

        return new MapNode { ["paths"] = paths };
    }

    private static byte[] Groups(Catalog catalog)
    {
        var groups = new ListNode();
        foreach (var group in catalog.Groups)
        {
            if (group.Length > 0) groups.Add(Group(catalog, group));
        }

        return Json.Write(new MapNode { ["kind"] = "APIGroupList", ["apiVersion"] = "v1", ["groups"] = groups });
    }

    private static MapNode Group(Catalog catalog, string group)
    {
        var versions = new ListNode();
        foreach (var version in catalog.Versions(group))
        {
            versions.Add(new MapNode { ["groupVersion"] = $"{group}/{version}", ["version"] = version });
        }

        return new MapNode { ["name"] = group, ["versions"] = versions, ["preferredVersion"] = versions[0].DeepClone() };
    }

    // By it a client sees that objects are stored in another version than before (apiserver StorageVersionHash).
    private static string StorageHash(ResourceType type) => Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(
        System.Text.Encoding.UTF8.GetBytes($"{type.Group}/{type.StorageVersion}/{type.Kind}")).AsSpan(0, 8));

    private static MapNode Resources(Catalog catalog, string group, string version)
    {
        var resources = new ListNode();
        foreach (var (type, served) in Served(catalog, group, version))
        {
            var resource = new MapNode
            {
                ["name"] = type.Plural,
                ["singularName"] = type.Singular,
                ["namespaced"] = type.Namespaced,
                ["kind"] = type.Kind,
                ["verbs"] = Texts(served.Verbs),
            };
            if (type.ShortNames.Count > 0) resource["shortNames"] = Texts(type.ShortNames);
            if (type.Categories.Count > 0) resource["categories"] = Texts(type.Categories);
            if (served.Verbs.Contains("get")) resource["storageVersionHash"] = StorageHash(type);
            resources.Add(resource);
            foreach (var (name, kind, verbs) in Subresources(type, served))
            {
                var sub = new MapNode { ["name"] = $"{type.Plural}/{name}", ["singularName"] = "", ["namespaced"] = type.Namespaced };
                if (kind.Group != group || kind.Version != version)
                {
                    if (kind.Group.Length > 0) sub["group"] = kind.Group;
                    sub["version"] = kind.Version;
                }

                sub["kind"] = kind.Kind;
                sub["verbs"] = Texts(verbs);
                resources.Add(sub);
            }
        }

        return new MapNode
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = group.Length == 0 ? Node.Absent : "v1", // the list of the core group has none
            ["groupVersion"] = group.Length == 0 ? version : $"{group}/{version}",
            ["resources"] = resources,
        };
    }

    private static byte[] Aggregated(Catalog catalog, string form, bool core)
    {
        var items = new ListNode();
        foreach (var group in catalog.Groups.Where(g => g.Length == 0 == core))
        {
            var versions = new ListNode();
            foreach (var version in catalog.Versions(group))
            {
                var resources = new ListNode();
                foreach (var (type, served) in Served(catalog, group, version)) resources.Add(AggregatedResource(type, served));
                versions.Add(new MapNode { ["version"] = version, ["resources"] = resources, ["freshness"] = "Current" });
            }

            var metadata = new MapNode { ["creationTimestamp"] = Node.Null };
            if (!core) metadata["name"] = group;
            items.Add(new MapNode { ["metadata"] = metadata, ["versions"] = versions });
        }

        return Json.Write(new MapNode
        {
            ["kind"] = "APIGroupDiscoveryList",
            ["apiVersion"] = "apidiscovery.k8s.io/" + form,
            ["metadata"] = new MapNode(),
            ["items"] = items,
        });
    }

    private static MapNode AggregatedResource(ResourceType type, ServedVersion served)
    {
        var resource = new MapNode
        {
            ["resource"] = type.Plural,
            ["responseKind"] = KindNode(new(type.Group, served.Version, type.Kind)),
            ["scope"] = type.Namespaced ? "Namespaced" : "Cluster",
            ["singularResource"] = type.Singular,
            ["verbs"] = Texts(served.Verbs),
        };
        if (type.ShortNames.Count > 0) resource["shortNames"] = Texts(type.ShortNames);
        if (type.Categories.Count > 0) resource["categories"] = Texts(type.Categories);
        var subresources = new ListNode();
        foreach (var (name, kind, verbs) in Subresources(type, served))
        {
            subresources.Add(new MapNode { ["subresource"] = name, ["responseKind"] = KindNode(kind), ["verbs"] = Texts(verbs) });
        }

        if (subresources.Count > 0) resource["subresources"] = subresources;
        return resource;
    }

    private static MapNode KindNode(GroupVersionKind kind) =>
        new() { ["group"] = kind.Group, ["version"] = kind.Version, ["kind"] = kind.Kind };

    private static IEnumerable<(string Name, GroupVersionKind Kind, string[] Verbs)> Subresources(ResourceType type, ServedVersion served)
    {
        var own = new GroupVersionKind(type.Group, served.Version, type.Kind);
        if (type.Is("", "Pod"))
        {
            yield return ("eviction", new("policy", "v1", "Eviction"), ["create"]);
            yield return ("log", own, ["get"]);
        }

        if (type.Is("certificates.k8s.io", "CertificateSigningRequest")) yield return ("approval", own, ["get", "patch", "update"]);
        if (type.Is("", "Namespace")) yield return ("finalize", own, ["update"]);
        if (served.Scale is not null) yield return ("scale", new("autoscaling", "v1", "Scale"), ["get", "patch", "update"]);
        if (served.HasStatus) yield return ("status", own, ["get", "patch", "update"]);
        if (type.Is("", "ServiceAccount")) yield return ("token", new("authentication.k8s.io", "v1", "TokenRequest"), ["create"]);
    }

    private static IEnumerable<(ResourceType Type, ServedVersion Version)> Served(Catalog catalog, string group, string version)
    {
        foreach (var kind in catalog.Kinds.Where(k => k.Type.Group == group).OrderBy(k => k.Type.Plural, StringComparer.Ordinal))
        {
            var type = kind.Type;
            if (type.Version(version) is { } served) yield return (type, served);
        }
    }

    private Task OpenApiV2Async(HttpContext context, Catalog catalog)
    {
        var accept = context.Request.Headers.Accept.ToString();
        if (accept.Contains("protobuf", StringComparison.Ordinal) && !accept.Contains("json", StringComparison.Ordinal))
        {
            var message = Document(catalog, OpenApiV2Message.MediaType, () => OpenApiV2Message.Write(Json.Parse(OpenApiV2(catalog))));
            return Responses.WriteAsync(context, 200, message, OpenApiV2Message.MediaType);
        }

        return Responses.WriteAsync(context, 200, OpenApiV2(catalog));
    }

    private byte[] OpenApiV2(Catalog catalog) => Document(catalog, "/openapi/v2", () =>
        WriteWith(w => OpenApi.WriteV2(w, catalog.Kinds.SelectMany(k => k.Type.Versions.Select(v => Described(k.Type, v))))));

    private static byte[] OpenApiIndex(Catalog catalog)
    {
        var paths = new MapNode();
        foreach (var group in catalog.Groups)
        {
            foreach (var version in catalog.Versions(group))
            {
                var name = group.Length == 0 ? "api/" + version : $"apis/{group}/{version}";
                paths[name] = new MapNode { ["serverRelativeURL"] = $"/openapi/v3/{name}?hash={catalog.Generation:x}" };
            }
        }

        return Json.Write(new MapNode { ["paths"] = paths });
    }

    private static (string Group, string Version)? GroupVersion(Catalog catalog, string name)
    {
        var parts = name.Split('/');
        if (parts is ["api", var core] && catalog.Versions("").Contains(core)) return ("", core);
        return parts is ["apis", var group, var version] && catalog.Versions(group).Contains(version) ? (group, version) : null;
    }

    private static byte[] OpenApiV3(Catalog catalog, (string Group, string Version) asked)
    {
        var kinds = Served(catalog, asked.Group, asked.Version).Select(s => Described(s.Type, s.Version));
        var name = asked.Group.Length == 0 ? asked.Version : $"{asked.Group}/{asked.Version}";
        return WriteWith(w => OpenApi.WriteV3(w, name, kinds));
    }

    private static byte[] WriteWith(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using (var writer = new Utf8JsonWriter(buffer)) write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    private static OpenApiKind Described(ResourceType type, ServedVersion version) =>
        new(new(type.Group, version.Version, type.Kind), type.Plural, type.Namespaced, version.Schema, version.Verbs, version.HasStatus);

    private static ListNode Texts(IEnumerable<string> texts) => new(texts.Select(t => (Node)t));
}
