using Plumb.Manifests.Documents;
using Plumb.Manifests.Jq.Syntax;

namespace Plumb.Manifests.Jq.Runtime;

/// <summary>The names that are known at a place of the running program: the newest one first.</summary>
internal sealed class Scope
{
    private readonly Scope? _outer;
    private readonly string _name;
    private readonly Node _value;
    private readonly object? _meaning; // a Function, a Closure, a label's identity, or null for a variable

    private Scope(Scope? outer, string name, Node value, object? meaning, int depth) =>
        (_outer, _name, _value, _meaning, Depth) = (outer, name, value, meaning, depth);

    /// <summary>Nothing is known.</summary>
    public static Scope Empty { get; } = new(null, "", default, null, 0);

    /// <summary>Calls that this place is inside of.</summary>
    public int Depth { get; }

    public Scope WithVariable(string name, Node value) => new(this, name, value, null, Depth);

    public Scope WithFunction(Function function) => new(this, function.Name, default, function, Depth);

    public Scope WithClosure(string name, Closure closure) => new(this, name, default, closure, Depth);

    public Scope WithLabel(string name, object label) => new(this, name, default, new LabelOf(label), Depth);

    public Scope AtDepth(int depth) => new(this, "", default, new LabelOf(this), depth);

    public Node Variable(string name)
    {
        for (var at = this; at is not null; at = at._outer)
        {
            if (at._meaning is null && at._name == name) return at._value;
        }

        throw new InvalidOperationException($"${name} was resolved when the program was read.");
    }

    public object Label(string name)
    {
        for (var at = this; at is not null; at = at._outer)
        {
            if (at._meaning is LabelOf label && at._name == name) return label.Identity;
        }

        throw new InvalidOperationException($"The label ${name} was resolved when the program was read.");
    }

    /// <summary>What a call means: a function with the scope in which it knows itself, or a closure.</summary>
    public (Function? Function, Closure? Closure, Scope Scope) Callee(string name, int arity)
    {
        for (var at = this; at is not null; at = at._outer)
        {
            if (at._name != name) continue;
            if (at._meaning is Function function && function.Parameters.Count == arity) return (function, null, at);
            if (at._meaning is Closure closure && arity == 0) return (null, closure, closure.Scope);
        }

        throw new InvalidOperationException($"{name}/{arity} was resolved when the program was read.");
    }

    private sealed record LabelOf(object Identity);
}

/// <summary>An argument: an expression with the scope of the caller.</summary>
internal sealed record Closure(Expression Body, Scope Scope);
