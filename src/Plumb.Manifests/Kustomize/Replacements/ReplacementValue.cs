using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Filters;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Replacements;

/// <summary>What a replacement copies (<c>getReplacement</c> of <c>api/filters/replacement</c>).</summary>
internal static class ReplacementValue
{
    /// <summary>Where a replacement reads and writes when it names no field.</summary>
    public const string DefaultPath = "metadata.name";

    /// <summary>A fixed text (<c>sourceValue</c>), whose type is found where it is written.</summary>
    public static YamlNode Of(string text) => YamlNode.Scalar(text);

    /// <summary>The value of a field, or of the part of it that is meant. It may be the node itself: copy before changing it.</summary>
    /// <param name="source">The object that is read.</param>
    /// <param name="fieldPath">Keys parted by dots; empty for the name.</param>
    /// <param name="options">Which part.</param>
    /// <param name="sourceName">How messages name the source: its <c>ResId</c> as it was selected.</param>
    /// <exception cref="KustomizeException">There is no such field, or no such part of it.</exception>
    public static YamlNode Read(YamlNode source, string fieldPath, FieldOptions? options, string sourceName)
    {
        var path = fieldPath.Length > 0 ? fieldPath : DefaultPath;
        var value = Find(source, path);
        if (value is null or { IsEmpty: true })
            throw new KustomizeException($"fieldPath `{path}` is missing for replacement source {sourceName}");
        if (options is null or { Delimiter.Length: 0 }) return value;
        if (value.Kind != YamlKind.Scalar) throw new KustomizeException("delimiter option can only be used with scalar nodes");
        var parts = value.Value.Split(options.Delimiter);
        if (options.Index < 0 || options.Index >= parts.Length)
            throw new KustomizeException($"options.index {options.Index} is out of bounds for value {value.Value}");
        var part = value.Clone();
        part.SetValue(parts[options.Index]);
        return part;
    }

    private static YamlNode? Find(YamlNode source, string path)
    {
        try
        {
            return NodeLookup.Find(source, FieldPath.SplitKeepingBrackets(path, '.'));
        }
        catch (KustomizeException fault)
        {
            throw fault.Led("error looking up replacement source");
        }
    }
}
