using Plumb.Manifests.Documents;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Merging;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Targets;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize.Transformers;

/// <summary>
/// One of <c>patches</c>: a strategic merge or a list of JSON operations, which its text tells, for the objects that the target selects, or
/// for the one that the patch itself names.
/// </summary>
internal sealed class PatchTransformer : ITransformer
{
    private readonly BuildContext _context;
    private readonly PatchEntry _entry;
    private readonly List<Resource> _merges = [];
    private readonly ListNode? _operations;
    private readonly string _source;

    /// <summary>Reads the patch.</summary>
    /// <exception cref="KustomizeException">It is neither, or its file cannot be had.</exception>
    public PatchTransformer(PatchEntry entry, BuildRoot root, BuildContext context)
    {
        _context = context;
        _entry = entry;
        var (text, place, source) = Load(entry, root);
        _source = source;
        KustomizeException? noMerge = null, noOperations = null;
        try
        {
            _merges = context.Reader.Read(text, place.File);
        }
        catch (KustomizeException fault)
        {
            noMerge = fault;
        }

        try
        {
            _operations = Json6902.Parse(text);
        }
        catch (KustomizeException fault)
        {
            noOperations = fault;
        }

        if (noMerge is not null && noOperations is not null)
        {
            throw new KustomizeException(
                $"unable to parse SM or JSON patch from {source}; as an object: {noMerge.Message}; as operations: {noOperations.Message}",
                noMerge.At ?? entry.At);
        }

        if (noMerge is null && noOperations is null && _merges.Count > 0 && _operations!.Count > 0)
            throw new KustomizeException($"illegally qualifies as both an SM and JSON patch: {source}", entry.At);
        foreach (var merge in _merges)
        {
            merge.MayChangeName |= entry.MayChangeName;
            merge.MayChangeKind |= entry.MayChangeKind;
        }
    }

    private static (string Text, Origin Place, string Source) Load(PatchEntry entry, BuildRoot root)
    {
        var patch = entry.Patch.Trim();
        if (patch.Length == 0 && entry.Path.Length == 0)
            throw new KustomizeException("must specify one of patch and path", entry.At);
        if (patch.Length > 0 && entry.Path.Length > 0)
            throw new KustomizeException("patch and path can't be set at the same time", entry.At);
        if (patch.Length > 0) return (patch, entry.At ?? new Origin(""), $"[patch: {GoQuoted(patch)}]");
        try
        {
            return (System.Text.Encoding.UTF8.GetString(root.Load(entry.Path).Span), root.PlaceOf(entry.Path), $"[path: \"{entry.Path}\"]");
        }
        catch (KustomizeException fault)
        {
            throw new KustomizeException($"failed to get the patch file from path({entry.Path}): {fault.Message}", fault.At ?? entry.At, fault);
        }
    }

    private static string GoQuoted(string text)
    {
        const int Most = 200;
        var shown = text.Length <= Most ? text : text[..Most] + "…";
        return "\"" + shown.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal) + "\"";
    }

    /// <inheritdoc/>
    public void Transform(ResourceList resources)
    {
        if (_merges.Count > 0) Merge(resources);
        else RunOperations(resources);
    }

    private void Merge(ResourceList resources)
    {
        if (_entry.Target is { } target)
        {
            if (_merges.Count > 1)
            {
                throw new KustomizeException(
                    $"Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set `patches.target` field: {_source}",
                    _entry.At);
            }

            var selected = Selection.Select(resources, target, _entry.At);
            WarnOfNothing(resources, selected);
            PatchApplication.Merge(resources, selected, _merges[0], _context.Schemas);
            return;
        }

        foreach (var patch in _merges)
        {
            Resource found;
            try
            {
                found = resources.Single(patch.OriginalId);
            }
            catch (KustomizeException fault)
            {
                throw new KustomizeException(
                    $"no resource matches strategic merge patch \"{patch.OriginalId}\": {fault.Message}", patch.ReadAt ?? _entry.At, fault);
            }

            PatchApplication.Merge(found, patch, _context.Schemas);
            resources.IdsMayHaveChanged();
        }
    }

    private void RunOperations(ResourceList resources)
    {
        if (_entry.Target is not { } target)
            throw new KustomizeException($"must specify a target for JSON patch {_source}", _entry.At);
        var selected = Selection.Select(resources, target, _entry.At);
        WarnOfNothing(resources, selected);
        foreach (var resource in selected)
        {
            try
            {
                PatchApplication.Run(resource, _operations!, isNoted: true);
            }
            catch (KustomizeException fault)
            {
                throw new KustomizeException($"{fault.Message} (patching {resource.CurrentId})", fault.At ?? _entry.At, fault);
            }
        }

        resources.IdsMayHaveChanged();
    }

    /// <summary>The original says nothing; most of the time it is a spelling mistake.</summary>
    private void WarnOfNothing(ResourceList resources, List<Resource> selected)
    {
        if (selected.Count > 0) return;
        var target = _entry.Target!;
        var id = new ResId(new Configs.Gvk(target.Group, target.Version, target.Kind), target.Name, target.Namespace);
        _context.Warnings.Add(Diagnostic.Warning(
            _entry.At ?? new Origin(""), $"the patch {_source} selects nothing with {target}{resources.LookedAt(id)}"));
    }
}
