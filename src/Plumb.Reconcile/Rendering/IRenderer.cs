using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Rendering;

/// <summary>
/// Turns a Git tree into the desired set. Pure: the same request gives the same result, and nothing outside
/// <see cref="RenderRequest"/> is read. Bounded in time, memory and output. Faults in the input are diagnostics, not exceptions.
/// </summary>
public interface IRenderer
{
    /// <summary>Renders one source of an application. CPU-bound and synchronous; the loop gives it a worker.</summary>
    /// <exception cref="SourceException">The object database could not be read.</exception>
    RenderResult Render(RenderRequest request, CancellationToken ct);
}

/// <summary>All that a render may depend on.</summary>
/// <param name="Tree">The commit's tree; it notes what is read.</param>
/// <param name="Application">The application rendered for: its name and destination namespace fill in what manifests leave out.</param>
/// <param name="Source">The source of the application to render.</param>
/// <param name="Capabilities">What the target's API offers (version, kinds, scopes).</param>
public sealed record RenderRequest(ITree Tree, ApplicationSpec Application, SourceSpec Source, TargetCapabilities Capabilities)
{
    /// <summary>The trees of the application's sources with a <c>ref</c>, by that name: files of them may be read too.</summary>
    public IReadOnlyDictionary<string, ITree> References { get; init; } = new Dictionary<string, ITree>();

    /// <summary>
    /// What is known of the live system, for sources that may look things up. A render that needs more stops, and its
    /// <see cref="RenderResult.Unanswered"/> says what: whoever has the answer renders again. Null: nothing is live.
    /// </summary>
    public IReadOnlyDictionary<LiveQuery, LiveAnswer>? Live { get; init; }
}

/// <summary>What a render gave. It stands only when <see cref="Succeeded"/>.</summary>
public sealed record RenderResult
{
    /// <summary>Resources for the target, in file order.</summary>
    public required IReadOnlyList<DesiredResource> Resources { get; init; }

    /// <summary>Applications that the output holds: Plumb takes them itself (app-of-apps).</summary>
    public IReadOnlyList<ApplicationSpec> Applications { get; init; } = [];

    /// <summary>Projects that the output holds.</summary>
    public IReadOnlyList<ProjectSpec> Projects { get; init; } = [];

    /// <summary>Clusters that the output holds.</summary>
    public IReadOnlyList<ClusterSpec> Clusters { get; init; } = [];

    /// <summary>Rules for health that the output holds.</summary>
    public IReadOnlyList<HealthRuleSet> HealthRules { get; init; } = [];

    /// <summary>Warnings and errors, in file order.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; init; } = [];

    /// <summary>What it looked up in <see cref="RenderRequest.Live"/>: with other answers it may be another.</summary>
    public IReadOnlyList<LiveQuery> LookedUp { get; init; } = [];

    /// <summary>What has to be asked before it can be rendered; null when it was. Nothing else counts then.</summary>
    public LiveQuery? Unanswered { get; init; }

    /// <summary>True when no diagnostic is an error.</summary>
    public bool Succeeded => Diagnostics.All(d => d.Severity != Severity.Error);
}
