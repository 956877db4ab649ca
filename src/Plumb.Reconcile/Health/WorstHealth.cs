using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Registry;

namespace Plumb.Reconcile.Health;

/// <summary>
/// Health of an application from that of its resources (Argo CD 3.4, controller/health.go): the worst that counts. One that is missing does
/// not, as that it is OutOfSync says so already, unless all are; nor does one whose annotation takes it out.
/// </summary>
public static class WorstHealth
{
    /// <summary>The health of an application by its plan.</summary>
    /// <param name="application">Its name: an application that registers itself does not count for itself.</param>
    /// <param name="changes">All lines of its plan.</param>
    /// <param name="judge">What the users' rules say of something registered; null, so that it does not count, when none is for it.</param>
    /// <returns>The health, with the resource that it comes from in its words.</returns>
    public static HealthState Of(string application, IReadOnlyList<Change> changes, Func<RegistryChange, HealthState?> judge)
    {
        var (isExpected, isLive) = (false, false);
        var (culprit, worst) = ((Change?)null, HealthState.Healthy);
        foreach (var change in changes)
        {
            if (change.Action == ChangeAction.Delete) continue;
            var isOwn = change.Desired is not { IsShared: true };
            isExpected |= isOwn;
            if (change.Action == ChangeAction.Create) continue;
            isLive |= isOwn;
            if (change.IgnoresHealth || Counted(application, change, judge) is not { } health || health.Status <= worst.Status) continue;
            (culprit, worst) = (change, health);
        }

        if (isExpected && !isLive && worst.Status < HealthStatus.Missing) return new(HealthStatus.Missing, "Nothing of it is there yet");
        if (culprit is null) return worst;
        return worst with { Message = $"{culprit.Id}: {(worst.Message.Length > 0 ? worst.Message : worst.Status)}" };
    }

    /// <summary>Of what is registered, as in Argo CD of child applications, one that is missing or cannot be judged adds nothing.</summary>
    private static HealthState? Counted(string application, Change change, Func<RegistryChange, HealthState?> judge)
    {
        if (change is not RegistryChange registered) return change.Health;
        if (registered.Id == RegisteredResource.ApplicationId(application)) return null;
        return judge(registered) is { Status: not (HealthStatus.Missing or HealthStatus.Unknown) } judged ? judged : null;
    }
}
