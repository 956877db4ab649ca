using Microsoft.AspNetCore.Http;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Http;

/// <summary>The shape in which a client wants objects.</summary>
internal enum Shape
{
    Object,
    Table,
    PartialMetadata,
    PartialMetadataList,
}

/// <summary>What a client accepts, negotiated to what the server can write: always JSON.</summary>
internal readonly record struct Accept(Shape Shape)
{
    /// <exception cref="ApiException">Nothing that the client accepts can be written (406).</exception>
    public static Accept Negotiate(HttpRequest request)
    {
        var header = request.Headers.Accept.ToString();
        if (header.Length == 0) return new(Shape.Object);
        foreach (var part in header.Split(','))
        {
            var fields = part.Split(';', StringSplitOptions.TrimEntries);
            if (fields[0] is "*/*" && fields.Length == 1) return new(Shape.Object);
            if (fields[0] is not "application/json") continue;
            switch (Field(fields, "as="), Field(fields, "g="), Field(fields, "v="))
            {
                case (null, _, _): return new(Shape.Object);
                case ("Table", "meta.k8s.io", "v1"): return new(Shape.Table);
                case ("PartialObjectMetadata", "meta.k8s.io", "v1"): return new(Shape.PartialMetadata);
                case ("PartialObjectMetadataList", "meta.k8s.io", "v1"): return new(Shape.PartialMetadataList);
                default: continue;
            }
        }

        if (header.Contains("*/*", StringComparison.Ordinal)) return new(Shape.Object);
        // The router looks at media types first, the serializer at their parameters.
        throw header.Contains("application/json", StringComparison.Ordinal)
            ? ApiErrors.NotAcceptable("only the following media types are accepted: application/json")
            : new ApiException(406, "NotAcceptable", "406: Not Acceptable") { Details = new MapNode() };
    }

    /// <exception cref="ApiException">The client wants a list of what is one object (406).</exception>
    public Accept ForObject(ResourceType type) => Shape != Shape.PartialMetadataList ? this : throw ApiErrors.NotAcceptable(
        $"you requested PartialObjectMetadataList, but the requested object is not a list ({GoType(type, type.Kind)})");

    /// <exception cref="ApiException">The client wants one object of what is a list (406).</exception>
    public Accept ForList(ResourceType type) => Shape != Shape.PartialMetadata ? this : throw ApiErrors.NotAcceptable(
        $"you requested PartialObjectMetadata, but the requested object is a list ({GoType(type, type.ListKind)})");

    private static string GoType(ResourceType type, string kind) => type.IsCustom
        ? "*unstructured.Unstructured" + (kind == type.ListKind ? "List" : "")
        : $"*{(type.Group.Length == 0 ? "core" : type.Group.Split('.')[0])}.{kind}";

    /// <summary>The version of aggregated discovery that the client prefers; null for plain discovery.</summary>
    public static string? DiscoveryVersion(HttpRequest request)
    {
        foreach (var part in request.Headers.Accept.ToString().Split(','))
        {
            var fields = part.Split(';', StringSplitOptions.TrimEntries);
            if (fields[0] != "application/json") continue;
            if (Field(fields, "g=") is "apidiscovery.k8s.io" && Field(fields, "v=") is ("v2" or "v2beta1")) return Field(fields, "v=");
            if (Field(fields, "as=") is null) return null;
        }

        return null;
    }

    private static string? Field(string[] fields, string prefix)
    {
        foreach (var field in fields)
        {
            if (field.StartsWith(prefix, StringComparison.Ordinal)) return field[prefix.Length..];
        }

        return null;
    }
}
