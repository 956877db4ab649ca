using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Filters;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Targets;

namespace Plumb.Manifests.Kustomize.Transformers;

/// <summary><c>labels</c> and <c>commonLabels</c>.</summary>
internal sealed class LabelTransformer(IReadOnlyDictionary<string, string> labels, IReadOnlyList<FieldSpec> fields) : ITransformer
{
    /// <inheritdoc/>
    public void Transform(ResourceList resources)
    {
        if (labels.Count == 0) return;
        foreach (var resource in resources.All) MapEntryFilter.Apply(resource.Node!, labels, fields);
    }
}

/// <summary><c>commonAnnotations</c>.</summary>
internal sealed class AnnotationsTransformer(IReadOnlyDictionary<string, string> annotations, IReadOnlyList<FieldSpec> fields) : ITransformer
{
    /// <inheritdoc/>
    public void Transform(ResourceList resources)
    {
        if (annotations.Count == 0) return;
        foreach (var resource in resources.All) MapEntryFilter.Apply(resource.Node!, annotations, fields);
    }
}

/// <summary>One of <c>images</c>.</summary>
internal sealed class ImageTransformer : ITransformer
{
    private readonly ImageTagFilter _filter;
    private readonly IReadOnlyList<FieldSpec> _fields;

    public ImageTransformer(ImageChange change, IReadOnlyList<FieldSpec> fields)
    {
        _filter = new ImageTagFilter(change);
        _fields = fields;
    }

    /// <inheritdoc/>
    public void Transform(ResourceList resources)
    {
        foreach (var resource in resources.All) _filter.Apply(resource.Node!, _fields);
    }
}

/// <summary>One of <c>replicas</c>.</summary>
internal sealed class ReplicaTransformer(ReplicaEntry entry, IReadOnlyList<FieldSpec> fields) : ITransformer
{
    /// <inheritdoc/>
    public void Transform(ResourceList resources)
    {
        var isFound = false;
        foreach (var field in fields)
        {
            foreach (var resource in resources.WithAnyId(id => id.Name == entry.Name && id.Gvk.IsSelectedBy(field.Gvk)))
            {
                isFound = true;
                ReplicaCountFilter.Apply(resource.Node!, field, entry.Count);
            }
        }

        if (isFound) return;
        throw new KustomizeException(
            $"resource with name {entry.Name} does not match a config with the following GVK [{string.Join(' ', fields.Select(f => f.Gvk))}]",
            entry.At);
    }
}

/// <summary><c>namePrefix</c> and <c>nameSuffix</c>. What is known by its name alone all over a cluster keeps it.</summary>
internal sealed class AffixTransformer(string prefix, string suffix, IReadOnlyList<FieldSpec> fields) : ITransformer
{
    private static readonly Gvk[] Kept =
        [Gvk.OfKind("CustomResourceDefinition"), new("apiregistration.k8s.io", "", "APIService"), Gvk.OfKind("Namespace")];

    /// <inheritdoc/>
    public void Transform(ResourceList resources)
    {
        if (prefix.Length > 0) Transform(resources, prefix, "");
        if (suffix.Length > 0) Transform(resources, "", suffix);
    }

    private void Transform(ResourceList resources, string before, string after)
    {
        foreach (var resource in resources.All)
        {
            var id = resource.OriginalId;
            if (Array.Exists(Kept, id.Gvk.IsSelectedBy)) continue;
            foreach (var field in fields)
            {
                if (!id.Gvk.IsSelectedBy(field.Gvk)) continue;
                if (field.Path == "metadata/name")
                {
                    resource.AddPrefix(before);
                    resource.AddSuffix(after);
                    resource.StorePreviousId();
                }

                NameFilter.Apply(resource.Node!, field, before, after);
            }
        }
    }
}

/// <summary><c>namespace</c>.</summary>
internal sealed class NamespaceTransformer : ITransformer
{
    private readonly string _namespace;
    private readonly NamespaceFilter _filter;

    public NamespaceTransformer(
        string ns, IReadOnlyList<FieldSpec> fields, BuildContext context, bool unsetOnly = false, string subjects = "")
    {
        _namespace = ns;
        if (subjects is not ("" or NamespaceFilter.DefaultSubjects or NamespaceFilter.AllAccounts or NamespaceFilter.NoSubjects))
        {
            throw new KustomizeException(
                $"invalid value \"{subjects}\" for setRoleBindingSubjects: must be one of \"{NamespaceFilter.DefaultSubjects}\", "
                + $"\"{NamespaceFilter.NoSubjects}\" or \"{NamespaceFilter.AllAccounts}\"");
        }

        _filter = new NamespaceFilter(ns, fields, context.IsClusterScoped)
        {
            UnsetOnly = unsetOnly,
            Subjects = subjects.Length > 0 ? subjects : NamespaceFilter.DefaultSubjects,
        };
    }

    /// <inheritdoc/>
    public void Transform(ResourceList resources)
    {
        if (_namespace.Length == 0) return;
        foreach (var resource in resources.All)
        {
            if (resource.IsEmpty) continue;
            resource.StorePreviousId();
            _filter.Apply(resource.Node!);
        }

        try
        {
            resources.CheckIds();
        }
        catch (KustomizeException fault)
        {
            throw new KustomizeException($"namespace transformation produces ID conflict: {fault.Message}", fault.At, fault);
        }
    }
}
