using Plumb.GoTemplate.Syntax;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Running;

/// <summary>
/// A call of a function: Go's <c>evalCall</c>. Arguments are checked against the function's parameters one by one, as they come.
/// </summary>
internal sealed class Call(IdentifierNode name, Node whole, GoFunction function, Expression[] arguments) : Expression
{
    private readonly GoType[] _types =
        [.. Enumerable.Range(0, arguments.Length).Select(i => function.Parameters.Length == 0 ? GoType.Any : function.ParameterAt(i))];

    private readonly bool _fits = Fits(function, arguments.Length, 0);
    private readonly bool _fitsWithLast = Fits(function, arguments.Length + 1, 0);

    protected override Node Place => name;

    public override GoValue Evaluate(Execution run, in GoValue dot)
    {
        run.At = name;
        if (!_fits) throw WrongCount(run, function, arguments.Length, arguments.Length, 0);
        var at = run.Reserve(arguments.Length);
        for (var i = 0; i < arguments.Length; i++)
        {
            var value = arguments[i].Argument(run, dot, _types[i]);
            run.Stack[at + i] = value;
        }

        return Invoke(run, whole, function, function.Name, at, arguments.Length);
    }

    public override GoValue Evaluate(Execution run, in GoValue dot, in GoValue last)
    {
        run.At = name;
        var count = arguments.Length + 1;
        if (!_fitsWithLast) throw WrongCount(run, function, count, arguments.Length, 0);
        var at = run.Reserve(count);
        for (var i = 0; i < arguments.Length; i++)
        {
            var value = arguments[i].Argument(run, dot, _types[i]);
            run.Stack[at + i] = value;
        }

        run.Stack[at + count - 1] = Check.Type(run, last, function.ParameterAt(count - 1));
        return Invoke(run, whole, function, function.Name, at, count);
    }

    /// <summary>Calls a method that is given no arguments.</summary>
    public static GoValue Method(Execution run, Node place, GoFunction method, in GoValue receiver) =>
        Method(run, place, method, receiver, default, [], default, hasLast: false);

    /// <summary>Calls a method.</summary>
    public static GoValue Method(
        Execution run, Node place, GoFunction method, in GoValue receiver, in GoValue dot, Expression[] arguments, in GoValue last,
            bool hasLast)
    {
        var given = arguments.Length + (hasLast ? 1 : 0);
        if (!Fits(method, given, 1)) throw WrongCount(run, method, given, arguments.Length, 1);
        var at = run.Reserve(given + 1);
        run.Stack[at] = receiver.WithoutInterface();
        for (var i = 0; i < arguments.Length; i++)
        {
            var value = arguments[i].Argument(run, dot, method.ParameterAt(i + 1));
            run.Stack[at + 1 + i] = value;
        }

        if (hasLast) run.Stack[at + given] = Check.Type(run, last, method.ParameterAt(given));
        return Invoke(run, place, method, method.Name, at, given + 1);
    }

    private static GoValue Invoke(Execution run, Node place, GoFunction function, string name, int at, int count)
    {
        run.Step();
        GoValue result = default;
        GoError? failure = null;
        try
        {
            result = function.Call(run, new ReadOnlySpan<GoValue>(run.Stack, at, count));
        }
        catch (GoError error)
        {
            failure = error;
        }

        // Thrown here, not there: a throw within a catch keeps the stack of all below it, and errors may go through thousands of calls.
        if (failure is not null) throw run.Error(place, $"error calling {name}: ", failure);
        run.Top = at;
        if (result.IsString) run.Built(result.Text);
        return result;
    }

    /// <summary>Whether a function takes so many arguments besides its receivers.</summary>
    private static bool Fits(GoFunction function, int count, int receivers)
    {
        var needed = function.Fixed - receivers;
        return function.IsVariadic ? count >= needed : count == needed;
    }

    /// <summary>Go's words: where the number may vary, it counts what is written, without what a pipe brings.</summary>
    private static TemplateExecError WrongCount(Execution run, GoFunction function, int given, int written, int receivers)
    {
        var needed = function.Fixed - receivers;
        return run.Error(function.IsVariadic
            ? $"wrong number of args for {function.Name}: want at least {needed} got {written}"
            : $"wrong number of args for {function.Name}: want {needed} got {given}");
    }
}

/// <summary>A call of <c>call</c>, whose messages show what was to be called as it was written.</summary>
internal sealed class CallOfValue(IdentifierNode name, Node whole, GoFunction function, Expression[] arguments, string? callee) : Expression
{
    private readonly Call _call = new(name, whole, function, arguments);

    protected override Node Place => name;

    public override GoValue Evaluate(Execution run, in GoValue dot)
    {
        run.Callee = callee ?? "";
        return _call.Evaluate(run, dot);
    }

    public override GoValue Evaluate(Execution run, in GoValue dot, in GoValue last)
    {
        run.Callee = callee ?? (last.IsString ? last.Text : last.IsNil ? "<invalid Value>" : $"<{last.Type} Value>");
        return _call.Evaluate(run, dot, last);
    }
}

/// <summary><c>and</c> and <c>or</c>, which evaluate no further than they need to.</summary>
internal sealed class ShortCircuit(IdentifierNode name, bool isOr, Expression[] arguments) : Expression
{
    protected override Node Place => name;

    public override GoValue Evaluate(Execution run, in GoValue dot)
    {
        run.At = name;
        if (arguments.Length == 0) throw run.Error($"wrong number of args for {name.Name}: want at least 1 got 0");
        return Evaluate(run, dot, out _);
    }

    public override GoValue Evaluate(Execution run, in GoValue dot, in GoValue last)
    {
        run.At = name;
        var value = Evaluate(run, dot, out var decided);
        return decided ? value : last;
    }

    private GoValue Evaluate(Execution run, in GoValue dot, out bool decided)
    {
        decided = true;
        var value = GoValue.Invalid;
        foreach (var argument in arguments)
        {
            value = argument.Argument(run, dot, GoType.ReflectValue);
            if (value.IsTrue == isOr) return value;
        }

        decided = false;
        return value;
    }
}
