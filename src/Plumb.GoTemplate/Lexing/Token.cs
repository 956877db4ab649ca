using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Lexing;

/// <summary>The kinds of Go's <c>text/template/parse</c>; those after <see cref="Keyword"/> are keywords.</summary>
internal enum TokenKind
{
    Error,
    Bool,
    Char,
    CharConstant,
    Complex,
    Assign,
    Declare,
    End,
    Field,
    Identifier,
    LeftDelimiter,
    LeftParen,
    Number,
    Pipe,
    RawString,
    RightDelimiter,
    RightParen,
    Space,
    String,
    Text,
    Variable,
    Keyword,
    BlockWord,
    BreakWord,
    ContinueWord,
    Dot,
    DefineWord,
    ElseWord,
    EndWord,
    IfWord,
    NilWord,
    RangeWord,
    TemplateWord,
    WithWord,
}

/// <summary>A token: where it starts in characters, its text, and its line from 1.</summary>
internal readonly record struct Token(TokenKind Kind, int Position, string Text, int Line)
{
    /// <summary>How messages show it.</summary>
    public override string ToString() => Kind switch
    {
        TokenKind.End => "EOF",
        TokenKind.Error => Text,
        > TokenKind.Keyword => $"<{Text}>",
        _ when GoText.ByteLength(Text) > 10 => GoQuote.Quote(FirstRunes(Text, 10)) + "...",
        _ => GoQuote.Quote(Text),
    };

    private static string FirstRunes(string text, int count)
    {
        var end = 0;
        for (; count > 0 && end < text.Length; count--) end += char.IsHighSurrogate(text[end]) && end + 1 < text.Length ? 2 : 1;
        return text[..end];
    }
}
