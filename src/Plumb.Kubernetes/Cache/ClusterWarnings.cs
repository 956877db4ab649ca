using Plumb.Kubernetes.Discovery;

namespace Plumb.Kubernetes.Cache;

/// <summary>Says of a cluster that works what of it cannot be read. Pure.</summary>
internal static class ClusterWarnings
{
    private const int Named = 5;

    /// <summary>One sentence for each cause.</summary>
    public static IReadOnlyList<string> Of(ApiCatalog catalog, IEnumerable<KindWatch> watches)
    {
        var warnings = new List<string>();
        foreach (var version in catalog.Unavailable) warnings.Add(Words(version.Split('/')[0]));
        var states = watches.Select(w => (w.Kind, w.State)).ToList();
        var refused = states.Where(s => s.State.Status == WatchStatus.Refused).OrderBy(s => s.Kind.GroupKind.ToString(), StringComparer.Ordinal).ToList();
        if (refused.Count > 0)
        {
            warnings.Add(
                $"{Names(refused.Select(r => r.Kind))} cannot be followed: {refused[0].State.Message}. Grant Plumb list and watch on them; "
                + "until then they are asked for one by one where an application states them, and never pruned");
        }

        foreach (var cause in states.Where(s => s.State.Status == WatchStatus.Faulted).GroupBy(s => s.State.Message).OrderBy(c => c.Key, StringComparer.Ordinal))
            warnings.Add($"{Names(cause.Select(c => c.Kind))} cannot be read: {cause.Key}. They are left alone until they can be");
        return [.. warnings.Distinct()];
    }

    /// <summary>Why objects of a kind cannot be told.</summary>
    public static string Words(GroupKind kind, WatchState state) => state.Status == WatchStatus.Refused
        ? $"{kind} cannot be followed: {state.Message}"
        : $"{kind} cannot be read: {state.Message}";

    /// <summary>Why objects of a group cannot be told.</summary>
    public static string Words(string group) =>
        $"the API group {group} cannot be read: the server behind it does not answer (see its APIService). What is in it is left alone until it does";

    private static string Names(IEnumerable<ApiResource> kinds)
    {
        var names = kinds.Select(k => k.GroupKind.ToString()).Order(StringComparer.Ordinal).ToList();
        return string.Join(", ", names.Take(Named)) + (names.Count > Named ? $" and {names.Count - Named} more kinds" : "");
    }
}
