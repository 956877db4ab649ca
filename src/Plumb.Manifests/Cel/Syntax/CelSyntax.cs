using Plumb.Manifests.Cel.Runtime;

namespace Plumb.Manifests.Cel.Syntax;

/// <summary>A part of an expression. <see cref="Offset"/> is its place in the source; <see cref="Depth"/> the nesting below it.</summary>
internal abstract record CelSyntax(int Offset)
{
    public int Depth { get; init; } = 1;
}

internal sealed record LiteralSyntax(int Offset, CelValue Value) : CelSyntax(Offset);

/// <summary>A variable. A leading dot (<see cref="Absolute"/>) steps out of macros' variables.</summary>
internal sealed record NameSyntax(int Offset, string Name, bool Absolute = false) : CelSyntax(Offset);

/// <summary><c>e.f</c>, <c>e.?f</c>; <see cref="Test"/> is <c>has(e.f)</c>.</summary>
internal sealed record SelectSyntax(int Offset, CelSyntax Operand, string Field, bool Optional = false, bool Test = false) : CelSyntax(Offset);

/// <summary><c>e[i]</c>, <c>e[?i]</c>.</summary>
internal sealed record IndexSyntax(int Offset, CelSyntax Operand, CelSyntax Index, bool Optional = false) : CelSyntax(Offset);

/// <summary>A function; of a receiver when <see cref="Member"/>, which is then the first argument.</summary>
internal sealed record CallSyntax(int Offset, string Function, bool Member, IReadOnlyList<CelSyntax> Arguments) : CelSyntax(Offset);

/// <summary><c>&amp;&amp;</c> and <c>||</c> of two or more.</summary>
internal sealed record LogicSyntax(int Offset, bool And, IReadOnlyList<CelSyntax> Terms) : CelSyntax(Offset);

internal sealed record ConditionalSyntax(int Offset, CelSyntax Condition, CelSyntax Then, CelSyntax Else) : CelSyntax(Offset);

internal sealed record ListSyntax(int Offset, IReadOnlyList<(CelSyntax Item, bool Optional)> Items) : CelSyntax(Offset);

internal sealed record MapSyntax(int Offset, IReadOnlyList<(CelSyntax Key, CelSyntax Value, bool Optional)> Entries) : CelSyntax(Offset);

internal enum MacroKind : byte
{
    All,
    Exists,
    ExistsOne,
    Filter,
    Map,
    TransformList,
    TransformMap,
    TransformMapEntry,
}

/// <summary>A macro over a list or map. With two variables the first is the index or key and the second the value.</summary>
internal sealed record MacroSyntax(
    int Offset, MacroKind Kind, CelSyntax Range, string Variable, string? Second, CelSyntax? Filter, CelSyntax Body) : CelSyntax(Offset);

/// <summary><c>cel.bind(name, value, body)</c>.</summary>
internal sealed record BindSyntax(int Offset, string Name, CelSyntax Value, CelSyntax Body) : CelSyntax(Offset);

/// <summary><c>e.optMap(name, body)</c> and <c>e.optFlatMap(name, body)</c>.</summary>
internal sealed record OptionalMapSyntax(int Offset, CelSyntax Operand, string Name, CelSyntax Body, bool Flat) : CelSyntax(Offset);
