namespace Plumb.GoTemplate.Values;

/// <summary>
/// An error of Go's kind: a message, and the error that it wraps, if any. Functions throw it; the engine wraps it with the position of the
/// call. <see cref="Wrapped"/> is what Go's <c>errors.Unwrap</c> gives.
/// </summary>
public class GoError : Exception
{
    /// <summary>An error with just a message.</summary>
    public GoError(string message)
        : base(message)
    {
    }

    /// <summary>An error that wraps another: what <c>fmt.Errorf("…%w", error)</c> makes.</summary>
    /// <param name="message">The whole text, the wrapped error's included.</param>
    /// <param name="wrapped">The wrapped error.</param>
    public GoError(string message, GoError wrapped)
        : base(message) => Wrapped = wrapped;

    /// <summary>An error that wraps another and builds its text when asked for.</summary>
    protected GoError(GoError? wrapped) => Wrapped = wrapped;

    /// <summary>The wrapped error, or null.</summary>
    public GoError? Wrapped { get; }
}
