using Plumb.Reconcile.Rendering;

namespace Plumb.Reconcile.Resources;

/// <summary>
/// One resource as Git states it. The heart orders and tracks it by what stands here; its content is known only to the room that
/// made it and to the target that applies it, which derive from this type.
/// </summary>
public abstract record DesiredResource
{
    /// <summary>Which resource.</summary>
    public required ResourceId Id { get; init; }

    /// <summary>Hash of the whole content, lower-case hex. Equal digests mean equal content.</summary>
    public required string Digest { get; init; }

    /// <summary>The file and line it came from.</summary>
    public required Origin Origin { get; init; }

    /// <summary>Phases it takes part in. Ordinary resources: <see cref="SyncPhases.Sync"/>.</summary>
    public SyncPhases Phases { get; init; } = SyncPhases.Sync;

    /// <summary>True for a hook: run in its phases, never part of the inventory and never compared.</summary>
    public bool IsHook { get; init; }

    /// <summary>
    /// Several applications may state it, none owns it: it is made sure of, never fought over and never deleted (the namespace of
    /// <c>CreateNamespace=true</c>).
    /// </summary>
    public bool IsShared { get; init; }

    /// <summary>When the hook object is deleted.</summary>
    public HookDeletePolicies DeletePolicies { get; init; }

    /// <summary>Sync wave; lower first. Default: 0.</summary>
    public int Wave { get; init; }

    /// <summary>Order inside a wave, lower first: the rank of its kind.</summary>
    public int Rank { get; init; }

    /// <summary>What it asks of a sync.</summary>
    public ResourceOptions Options { get; init; } = ResourceOptions.Default;
}
