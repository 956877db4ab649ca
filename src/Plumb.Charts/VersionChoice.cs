using Plumb.GoTemplate.Functions.Semver;
using Plumb.GoTemplate.Values;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts;

/// <summary>Which of a chart's versions a revision means (<c>IndexFile.Get</c>).</summary>
internal static class VersionChoice
{
    /// <summary>Exactly this text, else the highest version that fits it as a range; an empty one takes the latest.</summary>
    /// <param name="versions">The highest first.</param>
    /// <param name="revision">Version or range.</param>
    /// <exception cref="SourceException">It is no range.</exception>
    public static ChartVersion? Choose(IReadOnlyList<ChartVersion> versions, string revision)
    {
        if (versions.FirstOrDefault(v => v.Version == revision) is { } exact) return exact;
        VersionConstraint range;
        try
        {
            range = VersionConstraint.Parse(revision is "" or "HEAD" ? "*" : revision);
        }
        catch (GoError)
        {
            throw new SourceException(SourceFault.RevisionNotFound,
                $"\"{revision}\" is neither a version of the chart nor a range of versions");
        }

        return versions.FirstOrDefault(v => Parse(v.Version) is { } version && range.Fits(version));
    }

    /// <summary>The highest first; what is no version is left out.</summary>
    public static IReadOnlyList<ChartVersion> Sorted(IEnumerable<ChartVersion> versions) =>
    [
        .. versions.Select(v => (Version: v, Parsed: Parse(v.Version))).Where(v => v.Parsed is not null)
            .OrderByDescending(v => v.Parsed!, Comparer<SemanticVersion>.Create(static (a, b) => a.CompareTo(b))).Select(v => v.Version),
    ];

    private static SemanticVersion? Parse(string text)
    {
        try
        {
            return SemanticVersion.Parse(text);
        }
        catch (GoError)
        {
            return null;
        }
    }
}
