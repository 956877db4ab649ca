using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Projects;

/// <summary>What a project says about objects that no application states (Argo CD's <c>orphanedResources</c>).</summary>
public static class OrphanRules
{
    private const int MostNamed = 10;

    /// <summary>
    /// The orphans in an application's own namespace that the project means; none when the project does not ask for them. From memory.
    /// </summary>
    public static IReadOnlyList<ResourceId> Of(ApplicationSpec application, ProjectSpec project, ITarget target)
    {
        if (project.OrphanedResources is not { } rule) return [];
        return [.. target.Orphans(application.Destination.NamespaceOrDefault, application.Name)
            .Where(id => !rule.Ignore.Any(pattern => IsMeant(pattern, id)))];
    }

    /// <summary>The warning: how many, which, and what to do.</summary>
    public static string Words(ApplicationSpec application, ProjectSpec project, IReadOnlyList<ResourceId> orphans)
    {
        var named = string.Join(", ", orphans.Take(MostNamed)) + (orphans.Count > MostNamed ? $" and {orphans.Count - MostNamed} more" : "");
        var what = orphans.Count == 1 ? "1 object belongs" : $"{orphans.Count} objects belong";
        return $"{what} to no application in namespace {application.Destination.NamespaceOrDefault}: {named}. State them in Git, delete them, or name them in "
            + $"orphanedResources.ignore of the project {project.Name}";
    }

    private static bool IsMeant(OrphanPattern pattern, ResourceId id) =>
        (pattern.Kind.Length == 0 || GlobPattern.MatchesPlain(pattern.Kind, id.Kind))
        && GlobPattern.MatchesPlain(pattern.Group, id.Group)
        && (pattern.Name.Length == 0 || GlobPattern.MatchesPlain(pattern.Name, id.Name));
}
