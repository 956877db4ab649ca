using System.Text.RegularExpressions;
using Plumb.Api;
using Plumb.Commands.Terminals;

namespace Plumb.Commands.App;

/// <summary>Lines of logs, each after its Pod and container; on a terminal each of these has its colour.</summary>
internal sealed partial class LogWriter(Terminal terminal, string format)
{
    private static readonly string[] Colours = ["36", "33", "32", "35", "34", "96", "93", "92", "95", "94"];

    private readonly Dictionary<string, string> _colours = new(StringComparer.Ordinal);

    public void Write(LogLine line)
    {
        if (Output.TryWriteNext(terminal, format, line, ApiJson.Default.LogLine)) return;
        var source = $"{line.Pod}/{line.Container}";
        terminal.Out.WriteLine(terminal.OutIsTerminal ? $"{Paint(source)} {Control().Replace(line.Text, "")}" : $"{source} {line.Text}");
        // Who pipes a log that goes on wants to see it go on.
        terminal.Out.Flush();
    }

    private string Paint(string source)
    {
        if (!terminal.OutColour) return source;
        if (!_colours.TryGetValue(source, out var colour)) _colours[source] = colour = Colours[_colours.Count % Colours.Length];
        return $"\u001b[{colour}m{source}\u001b[0m";
    }

    /// <summary>All that could steer the terminal but colours: what a container prints is not ours to trust.</summary>
    [GeneratedRegex(@"(?!\x1b\[[0-9;]*m)[\x00-\x08\x0b-\x1f\x7f-\x9f]")]
    private static partial Regex Control();
}
