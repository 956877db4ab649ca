using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Storage;

/// <summary>A frozen object at one revision, with its JSON written once for all who read it.</summary>
internal sealed class StoredObject
{
    private byte[]? _json;

    public StoredObject(KubeObject obj, long revision)
    {
        Object = obj;
        Revision = revision;
        Namespace = obj.Namespace;
        Name = obj.Name;
        Key = KeyOf(Namespace, Name);
        ApiVersion = obj.ApiVersion;
    }

    private StoredObject(string key)
    {
        Object = null!;
        Namespace = Name = ApiVersion = "";
        Key = key;
    }

    public KubeObject Object { get; }

    public long Revision { get; }

    public string Namespace { get; }

    public string Name { get; }

    public string Key { get; }

    public string ApiVersion { get; }

    /// <summary>The object's JSON in its stored version.</summary>
    public byte[] Json => _json ??= Manifests.Documents.Json.Write(Object.Root);

    public bool IsTerminating => !Object.Root["metadata"]["deletionTimestamp"].IsNullOrAbsent;

    public static string KeyOf(string @namespace, string name) => @namespace + "/" + name;

    /// <summary>Stands for a key in searches.</summary>
    public static StoredObject Probe(string key) => new(key);

    /// <summary>The object's JSON in a version: the stored document with another apiVersion.</summary>
    public byte[] JsonAs(string apiVersion) =>
        apiVersion == ApiVersion ? Json : Manifests.Documents.Json.Write(RootAs(apiVersion));

    /// <summary>
    /// The JSON as an item of a list. Go's typed lists leave kind and version to the list, lists of custom kinds repeat them.
    /// </summary>
    public ReadOnlyMemory<byte> ItemAs(string apiVersion, bool typed)
    {
        var json = JsonAs(apiVersion);
        if (!typed || Object.Root.Count < 3) return json;
        var (first, second) = (Object.Root.EntryAt(0).Key, Object.Root.EntryAt(1).Key);
        if ((first, second) is not (("apiVersion", "kind") or ("kind", "apiVersion")))
        {
            var root = new MapNode(Object.Root.Count);
            foreach (var (key, value) in Object.Root)
            {
                if (key is not ("apiVersion" or "kind")) root[key] = value;
            }

            return Manifests.Documents.Json.Write(root);
        }

        // Both come first: what follows them is the item, with the comma before it made the brace.
        var head = Manifests.Documents.Json.Write(new MapNode
        {
            [first] = first == "kind" ? Object.Kind : apiVersion,
            [second] = second == "kind" ? Object.Kind : apiVersion,
        }).Length - 1;
        var item = json.AsSpan(head).ToArray();
        item[0] = (byte)'{';
        return item;
    }

    /// <summary>The document in a version; maps below the root are shared and frozen.</summary>
    public MapNode RootAs(string apiVersion)
    {
        if (apiVersion == ApiVersion) return Object.Root;
        var root = new MapNode(Object.Root.Count);
        foreach (var (key, value) in Object.Root) root[key] = value;
        Conversions.Convert(root, apiVersion);
        return root;
    }
}
