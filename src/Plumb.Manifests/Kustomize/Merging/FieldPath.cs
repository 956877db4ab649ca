namespace Plumb.Manifests.Kustomize.Merging;

/// <summary>Keys from the top, for messages.</summary>
internal sealed record FieldPath(FieldPath? Parent, string Key)
{
    public static FieldPath Root { get; } = new(null, "");

    public FieldPath Below(string key) => new(this, key);

    public override string ToString() => Parent is null ? "" : Parent.Parent is null ? Key : $"{Parent}.{Key}";
}
