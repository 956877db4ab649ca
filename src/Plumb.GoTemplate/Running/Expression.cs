using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Syntax;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Running;

/// <summary>
/// Something that has a value. It tells the run where it is as Go's <c>state.at</c> does, since errors name the last place told.
/// </summary>
internal abstract class Expression
{
    public abstract GoValue Evaluate(Execution run, in GoValue dot);

    /// <summary>Evaluates with the value of the stage before it in a pipeline, which only what can be called takes.</summary>
    public virtual GoValue Evaluate(Execution run, in GoValue dot, in GoValue last) => throw NotAFunction(run);

    /// <summary>Evaluates where an argument of a known type is asked for.</summary>
    public virtual GoValue Argument(Execution run, in GoValue dot, GoType type) => Check.Type(run, Evaluate(run, dot), type);

    protected abstract Node Place { get; }

    protected TemplateExecError NotAFunction(Execution run)
    {
        if (Place is not PipeNode) run.At = Place;
        return run.Error($"can't give argument to non-function {Place}");
    }
}

/// <summary>A pipeline: each stage's value is the last argument of the next one's; at the end variables are set.</summary>
internal sealed class Pipeline(PipeNode node, Expression[] stages, int[] slots, int[] conditional, string? undeclared) : Expression
{
    private readonly Expression _first = stages[0];

    protected override Node Place => node;

    public override GoValue Evaluate(Execution run, in GoValue dot)
    {
        run.At = node;
        foreach (var slot in conditional) run.Stack[run.Frame + slot] = Check.Undeclared;
        var value = _first.Evaluate(run, dot).WithoutInterface();
        for (var i = 1; i < stages.Length; i++) value = stages[i].Evaluate(run, dot, value).WithoutInterface();
        if (undeclared is not null) throw run.Error($"undefined variable: {undeclared}");
        foreach (var slot in slots) run.Stack[run.Frame + slot] = value;
        return value;
    }
}

internal sealed class Constant(Node node, GoValue value) : Expression
{
    protected override Node Place => node;

    public override GoValue Evaluate(Execution run, in GoValue dot)
    {
        run.At = node;
        return value;
    }

    public override GoValue Argument(Execution run, in GoValue dot, GoType type)
    {
        run.At = node;
        switch (type.Kind)
        {
            case GoKind.Interface:
                return value;
            case GoKind.Struct when ReferenceEquals(type, GoType.ReflectValue):
                return value;
            case GoKind.Bool:
                return node is BoolNode ? value : throw run.Error($"expected bool; found {node}");
            case GoKind.String:
                return node is StringNode ? value : throw run.Error($"expected string; found {node}");
            case >= GoKind.Int and <= GoKind.Int64:
                return node is NumberNode { Int: { } integer } ? GoValue.Signed(type.Kind, integer)
                    : throw run.Error($"expected integer; found {node}");
            case >= GoKind.Uint and <= GoKind.Uint64:
                return node is NumberNode { Uint: { } unsigned }
                    ? GoValue.Unsigned(type.Kind, unsigned)
                    : throw run.Error($"expected unsigned integer; found {node}");
            case GoKind.Float32 or GoKind.Float64:
                return node is NumberNode { Float: { } number } ? GoValue.From(number) : throw run.Error($"expected float; found {node}");
            default:
                throw run.Error($"can't handle {node} for arg of type {type}");
        }
    }
}

/// <summary>A number that has no type of its own: it overflows <c>int</c>, or is none outside of a typed argument.</summary>
internal sealed class Overflow(NumberNode node) : Expression
{
    protected override Node Place => node;

    public override GoValue Evaluate(Execution run, in GoValue dot) => throw run.Error(node, $"{node.Text} overflows int");

    public override GoValue Argument(Execution run, in GoValue dot, GoType type)
    {
        run.At = node;
        if (type.Kind is >= GoKind.Uint and <= GoKind.Uint64 && node.Uint is { } unsigned) return GoValue.Unsigned(type.Kind, unsigned);
        if (type.Kind is GoKind.Float64 && node.Float is { } number) return GoValue.From(number);
        if (type.Kind == GoKind.String) throw run.Error($"expected string; found {node}");
        if (type.Kind == GoKind.Bool) throw run.Error($"expected bool; found {node}");
        if (type.Kind is >= GoKind.Int and <= GoKind.Int64) throw run.Error($"expected integer; found {node}");
        return Evaluate(run, dot);
    }
}

internal sealed class Nil(NilNode node) : Expression
{
    protected override Node Place => node;

    public override GoValue Evaluate(Execution run, in GoValue dot) => throw run.Error(node, "nil is not a command");

    public override GoValue Argument(Execution run, in GoValue dot, GoType type)
    {
        run.At = node;
        if (!type.CanBeNil) throw run.Error($"cannot assign nil to {type}");
        return ReferenceEquals(type, GoType.Any) ? default : GoValue.Zero(type);
    }
}

internal sealed class Dot(DotNode node) : Expression
{
    protected override Node Place => node;

