using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Jq.Syntax;

internal enum TokenKind : byte
{
    End,
    Number,
    Text,
    Field,
    Identifier,
    Keyword,
    Variable,
    Format,
    Symbol,
}

/// <summary>One token of a program.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Word">Its word, without the dot of a field, the <c>$</c> of a variable or the <c>@</c> of a format.</param>
/// <param name="Position">Where it begins, in characters from 0.</param>
internal sealed record Token(TokenKind Kind, string Word, int Position)
{
    /// <summary>Value of a number.</summary>
    public Node Number { get; init; }

    /// <summary>Parts of a text, interpolated programs among them.</summary>
    public IReadOnlyList<TextPart> Parts { get; init; } = [];

    public bool Is(string symbol) => Kind is TokenKind.Symbol or TokenKind.Keyword && Word == symbol;

    /// <summary>As a message names it.</summary>
    public string Describe() => Kind switch
    {
        TokenKind.End => "the end",
        TokenKind.Text => "a text",
        TokenKind.Field => $"\".{Word}\"",
        TokenKind.Variable => $"\"${Word}\"",
        TokenKind.Format => $"\"@{Word}\"",
        _ => $"\"{Word}\"",
    };
}

/// <summary>A piece of a text: literal, or the tokens of an interpolated program.</summary>
internal readonly record struct TextPart(string? Literal, IReadOnlyList<Token>? Program);
