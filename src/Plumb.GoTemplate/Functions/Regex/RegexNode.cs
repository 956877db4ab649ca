namespace Plumb.GoTemplate.Functions.Regex;

internal enum RegexOp
{
    NoMatch,
    Empty,
    Class,
    Any,
    AnyButNewLine,
    BeginLine,
    EndLine,
    BeginText,
    EndText,
    WordBoundary,
    NoWordBoundary,
    Capture,
    Star,
    Plus,
    Quest,
    Repeat,
    Concat,
    Alternate,

    // these stand on the parser's stack only
    LeftParen,
    VerticalBar,
}

/// <summary>A part of a regular expression.</summary>
internal sealed class RegexNode(RegexOp op, params RegexNode[] parts)
{
    public RegexOp Op { get; } = op;

    public RegexNode[] Parts { get; } = parts;

    /// <summary>For <see cref="RegexOp.Class"/>: the code points, pairs of first and last, in order.</summary>
    public int[] Ranges { get; init; } = [];

    public int Min { get; init; }

    public int Max { get; init; }

    public bool Lazy { get; init; }

    /// <summary>The number of the group; 0 for one that does not capture.</summary>
    public int Group { get; init; }

    public string Name { get; init; } = "";

    /// <summary>The flags to return to when the parenthesis closes.</summary>
    public RegexFlags Flags { get; init; }

    public int Height { get; } = 1 + (parts.Length == 0 ? 0 : parts.Max(p => p.Height));
}

[Flags]
internal enum RegexFlags
{
    None = 0,
    FoldCase = 1,
    OneLine = 2,
    DotNewLine = 4,
    Lazy = 8,
}
