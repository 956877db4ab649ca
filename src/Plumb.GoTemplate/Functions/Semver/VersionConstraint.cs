using Plumb.GoTemplate.Functions.Regex;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Semver;

/// <summary>
/// Conditions on a version as Masterminds' <c>semver.Constraints</c> 3.4 reads them: groups parted by <c>||</c>, of which one must hold
/// whole. Prereleases fit only where the group names one.
/// </summary>
public sealed class VersionConstraint
{
    private const string Operators = @"=||!=|>|<|>=|=>|<=|=<|~|~>|\^";

    private const string Version = @"v?([0-9|x|X|\*]+)(\.[0-9|x|X|\*]+)?(\.[0-9|x|X|\*]+)?"
        + @"(-([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?(\+([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?";

    private static readonly GoRegex One = GoRegex.Compile($@"^\s*({Operators})\s*({Version})\s*$");
    private static readonly GoRegex Range = GoRegex.Compile($@"\s*({Version})\s+-\s+({Version})\s*");
    private static readonly GoRegex Find = GoRegex.Compile($@"({Operators})\s*({Version})");
    private static readonly GoRegex Valid = GoRegex.Compile(
        $@"^(\s*({Operators})\s*({Version})\s*)((?:\s+|,\s*)({Operators})\s*({Version})\s*)*$");

    private readonly (Condition[] All, bool Prerelease)[] _groups;

    private VersionConstraint((Condition[] All, bool Prerelease)[] groups) => _groups = groups;

    /// <summary>Reads conditions.</summary>
    /// <exception cref="GoError">They are none: <c>improper constraint: …</c>.</exception>
    public static VersionConstraint Parse(string text)
    {
        var groups = WithoutRanges(text).Split("||");
        return new VersionConstraint([.. groups.Select(Group)]);
    }

    /// <summary>Whether a version fits.</summary>
    public bool Fits(SemanticVersion version) =>
        _groups.Any(g => g.All.All(c => (version.Prerelease.Length == 0 || g.Prerelease) && c.Holds(version)));

    private static (Condition[] All, bool Prerelease) Group(string text)
    {
        if (!Valid.IsMatch(text)) throw new GoError($"improper constraint: {text}");
        var all = (Find.FindAll(text, -1) ?? [text]).Select(Condition.Parse).ToArray();
        return (all, all.Any(c => c.HasPrerelease));
    }

    /// <summary>Writes <c>1.2 - 1.4</c> as two conditions.</summary>
    private static string WithoutRanges(string text)
    {
        var result = text;
        for (var left = text; Range.Submatches(left) is { } match; left = left[match[1]..])
        {
            var whole = left[match[0]..match[1]];
            var conditions = $">= {left[match[2]..match[3]]}, <= {left[match[22]..match[23]]} ";
            var at = result.IndexOf(whole, StringComparison.Ordinal);
            result = result[..at] + conditions + result[(at + whole.Length)..];
        }

        return result;
    }

    private sealed record Condition(string Operator, SemanticVersion Version, bool Dirty, bool MinorDirty, bool PatchDirty)
    {
        public bool HasPrerelease => Version.Prerelease.Length > 0;

        public static Condition Parse(string text)
        {
            if (text.Length == 0) return new Condition("", SemanticVersion.Parse("0.0.0"), true, false, false);
            var match = One.Submatches(text) ?? throw new GoError($"improper constraint: {text}");
            var version = Part(2);
            var (dirty, minorDirty, patchDirty) = (false, false, false);
            if (IsAny(Part(3)))
            {
                version = $"0.0.0{Part(6)}";
                dirty = true;
            }
            else if (IsAny(Part(4).TrimStart('.')))
            {
                version = $"{Part(3)}.0.0{Part(6)}";
                (dirty, minorDirty) = (true, true);
            }
            else if (IsAny(Part(5).TrimStart('.')))
            {
                version = $"{Part(3)}{Part(4)}.0{Part(6)}";
                (dirty, patchDirty) = (true, true);
            }

            try
            {
                return new Condition(Part(1), SemanticVersion.Parse(version), dirty, minorDirty, patchDirty);
            }
            catch (GoError)
            {
                throw new GoError("constraint parser error");
            }

            string Part(int number) => match[2 * number] < 0 ? "" : text[match[2 * number]..match[(2 * number) + 1]];
            static bool IsAny(string part) => part is "" or "x" or "X" or "*";
        }

        public bool Holds(SemanticVersion version) => Operator switch
        {
            "" or "=" => Dirty ? Tilde(version) : version.CompareTo(Version) == 0,
            "!=" => NotEqual(version),
            ">" => Greater(version),
            "<" => version.CompareTo(Version) < 0,
            ">=" or "=>" => version.CompareTo(Version) >= 0,
            "<=" or "=<" => LessOrEqual(version),
            "~" or "~>" => Tilde(version),
            _ => Caret(version),
        };

        private bool NotEqual(SemanticVersion version)
        {
            if (Dirty)
            {
                if (Version.Major != version.Major) return true;
                if (Version.Minor != version.Minor && !MinorDirty) return true;
                if (MinorDirty) return false;
                if (Version.Patch != version.Patch && !PatchDirty) return true;
                if (PatchDirty)
                {
                    return (version.Prerelease.Length > 0 || HasPrerelease)
                        && SemanticVersion.ComparePrerelease(version.Prerelease, Version.Prerelease) != 0;
                }
            }

            return version.CompareTo(Version) != 0;
        }

        // > 11 means 12 or more, > 11.1 means 11.2 or more
        private bool Greater(SemanticVersion version)
        {
            if (!Dirty) return version.CompareTo(Version) > 0;
            if (version.Major != Version.Major) return version.Major > Version.Major;
            if (MinorDirty) return false;
            return PatchDirty ? version.Minor > Version.Minor : version.CompareTo(Version) > 0;
        }

        private bool LessOrEqual(SemanticVersion version)
        {
            if (!Dirty) return version.CompareTo(Version) <= 0;
            if (version.Major > Version.Major) return false;
            return version.Major != Version.Major || version.Minor <= Version.Minor || MinorDirty;
        }

        private bool Tilde(SemanticVersion version)
        {
            if (version.CompareTo(Version) < 0) return false;
            if (Version is { Major: 0, Minor: 0, Patch: 0 } && !MinorDirty && !PatchDirty) return true;
            return version.Major == Version.Major && (version.Minor == Version.Minor || MinorDirty);
        }

        private bool Caret(SemanticVersion version)
        {
            if (version.CompareTo(Version) < 0) return false;
            if (Version.Major > 0 || MinorDirty) return version.Major == Version.Major;
            if (version.Major > 0) return false;
            if (Version.Minor > 0 || PatchDirty) return version.Minor == Version.Minor;
            return version.Minor == 0 && version.Patch == Version.Patch;
        }
    }
}
