namespace Plumb.Web.Clusters;

/// <summary>Labels as people write them: <c>KEY=VALUE</c>, one a line or with commas between them.</summary>
public static class LabelText
{
    /// <summary>As text, one a line, in order.</summary>
    public static string Write(IReadOnlyDictionary<string, string> labels) =>
        string.Join('\n', labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));

    /// <summary>Reads it.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="labels">The labels.</param>
    /// <returns>What is wrong, in words; null when nothing is.</returns>
    public static string? Read(string text, out IReadOnlyDictionary<string, string> labels)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        labels = read;
        foreach (var line in text.Split(['\n', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } key, var value])
            {
                return $"“{line}” is no label: write KEY=VALUE.";
            }

            if (!read.TryAdd(key, value))
            {
                return $"The label {key} is there twice.";
            }
        }

        return null;
    }

    /// <summary>What makes the one of the other: null as a value takes a label away. Empty when they are the same.</summary>
    public static IReadOnlyDictionary<string, string?> Change(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> after)
    {
        var change = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var key in before.Keys.Where(key => !after.ContainsKey(key)))
        {
            change[key] = null;
        }

        foreach (var (key, value) in after.Where(label => before.GetValueOrDefault(label.Key) != label.Value))
        {
            change[key] = value;
        }

        return change;
    }
}
