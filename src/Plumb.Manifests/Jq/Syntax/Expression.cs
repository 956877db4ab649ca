using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Jq.Syntax;

/// <summary>One expression of a program.</summary>
internal abstract record Expression;

/// <summary><c>.</c></summary>
internal sealed record Identity : Expression
{
    public static Identity Instance { get; } = new();
}

/// <summary><c>..</c></summary>
internal sealed record EverythingBelow : Expression;

/// <summary>A number, a plain text, or what a name stands for.</summary>
internal sealed record Literal(Node Value) : Expression;

/// <summary>A text with interpolations, each put through a format such as <c>base64</c>; without one through <c>tostring</c>.</summary>
internal sealed record Template(IReadOnlyList<(string? Literal, Expression? Program)> Parts, string Format) : Expression;

/// <summary><c>@base64</c> and the like by itself.</summary>
internal sealed record FormatInput(string Format) : Expression;

/// <summary><c>t.name</c>, <c>t[key]</c>. Optional ones (<c>t.name?</c>) pass over what cannot be looked into; errors of <c>t</c> stay.</summary>
internal sealed record Index(Expression Target, Expression Key, bool IsOptional = false) : Expression;

/// <summary><c>t[from:to]</c>.</summary>
internal sealed record Slice(Expression Target, Expression? From, Expression? To, bool IsOptional = false) : Expression;

/// <summary><c>t[]</c>.</summary>
internal sealed record Iterate(Expression Target, bool IsOptional = false) : Expression;

/// <summary><c>try body catch handler</c>, <c>body?</c>.</summary>
internal sealed record Try(Expression Body, Expression? Handler) : Expression;

/// <summary><c>left | right</c>.</summary>
internal sealed record Pipe(Expression Left, Expression Right) : Expression;

/// <summary><c>left, right</c>.</summary>
internal sealed record Comma(Expression Left, Expression Right) : Expression;

/// <summary><c>left // right</c>.</summary>
internal sealed record Alternative(Expression Left, Expression Right) : Expression;

/// <summary>Arithmetic and comparison.</summary>
internal sealed record Binary(string Operator, Expression Left, Expression Right) : Expression;

/// <summary><c>and</c>, <c>or</c>.</summary>
internal sealed record Logic(bool IsAnd, Expression Left, Expression Right) : Expression;

/// <summary><c>-body</c>.</summary>
internal sealed record Negate(Expression Body) : Expression;

/// <summary><c>target = value</c>, <c>target |= value</c>, <c>target += value</c> (with the arithmetic operator), <c>//=</c>.</summary>
internal sealed record Assign(string Operator, Expression Target, Expression Value) : Expression;

/// <summary><c>[body]</c>.</summary>
internal sealed record MakeList(Expression? Body) : Expression;

/// <summary><c>{key: value}</c>.</summary>
internal sealed record MakeMap(IReadOnlyList<(Expression Key, Expression Value)> Entries) : Expression;

/// <summary><c>if condition then … else … end</c>.</summary>
internal sealed record If(Expression Condition, Expression Then, Expression? Else) : Expression;

/// <summary><c>reduce source as $x (init; update)</c>.</summary>
internal sealed record Reduce(Expression Source, Pattern Pattern, Expression Init, Expression Update) : Expression;

/// <summary><c>foreach source as $x (init; update; extract)</c>.</summary>
internal sealed record Foreach(Expression Source, Pattern Pattern, Expression Init, Expression Update, Expression? Extract) : Expression;

/// <summary><c>source as $x | body</c>.</summary>
internal sealed record Bind(Expression Source, Pattern Pattern, Expression Body) : Expression;

/// <summary><c>label $name | body</c>.</summary>
internal sealed record Label(string Name, Expression Body) : Expression;

/// <summary><c>break $name</c>.</summary>
internal sealed record Break(string Name) : Expression;

/// <summary><c>def …; body</c>.</summary>
internal sealed record Define(Function Function, Expression Body) : Expression;

/// <summary>A call of a function of the program, or of one of its closure parameters.</summary>
internal sealed record Call(string Name, IReadOnlyList<Expression> Arguments) : Expression;

/// <summary>A call of a built-in function.</summary>
internal sealed record BuiltInCall(Functions.BuiltIn Function, IReadOnlyList<Expression> Arguments) : Expression;

/// <summary><c>$name</c>.</summary>
internal sealed record Variable(string Name) : Expression;

/// <summary>A function definition. A parameter whose name begins with <c>$</c> is a value, any other a closure.</summary>
internal sealed record Function(string Name, IReadOnlyList<string> Parameters, Expression Body);

/// <summary>What <c>as</c> binds.</summary>
internal abstract record Pattern;

/// <summary><c>$name</c>.</summary>
internal sealed record NamePattern(string Name) : Pattern;

/// <summary><c>[p, …]</c>.</summary>
internal sealed record ListPattern(IReadOnlyList<Pattern> Items) : Pattern;

/// <summary><c>{key: p, …}</c>; <c>$name</c> as a key binds the value too.</summary>
internal sealed record MapPattern(IReadOnlyList<(string? Name, Expression Key, Pattern? Value)> Entries) : Pattern;
