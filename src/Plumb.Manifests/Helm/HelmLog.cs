namespace Plumb.Manifests.Helm;

/// <summary>What Helm says on standard error while it works: lines such as <c>level=INFO msg="warning: …"</c>.</summary>
public sealed class HelmLog
{
    private const int MaxLines = 10_000;

    private readonly List<HelmLogLine> _lines = [];

    /// <summary>What was said, in order.</summary>
    public IReadOnlyList<HelmLogLine> Lines => _lines;

    /// <summary>Says something of no consequence.</summary>
    public void Info(string message, params (string Key, string Value)[] attributes) => Add(new HelmLogLine("INFO", message, attributes));

    /// <summary>Says something that its reader should look at.</summary>
    public void Warn(string message, params (string Key, string Value)[] attributes) => Add(new HelmLogLine("WARN", message, attributes));

    /// <summary>Says what was said elsewhere.</summary>
    public void Add(HelmLog other)
    {
        foreach (var line in other.Lines) Add(line);
    }

    internal void Add(HelmLogLine line)
    {
        if (_lines.Count < MaxLines) _lines.Add(line);
    }
}

/// <summary>One line of Helm's log.</summary>
/// <param name="Level"><c>INFO</c> or <c>WARN</c>.</param>
/// <param name="Message">The text.</param>
/// <param name="Attributes">More about it, by name.</param>
public sealed record HelmLogLine(string Level, string Message, IReadOnlyList<(string Key, string Value)> Attributes)
{
    /// <summary>The line as Go's text handler writes it.</summary>
    public override string ToString() =>
        $"level={Level} msg={Quoted(Message)}" + string.Concat(Attributes.Select(a => $" {a.Key}={Quoted(a.Value)}"));

    private static string Quoted(string text) =>
        text.Length > 0 && text.All(static c => c > ' ' && c < '\u007f' && c is not '"' and not '=')
            ? text
            : GoTemplate.Formatting.GoQuote.Quote(text);
}
