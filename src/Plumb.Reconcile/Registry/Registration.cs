using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Suspensions;

namespace Plumb.Reconcile.Registry;

/// <summary>
/// What is remembered of a registered application over a restart, so that one which leaves Git while Plumb is down, or whose deletion it
/// stopped during, is still deleted as it says. Git remains what decides: without this memory only such deletions are not made up for.
/// </summary>
/// <param name="Spec">As last registered.</param>
/// <param name="Parent">The application that registered it.</param>
/// <param name="ParentSource">
/// Where a parent given on the command line read from: another root on the same data folder must not take it for its own. Empty when the
/// parent is itself registered.
/// </param>
public sealed record Registration(ApplicationSpec Spec, string Parent, string ParentSource = "")
{
    /// <summary>The deletion that was asked for; null when none was.</summary>
    public DeleteRequest? Deleting { get; init; }

    /// <summary>Its suspension; null when it is not suspended. An application given on the command line is remembered only while it is.</summary>
    public Suspension? Suspension { get; init; }
}

/// <summary>Keeps registrations over a restart.</summary>
public interface IRegistrationStore
{
    /// <summary>All that are remembered.</summary>
    Task<IReadOnlyList<Registration>> ListRegistrationsAsync(CancellationToken ct);

    /// <summary>Sets some (by the name of the application; null forgets it), all or none. Durable when the task completes.</summary>
    Task SaveRegistrationsAsync(IReadOnlyDictionary<string, Registration?> changes, CancellationToken ct);
}
