using Plumb.Manifests.Fields;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Replacements;

/// <summary>Where a replacement writes (<c>copyValueToTarget</c> of <c>api/filters/replacement</c>).</summary>
internal static class ReplacementTarget
{
    /// <summary>
    /// Writes copies of a value to fields of an object. A scalar that is there only changes its text: it keeps its tag and quotes, so that
    /// a number may become text and the other way round; a map or list that is there is replaced whole.
    /// </summary>
    /// <param name="target">The object that is changed.</param>
    /// <param name="value">What is written.</param>
    /// <param name="fieldPaths">Where, see <see cref="PathMatcher"/>; none for the name.</param>
    /// <param name="options">Which part of a field, and whether it is made.</param>
    /// <exception cref="KustomizeException">A path leads to no field, or the field has no parts.</exception>
    public static void Write(YamlNode target, YamlNode value, IReadOnlyList<string> fieldPaths, FieldOptions? options)
    {
        options ??= FieldOptions.None;
        if (fieldPaths.Count == 0) fieldPaths = [ReplacementValue.DefaultPath];
        foreach (var path in fieldPaths)
        {
            foreach (var field in Find(target, path, options.Create ? value.Kind : null)) Set(field, value.Clone(), options);
        }
    }

    private static List<YamlNode> Find(YamlNode target, string path, YamlKind? create)
    {
        var problem = $"unable to find {(create is null ? "" : "or create ")}field {GoJson.Quote(path)} in replacement target";
        List<YamlNode> found;
        try
        {
            found = PathMatcher.Find(target, FieldPath.SplitKeepingBrackets(path, '.'), create);
        }
        catch (KustomizeException fault)
        {
            throw fault.Led(problem);
        }

        return found.Count > 0 ? found : throw new KustomizeException(problem);
    }

    private static void Set(YamlNode field, YamlNode value, FieldOptions options)
    {
        if (options.Delimiter.Length > 0)
        {
            if (field.Kind != YamlKind.Scalar) throw new KustomizeException("delimiter option can only be used with scalar nodes");
            var parts = field.Value.Split(options.Delimiter).ToList();
            var part = value.IsNull ? "" : value.Value;
            if (options.Index < 0) parts.Insert(0, part);
            else if (options.Index >= parts.Count) parts.Add(part);
            else parts[options.Index] = part;
            value.SetValue(string.Join(options.Delimiter, parts));
        }

        if (field.Kind == YamlKind.Scalar) field.SetValue(value.Value);
        else field.Become(value);
    }
}
