using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Merging;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Targets;

namespace Plumb.Manifests.Kustomize.Transformers;

/// <summary>One of <c>patchesJson6902</c>: operations on the objects that the target selects.</summary>
internal sealed class JsonPatchTransformer : ITransformer
{
    private readonly PatchEntry _entry;
    private readonly ListNode _operations;

    /// <summary>Reads the operations.</summary>
    public JsonPatchTransformer(PatchEntry entry, BuildRoot root)
    {
        _entry = entry;
        if (entry.Target is null || entry.Target.Name.Length == 0) throw new KustomizeException("must specify the target name", entry.At);
        if (entry.Path.Length == 0 && entry.Patch.Length == 0) throw new KustomizeException("empty file path and empty jsonOp", entry.At);
        if (entry.Path.Length > 0 && entry.Patch.Length > 0)
            throw new KustomizeException("must specify a file path or jsonOp, not both", entry.At);
        var text = entry.Patch;
        if (entry.Path.Length > 0)
        {
            text = Encoding.UTF8.GetString(root.Load(entry.Path).Span);
            if (text.Length == 0) throw new KustomizeException($"patch file '{entry.Path}' empty seems to be empty", entry.At);
        }

        try
        {
            _operations = Json6902.Parse(text);
        }
        catch (KustomizeException fault)
        {
            throw new KustomizeException(
                $"decoding {text}: {fault.Message}", entry.Path.Length > 0 ? root.PlaceOf(entry.Path) : entry.At, fault);
        }

        if (_operations.Count == 0) throw new KustomizeException($"patch appears to be empty; file={entry.Path}, JsonOp={text}", entry.At);
    }

    /// <inheritdoc/>
    public void Transform(ResourceList resources)
    {
        foreach (var resource in Selection.Select(resources, _entry.Target!, _entry.At))
        {
            try
            {
                PatchApplication.Run(resource, _operations, isNoted: false);
            }
            catch (KustomizeException fault)
            {
                throw new KustomizeException($"{fault.Message} (patching {resource.CurrentId})", fault.At ?? _entry.At, fault);
            }
        }

        resources.IdsMayHaveChanged();
    }
}
