namespace Plumb.Kubernetes.Client;

/// <summary>Delays that double with jitter, so that many clients do not come back at the same moment.</summary>
internal static class Backoff
{
    /// <summary>The delay before attempt <paramref name="failures"/> + 1: half to whole of first × 2^(failures − 1), at most the longest.</summary>
    public static TimeSpan Delay(int failures, TimeSpan first, TimeSpan longest)
    {
        var whole = Math.Min(first.TotalMilliseconds * Math.Pow(2, Math.Clamp(failures - 1, 0, 30)), longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(whole * (0.5 + (Random.Shared.NextDouble() / 2)));
    }
}
