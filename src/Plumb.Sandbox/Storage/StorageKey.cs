using Plumb.Manifests.Objects;

namespace Plumb.Sandbox.Storage;

/// <summary>Where a real server keeps an object in etcd; some of its messages say it.</summary>
internal static class StorageKey
{
    public static string Of(ResourceType type, KubeObject obj)
    {
        var place = obj.Namespace.Length == 0 ? obj.Name : $"{obj.Namespace}/{obj.Name}";
        if (type.IsCustom) return $"/registry/{type.Group}/{type.Plural}/{place}";
        return (type.Group, type.Plural) switch
        {
            ("", "services") => "/registry/services/specs/" + place,
            ("", "endpoints") => "/registry/services/endpoints/" + place,
            ("", "nodes") => "/registry/minions/" + place,
            ("networking.k8s.io", "ingresses") => "/registry/ingress/" + place,
            ("apiextensions.k8s.io" or "apiregistration.k8s.io", _) => $"/registry/{type.Group}/{type.Plural}/{place}",
            _ => $"/registry/{type.Plural}/{place}",
        };
    }
}
