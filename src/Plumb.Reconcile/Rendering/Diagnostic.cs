namespace Plumb.Reconcile.Rendering;

/// <summary>How bad a <see cref="Diagnostic"/> is.</summary>
public enum Severity
{
    /// <summary>The render stands; somebody should look.</summary>
    Warning,

    /// <summary>The render does not stand.</summary>
    Error,
}

/// <summary>One thing to tell the author of a file: what is wrong, where, and what to do.</summary>
/// <param name="Severity">How bad.</param>
/// <param name="Origin">Where.</param>
/// <param name="Message">Subject, what failed, why, remedy. No trailing full stop is needed.</param>
public sealed record Diagnostic(Severity Severity, Origin Origin, string Message)
{
    /// <summary>An error.</summary>
    public static Diagnostic Error(Origin origin, string message) => new(Severity.Error, origin, message);

    /// <summary>A warning.</summary>
    public static Diagnostic Warning(Origin origin, string message) => new(Severity.Warning, origin, message);

    /// <summary><c>file(line,column): message</c>.</summary>
    public override string ToString() => string.IsNullOrEmpty(Origin.File) ? Message : $"{Origin}: {Message}";
}
