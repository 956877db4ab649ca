using System.Runtime.CompilerServices;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Registry;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Suspensions;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Loop;

/// <summary>What one application's loop needs from the whole: the ports, the other applications, and a place to publish.</summary>
internal sealed record LoopContext(
    ISource Source,
    ITargets Targets,
    History Runs,
    RenderCache Renders,
    Claims Claims,
    ReconcilerOptions Options,
    ReconcileMetrics Metrics,
    TimeProvider Time)
{
    /// <summary>Limits renders at once.</summary>
    public SemaphoreSlim RenderGate { get; } = new(Options.RenderConcurrency);

    /// <summary>Memory of what is registered.</summary>
    public required RegistrationWriter Registrations { get; init; }

    /// <summary>Who is not to be synced now.</summary>
    public SuspensionList Suspensions { get; } = new(Time);

    /// <summary>Makes the ids of runs.</summary>
    public required RunIds Ids { get; init; }

    private readonly ConditionalWeakTable<ITarget, SemaphoreSlim> _compareGates = [];

    /// <summary>Limits comparisons at once with one target: those that wait for a slow cluster take no place of others.</summary>
    public SemaphoreSlim CompareGateOf(ITarget target) => _compareGates.GetValue(target, _ => new SemaphoreSlim(Options.CompareConcurrency));
}

/// <summary>The other applications and projects, as one application sees them.</summary>
internal interface IRegistry
{
    /// <summary>An application's state; null when it is not registered.</summary>
    ApplicationState? Find(string application);

    /// <summary>A project; the built-in one for <c>default</c> unless defined; null when there is none.</summary>
    ProjectSpec? FindProject(string name);

    /// <summary>The plan's lines for what an application registers.</summary>
    IReadOnlyList<RegistryChange> PlanRegistry(string parent, IReadOnlyList<RegisteredResource> desired);

    /// <summary>What is to be said of those that are passed over.</summary>
    IReadOnlyList<Diagnostic> WarningsOf(string parent, IReadOnlyList<RegisteredResource> desired);

    /// <summary>Registers again what an earlier process had registered for this application and nobody has looked at since.</summary>
    void RestoreChildren(string parent);

    /// <summary>Names of the applications that an application registered and that are not gone yet, deletions included.</summary>
    IReadOnlyList<string> ChildrenOf(string parent);

    /// <summary>Executes one of those lines.</summary>
    ResourceResult ApplyRegistry(string parent, ApplyItem item);

    /// <summary>Why a repository cannot be fetched now, in words; null when it can.</summary>
    string? RepositoryFault(string repoUrl);

    /// <summary>The cycle an application is in; null when in none.</summary>
    string? FindCycle(string application);

    /// <summary>Takes a new state and tells whoever listens.</summary>
    void Publish(ApplicationState state, ApplicationState? previous);

    /// <summary>Has applications look again at what they may do.</summary>
    void Wake(IReadOnlyList<string> applications);

    /// <summary>The application is deleted: forget it.</summary>
    void Forget(string application);

    /// <summary>Health of a registered application as its parent's wave sees it.</summary>
    HealthState ObserveRegistered(ResourceId id);

    /// <summary>What the users' own rules say of a registered application; null when none is for that kind.</summary>
    HealthState? JudgeRegistered(ResourceId id);
}
