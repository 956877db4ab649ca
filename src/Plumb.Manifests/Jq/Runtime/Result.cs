using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Jq.Runtime;

/// <summary>Where a value was found, from the root down; a list in reverse. Keys are texts, numbers, and maps for slices.</summary>
internal sealed record JqPath(JqPath? Parent, Node Key)
{
    /// <summary>The input itself.</summary>
    public static JqPath Root { get; } = new(null, default);

    /// <summary>Of a value that was made and not found. Looking further below it is an error.</summary>
    public static JqPath Nowhere { get; } = new(null, default);

    /// <summary>The keys from the root down.</summary>
    public ListNode ToList()
    {
        var keys = new List<Node>();
        for (var at = this; at.Parent is not null; at = at.Parent) keys.Add(at.Key);
        keys.Reverse();
        return new ListNode(keys);
    }
}

/// <summary>One result of an expression: a value and, when asked for, where it is.</summary>
/// <param name="Value">The value.</param>
/// <param name="Path">Where it was found; null when nobody asks.</param>
internal readonly record struct Result(Node Value, JqPath? Path)
{
    /// <summary>The value alone.</summary>
    public Result Plain => new(Value, null);

    /// <summary>A value that was made here; nowhere to be found in the input.</summary>
    public Result Made(Node value) => new(value, Path is null ? null : JqPath.Nowhere);

    /// <summary>A value found one step below.</summary>
    /// <exception cref="JqRuntimeException">This value itself was made and not found.</exception>
    public Result Below(Node key, Node value) => Path is null ? new(value, null) : new(value, new JqPath(Found().Path, key));

    /// <summary>This, when it was found in the input.</summary>
    /// <exception cref="JqRuntimeException">It was made by the program, and its path is asked for.</exception>
    public Result Found() => ReferenceEquals(Path, JqPath.Nowhere)
        ? throw new JqRuntimeException($"no path leads to what is made by the program: {Values.Shown(Value)}")
        : this;
}

/// <summary>An error of the program at its input, which its own <c>try</c> can catch.</summary>
internal sealed class JqRuntimeException : JqException
{
    public JqRuntimeException(string message)
        : base(message) => Value = message;

    public JqRuntimeException(Node value)
        : base(value.AsString() ?? $"{Values.Shown(value)} (not a string)") => Value = value;

    /// <summary>What <c>catch</c> gets.</summary>
    public Node Value { get; }
}

/// <summary><c>break $label</c> on its way to its label.</summary>
internal sealed class BreakException(object label) : Exception
{
    public object Label => label;
}
