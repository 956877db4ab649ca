using Plumb.Reconcile.Health;

namespace Plumb.Kubernetes.Health;

/// <summary>Argo CD's words for the states of health.</summary>
internal static class HealthWords
{
    /// <summary>The state that a word stands for, as it is written there; null when it is none.</summary>
    public static HealthStatus? Read(string word)
    {
        foreach (var known in Enum.GetValues<HealthStatus>())
        {
            if (known.ToString() == word) return known;
        }

        return null;
    }
}
