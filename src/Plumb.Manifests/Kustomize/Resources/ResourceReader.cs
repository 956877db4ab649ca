using System.Text;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize.Resources;

/// <summary>Reads objects out of files: lists are taken apart, and what has no kind or no name is refused.</summary>
/// <param name="scopes">Which kinds are namespaced.</param>
/// <param name="limits">Bounds on a file.</param>
/// <param name="budget">Bounds on the whole build.</param>
internal sealed class ResourceReader(IScopes scopes, YamlLimits limits, BuildBudget budget)
{
    /// <summary>All objects of a file.</summary>
    /// <exception cref="KustomizeException">It is no YAML, or holds what is no object.</exception>
    public List<Resource> Read(ReadOnlySpan<byte> utf8, string file)
    {
        var documents = new YamlNodeReader(limits).ReadAll(utf8, file);
        var pending = new Queue<YamlNode>();
        foreach (var document in Unwrapped(documents)) Add(pending, document, file);

        var resources = new List<Resource>();
        while (pending.TryDequeue(out var node))
        {
            if (Kind(node).EndsWith("List", StringComparison.Ordinal) && node.IndexOf("items") >= 0)
            {
                // Members come after what else the file holds, in turn.
                foreach (var item in Items(node, file)) Add(pending, item, file);
                continue;
            }

            var resource = new Resource(node, scopes) { ReadAt = new Origin(file, node.Line, node.Column) };
            resource.ReadNotes();
            resources.Add(resource);
        }

        budget.AddResources(resources.Count);
        return resources;
    }

    /// <summary>All objects of a text.</summary>
    public List<Resource> Read(string text, string file) => Read(Encoding.UTF8.GetBytes(text), file);

    /// <summary>A <c>List</c> that is all of a file stands for its items, whatever they are.</summary>
    private static IEnumerable<YamlNode> Unwrapped(List<YamlNode> documents)
    {
        if (documents is not [{ } only] || Kind(only) is not ("List" or "ResourceList")) return documents;
        return only.Get("items") is { } items ? items.Content : only.IndexOf("functionConfig") >= 0 ? [] : documents;
    }

    private static List<YamlNode> Items(YamlNode list, string file)
    {
        var items = list.Get("items")!;
        if (items.IsNull) return [];
        return items.Kind == YamlKind.List
            ? items.Content
            : throw new KustomizeException(
                $"expected array in {Kind(list)}/items, but found {(items.Kind == YamlKind.Map ? "map" : "text")}",
                new Origin(file, items.Line, items.Column));
    }

    private static void Add(Queue<YamlNode> pending, YamlNode node, string file)
    {
        if (node.IsEmpty) return;
        Check(node, file);
        pending.Enqueue(node);
    }

    private static void Check(YamlNode node, string file)
    {
        var at = new Origin(file, node.Line, node.Column);
        if (node.Kind != YamlKind.Map) throw new KustomizeException("missing Resource metadata: an object is a map", at);
        var kind = Text(node.Get("kind"));
        var metadata = node.GetFilled("metadata");
        var name = metadata?.Kind == YamlKind.Map ? Text(metadata.Get("name")) : "";
        if (kind.Length == 0)
        {
            var hasAnything = Text(node.Get("apiVersion")).Length > 0 || metadata is not null;
            throw new KustomizeException(
                hasAnything ? $"missing kind in object {Short(node, name)}" : "missing Resource metadata", at);
        }

        if (kind.EndsWith("List", StringComparison.Ordinal)) return;
        if (name.Length == 0) throw new KustomizeException($"missing metadata.name in object {Short(node, name)}", at);
    }

    private static string Short(YamlNode node, string name) =>
        $"{{apiVersion: {Text(node.Get("apiVersion"))}, kind: {Text(node.Get("kind"))}, name: {name}}}";

    private static string Kind(YamlNode node) => Text(node.Get("kind"));

    private static string Text(YamlNode? node) => node is { Kind: YamlKind.Scalar, IsNull: false } ? node.Value : "";
}
