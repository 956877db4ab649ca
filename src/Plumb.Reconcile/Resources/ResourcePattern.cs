using Plumb.Reconcile.Projects;

namespace Plumb.Reconcile.Resources;

/// <summary>
/// Resources as <c>argocd app sync --resource</c> names them: <c>[!]GROUP:KIND:[NAMESPACE/]NAME</c>, each part a pattern with <c>*</c>; the
/// core group is empty; without a namespace any matches; <c>!</c> leaves out what matches.
/// </summary>
/// <param name="Group">API group.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Namespace">Namespace; null: any, or none.</param>
/// <param name="Name">Name.</param>
/// <param name="Excludes">Leaves out instead.</param>
public sealed record ResourcePattern(string Group, string Kind, string? Namespace, string Name, bool Excludes = false)
{
    /// <summary>Reads one; false when it has another shape.</summary>
    public static bool TryParse(string text, out ResourcePattern pattern)
    {
        pattern = new ResourcePattern("", "", null, "");
        var excludes = text.StartsWith('!');
        var parts = (excludes ? text[1..] : text).Split(':', 3);
        if (parts.Length != 3 || parts[1].Length == 0) return false;
        var slash = parts[2].IndexOf('/');
        var name = parts[2][(slash + 1)..];
        if (name.Length == 0 || name.Contains('/')) return false;
        pattern = new ResourcePattern(parts[0], parts[1], slash < 0 ? null : parts[2][..slash], name, excludes);
        return true;
    }

    /// <summary>
    /// What patterns select: what one that includes matches, or everything when none includes; without what one that excludes matches.
    /// </summary>
    public static bool Selects(IReadOnlyList<ResourcePattern> patterns, ResourceId id) =>
        (patterns.All(p => p.Excludes) || patterns.Any(p => !p.Excludes && p.Matches(id))) && !patterns.Any(p => p.Excludes && p.Matches(id));

    /// <summary>As it is written.</summary>
    public override string ToString() => $"{(Excludes ? "!" : "")}{Group}:{Kind}:{(Namespace is null ? "" : Namespace + "/")}{Name}";

    private bool Matches(ResourceId id) =>
        GlobPattern.MatchesPlain(Group, id.Group) && GlobPattern.MatchesPlain(Kind, id.Kind) && GlobPattern.MatchesPlain(Name, id.Name)
        && (Namespace is null || GlobPattern.MatchesPlain(Namespace, id.Namespace));
}
