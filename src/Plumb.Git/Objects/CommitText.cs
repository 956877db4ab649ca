using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Plumb.Git.Objects;

/// <summary>What a commit object says.</summary>
internal sealed partial record CommitText(string Id, string Author, DateTimeOffset AuthoredAt, DateTimeOffset CommittedAt, IReadOnlyList<string> Parents, string Message)
{
    /// <summary>The tree a commit names; null when it names none.</summary>
    public static string? Tree(GitObject commit)
    {
        var text = commit.Content.AsSpan();
        if (!text.StartsWith("tree "u8)) return null;
        var end = text.IndexOf((byte)'\n');
        return end is 45 or 69 ? Encoding.ASCII.GetString(text[5..end]) : null;
    }

    public static CommitText Parse(string id, string text)
    {
        var split = text.IndexOf("\n\n", StringComparison.Ordinal);
        var head = split < 0 ? text : text[..split];
        var parents = new List<string>();
        var author = "";
        var authored = DateTimeOffset.UnixEpoch;
        var committed = DateTimeOffset.UnixEpoch;
        foreach (var line in head.Split('\n'))
        {
            if (line.StartsWith("parent ", StringComparison.Ordinal)) parents.Add(line[7..]);
            else if (line.StartsWith("author ", StringComparison.Ordinal)) (author, authored) = Person(line[7..]);
            else if (line.StartsWith("committer ", StringComparison.Ordinal)) (_, committed) = Person(line[10..]);
        }
        return new CommitText(id, author, authored, committed, parents, split < 0 ? "" : text[(split + 2)..].TrimEnd());
    }

    private static (string Name, DateTimeOffset At) Person(string text)
    {
        var match = Signature().Match(text);
        if (!match.Success || !long.TryParse(match.Groups[2].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || seconds > 253_402_300_799)
        {
            return (text, DateTimeOffset.UnixEpoch);
        }
        return (match.Groups[1].Value, DateTimeOffset.FromUnixTimeSeconds(seconds));
    }

    [GeneratedRegex(@"^(.*) (\d+) [+-]\d{4}$")]
    private static partial Regex Signature();
}
