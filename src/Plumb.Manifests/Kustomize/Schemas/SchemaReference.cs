namespace Plumb.Manifests.Kustomize.Schemas;

/// <summary>References within OpenAPI documents: JSON pointers that begin at the definitions of all documents together.</summary>
internal static class SchemaReference
{
    private const string Definitions = "#/definitions/";

    /// <summary>A reference to a definition.</summary>
    public static string To(string definition) => Definitions + definition;

    /// <summary>What a reference names; null when there is nothing.</summary>
    public static SchemaDefinition? Resolve(string reference, Func<string, SchemaDefinition?> definitions)
    {
        if (!reference.StartsWith(Definitions, StringComparison.Ordinal)) return null;
        var tokens = reference[Definitions.Length..].Split('/');
        var found = definitions(Decode(tokens[0]));
        for (var i = 1; i < tokens.Length && found is not null; i++)
        {
            found = tokens[i] switch
            {
                "items" => found.Items,
                "additionalProperties" => found.AdditionalProperties,
                "properties" when i + 1 < tokens.Length => found.Property(Decode(tokens[++i])),
                _ => null,
            };
        }

        return found;
    }

    private static string Decode(string token) => Uri.UnescapeDataString(token)
        .Replace("~1", "/", StringComparison.Ordinal)
        .Replace("~0", "~", StringComparison.Ordinal);
}
