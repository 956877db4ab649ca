namespace Plumb.Web.Applications.Filters;

/// <summary>Some of the values that there are, by name; none chosen means all. Two are equal when they hold the same values.</summary>
public sealed class Choice : IEquatable<Choice>
{
    /// <summary>Nothing is left out.</summary>
    public static readonly Choice All = new([]);

    private readonly SortedSet<string> _values;

    private Choice(IEnumerable<string> values) => _values = new SortedSet<string>(values, StringComparer.Ordinal);

    /// <summary>How many are chosen.</summary>
    public int Count => _values.Count;

    /// <summary>The chosen ones, in order.</summary>
    public IEnumerable<string> Values => _values;

    /// <summary>Reads values with commas between them; <c>%2C</c> is a comma in a value.</summary>
    public static Choice Read(string? text) =>
        string.IsNullOrEmpty(text) ? All : new Choice(text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString));

    /// <summary>These.</summary>
    public static Choice Of(params IEnumerable<string> values) => new(values);

    /// <summary>As <see cref="Read"/> reads it; empty when nothing is chosen.</summary>
    public string Write() =>
        string.Join(',', _values.Select(value => value.Replace("%", "%25", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal)));

    /// <summary>Whether this value was chosen.</summary>
    public bool Has(string value) => _values.Contains(value);

    /// <summary>Whether this value is shown: it was chosen, or nothing was.</summary>
    public bool Shows(string value) => _values.Count == 0 || _values.Contains(value);

    /// <summary>With the value if it was not chosen, else without it.</summary>
    public Choice Toggle(string value) => new(Has(value) ? _values.Where(other => other != value) : _values.Append(value));

    /// <inheritdoc/>
    public bool Equals(Choice? other) => other is not null && _values.SetEquals(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Choice);

    /// <inheritdoc/>
    public override int GetHashCode() => _values.Aggregate(0, HashCode.Combine);
}
