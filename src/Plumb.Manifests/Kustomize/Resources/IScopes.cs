namespace Plumb.Manifests.Kustomize.Resources;

/// <summary>Which kinds are namespaced, as far as a build can know without a cluster.</summary>
internal interface IScopes
{
    /// <summary>Whether a kind is certainly not namespaced; false for kinds that nobody knows.</summary>
    bool IsClusterScoped(string apiVersion, string kind);
}
