using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas.Table;

namespace Plumb.Manifests.Schemas;

/// <summary>One kind that every Kubernetes API server has.</summary>
/// <param name="Kind">Group, version, kind.</param>
/// <param name="Plural">Resource name in URLs.</param>
/// <param name="Singular">Singular name.</param>
/// <param name="ShortNames">Short names of kubectl.</param>
/// <param name="Categories">Categories, such as <c>all</c>.</param>
/// <param name="Namespaced">Whether it lives in a namespace.</param>
/// <param name="Verbs">Verbs it serves.</param>
/// <param name="HasStatus">Whether it has a status subresource.</param>
/// <param name="HasScale">Whether it has a scale subresource.</param>
public sealed record BuiltInKind(
    GroupVersionKind Kind, string Plural, string Singular, IReadOnlyList<string> ShortNames, IReadOnlyList<string> Categories,
    bool Namespaced, IReadOnlyList<string> Verbs, bool HasStatus, bool HasScale);

/// <summary>The built-in kinds and their schemas, from the generated table of facts.</summary>
public static class BuiltInKinds
{
    /// <summary>The Kubernetes version that the facts are of, such as <c>1.33.4</c>.</summary>
    public static string KubernetesVersion => KindTable.Instance.Version;

    /// <summary>All kinds, sorted by group, version, kind.</summary>
    public static IReadOnlyList<BuiltInKind> All => KindTable.Instance.All;

    /// <summary>The kind; null when it is not built in.</summary>
    public static BuiltInKind? Find(GroupVersionKind kind) => KindTable.Instance.Find(kind);

    /// <summary>The schema of a kind; null when it is not built in.</summary>
    public static Schema? SchemaOf(GroupVersionKind kind) => KindTable.Instance.SchemaOf(kind);
}
