namespace Plumb.Reconcile.Health;

/// <summary>Argo CD's health states, best first; an application has the worst of its resources.</summary>
public enum HealthStatus
{
    /// <summary>Does what it should.</summary>
    Healthy,

    /// <summary>Paused on purpose.</summary>
    Suspended,

    /// <summary>On its way.</summary>
    Progressing,

    /// <summary>Not in the target.</summary>
    Missing,

    /// <summary>Failed, or did not get there in its time.</summary>
    Degraded,

    /// <summary>Cannot be told.</summary>
    Unknown,
}

/// <summary>Health and the words for it.</summary>
/// <param name="Status">The verdict.</param>
/// <param name="Message">Why, in words; empty when there is nothing to say.</param>
public readonly record struct HealthState(HealthStatus Status, string Message = "")
{
    /// <summary>Healthy without words.</summary>
    public static HealthState Healthy => new(HealthStatus.Healthy);

    /// <summary>Not in the target.</summary>
    public static HealthState Missing => new(HealthStatus.Missing);
}
