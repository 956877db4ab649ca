using Plumb.Manifests.Documents;
using Plumb.Manifests.Sync;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Objects;

/// <summary>
/// From text to Kubernetes objects: lists are taken apart, and what an API server would refuse for any kind (no kind, no name, a
/// label that is not text) is reported with its place.
/// </summary>
public static class ManifestReader
{
    /// <summary>Reads a YAML or JSON stream. Objects with faults are left out; each fault is an error.</summary>
    public static IReadOnlyList<Manifest> Read(
        ReadOnlySpan<byte> utf8, string file, ICollection<Diagnostic> diagnostics, YamlLimits? limits = null) =>
        FromDocuments(YamlReader.ReadAll(utf8, file, diagnostics, limits), diagnostics);

    /// <summary>Takes the objects out of documents. Empty documents hold none.</summary>
    public static IReadOnlyList<Manifest> FromDocuments(IReadOnlyList<YamlDocument> documents, ICollection<Diagnostic> diagnostics)
    {
        var found = new List<Manifest>(documents.Count);
        foreach (var document in documents)
        {
            if (document.Value.IsNullOrAbsent) continue;
            Add(document.Value, document, [], found, diagnostics);
        }

        return found;
    }

    private static void Add(
        Node value, YamlDocument document, IReadOnlyList<object> path, List<Manifest> found, ICollection<Diagnostic> diagnostics)
    {
        if (value.AsMap() is not { } root)
        {
            diagnostics.Add(Diagnostic.Error(
                document.Locate(path), "a Kubernetes object is a map with apiVersion, kind and metadata; this is " + Describe(value)));
            return;
        }

        var manifest = new Manifest(new KubeObject(root), document, path);
        if (Required(manifest, "kind", diagnostics) is not { } kind) return;
        if (Required(manifest, "apiVersion", diagnostics) is not { } apiVersion) return;
        if (kind.EndsWith("List", StringComparison.Ordinal) && root.ContainsKey("items"))
        {
            AddItems(manifest, apiVersion, kind, found, diagnostics);
            return;
        }

        if (HasFaults(manifest, diagnostics)) return;
        found.Add(manifest);
    }

    private static void AddItems(
        Manifest list, string apiVersion, string kind, List<Manifest> found, ICollection<Diagnostic> diagnostics)
    {
        var items = list.Object.Root["items"];
        if (items.IsNullOrAbsent) return;
        if (items.AsList() is not { } members)
        {
            diagnostics.Add(Diagnostic.Error(list.Locate("items"), $"items of a {kind} must be a list; this is {Describe(items)}"));
            return;
        }

        for (var i = 0; i < members.Count; i++)
        {
            // Members of a typed list (PodList) may leave out what the list says.
            if (kind != "List" && members[i].AsMap() is { } member && !member.ContainsKey("kind"))
            {
                member["kind"] = kind[..^"List".Length];
                if (!member.ContainsKey("apiVersion")) member["apiVersion"] = apiVersion;
            }

            Add(members[i], list.Document, [.. list.Path, "items", i], found, diagnostics);
        }
    }

    private static string? Required(Manifest manifest, string field, ICollection<Diagnostic> diagnostics)
    {
        var value = manifest.Object.Root[field];
        if (value.AsString() is { Length: > 0 } text) return text;
        diagnostics.Add(Diagnostic.Error(
            manifest.Locate(field),
            value.IsNullOrAbsent || value.AsString() is not null
                ? $"{field} is missing; every Kubernetes object has apiVersion, kind and metadata.name"
                : $"{field} must be text; this is {Describe(value)}"));
        return null;
    }

    private static bool HasFaults(Manifest manifest, ICollection<Diagnostic> diagnostics)
    {
        var before = diagnostics.Count;
        var what = manifest.Object.Kind;
        var metadata = manifest.Object.Root["metadata"];
        if (metadata.AsMap() is not { } map)
        {
            diagnostics.Add(Diagnostic.Error(
                manifest.Locate("metadata"),
                metadata.IsNullOrAbsent ? $"{what}: metadata.name is missing"
                    : $"{what}: metadata must be a map; this is {Describe(metadata)}"));
            return true;
        }

        Text(manifest, map, "name", diagnostics);
        Text(manifest, map, "generateName", diagnostics);
        Text(manifest, map, "namespace", diagnostics);
        TextMap(manifest, map, "labels", diagnostics);
        TextMap(manifest, map, "annotations", diagnostics);
        if (diagnostics.Count == before && manifest.Object.Name.Length == 0 && map["generateName"].AsString() is null or "" && !IsHook(manifest))
            diagnostics.Add(Diagnostic.Error(manifest.Locate("metadata"), $"{what}: metadata.name is missing"));
        return diagnostics.Count > before;
    }

    /// <summary>A hook needs no name: it gets one for each of its phases, as in Argo CD.</summary>
    private static bool IsHook(Manifest manifest) =>
        manifest.Object.Annotation(SyncAnnotations.Hook) is not null || manifest.Object.Annotation(SyncAnnotations.HelmHook) is not null;

    private static void Text(Manifest manifest, MapNode metadata, string field, ICollection<Diagnostic> diagnostics)
    {
        var value = metadata[field];
        if (value.IsNullOrAbsent) return;
        if (value.AsString() is { } text)
        {
            if (!IsSegment(text))
            {
                diagnostics.Add(Diagnostic.Error(
                    manifest.Locate("metadata", field),
                    $"{manifest.Object.Kind}: metadata.{field} cannot be \"{text}\": no name may be . or .., or have a / or % in it"));
            }

            return;
        }

        diagnostics.Add(Diagnostic.Error(
            manifest.Locate("metadata", field),
            $"{manifest.Object.Kind}: metadata.{field} must be text; this is {Describe(value)}{Quote(value)}"));
    }

    /// <summary>
    /// Whether it can stand in the path of a request: the rule of the API server for every name (<c>IsValidPathSegmentName</c>). Any other would
    /// make a request for another object of it.
    /// </summary>
    private static bool IsSegment(string name) => name is not ("." or "..") && name.AsSpan().IndexOfAny('/', '%') < 0;

    private static void TextMap(Manifest manifest, MapNode metadata, string field, ICollection<Diagnostic> diagnostics)
    {
        var value = metadata[field];
        if (value.IsNullOrAbsent) return;
        var what = $"{manifest.Object.Kind}/{manifest.Object.Name}: metadata.{field}";
        if (value.AsMap() is not { } map)
        {
            diagnostics.Add(Diagnostic.Error(manifest.Locate("metadata", field), $"{what} must be a map; this is {Describe(value)}"));
            return;
        }

        foreach (var (key, item) in map)
        {
            if (item.AsString() is not null || item.Kind == NodeKind.Null) continue;
            diagnostics.Add(Diagnostic.Error(
                manifest.Locate("metadata", field, key), $"{what}[\"{key}\"] must be text; this is {Describe(item)}{Quote(item)}"));
        }
    }

    private static string Quote(Node value) => value.Kind is NodeKind.Map or NodeKind.List ? "" : "; quote it";

    internal static string Describe(Node value) => value.Kind switch
    {
        NodeKind.Map => "a map",
        NodeKind.List => "a list",
        NodeKind.String => "text",
        NodeKind.Null or NodeKind.Absent => "nothing",
        NodeKind.Bool => "the boolean " + value,
        _ => "the number " + value,
    };
}
