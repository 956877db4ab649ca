using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Filters;

/// <summary>How messages name an object: <c>Deployment.v1.apps/web.shop</c> (<c>resid.ResId</c>).</summary>
internal static class ResourceName
{
    public static string Of(YamlNode resource)
    {
        var metadata = resource.GetFilled("metadata");
        return $"{Gvk.Of(resource)}/{Or(metadata, "name", "[noName]")}.{Or(metadata, "namespace", "[noNs]")}";
    }

    private static string Or(YamlNode? metadata, string key, string otherwise) =>
        metadata?.GetFilled(key)?.Value is { Length: > 0 } text ? text : otherwise;
}
