namespace Plumb.Manifests.Tests.Kustomize;

/// <summary>Says whether two refusals have the same reason: the words that name it have to be in both.</summary>
internal static class RefusalReasons
{
    /// <summary>The words that tell reasons apart in what Kustomize says.</summary>
    private static readonly string[] Reasons =
    [
        "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory",
        "is not in or below",
        "may not add resource with an already registered id",
    ];

    public static string? Differ(string theirs, string ours)
    {
        foreach (var reason in Reasons)
        {
            if (theirs.Contains(reason, StringComparison.Ordinal))
                return ours.Contains(reason, StringComparison.Ordinal) ? null : Shown(theirs, ours);
        }

        return Shown(theirs, ours);
    }

    private static string Shown(string theirs, string ours) => $"  kubectl: {theirs.Trim()}\n  ours:    {ours}";
}
