using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Patches;
using Plumb.Manifests.Yaml;

namespace Plumb.Kubernetes.Compare;

/// <summary>Objects as people read them in a diff.</summary>
public static class Display
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>
    /// YAML without managedFields, resourceVersion, uid, generation, creationTimestamp, last-applied and status; values of Secrets
    /// (data, stringData, and their copies in annotations) masked so that equal values get equal masks and different ones differ when
    /// both sides of a diff are made with the same <paramref name="mask"/>. Empty for no object.
    /// </summary>
    /// <param name="obj">The object.</param>
    /// <param name="mask">Masks values.</param>
    /// <param name="secretFields">Other fields to mask, as JSON pointers; null: none.</param>
    public static string ToYaml(KubeObject? obj, SecretMask mask, IReadOnlySet<string>? secretFields = null)
    {
        if (obj is null) return "";
        return Write(ForPeople(obj, mask), mask, secretFields);
    }

    /// <summary>The same with what the server itself writes (uid, versions, times, status), for who looks at one object rather than at a difference.</summary>
    public static string ToWholeYaml(KubeObject obj, SecretMask mask, IReadOnlySet<string>? secretFields = null) =>
        Write(ForPeople(obj, mask, whole: true), mask, secretFields);

    private static string Write(MapNode shown, SecretMask mask, IReadOnlySet<string>? secretFields) =>
        YamlWriter.Write(secretFields is { Count: > 0 } ? Masked(shown, "", secretFields, mask) : shown);

    private static MapNode Masked(MapNode map, string path, IReadOnlySet<string> secretFields, SecretMask mask)
    {
        var shown = new MapNode(map.Count);
        foreach (var (key, value) in map)
        {
            var at = JsonPointer.Below(path, key);
            shown[key] = secretFields.Contains(at) ? mask.Mask(value.AsString() ?? YamlWriter.Write(value))
                : value.AsMap() is { } below ? Masked(below, at, secretFields, mask) : value;
        }

        return shown;
    }

    /// <summary>The document that <see cref="ToYaml"/> writes.</summary>
    internal static MapNode ForPeople(KubeObject obj, SecretMask mask, bool whole = false)
    {
        var isSecret = SecretContent.IsSecret(obj);
        var secrets = isSecret ? SecretValues(obj) : [];
        var shown = new MapNode();
        foreach (var (name, value) in isSecret ? SecretContent.AsStored(obj) : obj.Root)
        {
            switch (name)
            {
                case "status" when !whole: break;
                case "metadata" when value.AsMap() is { } metadata: shown[name] = Metadata(metadata, secrets, mask, whole); break;
                case "data" or "stringData" when isSecret: shown[name] = Masked(value, mask); break;
                default: shown[name] = value; break;
            }
        }

        return shown;
    }

    private static MapNode Metadata(MapNode metadata, List<string> secrets, SecretMask mask, bool whole)
    {
        var shown = new MapNode();
        foreach (var (name, value) in metadata)
        {
            switch (name)
            {
                case "managedFields" or "selfLink": break;
                case "resourceVersion" or "uid" or "generation" or "creationTimestamp" when !whole: break;
                case "annotations" when value.AsMap() is { } annotations:
                    if (Annotations(annotations, secrets, mask) is { Count: > 0 } kept) shown[name] = kept;
                    break;
                default: shown[name] = value; break;
            }
        }

        return shown;
    }

    /// <summary>
    /// Annotations without the copy kubectl keeps; one that repeats a secret value (a tool's own copy) is masked whole.
    /// </summary>
    private static MapNode Annotations(MapNode annotations, List<string> secrets, SecretMask mask)
    {
        var shown = new MapNode();
        foreach (var (name, value) in annotations)
        {
            if (name == LastApplied) continue;
            var isCopy = value.AsString() is { } text && secrets.Exists(s => text.Contains(s, StringComparison.Ordinal));
            shown[name] = isCopy ? mask.Mask(value.AsString()!) : value;
        }

        return shown;
    }

    private static Node Masked(Node values, SecretMask mask)
    {
        if (values.AsMap() is not { } map) return values.IsNullOrAbsent ? values : mask.Mask(values.ToString());
        var shown = new MapNode(map.Count);
        foreach (var (key, value) in map) shown[key] = value.IsNullOrAbsent ? value : mask.Mask(value.AsString() ?? value.ToString());
        return shown;
    }

    /// <summary>Every form in which a value of the Secret could be copied: encoded and, where it is text, plain.</summary>
    private static List<string> SecretValues(KubeObject obj)
    {
        // Shorter ones would mask annotations that only happen to contain them.
        const int ShortestCopy = 4;
        var found = new List<string>();
        foreach (var field in (string[])["data", "stringData"])
        {
            if (obj.Root[field].AsMap() is not { } map) continue;
            foreach (var (_, value) in map)
            {
                if (value.AsString() is not { } text) continue;
                Add(text);
                if (field == "data" && TryDecode(text) is { } plain) Add(plain);
                else if (field == "stringData") Add(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)));
            }
        }

        return found;

        void Add(string text)
        {
            if (text.Length >= ShortestCopy) found.Add(text);
        }
    }

    private static string? TryDecode(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
