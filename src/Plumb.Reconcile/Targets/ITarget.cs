using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

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

    /// <summary>What is said of it: address, labels, limits. Replaced as a whole when it changes.</summary>
    TargetDescription Description => new(Name);

    /// <summary>How it is now. Sends no request and waits for nothing.</summary>
    TargetStatus Status => new(Fault is null ? TargetConnection.Connected : TargetConnection.Failed) { Fault = Fault };

    /// <summary>
    /// What a person should know of it though it works, in words: parts that cannot be read and are therefore left alone. Empty when
    /// there is nothing to say.
    /// </summary>
    IReadOnlyList<string> Warnings => [];

    /// <summary>That something else writes to an application's objects in our name, in words: a second Plumb. Null when nothing tells of one.</summary>
    string? OtherWriterOf(string application) => null;

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

    /// <summary>
    /// What is live, whole and as of now, for a render that looks it up: an object, or a list in the notation that renderers read. A refusal
    /// is an answer. Whether it may be asked at all is for the caller to say.
    /// </summary>
    /// <exception cref="TargetException">It cannot be reached.</exception>
    Task<LiveAnswer> LookUpAsync(LookupRequest request, CancellationToken ct) => Task.FromResult(LiveAnswer.Nothing);

    /// <summary>
    /// From now on these rules judge health before the built-in ones; of those that fit the first counts. Objects already seen are judged
    /// anew, which <see cref="WatchAsync"/> tells.
    /// </summary>
    void UseHealthRules(IReadOnlyList<HealthRule> rules)
    {
    }

    /// <summary>
    /// Top-level objects of a namespace that no application states, but for those that every namespace has; sorted, from memory. Empty where
    /// a target has no such notion.
    /// </summary>
    /// <param name="namespace">The namespace.</param>
    /// <param name="application">Who asks: <see cref="WatchAsync"/> tells it once when the answer may be another; then it has to ask again.</param>
    IReadOnlyList<ResourceId> Orphans(string @namespace, string application) => [];

    /// <summary>An object as it is now, for people; null when there is none. One request.</summary>
    /// <param name="application">Who asks: a slow cluster holds up only this application.</param>
    /// <param name="id">Which object.</param>
    /// <param name="desired">What Git states of it, which may say what else in it is secret; null when it states nothing.</param>
    /// <param name="ct">Cancels.</param>
    /// <exception cref="TargetException">It cannot be reached, or does not let us see it.</exception>
    Task<ObjectView?> ViewAsync(string application, ResourceId id, DesiredResource? desired, CancellationToken ct) => Task.FromResult<ObjectView?>(null);

    /// <summary>What is reported about these objects, newest first, at most a thousand. A request for each namespace.</summary>
    /// <exception cref="TargetException">It cannot be reached, or does not let us see it.</exception>
    Task<IReadOnlyList<ObjectEvent>> EventsAsync(string application, IReadOnlyList<ResourceId> about, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<ObjectEvent>>([]);

    /// <summary>
    /// Lines that containers print, the oldest first; with <see cref="LogRequest.Follow"/> those of several as they come. Ends when all have ended.
    /// </summary>
    /// <exception cref="TargetException">It cannot be reached, or does not let us see it.</exception>
    IAsyncEnumerable<LogEntry> ReadLogAsync(LogRequest request, CancellationToken ct) => AsyncEnumerable.Empty<LogEntry>();
}

/// <summary>Finds targets by destination.</summary>
public interface ITargets
{
    /// <summary>All known targets.</summary>
    IReadOnlyList<ITarget> All { get; }

    /// <summary>The target of a destination by name or server URL; null when there is none.</summary>
    ITarget? Find(DestinationSpec destination);

    /// <summary>Why a destination that <see cref="Find"/> does not know is not there, in words; null when nothing is known of it.</summary>
    string? Explain(DestinationSpec destination) => null;

    /// <summary>What is still being read, so that a target not found may come yet; null when all was read once.</summary>
    string? Pending => null;

    /// <summary>What a person should know of the targets as a whole: names used twice, definitions that cannot be used.</summary>
    IReadOnlyList<string> Warnings => [];

    /// <summary>Begins to follow which targets there are. Called once, before the loop starts.</summary>
    void Start()
    {
    }

    /// <summary>Says which clusters Git states. Replaces what was said before.</summary>
    void Define(IReadOnlyList<ClusterSpec> clusters)
    {
    }

