using Plumb.Reconcile.Rendering;

namespace Plumb.Reconcile.Applications;

/// <summary>
/// What may go where: <c>plumb.dev/v1</c> <c>Project</c> or <c>argoproj.io/v1alpha1</c> <c>AppProject</c>. Patterns are Argo CD's:
/// <c>*</c> matches any text, a leading <c>!</c> denies and wins.
/// </summary>
public sealed record ProjectSpec
{
    /// <summary><c>metadata.name</c>.</summary>
    public required string Name { get; init; }

    /// <summary><c>spec.description</c>.</summary>
    public string Description { get; init; } = "";

    /// <summary><c>spec.sourceRepos</c>: patterns of repository URLs.</summary>
    public IReadOnlyList<string> SourceRepos { get; init; } = [];

    /// <summary><c>spec.destinations</c>: patterns of cluster and namespace.</summary>
    public IReadOnlyList<DestinationSpec> Destinations { get; init; } = [];

    /// <summary><c>spec.clusterResourceWhitelist</c>: cluster-scoped kinds allowed; none when empty.</summary>
    public IReadOnlyList<KindPattern> ClusterResourceWhitelist { get; init; } = [];

    /// <summary><c>spec.clusterResourceBlacklist</c>.</summary>
    public IReadOnlyList<KindPattern> ClusterResourceBlacklist { get; init; } = [];

    /// <summary><c>spec.namespaceResourceWhitelist</c>: null allows all kinds.</summary>
    public IReadOnlyList<KindPattern>? NamespaceResourceWhitelist { get; init; }

    /// <summary><c>spec.namespaceResourceBlacklist</c>.</summary>
    public IReadOnlyList<KindPattern> NamespaceResourceBlacklist { get; init; } = [];

    /// <summary><c>spec.destinationServiceAccounts</c>: as whom applications are delivered; empty: as Plumb itself.</summary>
    public IReadOnlyList<DestinationServiceAccount> DestinationServiceAccounts { get; init; } = [];

    /// <summary><c>spec.permitOnlyProjectScopedClusters</c>: only clusters that belong to this project.</summary>
    public bool PermitOnlyProjectScopedClusters { get; init; }

    /// <summary>Hash of the whole object as written, lower-case hex; empty for one that was not read.</summary>
    public string Digest { get; init; } = "";

    /// <summary><c>spec.syncWindows</c>: when its applications may be synced.</summary>
    public IReadOnlyList<SyncWindowSpec> SyncWindows { get; init; } = [];

    /// <summary>
    /// <c>spec.pruneGuard</c> (Plumb's own): the share of an application's live objects, in percent, above which deletes wait for a
    /// confirmation; null: 50.
    /// </summary>
    public int? PruneGuard { get; init; }

    /// <summary><c>spec.orphanedResources</c>; null: nobody looks for them.</summary>
    public OrphanedResourcesSpec? OrphanedResources { get; init; }

    /// <summary><c>spec.roles</c>: who may do what with it.</summary>
    public IReadOnlyList<ProjectRole> Roles { get; init; } = [];

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }

    /// <summary>Argo CD's built-in <c>default</c> project: everything is allowed.</summary>
    public static ProjectSpec AllowAll { get; } = new()
    {
        Name = "default",
        SourceRepos = ["*"],
        Destinations = [new DestinationSpec("*", "*", "*")],
        ClusterResourceWhitelist = [new KindPattern("*", "*")],
    };
}

/// <summary>One entry of <c>destinationServiceAccounts</c>; the first that matches counts.</summary>
/// <param name="Server">Pattern of the cluster's address.</param>
/// <param name="Namespace">Pattern of the destination's namespace.</param>
/// <param name="DefaultServiceAccount">A service account of that namespace, or <c>namespace:name</c>.</param>
public sealed record DestinationServiceAccount(string Server, string Namespace, string DefaultServiceAccount);

/// <summary><c>orphanedResources</c>: objects in the namespaces of applications that no application states.</summary>
/// <param name="Warn">Whether they are a warning of the application. Default: true.</param>
/// <param name="Ignore">Which ones are not meant.</param>
public sealed record OrphanedResourcesSpec(bool Warn, IReadOnlyList<OrphanPattern> Ignore);

/// <summary>Orphans that are not meant; globs, an empty kind or name matches all.</summary>
/// <param name="Group">API group, empty for the core group.</param>
/// <param name="Kind">Kind.</param>
/// <param name="Name">Name.</param>
public sealed record OrphanPattern(string Group, string Kind, string Name);

/// <summary>A group and kind, <c>*</c> for any.</summary>
/// <param name="Group">API group or <c>*</c>.</param>
/// <param name="Kind">Kind or <c>*</c>.</param>
public sealed record KindPattern(string Group, string Kind);

/// <summary>One of <c>spec.roles</c>; its subject in policies is <c>proj:PROJECT:NAME</c>.</summary>
/// <param name="Name">Name.</param>
/// <param name="Description">Description.</param>
/// <param name="Policies">Lines <c>p, proj:PROJECT:NAME, resource, action, PROJECT/object, allow|deny</c>, which speak of this project only.</param>
/// <param name="Groups">Groups, or names of people, that have the role.</param>
public sealed record ProjectRole(string Name, string Description, IReadOnlyList<string> Policies, IReadOnlyList<string> Groups);
