using Plumb.Manifests.Documents;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Filters;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Targets;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize.Transformers;

/// <summary>Puts one value into fields of many objects; without a value, the name of the folder that the kustomization stands in.</summary>
internal sealed class ValueAddTransformer : ITransformer
{
    private sealed record Target(SelectorEntry? Select, string FieldPath, int Position);

    private readonly string _value;
    private readonly List<Target> _targets;
    private readonly BuildContext _context;

    public ValueAddTransformer(FieldBinder fields, BuildRoot root, BuildContext context)
    {
        _context = context;
        _value = fields.Text("value").Trim();
        if (_value.Length == 0) _value = root.Folder[(root.Folder.LastIndexOf('/') + 1)..];
        _targets = [.. fields.Maps("targets").Select(Read)];
        if (fields.Text("targetFilePath") is { Length: > 0 } file)
        {
            var document = DocumentReader.ReadFirst(root.Load(file).Span, root.PlaceOf(file).File);
            if (document?.Value.AsMap() is { } map)
                _targets.AddRange(new FieldBinder(map, document, [], "ValueAddTransformer") { IsLenient = true }.Maps("targets").Select(Read));
        }

        if (_targets.Count == 0) throw new KustomizeException("must specify at least one target");
        foreach (var target in _targets)
        {
            if (target.FieldPath.Length == 0) throw new KustomizeException("fieldPath cannot be empty");
            if (target.Position < 0) throw new KustomizeException($"value of FilePathPosition ({target.Position}) cannot be negative");
        }
    }

    private static Target Read(FieldBinder fields) => new(
        fields.Map("selector") is { } selector ? KustomizationReader.Selector(selector) : null,
        fields.Text("fieldPath"), (int)Math.Clamp(fields.Whole("filePathPosition"), -1, int.MaxValue));

    /// <inheritdoc/>
    public void Transform(ResourceList resources)
    {
        foreach (var target in _targets)
        {
            var selected = target.Select is null ? resources.All : Selection.Select(resources, target.Select, null);
            foreach (var resource in selected)
            {
                if (target.FieldPath == "metadata/namespace") new NamespaceFilter(_value, [], _context.IsClusterScoped).Apply(resource.Node!);
                else ValueAddFilter.Apply(resource.Node!, target.FieldPath, _value, target.Position);
            }
        }
    }
}
