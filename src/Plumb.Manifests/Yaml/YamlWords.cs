using SharpYaml;

namespace Plumb.Manifests.Yaml;

/// <summary>Words the parser's faults for people, with the remedy where the usual mistake is known.</summary>
internal static class YamlWords
{
    public static string Explain(YamlException fault, string text)
    {
        var message = fault.Message;

        // The parser puts its position in front: "(Lin: 3, Col: 1, Chr: 20) - (Lin: …): "
        if (message.StartsWith('(') && message.IndexOf("): ", StringComparison.Ordinal) is var end and > 0) message = message[(end + 3)..];
        message = message.TrimEnd('.', ' ');
        if (message.Length > 0) message = char.ToLowerInvariant(message[0]) + message[1..];
        return "this is not YAML: " + message + Remedy(fault, message, text);
    }

    private static string Remedy(YamlException fault, string message, string text)
    {
        var line = LineAt(text, fault.Start.Index);
        if (line.TrimStart(' ').StartsWith('\t')) return ". The line is indented with a tab; use blanks";
        if (line.Contains("{{", StringComparison.Ordinal)) return ". The line holds a template; it must be rendered first, or quoted";
        if (message.Contains("mapping values are not allowed", StringComparison.OrdinalIgnoreCase)
            || message.Contains("expected ':'", StringComparison.Ordinal))
        {
            return ". Look for text that holds \": \" without quotes, or for wrong indentation";
        }

        return message.Contains("cannot start any token", StringComparison.Ordinal)
            ? ". Text that begins with %, @ or ` must be quoted"
            : "";
    }

    private static string LineAt(string text, int index)
    {
        index = Math.Clamp(index, 0, text.Length);
        var start = index == 0 ? 0 : text.LastIndexOf('\n', index - 1) + 1;
        var end = text.IndexOf('\n', index);
        return text[start..(end < 0 ? text.Length : end)];
    }
}
