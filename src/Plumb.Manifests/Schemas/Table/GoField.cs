namespace Plumb.Manifests.Schemas.Table;

/// <summary>How a Go type holds a value, which decides what comes back from a server that read and wrote it.</summary>
/// <param name="Pointer">A pointer tells the zero value from none.</param>
/// <param name="OmitEmpty">The zero value is left out of the JSON.</param>
/// <param name="Required">OpenAPI lists it as required.</param>
/// <param name="Format">OpenAPI format; null when none.</param>
/// <param name="TypeName">Name of the object's type, such as <c>core.v1.PodSpec</c>; null for other values.</param>
internal sealed record GoField(bool Pointer, bool OmitEmpty, bool Required, string? Format, string? TypeName);
