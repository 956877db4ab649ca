using System.Text.Json;

namespace Plumb.Manifests.Schemas;

/// <summary>
/// Publishes kinds as OpenAPI documents the way an API server does at <c>/openapi/v2</c> and <c>/openapi/v3/...</c>, as far as clients such as
/// kubectl read them: definitions with Kubernetes' extensions, and paths with group, version, kind, action and parameters.
/// </summary>
public static class OpenApi
{
    /// <summary>The document of <c>/openapi/v2</c> as JSON, with all kinds.</summary>
    public static void WriteV2(Utf8JsonWriter writer, IEnumerable<OpenApiKind> kinds) => Write(writer, kinds, new OpenApiForm(false));

    /// <summary>The document of one group version, <c>/openapi/v3/apis/GROUP/VERSION</c>.</summary>
    /// <param name="writer">Receives the document.</param>
    /// <param name="groupVersion">Such as <c>apps/v1</c>; kinds of others are left out.</param>
    /// <param name="kinds">The kinds.</param>
    public static void WriteV3(Utf8JsonWriter writer, string groupVersion, IEnumerable<OpenApiKind> kinds) =>
        Write(writer, kinds.Where(k => k.Kind.ApiVersion == groupVersion), new OpenApiForm(true));

    private static void Write(Utf8JsonWriter writer, IEnumerable<OpenApiKind> kinds, OpenApiForm form)
    {
        var all = kinds.ToList();
        writer.WriteStartObject();
        writer.WriteString(form.IsV3 ? "openapi" : "swagger", form.IsV3 ? "3.0.0" : "2.0");
        writer.WriteStartObject("info");
        writer.WriteString("title", "Kubernetes");
        writer.WriteString("version", "v" + BuiltInKinds.KubernetesVersion);
        writer.WriteEndObject();

        writer.WriteStartObject("paths");
        foreach (var kind in all) new OpenApiPaths(writer, form, kind).Write();
        writer.WriteEndObject();

        if (form.IsV3) writer.WriteStartObject("components");
        writer.WriteStartObject(form.IsV3 ? "schemas" : "definitions");
        new OpenApiDefinitions(writer, form).Write(all);
        writer.WriteEndObject();
        if (form.IsV3) writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
