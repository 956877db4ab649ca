namespace Plumb.Reconcile.Rendering;

/// <summary>What a render asks of the live system: an object, or all of a kind.</summary>
/// <param name="ApiVersion">Such as <c>v1</c> or <c>apps/v1</c>.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Namespace">Namespace; empty for all of them, and for kinds that have none.</param>
/// <param name="Name">Name; empty for all objects.</param>
public sealed record LiveQuery(string ApiVersion, string Kind, string Namespace, string Name)
{
    /// <summary>The API group; empty for the core group.</summary>
    public string Group => ApiVersion.IndexOf('/') is var slash and >= 0 ? ApiVersion[..slash] : "";

    /// <summary><c>Secret shop/login</c>, <c>all of apps/v1 Deployment in shop</c>.</summary>
    public override string ToString()
    {
        var kind = Group.Length == 0 ? Kind : $"{ApiVersion} {Kind}";
        if (Name.Length > 0) return Namespace.Length == 0 ? $"{kind} {Name}" : $"{kind} {Namespace}/{Name}";
        return $"all of {kind}" + (Namespace.Length == 0 ? "" : $" in {Namespace}");
    }
}
