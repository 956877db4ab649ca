namespace Plumb.Web.Words;

/// <summary>A resource's identity in an address: always four parts, so that it can be read back.</summary>
internal static class ResourceKey
{
    /// <summary><c>group/Kind/namespace/name</c>; parts may be empty.</summary>
    public static string Of(ResourceName resource) => $"{resource.Group}/{resource.Kind}/{resource.Namespace}/{resource.Name}";

    /// <summary>Reads it back; null when it is none.</summary>
    public static ResourceName? Read(string? key) =>
        key?.Split('/') is [var group, { Length: > 0 } kind, var space, { Length: > 0 } name] ? new ResourceName(group, kind, space, name) : null;
}
