using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Targets;

namespace Plumb.Manifests.Kustomize.Transformers;

/// <summary><c>patchesStrategicMerge</c>: patches as text or in files, each for the object that it names.</summary>
internal sealed class MergePatchesTransformer : ITransformer
{
    private readonly BuildContext _context;
    private readonly List<Resource> _patches = [];

    /// <summary>Reads the patches.</summary>
    public MergePatchesTransformer(IReadOnlyList<Entry<string>> entries, string text, BuildRoot root, BuildContext context)
    {
        _context = context;
        if (entries.Count == 0 && text.Length == 0) throw new KustomizeException("empty file path and empty patch content");
        foreach (var entry in entries) _patches.AddRange(Read(entry, root, context));
        if (text.Length > 0) _patches.AddRange(context.Reader.Read(text, ""));
        if (_patches.Count == 0)
        {
            throw new KustomizeException(
                $"patch appears to be empty; files=[{string.Join(' ', entries.Select(e => e.Value))}]", entries.FirstOrDefault()?.At);
        }
    }

    private static List<Resource> Read(Entry<string> entry, BuildRoot root, BuildContext context)
    {
        try
        {
            // What is no object is a path; so is the name of a file, which is one line of text.
            if (entry.Value.Contains('\n') || entry.Value.TrimStart().StartsWith('{')) return context.Reader.Read(entry.Value, entry.At?.File ?? "");
        }
        catch (KustomizeException) when (!entry.Value.Trim().Contains('\n'))
        {
        }

        try
        {
            return context.Reader.Read(root.Load(entry.Value).Span, root.PlaceOf(entry.Value).File);
        }
        catch (KustomizeException fault)
        {
            throw new KustomizeException(fault.Message, fault.At ?? entry.At, fault);
        }
    }

    /// <inheritdoc/>
    public void Transform(ResourceList resources)
    {
        foreach (var patch in _patches)
        {
            Resource target;
            try
            {
                target = resources.Single(patch.OriginalId);
            }
            catch (KustomizeException fault)
            {
                throw new KustomizeException(fault.Message, patch.ReadAt, fault);
            }

            PatchApplication.Merge(resources, [target], patch, _context.Schemas);
        }
    }
}