    public override GoValue Evaluate(Execution run, in GoValue dot)
    {
        run.At = node;
        return dot;
    }
}

internal sealed class Variable(VariableNode node, int slot, bool conditional) : Expression
{
    protected override Node Place => node;

    public override GoValue Evaluate(Execution run, in GoValue dot)
    {
        run.At = node;
        ref var value = ref run.Stack[run.Frame + slot];
        if (conditional && Check.IsUndeclared(value)) throw run.Error($"undefined variable: {node.Names[0]}");
        return value;
    }
}

/// <summary>What does not make sense where it stands, which Go finds out when it gets there.</summary>
internal sealed class Fails(Node node, string reason) : Expression
{
    protected override Node Place => node;

    public override GoValue Evaluate(Execution run, in GoValue dot)
    {
        // Go looks at a parenthesis only after it has counted what follows it
        if (node is not PipeNode) run.At = node;
        throw run.Error(reason);
    }

    public override GoValue Evaluate(Execution run, in GoValue dot, in GoValue last) => Evaluate(run, dot);
}

/// <summary>Checks that Go makes by reflection.</summary>
internal static class Check
{
    private static readonly GoType NotThere = GoType.Struct("undeclared");

    /// <summary>Stands in the place of a variable whose declaration was skipped by <c>and</c> or <c>or</c>.</summary>
    public static readonly GoValue Undeclared = GoValue.NilPointer(NotThere);

    public static bool IsUndeclared(in GoValue value) => value.IsNilPointer && ReferenceEquals(value.Type, NotThere);

    /// <summary>Go's <c>validateType</c>: the value if it can be given where the type is asked for.</summary>
    public static GoValue Type(Execution run, in GoValue value, GoType type)
    {
        if (ReferenceEquals(type, GoType.Any)) return value.WithoutInterface();
        if (ReferenceEquals(type, GoType.ReflectValue)) return value;
        if (value.IsString && ReferenceEquals(type, GoType.String)) return value.WithoutInterface();
        if (!value.IsValid)
        {
            return type.CanBeNil ? GoValue.Zero(type) : throw run.Error($"invalid value; expected {type}");
        }

        if (value.IsNil) throw run.Error($"wrong type for value; expected {type}; got interface {{}}");
        var own = value.Type!;
        if (own.IsAssignableTo(type)) return value.WithoutInterface();
        throw run.Error($"wrong type for value; expected {type}; got {own}");
    }

    /// <summary>Reads a field, calls a method without arguments, or reads a map's entry: Go's <c>evalField</c>.</summary>
    public static GoValue Field(Execution run, Node place, in GoValue receiver, string name)
    {
        if (receiver.Kind == GoKind.Map)
        {
            var map = receiver.Map;
            if (map.Type.Method(name) is { } method) return Call.Method(run, place, method, receiver);
            if (map.TryGetElement(name, out var element)) return element;
            return Missing(run, map, name);
        }

        return Other(run, place, receiver, name);
    }

    /// <summary>The method that a call with arguments means; not being a method is an error then.</summary>
    public static GoFunction? MethodOf(in GoValue receiver, string name) => receiver.Type?.Method(name);

    /// <summary>What Go says of arguments given to what is no method.</summary>
    public static TemplateExecError HasArguments(Execution run, in GoValue receiver, string name)
    {
        if (receiver.Kind == GoKind.Map) return run.Error($"{name} is not a method but has arguments");
        if (receiver.Kind is GoKind.Struct or GoKind.Ptr && !receiver.IsNilPointer && receiver.Object.TryGetField(name, out _))
        {
            return run.Error($"{name} has arguments but cannot be invoked as function");
        }

        return receiver.Kind == GoKind.Interface
            ? run.Error($"nil pointer evaluating interface {{}}.{name}")
            : run.Error($"can't evaluate field {name} in type {receiver.StaticType}");
    }

    private static GoValue Missing(Execution run, GoMap map, string name) => run.Set.Options.MissingKey switch
    {
        MissingKey.Zero => GoValue.Zero(map.Type.Element!),
        MissingKey.Error => throw run.Error($"map has no entry for key {GoQuote.Quote(name)}"),
        _ => default,
    };

    private static GoValue Other(Execution run, Node place, in GoValue receiver, string name)
    {
        if (!receiver.IsValid)
        {
            return run.Set.Options.MissingKey == MissingKey.Error
                ? throw run.Error($"nil data; no entry for key {GoQuote.Quote(name)}")
                : default;
        }

        if (receiver.IsNil) throw run.Error($"nil pointer evaluating interface {{}}.{name}");
        if (receiver.Type!.Method(name) is { } method) return Call.Method(run, place, method, receiver);
        if (receiver.IsNilPointer) throw run.Error($"nil pointer evaluating {receiver.StaticType}.{name}");
        if (receiver.Kind is GoKind.Struct or GoKind.Ptr && receiver.Object.TryGetField(name, out var field)) return field;
        throw run.Error($"can't evaluate field {name} in type {receiver.StaticType}");
    }
}
