using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Lookups;

/// <summary>
/// What templates get for <c>lookup</c>, by Helm's rules (<c>pkg/engine/lookup_func.go</c>): the whole object as the server has it, now and as
/// the user who asks; nothing where there is none; a fault where the server refuses.
/// </summary>
internal static class Lookup
{
    private const int MaxObjects = 10_000;
    private const int PageSize = 500;

    /// <summary>Asks a cluster.</summary>
    /// <exception cref="TargetException">It cannot be reached, or cannot answer now.</exception>
    public static async Task<LiveAnswer> AskAsync(KubeClient client, ApiResource kind, LookupRequest request, CancellationToken ct)
    {
        var (query, user) = (request.Query, request.Impersonate);
        try
        {
            var content = query.Name.Length > 0
                ? (await SendAsync(client, "get", kind.Path(query.Namespace, query.Name), request, ct)).AsMap()
                : await ListAsync(client, kind, request, ct);
            return content is null ? LiveAnswer.Nothing : LiveAnswer.Of(Json.Write(content));
        }
        catch (KubeApiException e) when (e.Code == 404)
        {
            return LiveAnswer.Nothing;
        }
        catch (KubeApiException e) when (e.Code is 0 or 401 or 429 or >= 500)
        {
            throw new TargetException($"looking up {query} failed: {e.Message}", e);
        }
        catch (KubeApiException e)
        {
            return LiveAnswer.Refused(user is null ? e.Message : $"{e.Message} (asked as {user}, as whom the project delivers)");
        }
    }

    /// <summary>Helm's words for a kind that a cluster does not serve; null for one whose group version it serves: nobody has such objects.</summary>
    public static LiveAnswer Unknown(LiveQuery query, ApiCatalog catalog)
    {
        if (catalog.Capabilities.ApiVersions.Contains(query.ApiVersion)) return LiveAnswer.Nothing;
        var type = GroupVersionKind.Parse(query.ApiVersion, query.Kind);
        return LiveAnswer.Refused(
            $"unable to get apiresource from unstructured: {query.ApiVersion}, Kind={type.Kind}: the server could not find the requested resource");
    }

    private static async Task<MapNode> ListAsync(KubeClient client, ApiResource kind, LookupRequest request, CancellationToken ct)
    {
        var items = new ListNode();
        MapNode? first = null;
        for (var next = ""; ;)
        {
            var path = $"{kind.Path(request.Query.Namespace, "")}?limit={PageSize}" + (next.Length == 0 ? "" : "&continue=" + Uri.EscapeDataString(next));
            var page = await SendAsync(client, "list", path, request, ct);
            first ??= page.AsMap();
            foreach (var item in page["items"].AsList() ?? [])
            {
                if (items.Count == MaxObjects)
                    throw new KubeApiException(413, "TooLarge", $"there are more than {MaxObjects} objects; look up one by its name, or those of one namespace");
                items.Add(item.AsMap() is { } map ? kind.Complete(map) : item);
            }

            if ((next = page["metadata"]["continue"].AsString() ?? "").Length == 0) break;
        }

        // The list's own version moves with every write to the cluster, and says nothing of what is in it.
        return new MapNode
        {
            ["apiVersion"] = first?["apiVersion"] ?? kind.Type.ApiVersion,
            ["kind"] = first?["kind"] ?? kind.Kind + "List",
            ["metadata"] = new MapNode(),
            ["items"] = items,
        };
    }

    private static async Task<Node> SendAsync(KubeClient client, string verb, string path, LookupRequest request, CancellationToken ct) =>
        (await client.SendAsync(new KubeRequest(verb, HttpMethod.Get, path) { Flow = request.Application, User = request.Impersonate }, ct)).Body;
}
