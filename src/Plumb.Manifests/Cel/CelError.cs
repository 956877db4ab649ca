namespace Plumb.Manifests.Cel;

/// <summary>What is wrong with an expression, or why its evaluation failed.</summary>
/// <param name="Message">In the words that CEL's users know, such as <c>no such key: replicas</c>.</param>
/// <param name="Line">From 1; 0 when no place is known.</param>
/// <param name="Column">From 1, in characters.</param>
public sealed record CelError(string Message, int Line = 0, int Column = 0)
{
    /// <summary>Whether evaluation was stopped by a limit, not by a fault of the expression's data.</summary>
    public bool IsLimit { get; init; }

    /// <summary><c>1:7: no such key: replicas</c>.</summary>
    public override string ToString() => Line == 0 ? Message : $"{Line}:{Column}: {Message}";
}
