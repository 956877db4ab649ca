using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Kustomize.Schemas;

namespace Plumb.Manifests.Kustomize.Merging;

/// <summary>
/// Walks target and patch side by side (kyaml's <c>walk</c> with the <c>merge2</c> visitor). A value that only the patch has is walked
/// against itself, which carries out the directives and drops the nulls in it.
/// </summary>
internal sealed class MergeWalk(KustomizeSchemas schemas, MergeOptions options)
{
    /// <summary>Whether a list got more items than the two had together.</summary>
    public bool HasMultiplied { get; set; }

    /// <summary>Merges two values.</summary>
    /// <param name="target">Null when the target has none.</param>
    /// <param name="patch">Null when the patch has none.</param>
    /// <param name="schema">What the parent's schema says of the value; null when nothing.</param>
    /// <param name="path">For messages.</param>
    /// <returns>The value that the target is to have; null for none.</returns>
    public YamlNode? Walk(YamlNode? target, YamlNode? patch, FieldSchema? schema, FieldPath path)
    {
        schema ??= SchemaOf(target) ?? SchemaOf(patch);
        var kind = target is { IsNull: false } ? target.Kind : patch is { IsNull: false } ? patch.Kind : YamlKind.Map;
        NodeKinds.Expect(target, kind);
        NodeKinds.Expect(patch, kind);
        return kind switch
        {
            YamlKind.Map => WalkMap(target, patch, schema, path),
            YamlKind.Scalar => patch ?? target,
            _ when schema?.IsMerged ?? (options.InferKeys && (ListKeys.HasNames(target) || ListKeys.HasNames(patch))) =>
                new ListMerge(this, schema, options).Walk(target, patch, path),
            _ => patch ?? target,
        };
    }

    /// <summary>The schema of an object found inside another, as in a list of objects or a reference that names both.</summary>
    private FieldSchema? SchemaOf(YamlNode? node)
    {
        if (node is null || node.IsNull) return null;
        return node.GetFilled("apiVersion")?.Value is { Length: > 0 } apiVersion && node.GetFilled("kind")?.Value is { Length: > 0 } kind
            ? schemas.SchemaOf(apiVersion, kind)
            : null;
    }

    private YamlNode? WalkMap(YamlNode? target, YamlNode? patch, FieldSchema? schema, FieldPath path)
    {
        if (StartMap(target, patch) is not { } merged) return null;
        foreach (var key in Keys(merged, patch))
        {
            var (there, change) = (Field(merged, key), Field(patch, key));

            // A null that somebody wrote down stays when the patch does not speak of it; one that is left out goes.
            if (change is null && there is { IsNull: true, Value.Length: > 0 }) continue;
            var value = Walk(there, change, schema?.Field(key), path.Below(key));
            MergedField.Set(merged, key, value, patch);
        }

        return merged;
    }

    /// <summary>The map that the fields are merged into; null when there is to be none.</summary>
    private static YamlNode? StartMap(YamlNode? target, YamlNode? patch)
    {
        var directive = PatchDirectives.Take(patch is { Kind: YamlKind.Map } ? patch : null, out var unknown);
        if (target is null || target.IsNull) return directive == PatchDirective.Delete ? null : patch;
        if (patch is { IsNull: true }) return null;
        if (unknown is not null) throw new KustomizeException(unknown);
        return directive switch
        {
            PatchDirective.Delete => null,
            PatchDirective.Replace => patch,
            _ => target,
        };
    }

    private static YamlNode? Field(YamlNode? map, string key) => map?.Get(key);

    private static SortedSet<string> Keys(YamlNode target, YamlNode? patch)
    {
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < target.Fields; i++) keys.Add(target.KeyAt(i).Value);
        if (patch is null || ReferenceEquals(patch, target)) return keys;
        for (var i = 0; i < patch.Fields; i++) keys.Add(patch.KeyAt(i).Value);
        return keys;
    }
}
