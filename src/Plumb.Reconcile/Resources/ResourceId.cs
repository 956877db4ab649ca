namespace Plumb.Reconcile.Resources;

/// <summary>
/// Names one thing in a target: for Kubernetes the API group, kind, namespace and name (never the version, as two versions of a
/// group show the same stored object); other targets use <see cref="Kind"/> and <see cref="Name"/>.
/// </summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Kind">Kind, such as <c>Deployment</c>.</param>
/// <param name="Namespace">Namespace; empty for cluster-scoped objects.</param>
/// <param name="Name">Object name.</param>
public readonly record struct ResourceId(string Group, string Kind, string Namespace, string Name) : IComparable<ResourceId>
{
    /// <summary><c>apps/Deployment/shop/web</c>; without the group when it is empty, without the namespace when there is none.</summary>
    public override string ToString() =>
        (Group.Length == 0 ? "" : Group + "/") + Kind + "/" + (Namespace.Length == 0 ? "" : Namespace + "/") + Name;

    /// <summary>Ordinal order by group, kind, namespace, name.</summary>
    public int CompareTo(ResourceId other)
    {
        var order = string.CompareOrdinal(Group, other.Group);
        if (order == 0) order = string.CompareOrdinal(Kind, other.Kind);
        if (order == 0) order = string.CompareOrdinal(Namespace, other.Namespace);
        return order != 0 ? order : string.CompareOrdinal(Name, other.Name);
    }
}
