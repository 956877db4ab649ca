using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Plumb.Git.Revisions;

/// <summary>
/// A semantic version as tags have it: <c>1.2.3-rc.1+build</c>, with or without a leading <c>v</c>; minor and patch may be missing and
/// are then zero. Ordered by the rules of semver.org, section 11; build metadata does not count.
/// </summary>
internal sealed partial record SemanticVersion(ulong Major, ulong Minor, ulong Patch, string Prerelease) : IComparable<SemanticVersion>
{
    public bool IsPrerelease => Prerelease.Length > 0;

    public static SemanticVersion? TryParse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success) return null;
        if (!Number(match.Groups[1], out var major) || !Number(match.Groups[2], out var minor) || !Number(match.Groups[3], out var patch))
            return null;
        return new SemanticVersion(major, minor, patch, match.Groups[4].Value);
    }

    public int CompareTo(SemanticVersion? other)
    {
        if (other is null) return 1;
        var order = Major.CompareTo(other.Major);
        if (order == 0) order = Minor.CompareTo(other.Minor);
        if (order == 0) order = Patch.CompareTo(other.Patch);
        return order != 0 ? order : ComparePrerelease(Prerelease, other.Prerelease);
    }

    private static int ComparePrerelease(string a, string b)
    {
        if (a.Length == 0 || b.Length == 0) return b.Length.CompareTo(a.Length); // a release is above its prereleases
        var (left, right) = (a.Split('.'), b.Split('.'));
        for (var i = 0; i < Math.Min(left.Length, right.Length); i++)
        {
            var leftIsNumber = BigInteger.TryParse(left[i], NumberStyles.None, CultureInfo.InvariantCulture, out var x);
            var rightIsNumber = BigInteger.TryParse(right[i], NumberStyles.None, CultureInfo.InvariantCulture, out var y);
            var order = (leftIsNumber, rightIsNumber) switch
            {
                (true, true) => x.CompareTo(y),
                (true, false) => -1,
                (false, true) => 1,
                _ => string.CompareOrdinal(left[i], right[i]),
            };
            if (order != 0) return order;
        }
        return left.Length.CompareTo(right.Length);
    }

    private static bool Number(Group group, out ulong value)
    {
        value = 0;
        return !group.Success || ulong.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }

    [GeneratedRegex(@"^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$")]
    private static partial Regex Form();
}
