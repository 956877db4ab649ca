using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Kustomize.Replacements;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Selectors;
using Plumb.Manifests.Kustomize.Targets;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize.Transformers;

/// <summary><c>replacements</c>: copies a field of one object to fields of others, in turn.</summary>
internal sealed class ReplacementTransformer : ITransformer
{
    private readonly List<ReplacementEntry> _entries = [];
    private readonly BuildContext _context;

    /// <summary>Reads those that are in files.</summary>
    public ReplacementTransformer(IReadOnlyList<ReplacementEntry> entries, BuildRoot root, BuildContext context)
    {
        _context = context;
        foreach (var entry in entries)
        {
            if (entry.Path.Length == 0)
            {
                _entries.Add(entry);
                continue;
            }

            if (entry.Source is not null || entry.Targets.Count > 0)
                throw new KustomizeException("cannot specify both path and inline replacement", entry.At);
            _entries.AddRange(Load(entry, root));
        }
    }

    private static IEnumerable<ReplacementEntry> Load(ReplacementEntry entry, BuildRoot root)
    {
        ReadOnlyMemory<byte> content;
        try
        {
            content = root.Load(entry.Path);
        }
        catch (KustomizeException fault)
        {
            throw new KustomizeException(fault.Message, fault.At ?? entry.At, fault);
        }

        var document = DocumentReader.ReadFirst(content.Span, root.PlaceOf(entry.Path).File)
            ?? throw new KustomizeException("unsupported replacement type encountered within replacement path: nothing", entry.At);
        if (document.Value.AsMap() is { } map) return [ReplacementBinder.Entry(Binder(map, []))];
        if (document.Value.AsList() is not { } list)
            throw new KustomizeException("unsupported replacement type encountered within replacement path: text", document.Origin);
        return list.Select((item, i) => ReplacementBinder.Entry(Binder(
            item.AsMap() ?? throw new KustomizeException("a replacement is a map with source and targets", document.Locate(i)), [i])));

        FieldBinder Binder(Documents.MapNode fields, IReadOnlyList<object> path) => new(fields, document, path, "Replacement") { IsLenient = true };
    }

    /// <inheritdoc/>
    public void Transform(ResourceList resources)
    {
        foreach (var entry in _entries)
        {
            _context.Ct.ThrowIfCancellationRequested();
            try
            {
                Replace(resources, entry);
            }
            catch (KustomizeException fault) when (fault.At is null)
            {
                throw new KustomizeException(fault.Message, entry.At, fault);
            }
        }
    }

    private void Replace(ResourceList resources, ReplacementEntry entry)
    {
        if ((entry.Source is null && entry.SourceValue is null) || entry.Targets.Count == 0)
            throw new KustomizeException("replacements must specify a source and at least one target");
        if (entry.Source is not null && entry.SourceValue is not null)
            throw new KustomizeException("value and resource selectors are mutually exclusive");
        var value = entry.SourceValue is { } text ? ReplacementValue.Of(text) : Read(resources, entry.Source!);
        foreach (var target in entry.Targets)
        {
            if (target.Select is not { } select) throw new KustomizeException("target must specify resources to select");
            var selected = new Chosen(select);
            var rejected = target.Reject.Select(r => new Chosen(r)).ToList();
            foreach (var resource in resources.All)
            {
                if (resource.IsEmpty) continue;
                var ids = IdsOf(resource);
                if (!selected.HasLabelsOf(resource) || rejected.Exists(r => r.SelectsByLabels && r.HasLabelsOf(resource))) continue;
                if (!selected.IsOneOf(ids) || rejected.Exists(r => r.SelectsById && r.IsOneOf(ids))) continue;
                Replacements.ReplacementTarget.Write(resource.Node!, value, target.FieldPaths, target.Options);
                CheckSize(resource);
            }
        }
    }

    private static YamlNode Read(ResourceList resources, ReplacementSource source)
    {
        var id = new ResId(new Gvk(source.Group, source.Version, source.Kind), source.Name, source.Namespace);
        var found = resources.All.Where(r => !r.IsEmpty && IdsOf(r).Exists(i => i.IsSelectedBy(id))).ToList();
        if (found.Count != 1)
        {
            string[] words = [id.ToString(), source.FieldPath, source.Options?.ToString() ?? ""];
            var name = string.Join(':', words.Where(w => w.Length > 0));
            throw new KustomizeException(found.Count == 0
                ? $"nothing selected by {name}{resources.LookedAt(id)}"
                : $"multiple matches for selector {name}: {string.Join(", ", found.Take(5))}");
        }

        return ReplacementValue.Read(found[0].Node!, source.FieldPath, source.Options, id.ToString());
    }

    /// <summary>The present id and all before it; the original does not know here which kinds are namespaced.</summary>
    private static List<ResId> IdsOf(Resource resource) => [resource.CurrentId with { IsClusterScoped = false }, .. resource.PreviousIds];

    /// <summary>Copies of copies double with each replacement.</summary>
    private void CheckSize(Resource resource)
    {
        var most = _context.Limits.MaxNodes;
        if (resource.Node!.CountUpTo(most) >= most)
            throw new KustomizeException($"after this replacement {resource.CurrentId} has more than the {most} values allowed");
    }

    /// <summary>What a selector of a replacement means: parts are equal, not patterns.</summary>
    private sealed class Chosen(SelectorEntry selector)
    {
        private readonly ResId _id = new(new Gvk(selector.Group, selector.Version, selector.Kind), selector.Name, selector.Namespace);
        private readonly LabelSelector _labels = LabelSelector.Parse(selector.LabelSelector);
        private readonly LabelSelector _annotations = LabelSelector.Parse(selector.AnnotationSelector);

        public bool SelectsByLabels => selector.LabelSelector.Length > 0 || selector.AnnotationSelector.Length > 0;

        public bool SelectsById => _id != new ResId(new Gvk("", "", ""), "", "");

        public bool HasLabelsOf(Resource resource) => _labels.MatchesLabels(resource.Node!) && _annotations.MatchesAnnotations(resource.Node!);

        public bool IsOneOf(List<ResId> ids) => ids.Exists(id => id.IsSelectedBy(_id));
    }
}
