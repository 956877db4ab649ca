using System.Text.RegularExpressions;

namespace Plumb.Conformance.Tests.Differences;

/// <summary>A difference that is only in the words of a message: both texts become the same once it is taken out of them.</summary>
/// <param name="Title">As in docs/sandbox.md.</param>
/// <param name="Neutral">The text without the difference.</param>
internal sealed record Wording(string Title, Func<string, string> Neutral)
{
    public static Wording Replacing(string title, string pattern, string with) =>
        new(title, text => Regex.Replace(text, pattern, with, RegexOptions.Singleline));

    /// <summary>The wordings that make two texts equal; null when they stay different.</summary>
    public static IReadOnlyList<string>? Explain(string sandbox, string real, IReadOnlyList<Wording> known)
    {
        var used = new List<string>();
        foreach (var wording in known)
        {
            var (ours, theirs) = (wording.Neutral(sandbox), wording.Neutral(real));
            if (ours != sandbox || theirs != real) used.Add(wording.Title);
            (sandbox, real) = (ours, theirs);
            if (sandbox == real) return used;
        }

        return null;
    }
}
