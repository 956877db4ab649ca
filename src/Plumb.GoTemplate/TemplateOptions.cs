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
    /// <summary>Characters that one execution may have written at a time. Default: 32 Mi. Must be positive.</summary>
    public int MaxOutput { get; init; } = 32 << 20;

    /// <summary>Characters of one string that a function builds. Default: 16 Mi. Must be positive.</summary>
    public int MaxString { get; init; } = 16 << 20;

    /// <summary>Characters of all strings that functions build, which a template may keep. Default: 128 Mi. Must be positive.</summary>
    public long MaxText { get; init; } = 128L << 20;

    /// <summary>Actions, iterations and calls, and what functions spend. Default: 50 million. Must be positive.</summary>
    public long MaxSteps { get; init; } = 50_000_000;

    /// <summary>
    /// Executions that functions start within executions, as <c>include</c> does; each costs more than a template within a template.
    /// Default: 4,000. Must be positive.
    /// </summary>
    public int MaxNested { get; init; } = 4_000;

    /// <summary>Templates within templates. Default: 100,000, which is Go's own limit. Must be positive.</summary>
    public int MaxDepth { get; init; } = 100_000;

    /// <summary>
    /// Wall time, to which making keys adds its own up to <see cref="MaxKeyTime"/>. Default: 4 seconds. Must be positive.
    /// </summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Work that making keys and hashing passwords may take, in milliseconds of a usual processor (<see cref="Functions.Crypto.KeyCost"/>), so that
    /// a chart is refused or not whatever else the machine does. Default: 5,400, which is 72 certificates, 41 passwords or 9 keys of 4,096 bits: of
    /// the public charts that are looked at, those that make most need less than half of it. Must be positive.
    /// </summary>
    public long MaxKeyCost { get; init; } = 5_400;

    /// <summary>
    /// Wall time that making keys and hashing passwords may take, looked at before each. Default: 20 seconds. Must be positive.
    /// </summary>
    public TimeSpan MaxKeyTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Elements that functions put into lists and maps in all. Default: 6 million. Must be positive.</summary>
    public long MaxElements { get; init; } = 6_000_000;
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
