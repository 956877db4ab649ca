using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate;

/// <summary>A template that cannot be read, in Go's words: <c>template: NAME:LINE: …</c>.</summary>
public sealed class TemplateParseError(string name, int line, string reason) : GoError($"template: {name}:{line}: {reason}")
{
    /// <summary>The name of the text.</summary>
    public string Name { get; } = name;

    /// <summary>The line, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>What is wrong, without the position.</summary>
    public string Reason { get; } = reason;
}

/// <summary>
/// A template that failed while it ran (Go's <c>ExecError</c>): <c>template: NAME:LINE:COL: executing "NAME" at &lt;…&gt;: …</c>. The text is put
/// together when asked for, since errors within errors within a thousand includes are mostly shortened by the host.
/// </summary>
public sealed class TemplateExecError : GoError
{
    private readonly string _prefix;
    private readonly string _reason;

    internal TemplateExecError(string templateName, string prefix, string reason, GoError? wrapped)
        : base(wrapped)
    {
        TemplateName = templateName;
        _prefix = prefix;
        _reason = reason;
    }

    /// <summary>The name of the template that was running.</summary>
    public string TemplateName { get; }

    /// <inheritdoc/>
    protected override string Lead => _prefix + _reason;
}

/// <summary>An error that says what was done when another one came: <c>LEAD: …</c>.</summary>
/// <param name="lead">What was done, with the colon and the space behind it.</param>
/// <param name="wrapped">The other error.</param>
public sealed class LedError(string lead, GoError wrapped) : GoError(wrapped)
{
    /// <inheritdoc/>
    protected override string Lead => lead;
}
