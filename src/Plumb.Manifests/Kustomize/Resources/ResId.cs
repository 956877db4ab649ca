using Plumb.Manifests.Kustomize.Configs;

namespace Plumb.Manifests.Kustomize.Resources;

/// <summary>What Kustomize knows a resource by.</summary>
/// <param name="Gvk">Group, version, kind.</param>
/// <param name="Name">Name.</param>
/// <param name="Namespace">Namespace as stated; empty when it is not.</param>
/// <param name="IsClusterScoped">Whether the kind is certainly not namespaced.</param>
internal readonly record struct ResId(Gvk Gvk, string Name, string Namespace, bool IsClusterScoped = false)
{
    /// <summary>The namespace of what has none.</summary>
    public const string NoNamespace = "_non_namespaceable_";

    private const string Default = "default";

    /// <summary>The namespace that counts: <c>default</c> where none is stated.</summary>
    public string EffectiveNamespace => IsClusterScoped ? NoNamespace : Namespace.Length == 0 ? Default : Namespace;

    /// <summary>The same but for the namespace.</summary>
    public bool HasGvkAndNameOf(ResId other) => Name == other.Name && Gvk == other.Gvk;

    /// <summary>The same object: namespaces count as <see cref="EffectiveNamespace"/>.</summary>
    public bool IsSameAs(ResId other) => HasGvkAndNameOf(other) && EffectiveNamespace == other.EffectiveNamespace;

    /// <summary>What two ids that are the same have in common, for look-ups.</summary>
    public (Gvk Gvk, string Name, string Namespace) Key => (Gvk, Name, EffectiveNamespace);

    /// <summary>Whether all that the selector states is the same here.</summary>
    public bool IsSelectedBy(ResId selector) =>
        (selector.Name.Length == 0 || selector.Name == Name)
        && (selector.Namespace.Length == 0 || selector.EffectiveNamespace == EffectiveNamespace)
        && Gvk.IsSelectedBy(selector.Gvk);

    /// <summary><c>Kind.version.group/name.namespace</c>.</summary>
    public override string ToString() =>
        $"{Gvk}/{(Name.Length > 0 ? Name : "[noName]")}.{(Namespace.Length > 0 ? Namespace : "[noNs]")}";
}
