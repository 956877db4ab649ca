namespace Plumb.Manifests.Kustomize.Configs;

/// <summary>
/// A field of objects that a transformation works on (<c>types.FieldSpec</c>).
/// </summary>
/// <param name="Gvk">Which objects; what is empty stands for all.</param>
/// <param name="Path">Keys parted by slashes; lists need no part of their own; <c>[]</c> after a key says that there is a list.</param>
/// <param name="Create">Whether the field is made where it is missing.</param>
internal sealed record FieldSpec(Gvk Gvk, string Path, bool Create = false)
{
    /// <summary>The field of objects of one kind.</summary>
    public FieldSpec(string kind, string path, bool create = false)
        : this(Gvk.OfKind(kind), path, create)
    {
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Gvk}:{(Create ? "true" : "false")}:{Path}";
}
