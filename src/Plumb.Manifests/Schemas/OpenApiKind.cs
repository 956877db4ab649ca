using Plumb.Manifests.Objects;

namespace Plumb.Manifests.Schemas;

/// <summary>A kind to be published by <see cref="OpenApi"/>.</summary>
/// <param name="Kind">Group, version, kind.</param>
/// <param name="Plural">Resource name in URLs.</param>
/// <param name="Namespaced">Whether it lives in a namespace.</param>
/// <param name="Schema">Its schema.</param>
/// <param name="Verbs">Verbs it serves.</param>
/// <param name="HasStatus">Whether it has a status subresource.</param>
public sealed record OpenApiKind(
    GroupVersionKind Kind, string Plural, bool Namespaced, Schema Schema, IReadOnlyList<string> Verbs, bool HasStatus)
{
    /// <summary>A built-in kind.</summary>
    public static OpenApiKind Of(BuiltInKind kind) =>
        new(kind.Kind, kind.Plural, kind.Namespaced, BuiltInKinds.SchemaOf(kind.Kind)!, kind.Verbs, kind.HasStatus);
}
