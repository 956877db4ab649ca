using Plumb.Kubernetes.Compare;

namespace Plumb.Commands.Terminals;

/// <summary>Unified diffs, coloured on a terminal.</summary>
internal static class DiffWriter
{
    /// <summary>Writes what a change does to one resource.</summary>
    public static void Write(Terminal terminal, string resource, string live, string desired) =>
        Write(terminal, TextDiff.Unified(live, desired, live.Length == 0 ? "/dev/null" : "live/" + resource, desired.Length == 0 ? "/dev/null" : "git/" + resource));

    /// <summary>Writes what a commit does to one file.</summary>
    public static void WriteFile(Terminal terminal, string path, string before, string after) =>
        Write(terminal, TextDiff.Unified(before, after, before.Length == 0 ? "/dev/null" : "a/" + path, after.Length == 0 ? "/dev/null" : "b/" + path));

    private static void Write(Terminal terminal, string diff)
    {
        foreach (var line in diff.TrimEnd('\n').Split('\n')) terminal.Out.WriteLine(terminal.OutColour ? Paint(line) : line);
    }

    private static string Paint(string line)
    {
        var colour = line switch
        {
            _ when line.StartsWith("---", StringComparison.Ordinal) || line.StartsWith("+++", StringComparison.Ordinal) => "1",
            ['@', '@', ..] => "36",
            ['+', ..] => "32",
            ['-', ..] => "31",
            _ => "",
        };
        return colour.Length == 0 ? line : $"\u001b[{colour}m{line}\u001b[0m";
    }
}
