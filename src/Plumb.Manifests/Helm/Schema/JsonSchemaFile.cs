using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Schema;

internal static class JsonSchemaFile
{
    public static string? Check(string schema, GoMap values, CancellationToken ct) => null;
}
