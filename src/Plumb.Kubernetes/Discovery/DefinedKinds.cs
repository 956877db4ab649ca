using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;

namespace Plumb.Kubernetes.Discovery;

/// <summary>A kind that a CustomResourceDefinition defines.</summary>
/// <param name="Type">Group, version and kind.</param>
/// <param name="Namespaced">Whether it lives in namespaces.</param>
/// <param name="Served">Whether this version is served.</param>
internal sealed record DefinedKind(GroupVersionKind Type, bool Namespaced, bool Served);

/// <summary>Reads the kinds that a CustomResourceDefinition defines, of <c>v1</c> and of <c>v1beta1</c>.</summary>
internal static class DefinedKinds
{
    public static bool IsDefinition(GroupVersionKind type) => type is { Group: "apiextensions.k8s.io", Kind: "CustomResourceDefinition" };

    public static IEnumerable<DefinedKind> Of(KubeObject definition)
    {
        var spec = definition.Root["spec"];
        var group = spec["group"].AsString() ?? "";
        var kind = spec["names"]["kind"].AsString() ?? "";
        var namespaced = spec["scope"].AsString() == "Namespaced";
        if (kind.Length == 0) yield break;
        foreach (var version in spec["versions"].AsList() ?? [])
        {
            var name = version["name"].AsString() ?? "";
            yield return new DefinedKind(new GroupVersionKind(group, name, kind), namespaced, version["served"].AsBool() ?? true);
        }

        if (spec["versions"].IsNullOrAbsent && spec["version"].AsString() is { } only)
        {
            yield return new DefinedKind(new GroupVersionKind(group, only, kind), namespaced, Served: true);
        }
    }

    /// <summary>The schema of a version as written; absent when there is none.</summary>
    public static Node SchemaOf(KubeObject definition, string version)
    {
        var spec = definition.Root["spec"];
        foreach (var entry in spec["versions"].AsList() ?? [])
        {
            if (entry["name"].AsString() == version && !entry["schema"].IsNullOrAbsent) return entry["schema"]["openAPIV3Schema"];
        }

        return spec["validation"]["openAPIV3Schema"];
    }
}
