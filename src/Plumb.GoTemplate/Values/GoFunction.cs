using Plumb.GoTemplate.Running;

namespace Plumb.GoTemplate.Values;

/// <summary>
/// The body of a function. Arguments are checked and converted before it is called: each has the kind of its parameter, nil maps and slices
/// included; for a parameter of type <c>interface {}</c> nil is <see cref="GoValue.Invalid"/>. It returns <see cref="GoValue.Invalid"/> for
/// nil and throws <see cref="GoError"/> where the Go function returns an error or panics.
/// </summary>
/// <param name="execution">The run that calls: limits, the executing template set, the host's state.</param>
/// <param name="arguments">The arguments; valid during the call only.</param>
public delegate GoValue GoCall(Execution execution, ReadOnlySpan<GoValue> arguments);

/// <summary>
/// A function that templates can call, with Go's signature: parameter types decide conversions of constants and messages.
/// </summary>
public sealed class GoFunction
{
    /// <summary>Makes a function.</summary>
    /// <param name="name">Its name in templates.</param>
    /// <param name="parameters">The types of its parameters; for a variadic one the last is the element's type.</param>
    /// <param name="call">Its body.</param>
    /// <param name="variadic">Whether the last parameter takes any number of arguments.</param>
    public GoFunction(string name, GoType[] parameters, GoCall call, bool variadic = false)
    {
        Name = name;
        Parameters = parameters;
        Call = call;
        IsVariadic = variadic;
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>Whether the last parameter takes any number of arguments.</summary>
    public bool IsVariadic { get; }

    /// <summary>The body.</summary>
    public GoCall Call { get; }

    /// <summary>The parameters' types.</summary>
    internal GoType[] Parameters { get; }

    /// <summary>How many arguments it takes at least.</summary>
    internal int Fixed => IsVariadic ? Parameters.Length - 1 : Parameters.Length;

    /// <summary>Makes the same function under another name.</summary>
    public GoFunction Named(string name) => new(name, Parameters, Call, IsVariadic);

    /// <summary>The type of the argument at an index.</summary>
    internal GoType ParameterAt(int index) => index < Parameters.Length ? Parameters[index] : Parameters[^1];
}
