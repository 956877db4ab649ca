using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;

namespace Plumb.Reconcile.Targets;

/// <summary>
/// A live system. It keeps what is live in memory from watches, so that planning and observing an unchanged system sends no request.
/// Safe for concurrent use by different applications.
/// </summary>
public interface ITarget
{
    /// <summary>The cluster's name, as in <c>destination.name</c>.</summary>
    string Name { get; }

    /// <summary>Whether it can be reached now, in words when not. Null when all is well.</summary>
    string? Fault { get; }

    /// <summary>What its API offers. Waits until the live state has been read once.</summary>
    /// <exception cref="TargetException">It cannot be reached or refuses the credentials.</exception>
    Task<TargetCapabilities> GetCapabilitiesAsync(CancellationToken ct);

    /// <summary>
    /// Compares desired with live. Also tells the target which objects this application cares about, so that
    /// <see cref="WatchAsync"/> reports them.
    /// </summary>
    /// <exception cref="TargetException">It cannot be reached.</exception>
    Task<Plan> PlanAsync(PlanRequest request, CancellationToken ct);

    /// <summary>
    /// Executes some changes of one plan: all of one phase and wave. Stages inside the batch (namespaces and definitions before their
    /// users, deletes in reverse) are the target's. One result per item, in order; a failed item fills its own slot and the rest goes
    /// on. Cancelling stops before the next item; items not begun get <see cref="ResultStatus.Skipped"/>.
    /// </summary>
    Task<IReadOnlyList<ResourceResult>> ApplyAsync(ApplyRequest request, CancellationToken ct);

    /// <summary>What is live for each id, from memory: <see cref="Observation.Missing"/> where there is none.</summary>
    IReadOnlyList<Observation> Observe(IReadOnlyList<ResourceId> ids);

    /// <summary>
    /// Names each application for which an object of its plan or inventory changed, or <c>null</c> when any may have (reconnected,
    /// capabilities changed). Until cancelled.
    /// </summary>
    IAsyncEnumerable<TargetEvent> WatchAsync(CancellationToken ct);

    /// <summary>Objects below the given ones by ownership, for people.</summary>
    IReadOnlyList<OwnedResource> OwnerTree(IReadOnlyList<ResourceId> roots);
}

/// <summary>Finds targets by destination.</summary>
public interface ITargets
{
    /// <summary>All known targets.</summary>
    IReadOnlyList<ITarget> All { get; }

    /// <summary>The target of a destination by name or server URL; null when there is none.</summary>
    ITarget? Find(DestinationSpec destination);
}

/// <summary>What a target's API offers.</summary>
public sealed record TargetCapabilities
{
    /// <summary>Server version, such as <c>v1.33.0</c>; empty when unknown.</summary>
    public string Version { get; init; } = "";

    /// <summary><c>v1</c>, <c>apps/v1</c>, … and <c>apps/v1/Deployment</c>, …, sorted.</summary>
    public IReadOnlyList<string> ApiVersions { get; init; } = [];

    /// <summary>Kinds that have no namespace, as <c>group/Kind</c> (core kinds: <c>Kind</c>).</summary>
    public IReadOnlySet<string> ClusterScopedKinds { get; init; } = new HashSet<string>();

    /// <summary>Changes when any of the above does; part of a render's key.</summary>
    public string Digest { get; init; } = "";
}

/// <summary>One comparison.</summary>
/// <param name="Application">For whom.</param>
/// <param name="Revisions">Commit of each source.</param>
/// <param name="Desired">Everything the application states, hooks included.</param>
/// <param name="Force">Ask the server about every object instead of trusting remembered verdicts.</param>
public sealed record PlanRequest(
    ApplicationSpec Application, IReadOnlyList<string> Revisions, IReadOnlyList<DesiredResource> Desired, bool Force = false)
{
    /// <summary>The application goes: what its hooks left behind goes too.</summary>
    public bool IsDeletion { get; init; }
}

/// <summary>Some changes of one plan, to be executed now.</summary>
/// <param name="Application">For whom.</param>
/// <param name="Items">What to do, in order.</param>
/// <param name="DryRun">Ask the server, change nothing.</param>
public sealed record ApplyRequest(ApplicationSpec Application, IReadOnlyList<ApplyItem> Items, bool DryRun = false)
{
    /// <summary>How deletes treat what the object owns; null: as the application's <c>PrunePropagationPolicy</c> says.</summary>
    public DeletePropagation? Propagation { get; init; }
}

/// <summary>One thing to do. Exactly one of a plan's change, a hook to create, or an object to delete.</summary>
/// <param name="Id">Which resource.</param>
/// <param name="Action">What to do.</param>
/// <param name="Desired">What to apply; null for deletes.</param>
/// <param name="Change">The plan's line, when the item comes from one.</param>
public sealed record ApplyItem(ResourceId Id, ChangeAction Action, DesiredResource? Desired, Change? Change = null)
{
    /// <summary>A delete returns only when the object is gone (finalizers done), bounded by the request's cancellation.</summary>
    public bool WaitUntilGone { get; init; }
}

/// <summary>A live object as far as the heart needs it.</summary>
/// <param name="Id">Which resource.</param>
/// <param name="Exists">Whether it is live.</param>
/// <param name="Health">Its health; Missing when not live, but the last one of a hook that is gone.</param>
/// <param name="Version">Opaque; changes whenever the object does.</param>
/// <param name="Uid">Identity of this incarnation.</param>
/// <param name="Deleting">Deletion was asked for and is not done (finalizers).</param>
public sealed record Observation(ResourceId Id, bool Exists, HealthState Health, string Version = "", string Uid = "",
    bool Deleting = false)
{
    /// <summary>What still holds up a deletion; empty when nothing does, or when the object is not being deleted.</summary>
    public IReadOnlyList<string> Finalizers { get; init; } = [];

    /// <summary>Not live.</summary>
    public static Observation Missing(ResourceId id) => new(id, false, HealthState.Missing);
}

/// <summary>Something moved.</summary>
/// <param name="Application">The application concerned; null for all of this target.</param>
/// <param name="Resource">The object; null when not one object.</param>
public readonly record struct TargetEvent(string? Application, ResourceId? Resource);

/// <summary>One object of an owner tree.</summary>
/// <param name="Id">Which.</param>
/// <param name="Owner">Its owner in the tree.</param>
/// <param name="Health">Its health.</param>
/// <param name="CreatedAt">Creation time.</param>
public sealed record OwnedResource(ResourceId Id, ResourceId Owner, HealthState Health, DateTimeOffset? CreatedAt);

/// <summary>A target cannot be reached or refuses us as a whole. The message is fit for people and holds no credentials.</summary>
public sealed class TargetException(string message, Exception? inner = null) : Exception(message, inner);
