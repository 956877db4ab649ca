using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Sources;

namespace Plumb.Reconcile.Projects;

/// <summary>What a project allows, by Argo CD's rules: patterns with <c>*</c>, denials (<c>!</c>) win. Pure.</summary>
public static class ProjectRules
{
    /// <summary>Faults of an application's sources and destination; empty when all is allowed.</summary>
    public static IReadOnlyList<string> CheckApplication(ApplicationSpec spec, ProjectSpec project)
    {
        List<string> faults = [];
        foreach (var source in spec.Sources)
        {
            if (!Allows(project.SourceRepos, source.RepoUrl))
                faults.Add($"project {project.Name} does not allow the repository {source.RepoUrl}: add it to sourceRepos");
            foreach (var file in source.Helm?.RemoteFiles.Where(f => !Allows(project.SourceRepos, f)) ?? [])
                faults.Add($"project {project.Name} does not allow the value file {file}: add its address, or a pattern of it, to sourceRepos");
        }

        if (!AllowsDestination(project, spec.Destination, spec.Destination.Namespace))
        {
            var where = spec.Destination.Name.Length > 0 ? spec.Destination.Name : spec.Destination.Server;
            faults.Add($"project {project.Name} does not allow the destination {where}/{spec.Destination.Namespace}: add it to destinations");
        }

        return faults;
    }

    /// <summary>
    /// Why a tree may not hold what comes from other repositories, as Argo CD asks of the dependencies of charts; null when it may. An OCI
    /// registry may be allowed with or without its scheme.
    /// </summary>
    public static string? CheckRepositories(ITree tree, ProjectSpec project)
    {
        var refused = tree.OtherRepositories.Where(r => !Allows(project.SourceRepos, r)
            && !(r.StartsWith("oci://", StringComparison.Ordinal) && Allows(project.SourceRepos, r["oci://".Length..]))).ToList();
        return refused.Count == 0
            ? null
            : $"{tree.OtherRepositoriesAre} {string.Join(", ", refused)} are not permitted in project '{project.Name}': add them to sourceRepos";
    }

    /// <summary>Why a resource may not be applied; null when it may.</summary>
    public static string? CheckResource(ResourceId id, DestinationSpec destination, ProjectSpec project)
    {
        if (id.Namespace.Length == 0)
        {
            if (Matches(project.ClusterResourceBlacklist, id) || !Matches(project.ClusterResourceWhitelist, id))
                return $"project {project.Name} does not allow the cluster-scoped kind {id.Group}/{id.Kind}: add it to clusterResourceWhitelist";
            return null;
        }

        if (Matches(project.NamespaceResourceBlacklist, id)
            || (project.NamespaceResourceWhitelist is { } allowed && !Matches(allowed, id)))
        {
            return $"project {project.Name} does not allow the kind {id.Group}/{id.Kind}";
        }

        return AllowsDestination(project, destination, id.Namespace)
            ? null
            : $"project {project.Name} does not allow the namespace {id.Namespace}: add it to destinations";
    }

    /// <summary>
    /// Why a render may not look something up; null when it may. What a project may not deliver to, its charts may not read: that keeps
    /// Secrets of other namespaces out of reach.
    /// </summary>
    /// <param name="query">What is asked.</param>
    /// <param name="isClusterScoped">Whether its kind has no namespace.</param>
    /// <param name="destination">The application's destination.</param>
    /// <param name="project">Its project.</param>
    public static string? CheckLookup(LiveQuery query, bool isClusterScoped, DestinationSpec destination, ProjectSpec project)
    {
        var id = new ResourceId(query.Group, query.Kind, isClusterScoped ? "" : query.Namespace, query.Name);
        if (isClusterScoped || id.Namespace.Length > 0) return CheckResource(id, destination, project);
        return CheckResource(id with { Namespace = "*" }, destination, project) ?? (AllowsAllNamespaces(project, destination)
            ? null
            : $"project {project.Name} does not allow all namespaces: look up in one that it allows, or add the namespace * to destinations");
    }

    private static bool AllowsAllNamespaces(ProjectSpec project, DestinationSpec destination)
    {
        var here = project.Destinations.Where(d => MatchesCluster(d, destination)).ToList();
        return here.Exists(d => d.Namespace == "*" && !d.Server.StartsWith('!') && !d.Name.StartsWith('!'))
            && !here.Exists(d => d.Namespace.StartsWith('!') || d.Server.StartsWith('!') || d.Name.StartsWith('!'));
    }

    private static bool AllowsDestination(ProjectSpec project, DestinationSpec destination, string @namespace)
    {
        var allowed = false;
        foreach (var entry in project.Destinations)
        {
            var denies = entry.Namespace.StartsWith('!') || entry.Server.StartsWith('!') || entry.Name.StartsWith('!');
            if (!MatchesCluster(entry, destination) || !GlobPattern.MatchesPlain(entry.Namespace.TrimStart('!'), @namespace)) continue;
            if (denies) return false;
            allowed = true;
        }

        return allowed;
    }

    private static bool MatchesCluster(DestinationSpec pattern, DestinationSpec destination)
    {
        if (pattern.Server.Length == 0 && pattern.Name.Length == 0) return true;
        var server = destination.Server;
        var name = destination.Name;
        if (destination.IsInCluster) (name, server) = (DestinationSpec.InClusterName, DestinationSpec.InClusterServer);
        return (pattern.Server.Length > 0 && server.Length > 0 && GlobPattern.MatchesPlain(pattern.Server.TrimStart('!'), server))
            || (pattern.Name.Length > 0 && name.Length > 0 && GlobPattern.MatchesPlain(pattern.Name.TrimStart('!'), name))
            || pattern.Server == "*" || pattern.Name == "*";
    }

    private static bool Allows(IReadOnlyList<string> patterns, string value)
    {
        var allowed = false;
        foreach (var pattern in patterns)
        {
            if (pattern.StartsWith('!'))
            {
                if (GlobPattern.MatchesPlain(pattern[1..], value)) return false;
            }
            else
            {
                allowed |= GlobPattern.MatchesPlain(pattern, value);
            }
        }

        return allowed;
    }

    private static bool Matches(IReadOnlyList<KindPattern> patterns, ResourceId id) =>
        patterns.Any(p => GlobPattern.MatchesPlain(p.Group, id.Group) && GlobPattern.MatchesPlain(p.Kind, id.Kind));
}
