using Plumb.GoTemplate.Running;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Builtin;

/// <summary>Go's <c>call</c>, for functions that are values.</summary>
internal static class Calling
{
    /// <summary>Calls a value. Its name, which messages show, is the text of the first argument.</summary>
    public static GoValue Call(Execution run, ReadOnlySpan<GoValue> arguments)
    {
        var callee = arguments[0];
        var name = run.Callee;
        if (callee.IsNil) throw new GoError("call of nil");
        if (callee.Kind != GoKind.Func) throw new GoError($"non-function {name} of type {callee.Type}");
        var function = callee.Function;
        var given = arguments[1..].ToArray();
        if (function.IsVariadic ? given.Length < function.Fixed : given.Length != function.Fixed)
        {
            throw new GoError(
                $"wrong number of args for {name}: got {given.Length} want {(function.IsVariadic ? "at least " : "")}{function.Fixed}");
        }

        for (var i = 0; i < given.Length; i++)
        {
            try
            {
                given[i] = Prepare(given[i].WithoutInterface(), function.ParameterAt(i));
            }
            catch (GoError error)
            {
                throw new GoError($"arg {i}: {error.Message}", error);
            }
        }

        return function.Call(run, given);
    }

    private static GoValue Prepare(in GoValue value, GoType type)
    {
        if (!value.IsValid)
        {
            if (!type.CanBeNil) throw new GoError($"value is nil; should be of type {type}");
            return ReferenceEquals(type, GoType.Any) ? default : GoValue.Zero(type);
        }

        if (value.Type!.IsAssignableTo(type) || ReferenceEquals(type, GoType.ReflectValue)) return value;
        if ((value.IsSigned || value.IsUnsigned) && type.Kind is >= GoKind.Int and <= GoKind.Uint64)
        {
            return GoValue.Signed(type.Kind, value.Int);
        }

        throw new GoError($"value has type {value.Type}; should be {type}");
    }
}
