using Plumb.Api;

namespace Plumb.Web.Host;

/// <summary>An application of the sample, with all that can be asked of it.</summary>
public sealed record SampleApplication
{
    /// <summary>As the page gets it.</summary>
    public required ApplicationDetail Detail { get; init; }

    /// <summary>Its resources and what they own.</summary>
    public IReadOnlyList<TreeRecord> Tree { get; init; } = [];

    /// <summary>Its runs, newest first.</summary>
    public IReadOnlyList<RunRecord> Runs { get; init; } = [];

    /// <summary>With these resources drifted: their differences are in the plan.</summary>
    public IReadOnlyList<ChangeRecord> Changes { get; init; } = [];

    /// <summary>Its name.</summary>
    public string Name => Detail.Summary.Name;
}
