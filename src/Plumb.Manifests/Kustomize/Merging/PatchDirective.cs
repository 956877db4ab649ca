using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Merging;

/// <summary>What <c>$patch</c> asks for.</summary>
internal enum PatchDirective
{
    /// <summary>To merge, which is also what happens without a directive.</summary>
    Merge,

    /// <summary>To put the patch in the place of the target.</summary>
    Replace,

    /// <summary>To take the target away.</summary>
    Delete,
}

/// <summary>Finds directives and takes them out of the patch.</summary>
internal static class PatchDirectives
{
    private const string Key = "$patch";

    /// <summary>Takes the directive out of a map, or the item that is nothing but a directive out of a list.</summary>
    /// <param name="patch">A map or list; null for none.</param>
    /// <param name="unknown">Text of a directive that does not exist, which is left where it is; null when all is well.</param>
    public static PatchDirective Take(YamlNode? patch, out string? unknown)
    {
        unknown = null;
        if (patch is null || patch.IsNull) return PatchDirective.Merge;
        var holder = patch.Kind == YamlKind.List ? ItemWithDirective(patch) : patch;
        if (holder?.Get(Key) is not { } value) return PatchDirective.Merge;
        switch (value.Value)
        {
            case "replace": return Taken(PatchDirective.Replace);
            case "delete": return Taken(PatchDirective.Delete);
            case "merge": return Taken(PatchDirective.Merge);
            default:
                unknown = $"unknown patch strategy '{value.Value}'";
                return PatchDirective.Merge;
        }

        PatchDirective Taken(PatchDirective directive)
        {
            if (patch.Kind == YamlKind.Map) patch.Remove(Key);
            else AssociativeList.Set(patch, null, [Key], [value.Value]);
            return directive;
        }
    }

    /// <summary>The first item with a directive, if it holds nothing else: else it speaks of the item, not of the list.</summary>
    private static YamlNode? ItemWithDirective(YamlNode list)
    {
        foreach (var item in list.Content)
        {
            if (item.IsNull || item.IndexOf(Key) < 0) continue;
            return item.Fields == 1 ? item : null;
        }

        return null;
    }
}
