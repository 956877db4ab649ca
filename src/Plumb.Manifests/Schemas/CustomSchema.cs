using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Schemas;

/// <summary>Reads the structural schema of a CustomResourceDefinition version.</summary>
public static class CustomSchema
{
    /// <summary>From <c>spec.versions[].schema.openAPIV3Schema</c>. apiVersion, kind and metadata are added.</summary>
    /// <param name="openApiV3Schema">The schema; absent gives a schema that keeps everything.</param>
    /// <param name="preserveUnknownFields"><c>spec.preserveUnknownFields</c> of old CRDs.</param>
    /// <param name="problems">Receives what is not structural or not supported, in words with the path.</param>
    public static Schema Read(Node openApiV3Schema, bool preserveUnknownFields, ICollection<string> problems) =>
        new CustomSchemaReader(problems).ReadRoot(openApiV3Schema, preserveUnknownFields);
}
