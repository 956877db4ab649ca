using System.Text.RegularExpressions;
using Plumb.Reconcile.Projects;

namespace Plumb.Server.Access.Policy;

/// <summary>How the patterns of a policy are written (<c>policy.matchMode</c>).</summary>
internal enum MatchMode
{
    /// <summary>Globs without separators: <c>*</c> goes over slashes.</summary>
    Glob,

    /// <summary>Regular expressions, which match anywhere in the text, as in Argo CD: write <c>^…$</c> to mean all of it.</summary>
    Regex,
}

/// <summary>One pattern of a rule, read once.</summary>
internal sealed class PolicyPattern
{
    /// <summary>Longest text or pattern, in characters. What is longer matches nothing, and nothing is granted for it.</summary>
    public const int MaxLength = 1000;

    private const int MaxChoices = 50;

    private readonly Regex? _expression;
    private readonly bool _plain;

    private PolicyPattern(string text, Regex? expression) =>
        (Text, _expression, _plain) = (text, expression, expression is null && text.AsSpan().IndexOfAny("*?[]{}\\") < 0);

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>Reads a glob or an expression; null, with the reason, when it is none.</summary>
    public static PolicyPattern? TryRead(string text, MatchMode mode, out string problem)
    {
        problem = "";
        if (text.Length > MaxLength)
        {
            problem = $"is longer than {MaxLength} characters";
            return null;
        }

        if (mode == MatchMode.Glob)
        {
            if (text.Count(c => c == ',') > MaxChoices) problem = $"has more than {MaxChoices} choices; write several lines";
            else if (!GlobPattern.IsValid(text)) problem = $"is no pattern: \"{text}\"; close its brackets and braces, or put \\ before them";
            return problem.Length == 0 ? new PolicyPattern(text, null) : null;
        }

        try
        {
            // Linear time whatever the text: a rule must not be able to hold up the server.
            return new PolicyPattern(text, new Regex(text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            problem = $"is no regular expression: {e.Message.TrimEnd('.')}";
            return null;
        }
    }

    /// <summary>A glob that is known to be one.</summary>
    public static PolicyPattern Glob(string text) => TryRead(text, MatchMode.Glob, out var problem) ?? throw new ArgumentException(problem, nameof(text));

    /// <summary>Whether the text fits.</summary>
    public bool Matches(string text)
    {
        if (text.Length > MaxLength) return false;
        if (_expression is not null) return _expression.IsMatch(text);
        if (Text == "*") return true;
        return _plain ? Text == text : GlobPattern.Matches(Text, text);
    }

    /// <summary>As written.</summary>
    public override string ToString() => Text;
}
