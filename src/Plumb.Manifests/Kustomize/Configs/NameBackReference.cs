namespace Plumb.Manifests.Kustomize.Configs;

/// <summary>
/// Who may name an object of some kind, so that they can be told when its name changes (<c>NameBackReferences</c>).
/// </summary>
/// <param name="Referral">The objects that are named.</param>
/// <param name="Referrers">The fields that name them.</param>
internal sealed record NameBackReference(Gvk Referral, IReadOnlyList<FieldSpec> Referrers);
