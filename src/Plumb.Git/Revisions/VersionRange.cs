using System.Text.RegularExpressions;

namespace Plumb.Git.Revisions;

/// <summary>
/// A range of versions as Argo CD's <c>targetRevision</c> takes it (the rules of Masterminds/semver 3): comparisons <c>= != &gt; &lt;
/// &gt;= &lt;= ~ ~&gt; ^</c>, wildcards <c>x X *</c>, hyphen ranges, "and" by space or comma, "or" by <c>||</c>. A prerelease is only
/// in a range one of whose comparisons (of the same "and") names a prerelease.
/// </summary>
internal sealed partial class VersionRange
{
    private readonly Comparison[][] _any;

    private VersionRange(Comparison[][] any) => _any = any;

    /// <summary>The range, or null when the text is none; a single whole version such as <c>v1.2</c> is a name, not a range.</summary>
    public static VersionRange? TryParse(string text)
    {
        if (text.Length > 256 || SemanticVersion.TryParse(text) is not null) return null;
        var any = new List<Comparison[]>();
        foreach (var alternative in Hyphen().Replace(text, ">=$1 <=$2").Split("||"))
        {
            if (!All().IsMatch(alternative)) return null;
            var all = new List<Comparison>();
            foreach (Match match in One().Matches(alternative))
            {
                if (Comparison.TryParse(match) is not { } comparison) return null;
                all.Add(comparison);
            }
            if (all.Count == 0) return null;
            any.Add([.. all]);
        }
        return new VersionRange([.. any]);
    }

    public bool Contains(SemanticVersion version) => _any.Any(all =>
        (!version.IsPrerelease || all.Any(c => c.Version.IsPrerelease)) && all.All(c => c.Holds(version)));

    private enum Wild
    {
        None,
        Major,
        Minor,
        Patch,
    }

    private sealed record Comparison(string Operator, SemanticVersion Version, Wild Wild)
    {
        public static Comparison? TryParse(Match match)
        {
            var (major, minor, patch) = (match.Groups["major"].Value, match.Groups["minor"].Value, match.Groups["patch"].Value);
            var prerelease = match.Groups["pre"].Success ? "-" + match.Groups["pre"].Value : "";
            var (text, wild) = IsWild(major) ? ("0.0.0", Wild.Major)
                : IsWild(minor) ? ($"{major}.0.0", Wild.Minor)
                : IsWild(patch) ? ($"{major}.{minor}.0", Wild.Patch)
                : ($"{major}.{minor}.{patch}", Wild.None);
            return SemanticVersion.TryParse(text + prerelease) is { } version
                ? new Comparison(match.Groups["op"].Value, version, wild)
                : null;
        }

        public bool Holds(SemanticVersion v)
        {
            var order = v.CompareTo(Version);
            switch (Operator)
            {
                case ">=" or "=>": return order >= 0;
                case "<": return order < 0;
                case ">": return Above(v, order);
                case "<=" or "=<": return Wild == Wild.None ? order <= 0 : !AboveWild(v);
                case "!=": return Wild == Wild.None ? order != 0 : !SameWild(v);
                case "^": return order >= 0 && SameCaret(v);
                case "~" or "~>": return order >= 0 && SameTilde(v);
                default: return Wild == Wild.None ? order == 0 : order >= 0 && SameTilde(v);
            }
        }

        private bool Above(SemanticVersion v, int order) => Wild switch
        {
            Wild.None => order > 0,
            Wild.Major => order > 0, // ">*"
            _ => AboveWild(v),
        };

        // Above every version the wildcard stands for: 11.1 is not above 11, 12 is.
        private bool AboveWild(SemanticVersion v) => Wild != Wild.Major && (v.Major > Version.Major
            || (v.Major == Version.Major && Wild == Wild.Patch && v.Minor > Version.Minor));

        private bool SameWild(SemanticVersion v) => Wild == Wild.Major
            || (v.Major == Version.Major && (Wild == Wild.Minor || v.Minor == Version.Minor));

        private bool SameTilde(SemanticVersion v) => Wild == Wild.Major
            || (v.Major == Version.Major && (Wild == Wild.Minor || v.Minor == Version.Minor));

        // Up to the next change of the left-most part that is not zero.
        private bool SameCaret(SemanticVersion v)
        {
            if (Wild == Wild.Major) return true;
            if (v.Major != Version.Major) return false;
            if (Version.Major > 0 || Wild == Wild.Minor) return true;
            if (v.Minor != Version.Minor) return false;
            return Version.Minor > 0 || Wild == Wild.Patch || v.Patch == Version.Patch;
        }

        private static bool IsWild(string part) => part is "" or "x" or "X" or "*";
    }

    private const string Part = @"(?:\d+|[xX*])";
    private const string Bare = @"v?" + Part + @"(?:\." + Part + @")?(?:\." + Part + @")?(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z.-]+)?";
    private const string Operators = @"(?:!=|>=|=>|<=|=<|~>|[=<>~^])?";

    [GeneratedRegex(@"(" + Bare + @")\s+-\s+(" + Bare + @")")]
    private static partial Regex Hyphen();

    [GeneratedRegex(@"^\s*" + Operators + @"\s*" + Bare + @"\s*(?:(?:\s+|,\s*)" + Operators + @"\s*" + Bare + @"\s*)*$")]
    private static partial Regex All();

    [GeneratedRegex(@"(?<op>" + Operators + @")\s*v?(?<major>" + Part + @")(?:\.(?<minor>" + Part + @"))?(?:\.(?<patch>" + Part
        + @"))?(?:-(?<pre>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z.-]+)?")]
    private static partial Regex One();
}
