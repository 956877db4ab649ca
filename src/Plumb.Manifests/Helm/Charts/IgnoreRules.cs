namespace Plumb.Manifests.Helm.Charts;

/// <summary><c>.helmignore</c> (<c>pkg/ignore/rules.go</c>): the first rule that matches decides; a negated one ignores what does not match.</summary>
internal sealed class IgnoreRules
{
    private readonly record struct Rule(string Pattern, bool Negated, bool FoldersOnly, bool NameOnly);

    private readonly List<Rule> _rules = [];

    /// <exception cref="HelmException">A pattern is malformed or has <c>**</c>.</exception>
    public static IgnoreRules Parse(string text)
    {
        var rules = new IgnoreRules();
        foreach (var line in text.TrimStart('\uFEFF').Split('\n')) rules.Add(line);
        rules.Add("templates/.?*");
        return rules;
    }

    public bool Ignores(string path, bool isFolder)
    {
        foreach (var rule in _rules)
        {
            if (rule.Negated)
            {
                if ((rule.FoldersOnly && !isFolder) || !Matches(rule, path)) return true;
                continue;
            }

            if (rule.FoldersOnly && !isFolder) continue;
            if (Matches(rule, path)) return true;
        }

        return false;
    }

    private void Add(string line)
    {
        var rule = line.Trim();
        if (rule.Length == 0 || rule.StartsWith('#')) return;
        if (rule.Contains("**", StringComparison.Ordinal)) throw new HelmException("double-star (**) syntax is not supported");
        if (PathPattern.Matches(rule, "abc") is null) throw new HelmException("syntax error in pattern");
        var negated = rule.StartsWith('!');
        if (negated) rule = rule[1..];
        var foldersOnly = rule.EndsWith('/');
        if (foldersOnly) rule = rule[..^1];
        var rooted = rule.StartsWith('/');
        if (rooted) rule = rule[1..];
        _rules.Add(new Rule(rule, negated, foldersOnly, NameOnly: !rooted && !rule.Contains('/')));
    }

    private static bool Matches(Rule rule, string path) =>
        PathPattern.Matches(rule.Pattern, rule.NameOnly ? path[(path.LastIndexOf('/') + 1)..] : path) == true;
}
