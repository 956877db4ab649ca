using System.Globalization;
using Plumb.GoTemplate.Formatting;
using Plumb.GoTemplate.Functions.Regex;
using Plumb.GoTemplate.Values;

namespace Plumb.GoTemplate.Functions.Semver;

/// <summary>A version as Masterminds' <c>semver.Version</c> 3.4 has it.</summary>
public sealed class SemanticVersion : GoObject, Json.IGoJson
{
    private const string Digits = "0123456789";
    private const string Allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-0123456789";

    private static readonly GoRegex Loose = GoRegex.Compile(
        @"^v?([0-9]+)(\.[0-9]+)?(\.[0-9]+)?(-([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?(\+([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?$");

    private SemanticVersion(ulong major, ulong minor, ulong patch, string prerelease, string metadata, string original)
    {
        Major = major;
        Minor = minor;
        Patch = patch;
        Prerelease = prerelease;
        Metadata = metadata;
        Original = original;
    }

    /// <summary>The first number.</summary>
    public ulong Major { get; }

    /// <summary>The second number, 0 when there is none.</summary>
    public ulong Minor { get; }

    /// <summary>The third number, 0 when there is none.</summary>
    public ulong Patch { get; }

    /// <summary>What follows the hyphen.</summary>
    public string Prerelease { get; }

    /// <summary>What follows the plus sign.</summary>
    public string Metadata { get; }

    /// <summary>The text it was read from.</summary>
    public string Original { get; }

    /// <inheritdoc/>
    public override GoType Type => VersionType.Pointer;

    /// <inheritdoc/>
    public override string Text =>
        string.Create(CultureInfo.InvariantCulture,
            $"{Major}.{Minor}.{Patch}{(Prerelease.Length > 0 ? "-" : "")}{Prerelease}{(Metadata.Length > 0 ? "+" : "")}{Metadata}");

    /// <inheritdoc/>
    public override IEnumerable<(string Name, GoValue Value)> Shown =>
    [
        ("major", GoValue.Unsigned(GoKind.Uint64, Major)),
        ("minor", GoValue.Unsigned(GoKind.Uint64, Minor)),
        ("patch", GoValue.Unsigned(GoKind.Uint64, Patch)),
        ("pre", GoValue.From(Prerelease)),
        ("metadata", GoValue.From(Metadata)),
        ("original", GoValue.From(Original)),
    ];

    /// <summary>Reads a version; one or two numbers and a leading v will do.</summary>
    /// <exception cref="GoError">It is none, in the library's words.</exception>
    public static SemanticVersion Parse(string text)
    {
        var match = Loose.Submatches(text) ?? throw new GoError("invalid semantic version");
        var version = new SemanticVersion(
            Number(Group(1)), Number(Group(2).TrimStart('.')), Number(Group(3).TrimStart('.')), Group(5), Group(8), text);
        if (version.Prerelease.Length > 0) CheckPrerelease(version.Prerelease);
        if (version.Metadata.Length > 0) CheckMetadata(version.Metadata);
        return version;

        string Group(int number) => match[2 * number] < 0 ? "" : text[match[2 * number]..match[(2 * number) + 1]];
    }

    /// <summary>The order of versions; metadata does not count.</summary>
    public int CompareTo(SemanticVersion other)
    {
        var order = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        if (order != 0) return order;
        if (Prerelease.Length == 0 || other.Prerelease.Length == 0) return (Prerelease.Length == 0).CompareTo(other.Prerelease.Length == 0);
        return ComparePrerelease(Prerelease, other.Prerelease);
    }

    /// <inheritdoc/>
    public GoValue ToJson() => GoValue.From(Text);

    /// <inheritdoc/>
    public override bool IsEqualTo(GoObject other) =>
        other is SemanticVersion version && version.Text == Text && version.Original == Original;

    internal SemanticVersion Next(int part)
    {
        var (major, minor, patch) = part switch
        {
            0 => (Major + 1, 0UL, 0UL),
            1 => (Major, Minor + 1, 0UL),
            _ => (Major, Minor, Prerelease.Length > 0 ? Patch : Patch + 1),
        };
        return WithOriginal(new SemanticVersion(major, minor, patch, "", "", ""));
    }

    internal SemanticVersion WithPrerelease(string prerelease)
    {
        if (prerelease.Length > 0) CheckPrerelease(prerelease);
        return WithOriginal(new SemanticVersion(Major, Minor, Patch, prerelease, Metadata, ""));
    }

    internal SemanticVersion WithMetadata(string metadata)
    {
        if (metadata.Length > 0) CheckMetadata(metadata);
        return WithOriginal(new SemanticVersion(Major, Minor, Patch, Prerelease, metadata, ""));
    }

    internal static int ComparePrerelease(string left, string right)
    {
        var a = left.Split('.');
        var b = right.Split('.');
        for (var i = 0; i < Math.Max(a.Length, b.Length); i++)
        {
            var order = ComparePart(i < a.Length ? a[i] : "", i < b.Length ? b[i] : "");
            if (order != 0) return order;
        }

        return 0;
    }

    private SemanticVersion WithOriginal(SemanticVersion next) => new(
        next.Major, next.Minor, next.Patch, next.Prerelease, next.Metadata, (Original.StartsWith('v') ? "v" : "") + next.Text);

    private static int ComparePart(string left, string right)
    {
        if (left == right) return 0;
        if (left.Length == 0) return -1;
        if (right.Length == 0) return 1;
        var a = GoNumber.ParseUint(left, 10, 64, out _);
        var b = GoNumber.ParseUint(right, 10, 64, out _);
        return (a, b) switch
        {
            (null, null) => string.CompareOrdinal(left, right) > 0 ? 1 : -1,
            (_, null) => -1,
            (null, _) => 1,
            _ => a > b ? 1 : -1,
        };
    }

    private static ulong Number(string digits)
    {
        if (digits.Length == 0) return 0;
        return GoNumber.ParseUint(digits, 10, 64, out _)
            ?? throw new GoError($"error parsing version segment: strconv.ParseUint: parsing {GoQuote.Quote(digits)}: value out of range");
    }

    private static void CheckPrerelease(string prerelease)
    {
        foreach (var part in prerelease.Split('.'))
        {
            if (part.Length == 0) throw new GoError("invalid prerelease string");
            if (part.All(Digits.Contains))
            {
                if (part.Length > 1 && part[0] == '0') throw new GoError("version segment starts with 0");
            }
            else if (!part.All(Allowed.Contains))
            {
                throw new GoError("invalid prerelease string");
            }
        }
    }

    private static void CheckMetadata(string metadata)
    {
        if (metadata.Split('.').Any(p => p.Length == 0 || !p.All(Allowed.Contains))) throw new GoError("invalid metadata string");
    }
}
