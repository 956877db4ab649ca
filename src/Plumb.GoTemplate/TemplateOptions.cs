namespace Plumb.GoTemplate;

/// <summary>What reading an absent key of a map gives (Go's option <c>missingkey</c>).</summary>
public enum MissingKey
{
    /// <summary><c>default</c>, <c>invalid</c>: no value, which prints <c>&lt;no value&gt;</c>.</summary>
    Invalid,

    /// <summary><c>zero</c>: the zero value of the map's elements; Helm's choice unless strict.</summary>
    Zero,

    /// <summary><c>error</c>: execution ends with an error.</summary>
    Error,
}

/// <summary>How a set of templates is read and run.</summary>
public sealed record TemplateOptions
{
    /// <summary>The name of the set's own template, as messages name it; Helm's is <c>gotpl</c>. Default: empty.</summary>
    public string Name { get; init; } = "";

    /// <summary>What an absent key gives. Default: no value.</summary>
    public MissingKey MissingKey { get; init; }

    /// <summary>What opens an action. Default: <c>{{</c>.</summary>
    public string LeftDelimiter { get; init; } = "{{";

    /// <summary>What closes an action. Default: <c>}}</c>.</summary>
    public string RightDelimiter { get; init; } = "}}";
}

/// <summary>
/// How much a run may take. Limits are of the whole <see cref="Running.Execution"/>, that is of one chart, not of one template. When one is
/// reached a <see cref="TemplateLimitException"/> names the template and the line.
/// </summary>
public sealed record TemplateLimits
{
    /// <summary>Characters that templates may write, those of discarded results included. Default: 256 Mi. Must be positive.</summary>
    public long MaxOutput { get; init; } = 256L << 20;

    /// <summary>Characters of one string that a function builds. Default: 64 Mi. Must be positive.</summary>
    public int MaxString { get; init; } = 64 << 20;

    /// <summary>Actions, iterations and calls. Default: 200 million. Must be positive.</summary>
    public long MaxSteps { get; init; } = 200_000_000;

    /// <summary>Templates within templates. Default: 100,000, which is Go's own limit. Must be positive.</summary>
    public int MaxDepth { get; init; } = 100_000;

    /// <summary>Wall time. Default: 60 seconds. Must be positive.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Elements that functions put into lists and maps in all. Default: 20 million. Must be positive.</summary>
    public long MaxElements { get; init; } = 20_000_000;
}

/// <summary>A run took more than its <see cref="TemplateLimits"/> allow.</summary>
public sealed class TemplateLimitException : Exception
{
    /// <summary>Says which limit was reached where.</summary>
    public TemplateLimitException(string message)
        : base(message)
    {
    }
}
