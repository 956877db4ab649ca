using System.Globalization;
using Plumb.Sandbox.Kinds;

namespace Plumb.Sandbox.Storage;

/// <summary>How a term of a label selector compares.</summary>
internal enum LabelOperator
{
    In,
    NotIn,
    Exists,
    Missing,
    Greater,
    Less,
}

/// <summary>One term of a label selector.</summary>
internal sealed record LabelRequirement(string Key, LabelOperator Operator, IReadOnlyList<string> Values)
{
    public bool Matches(string? value) => Operator switch
    {
        LabelOperator.In => value is not null && Values.Contains(value),
        LabelOperator.NotIn => value is null || !Values.Contains(value),
        LabelOperator.Exists => value is not null,
        LabelOperator.Missing => value is null,
        LabelOperator.Greater => Numbers(value) is var (a, b) && a > b,
        _ => Numbers(value) is var (a, b) && a < b,
    };

    /// <exception cref="FormatException">Key or values that no label can have.</exception>
    public static LabelRequirement Checked(string key, LabelOperator op, IReadOnlyList<string> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (op is LabelOperator.Greater or LabelOperator.Less && !IsInteger(values[i]))
            {
                throw new FormatException(
                    $"values[{i}]: Invalid value: \"{values[i]}\": for 'Gt', 'Lt' operators, the value must be an integer");
            }

            if (Formats.LabelValue(values[i]) is { Count: > 0 } problems)
            {
                throw new FormatException($"values[{i}][{key}]: Invalid value: \"{values[i]}\": {string.Join("; ", problems)}");
            }
        }

        return new(key, op, values);
    }

    private (long Label, long Bound)? Numbers(string? value) =>
        value is not null && IsInteger(value)
            ? (long.Parse(value, CultureInfo.InvariantCulture), long.Parse(Values[0], CultureInfo.InvariantCulture))
            : null;

    private static bool IsInteger(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
}