    /// <summary>The rules of all targets, also of those to come; see <see cref="ITarget.UseHealthRules"/>.</summary>
    void UseHealthRules(IReadOnlyList<HealthRule> rules)
    {
    }

    /// <summary>
    /// What those rules say of an application that Plumb knows itself, as if it were an <c>Application</c> object of Argo CD's with its
    /// state as its status; null when none is for that kind.
    /// </summary>
    HealthState? Judge(ApplicationState application) => null;

    /// <summary>
    /// Tells that targets were added, changed or removed, from the call on until cancelled. A target that is removed is found no more
    /// when this is told.
    /// </summary>
    IAsyncEnumerable<TargetsChange> WatchAsync(CancellationToken ct) => AsyncEnumerable.Empty<TargetsChange>();
}

/// <summary>The targets are not what they were.</summary>
/// <param name="Message">What happened, in words.</param>
/// <param name="Target">The target that is described anew; null when one came or went.</param>
public sealed record TargetsChange(string Message, ITarget? Target = null);

/// <summary>What is said of a target.</summary>
/// <param name="Name">Its name.</param>
public sealed record TargetDescription(string Name)
{
    private readonly string? _server;

    /// <summary>Its address, which is also its identity: two targets with the same one are the same live system.</summary>
    public string Server
    {
        get => _server ?? Name;
        init => _server = value;
    }

    /// <summary>Other addresses that destinations and rules may call it by, such as <c>https://kubernetes.default.svc</c>.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Labels.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>The project that it belongs to: its applications may go there though its destinations do not say so. Empty: none.</summary>
    public string Project { get; init; } = "";

    /// <summary>The only namespaces that are looked at; empty: all.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>With <see cref="Namespaces"/>: what has no namespace too.</summary>
    public bool ClusterResources { get; init; }

    /// <summary>Where it is stated, in words: <c>kubeconfig /etc/kubeconfig, context prod</c>.</summary>
    public string Origin { get; init; } = "";

    /// <summary>What a person should know of it though it works.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

/// <summary>Whether a target is in touch.</summary>
public enum TargetConnection
{
    /// <summary>Nobody uses it, so it is not followed and costs nothing.</summary>
    NotUsed,

    /// <summary>It is being read for the first time.</summary>
    Connecting,

    /// <summary>It is followed.</summary>
    Connected,

    /// <summary>It cannot be reached or refuses us.</summary>
    Failed,
}

/// <summary>How a target is now.</summary>
/// <param name="Connection">Whether it is in touch.</param>
public sealed record TargetStatus(TargetConnection Connection)
{
    /// <summary>Why it is not; null when it is.</summary>
    public string? Fault { get; init; }

    /// <summary>Server version; empty while not known.</summary>
    public string Version { get; init; } = "";

    /// <summary>Live objects held in memory.</summary>
    public int Objects { get; init; }

    /// <summary>Its machines; null when they are not known.</summary>
    public int? Nodes { get; init; }
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
    /// <summary>User to act as in dry runs, such as <c>system:serviceaccount:shop:deployer</c>; null: as ourselves.</summary>
    public string? Impersonate { get; init; }

    /// <summary>The application goes: what its hooks left behind goes too.</summary>
    public bool IsDeletion { get; init; }
}

/// <summary>One question of a render.</summary>
/// <param name="Application">For which application.</param>
/// <param name="Query">What.</param>
/// <param name="Impersonate">User to ask as; null: as ourselves.</param>
public sealed record LookupRequest(string Application, LiveQuery Query, string? Impersonate = null);

/// <summary>Some changes of one plan, to be executed now.</summary>
/// <param name="Application">For whom.</param>
/// <param name="Items">What to do, in order.</param>
/// <param name="DryRun">Ask the server, change nothing.</param>
public sealed record ApplyRequest(ApplicationSpec Application, IReadOnlyList<ApplyItem> Items, bool DryRun = false)
{
    /// <summary>User to act as, such as <c>system:serviceaccount:shop:deployer</c>; null: as ourselves.</summary>
    public string? Impersonate { get; init; }

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
/// <param name="Exists">Whether it is live, or may be (<see cref="Unknown"/>).</param>
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

    /// <summary>It cannot be told: taken as being there, so that nobody concludes that it is gone.</summary>
    /// <param name="id">Which resource.</param>
    /// <param name="why">Why it cannot be told, in words.</param>
    public static Observation Unknown(ResourceId id, string why) => new(id, true, new HealthState(HealthStatus.Unknown, why));
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
