using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Plumb.Commands;

/// <summary>Times as Kubernetes tools take them, and days: <c>90s</c>, <c>10m</c>, <c>1h30m</c>, <c>500ms</c>, <c>30d</c>.</summary>
internal static class Durations
{
    public static TimeSpan Parse(ArgumentResult given)
    {
        var text = given.Tokens[0].Value;
        if (TryParse(text) is { } time && time > TimeSpan.Zero) return time;
        given.AddError($"\"{text}\" is not a time; write one such as 30s, 10m or 1h30m");
        return default;
    }

    public static TimeSpan? TryParse(string text)
    {
        var total = TimeSpan.Zero;
        var rest = text.AsSpan();
        if (rest.IsEmpty) return null;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept("0123456789.");
            if (digits <= 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return null;
            rest = rest[digits..];
            var length = rest.IndexOfAnyInRange('0', '9');
            var unit = length < 0 ? rest : rest[..length];
            var seconds = unit switch { "ms" => 0.001, "s" => 1, "m" => 60, "h" => 3600, "d" => 86_400, _ => 0 };
            if (seconds == 0 || number * seconds > TimeSpan.FromDays(3650).TotalSeconds) return null;
            total += TimeSpan.FromSeconds(number * seconds);
            rest = rest[unit.Length..];
        }

        return total;
    }
}

/// <summary>An option that takes a time.</summary>
internal sealed class DurationOption : Option<TimeSpan?>
{
    private readonly string _usual;

    /// <summary>With no usual time the option is one that may be left out.</summary>
    public DurationOption(string name, string description, string usual = "")
        : base(name)
    {
        _usual = usual;
        Description = usual.Length > 0 ? $"{description}. Default: {usual}" : description;
        HelpName = "TIME";
        CustomParser = given => Durations.Parse(given);
    }

    public TimeSpan Read(ParseResult parsed) => parsed.GetValue(this) ?? Durations.TryParse(_usual)!.Value;
}
