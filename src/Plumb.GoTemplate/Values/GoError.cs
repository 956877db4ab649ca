using System.Text;

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

    /// <summary>
    /// What the message says before that of <see cref="Wrapped"/>, for errors that put their text together when asked for: those of a
    /// thousand calls within calls would otherwise take the square of their length. Null: the message is as it was given.
    /// </summary>
    protected virtual string? Lead => null;

    /// <inheritdoc/>
    public override string Message => Lead is null ? base.Message : Start(int.MaxValue);

    /// <summary>The beginning of the message, of at least so many characters if it has them.</summary>
    public string Start(int length)
    {
        // By a loop, as each error asking the next one would be as costly.
        var text = new StringBuilder();
        var link = this;
        while (link?.Lead is { } lead && text.Length < length)
        {
            text.Append(lead);
            link = link.Wrapped;
        }

        if (link is not null && text.Length < length) text.Append(link.Message);
        return text.ToString();
    }
}
