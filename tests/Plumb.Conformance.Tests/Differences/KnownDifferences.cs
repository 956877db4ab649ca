namespace Plumb.Conformance.Tests.Differences;

/// <summary>All known differences, in the order in which they are asked.</summary>
internal static class KnownDifferences
{
    public static IReadOnlyList<Difference> All { get; } = [.. VersionDifferences.All, .. ChosenDifferences.All];

    public static IReadOnlyList<Wording> Wordings { get; } = [.. VersionDifferences.Wordings, .. ChosenDifferences.Wordings];

    public static IEnumerable<string> Titles => All.Select(d => d.Title).Concat(Wordings.Select(w => w.Title)).Distinct();
}
