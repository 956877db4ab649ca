using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Plumb.GoTemplate.Functions.Semver;
using Plumb.GoTemplate.Values;

namespace Plumb.Manifests.Helm.Charts;

/// <summary>What <c>Chart.yaml</c> must be, and how its texts are cleaned (<c>Metadata.Validate</c>).</summary>
internal static partial class MetadataRules
{
    /// <exception cref="HelmException"><c>validation: …</c>.</exception>
    public static void Apply(ChartMetadata data)
    {
        data.Name = Clean(data.Name);
        data.Description = Clean(data.Description);
        data.Home = Clean(data.Home);
        data.Icon = Clean(data.Icon);
        data.Condition = Clean(data.Condition);
        data.Tags = Clean(data.Tags);
        data.AppVersion = Clean(data.AppVersion);
        data.KubeVersion = Clean(data.KubeVersion);
        data.Sources = data.Sources.ConvertAll(Clean);
        data.Keywords = data.Keywords.ConvertAll(Clean);

        if (data.ApiVersion.Length == 0) throw Refuse("chart.metadata.apiVersion is required");
        if (data.Name.Length == 0) throw Refuse("chart.metadata.name is required");
        if (data.Name is "." or "..") throw Refuse($"chart.metadata.name {Quote(data.Name)} is not allowed");
        if (data.Name.Contains('/')) throw Refuse($"chart.metadata.name {Quote(data.Name)} is invalid");
        if (data.Version.Length == 0) throw Refuse("chart.metadata.version is required");
        if (!IsVersion(data.Version)) throw Refuse($"chart.metadata.version {Quote(data.Version)} is invalid");
        if (data.Type is not ("" or "application" or "library")) throw Refuse("chart.metadata.type must be application or library");

        foreach (var maintainer in data.Maintainers)
        {
            if (maintainer is null) throw Refuse("maintainers must not contain empty or null nodes");
            maintainer.Name = Clean(maintainer.Name);
            maintainer.Email = Clean(maintainer.Email);
            maintainer.Url = Clean(maintainer.Url);
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var dependency in data.Dependencies ?? [])
        {
            if (dependency is null) throw Refuse("dependencies must not contain empty or null nodes");
            dependency.Name = Clean(dependency.Name);
            dependency.Version = Clean(dependency.Version);
            dependency.Repository = Clean(dependency.Repository);
            dependency.Condition = Clean(dependency.Condition);
            dependency.Tags = dependency.Tags.ConvertAll(Clean);
            if (dependency.Alias.Length > 0 && !AliasFormat().IsMatch(dependency.Alias))
                throw Refuse($"dependency {Quote(dependency.Name)} has disallowed characters in the alias");
            var key = dependency.Alias.Length > 0 ? dependency.Alias : dependency.Name;
            if (!names.Add(key)) throw Refuse($"more than one dependency with name or alias {Quote(key)}");
        }
    }

    /// <summary>Whether a version lies in a range; never when either is malformed (<c>IsCompatibleRange</c>).</summary>
    public static bool Fits(string range, string version)
    {
        try
        {
            var parsed = SemanticVersion.Parse(version);
            return VersionConstraint.Parse(range).Fits(parsed);
        }
        catch (GoError)
        {
            return false;
        }
    }

    private static bool IsVersion(string text)
    {
        try
        {
            SemanticVersion.Parse(text);
            return true;
        }
        catch (GoError)
        {
            return false;
        }
    }

    private static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~')) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune)) clean.Append(' ');
            else if (IsPrintable(rune)) clean.Append(rune.ToString());
        }

        return clean.ToString();
    }

    private static bool IsPrintable(Rune rune) => Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
        or UnicodeCategory.OtherNotAssigned or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);

    private static string Quote(string text) => GoTemplate.Formatting.GoQuote.Quote(text);

    private static HelmException Refuse(string reason) => new("validation: " + reason);

    [GeneratedRegex("^[a-zA-Z0-9_-]+\\z")]
    private static partial Regex AliasFormat();
}
