using System.Globalization;

namespace Plumb.Reconcile.Suspensions;

/// <summary>
/// An application is not synced by itself for now: somebody works on its live system by hand. What Git states is compared all the same, and people
/// can still sync it. It is no desired state, so it is not in Git: it is remembered with the history, and gone with it.
/// </summary>
/// <param name="By">Who said so.</param>
/// <param name="Reason">Why, in their words.</param>
/// <param name="Since">Since when.</param>
/// <param name="Until">Until when; null: until somebody resumes it.</param>
public sealed record Suspension(string By, string Reason, DateTimeOffset Since, DateTimeOffset? Until)
{
    /// <summary>Who, until when, and why.</summary>
    public string InWords() => Until is { } until
        ? string.Create(CultureInfo.InvariantCulture, $"suspended by {By} until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC: {Reason}")
        : $"suspended by {By}: {Reason}";
}
