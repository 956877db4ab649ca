namespace Plumb.Manifests.Cel.Syntax;

internal enum CelTokenKind : byte
{
    End,
    Identifier,
    QuotedIdentifier,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    Symbol,
}

/// <summary>One token. <paramref name="Text"/> is the identifier, the symbol, the digits, or the decoded text.</summary>
internal readonly record struct CelToken(CelTokenKind Kind, string Text, int Offset, byte[]? Bytes = null)
{
    public bool Is(string symbol) => Kind == CelTokenKind.Symbol && Text == symbol;

    public bool IsWord(string word) => Kind == CelTokenKind.Identifier && Text == word;

    public string Describe() => Kind switch
    {
        CelTokenKind.End => "end of expression",
        CelTokenKind.String or CelTokenKind.Bytes => "text",
        _ => $"'{Text}'",
    };
}
