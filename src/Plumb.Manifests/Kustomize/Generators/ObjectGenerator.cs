using System.Text;
using Plumb.Manifests.Kustomize.Filters;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Generators;

/// <summary>Makes config maps and secrets (<c>api/internal/generators</c>).</summary>
/// <param name="read">Reads the file of a path; it may throw <see cref="KustomizeException"/>.</param>
internal sealed class ObjectGenerator(Func<string, ReadOnlyMemory<byte>> read)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>A config map: what is UTF-8 is its data, all else its binary data.</summary>
    /// <exception cref="KustomizeException">It has no name, a key is there twice, or a source cannot be read.</exception>
    public YamlNode MakeConfigMap(GeneratorArgs args)
    {
        var made = Start("ConfigMap", args);
        foreach (var (key, value) in Entries(args))
        {
            var text = Text(value.Span);
            NodeFields.Set(made.GetOrAddMap(text is null ? "binaryData" : "data"), key, Value(text ?? GoBase64.Encode(value.Span)));
        }

        return Finish(made, args.Options);
    }

    /// <summary>A secret: all of its data is base64.</summary>
    /// <param name="args">What it is.</param>
    /// <param name="type">Its type; <c>Opaque</c> when empty.</param>
    /// <exception cref="KustomizeException">See <see cref="MakeConfigMap"/>.</exception>
    public YamlNode MakeSecret(GeneratorArgs args, string type)
    {
        var made = Start("Secret", args);
        NodeFields.Set(made, "type", YamlNode.Text(type.Length > 0 ? type : "Opaque"));
        var data = NodeFields.Set(made, "data", YamlNode.Map())!;
        foreach (var (key, value) in Entries(args)) NodeFields.Set(data, key, Value(GoBase64.Encode(value.Span)));
        return Finish(made, args.Options);
    }

    private static YamlNode Start(string kind, GeneratorArgs args)
    {
        if (args.Name.Length == 0) throw new KustomizeException("a configmap must have a name");
        var made = YamlNode.Map(4);
        made.Append(YamlNode.Text("apiVersion"), YamlNode.Text("v1"));
        made.Append(YamlNode.Text("kind"), YamlNode.Text(kind));
        var metadata = NodeFields.Set(made, "metadata", YamlNode.Map())!;
        NodeFields.Set(metadata, "name", YamlNode.Text(args.Name));
        if (args.Namespace.Length > 0) NodeFields.Set(metadata, "namespace", YamlNode.Text(args.Namespace));
        return made;
    }

    private IEnumerable<KeyValuePair<string, ReadOnlyMemory<byte>>> Entries(GeneratorArgs args)
    {
        List<KeyValuePair<string, ReadOnlyMemory<byte>>> entries;
        try
        {
            entries = new KeyValueReader(read).ReadAll(args.Sources);
        }
        catch (KustomizeException fault)
        {
            throw fault.Led("loading KV pairs");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, _) in entries)
        {
            if (!seen.Add(key)) throw new KustomizeException($"configmap {args.Name} illegally repeats the key `{key}`");
        }

        return entries.OrderBy(e => e.Key, StringComparer.Ordinal);
    }

    private static YamlNode Finish(YamlNode made, GeneratorOptions? options)
    {
        if (options is null) return made;
        Add(made, "labels", options.Labels);
        Add(made, "annotations", options.Annotations);
        if (options.Immutable) NodeFields.Set(made, "immutable", YamlNode.Scalar("true", YamlTags.Bool));
        return made;
    }

    private static void Add(YamlNode made, string name, IReadOnlyDictionary<string, string>? entries)
    {
        if (entries is null) return;
        foreach (var (key, value) in entries.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            var text = YamlNode.Text(value);
            text.Form = ScalarForm.Quoted;
            NodeFields.Set(made.GetOrAddMap("metadata").GetOrAddMap(name), key, text);
        }
    }

    private static YamlNode Value(string text) =>
        YamlNode.Scalar(text, YamlNode.StringTag, text.Contains('\n') ? ScalarForm.Quoted : ScalarForm.Plain);

    private static string? Text(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
