using Plumb.Manifests.Documents;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.Access;

/// <summary>One rule of a role.</summary>
internal sealed record PolicyRule(
    IReadOnlyList<string> Verbs, IReadOnlyList<string> Groups, IReadOnlyList<string> Resources, IReadOnlyList<string> Names,
    IReadOnlyList<string> Urls)
{
    public static IEnumerable<PolicyRule> Read(Node rules) => rules.Maps().Select(r => new PolicyRule(
        [.. r["verbs"].Texts()], [.. r["apiGroups"].Texts()], [.. r["resources"].Texts()], [.. r["resourceNames"].Texts()],
        [.. r["nonResourceURLs"].Texts()]));

    public bool Allows(AccessRequest request)
    {
        if (!Has(Verbs, request.Verb)) return false;
        if (!request.IsResource) return Urls.Any(url => MatchesUrl(url, request.Path));
        return Has(Groups, request.Group) && HasResource(request) && (Names.Count == 0 || Names.Contains(request.Name));
    }

    /// <summary>The single permissions in it, to compare with what somebody holds.</summary>
    public IEnumerable<AccessRequest> Permissions()
    {
        foreach (var verb in Verbs)
        {
            foreach (var url in Urls) yield return new(verb) { Path = url };
            foreach (var group in Groups)
            {
                foreach (var resource in Resources)
                {
                    var slash = resource.IndexOf('/');
                    var plain = new AccessRequest(verb)
                    {
                        Group = group,
                        Resource = slash < 0 ? resource : resource[..slash],
                        Subresource = slash < 0 ? "" : resource[(slash + 1)..],
                    };
                    if (Names.Count == 0) yield return plain;
                    foreach (var name in Names) yield return plain with { Name = name };
                }
            }
        }
    }

    public MapNode ToNode()
    {
        var node = new MapNode { ["verbs"] = List(Verbs) };
        if (Groups.Count > 0) node["apiGroups"] = List(Groups);
        if (Resources.Count > 0) node["resources"] = List(Resources);
        if (Names.Count > 0) node["resourceNames"] = List(Names);
        if (Urls.Count > 0) node["nonResourceURLs"] = List(Urls);
        return node;
    }

    private bool HasResource(AccessRequest request)
    {
        foreach (var resource in Resources)
        {
            if (resource == "*") return true;
            if (request.Subresource.Length == 0 && resource == request.Resource) return true;
            if (request.Subresource.Length == 0 || !resource.EndsWith("/" + request.Subresource, StringComparison.Ordinal)) continue;
            if (resource == $"{request.Resource}/{request.Subresource}" || resource == "*/" + request.Subresource) return true;
        }

        return false;
    }

    private static bool MatchesUrl(string url, string path) =>
        url == "*" || url == path || (url.EndsWith('*') && path.StartsWith(url.TrimEnd('*'), StringComparison.Ordinal));

    private static bool Has(IReadOnlyList<string> allowed, string asked) => allowed.Contains("*") || allowed.Contains(asked);

    private static ListNode List(IReadOnlyList<string> texts) => new(texts.Select(t => (Node)t));
}
