using Plumb.Kubernetes.Client;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Kubernetes.Discovery;

/// <summary>A kind without its version: what two versions of it share.</summary>
internal readonly record struct GroupKind(string Group, string Kind)
{
    /// <summary><c>apps/Deployment</c>; core kinds: <c>Pod</c>.</summary>
    public override string ToString() => Group.Length == 0 ? Kind : Group + "/" + Kind;
}

/// <summary>One kind that the API server serves, at one version.</summary>
/// <param name="Type">Group, version and kind.</param>
/// <param name="Plural">Its name in URLs.</param>
/// <param name="Namespaced">Whether its objects live in namespaces.</param>
/// <param name="Verbs">What can be done to it.</param>
internal sealed record ApiResource(GroupVersionKind Type, string Plural, bool Namespaced, IReadOnlyList<string> Verbs)
{
    public string Kind => Type.Kind;

    public GroupKind GroupKind => new(Type.Group, Type.Kind);

    /// <summary>Whether a watch cache can hold it.</summary>
    public bool Watchable => Verbs.Contains("list") && Verbs.Contains("watch");

    /// <summary>The URL path of one object, or of the collection when <paramref name="name"/> is empty.</summary>
    public string Path(string @namespace, string name)
    {
        var root = Type.Group.Length == 0 ? "/api/" + Type.Version : $"/apis/{Type.Group}/{Type.Version}";
        var scope = Namespaced && @namespace.Length > 0 ? "/namespaces/" + Segment(@namespace) : "";
        return root + scope + "/" + Plural + (name.Length == 0 ? "" : "/" + Segment(name));
    }

    // Dots are not escaped by anybody, and would make the path another one.
    private static string Segment(string name) =>
        name is "." or ".." ? throw new KubeApiException(422, "Invalid", $"\"{name}\" is no name") : Uri.EscapeDataString(name);

    /// <summary>Items of lists of built-in kinds come without apiVersion and kind; this puts them in front.</summary>
    public MapNode Complete(MapNode item)
    {
        if (item.ContainsKey("kind") && item.ContainsKey("apiVersion")) return item;
        var whole = new MapNode(item.Count + 2) { ["apiVersion"] = Type.ApiVersion, ["kind"] = Type.Kind };
        foreach (var (key, value) in item) whole[key] = value;
        return whole;
    }

    public bool SameEndpoint(ApiResource other) => Type == other.Type && Plural == other.Plural && Namespaced == other.Namespaced;
}
