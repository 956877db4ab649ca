using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Filters;

/// <summary>
/// Walks to the field that a <see cref="FieldSpec"/> means and hands it to what sets it (<c>api/filters/fieldspec</c>, <c>fsslice</c>).
/// Lists on the way are walked item by item without a part of their own in the path. What is missing or null ends the walk, unless it may
/// be made.
/// </summary>
internal sealed class FieldSpecFilter
{
    private readonly bool _mayCreate;
    private readonly YamlKind? _create;
    private readonly string _createTag;
    private readonly List<string> _path;
    private readonly Action<YamlNode> _set;

    private FieldSpecFilter(FieldSpec field, Action<YamlNode> set, YamlKind? create, string createTag)
    {
        _mayCreate = field.Create && create is not null;
        _create = create;
        _createTag = createTag;
        _path = FieldPath.Split(field.Path, '/');
        _set = set;
    }

    /// <summary>Sets each of the fields that an object of this kind has.</summary>
    /// <exception cref="KustomizeException">See <see cref="Apply(YamlNode, FieldSpec, Action{YamlNode}, YamlKind?, string)"/>.</exception>
    public static void Apply(
        YamlNode resource, IReadOnlyList<FieldSpec> fields, Action<YamlNode> set, YamlKind? create = null, string createTag = "")
    {
        foreach (var field in fields) Apply(resource, field, set, create, createTag);
    }

    /// <summary>Sets a field of an object, if the object is one of those that are meant.</summary>
    /// <param name="resource">The object; it is changed in place.</param>
    /// <param name="field">The field.</param>
    /// <param name="set">What is done with the node; it may throw <see cref="KustomizeException"/>.</param>
    /// <param name="create">What the field is made as where it is missing and may be made; null when it is never made.</param>
    /// <param name="createTag">The tag that a null gets which is made into a value.</param>
    /// <exception cref="KustomizeException">The path does not fit the object, or the setter refused; the message names both.</exception>
    public static void Apply(YamlNode resource, FieldSpec field, Action<YamlNode> set, YamlKind? create = null, string createTag = "")
    {
        if (!Gvk.Of(resource).IsSelectedBy(field.Gvk)) return;
        try
        {
            new FieldSpecFilter(field, set, create, createTag).Walk(resource, 0);
        }
        catch (KustomizeException fault)
        {
            throw fault.Led($"considering field '{field.Path}' of object {ResourceName.Of(resource)}");
        }
    }

    private void Walk(YamlNode node, int depth)
    {
        if (depth == _path.Count)
        {
            _set(node);
            return;
        }

        if (node.IsNull) return;
        switch (node.Kind)
        {
            case YamlKind.List: WalkItems(node, depth); break;
            case YamlKind.Map: WalkField(node, depth); break;
            default: throw new KustomizeException("expected sequence or mapping node");
        }
    }

    private void WalkItems(YamlNode list, int depth)
    {
        try
        {
            // A copy: a setter may change the list.
            foreach (var item in list.Content.ToArray()) Walk(item, depth);
        }
        catch (KustomizeException fault)
        {
            throw fault.Led($"visit traversal on path: [{string.Join(' ', _path.Skip(depth))}]");
        }
    }

    private void WalkField(YamlNode map, int depth)
    {
        var isList = _path[depth].EndsWith("[]", StringComparison.Ordinal);
        var name = isList ? _path[depth][..^2] : _path[depth];
        if (name.Length == 0) throw new KustomizeException("cannot set or create an empty field name");

        var isLast = depth == _path.Count - 1;
        YamlKind? made = isList ? null : !_mayCreate ? null : isLast ? _create : YamlKind.Map;
        if (Find(map, name, made) is not { } field) return;

        // A null becomes what the path says it is, even if nothing is made where a key is missing.
        if (field.IsNull && (isList ? YamlKind.List : made) is { } kind) Revive(field, kind, isList ? "" : isLast ? _createTag : "!!map");
        Walk(field, depth + 1);
    }

    private static YamlNode? Find(YamlNode map, string name, YamlKind? made)
    {
        try
        {
            return made is { } kind ? NodeLookup.FindOrMake(map, [name], kind) : NodeLookup.Find(map, [name]);
        }
        catch (KustomizeException fault)
        {
            throw fault.Led($"fieldName: {name}");
        }
    }

    /// <summary>
    /// A scalar keeps its text: <c>null</c> becomes the text of that name until it is set. What was set below a null, and was not seen so
    /// far, is seen from now on.
    /// </summary>
    private static void Revive(YamlNode field, YamlKind kind, string tag)
    {
        if (kind != YamlKind.Scalar)
        {
            var made = NodeLookup.Make(kind);
            made.Content.AddRange(field.Content);
            field.Become(made);
        }

        field.Tag = tag;
    }
}
