using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Resources;

namespace Plumb.Reconcile.Loop;

/// <summary>The hooks around a deletion.</summary>
/// <param name="PreDelete">Before the resources go.</param>
/// <param name="PostDelete">After they are gone.</param>
/// <param name="Fault">Why they cannot be known, and what to do; null when they are.</param>
internal sealed record DeletionHooks(IReadOnlyList<DesiredResource> PreDelete, IReadOnlyList<DesiredResource> PostDelete, string? Fault = null)
{
    public static DeletionHooks None { get; } = new([], []);

    /// <summary>Whether a deletion has to know them.</summary>
    public static bool AreWanted(ApplicationSpec spec, DeleteRequest request) =>
        request.RunHooks && (request.Cascade || AskFor(spec));

    /// <summary>Those of a desired state that the request and the finalizers ask for.</summary>
    public static DeletionHooks Of(ApplicationSpec spec, DeleteRequest request, DesiredState desired)
    {
        return new DeletionHooks(In(SyncPhases.PreDelete), In(SyncPhases.PostDelete));

        IReadOnlyList<DesiredResource> In(SyncPhases phase) =>
            request.Cascade || ApplicationFinalizers.AskFor(spec, phase)
                ? [.. desired.Resources.Where(r => r.IsHook && r.Phases.HasFlag(phase))]
                : [];
    }

    /// <summary>
    /// The source cannot be rendered any more and no earlier render is known. An application whose finalizers name hooks is not deleted
    /// without them; of any other it is not known that it has some.
    /// </summary>
    public static DeletionHooks Unknown(ApplicationSpec spec, string fault) => AskFor(spec)
        ? None with
        {
            Fault = $"its finalizers ask for PreDelete or PostDelete hooks, and its source cannot be rendered: {fault}. "
                + $"Mend the source, or delete without the hooks: plumb app delete {spec.Name} --skip-hooks",
        }
        : None;

    private static bool AskFor(ApplicationSpec spec) =>
        ApplicationFinalizers.AskFor(spec, SyncPhases.PreDelete) || ApplicationFinalizers.AskFor(spec, SyncPhases.PostDelete);
}
