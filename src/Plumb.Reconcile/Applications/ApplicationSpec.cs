using Plumb.Reconcile.Rendering;

namespace Plumb.Reconcile.Applications;

/// <summary>
/// What a team wrote about one application: <c>plumb.dev/v1</c> or <c>argoproj.io/v1alpha1</c> <c>Application</c>. Field meaning is
/// Argo CD's. Two specs with equal content compare equal through <see cref="Digest"/>.
/// </summary>
public sealed record ApplicationSpec
{
    /// <summary><c>metadata.name</c>; unique in this Plumb.</summary>
    public required string Name { get; init; }

    /// <summary><c>metadata.namespace</c>; empty when not given.</summary>
    public string Namespace { get; init; } = "";

    /// <summary><c>metadata.labels</c>.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary><c>metadata.annotations</c>.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary><c>metadata.finalizers</c>: a resources finalizer makes deletion cascade.</summary>
    public IReadOnlyList<string> Finalizers { get; init; } = [];

    /// <summary><c>spec.project</c>. Default: <c>default</c>.</summary>
    public string Project { get; init; } = "default";

    /// <summary><c>spec.source</c> or <c>spec.sources</c>; at least one.</summary>
    public required IReadOnlyList<SourceSpec> Sources { get; init; }

    /// <summary><c>spec.destination</c>.</summary>
    public DestinationSpec Destination { get; init; } = new();

    /// <summary><c>spec.syncPolicy</c>.</summary>
    public SyncPolicySpec SyncPolicy { get; init; } = new();

    /// <summary><c>spec.dependsOn[].name</c> (Plumb's own): synced and healthy before this one is synced.</summary>
    public IReadOnlyList<string> DependsOn { get; init; } = [];

    /// <summary><c>spec.ignoreDifferences</c>.</summary>
    public IReadOnlyList<IgnoreDifferencesSpec> IgnoreDifferences { get; init; } = [];

    /// <summary><c>spec.revisionHistoryLimit</c>. Default: 10.</summary>
    public int RevisionHistoryLimit { get; init; } = 10;

    /// <summary>Where it was written.</summary>
    public Origin Origin { get; init; }

    /// <summary>Hash of the whole object as written, lower-case hex.</summary>
    public string Digest { get; init; } = "";
}

/// <summary>One source.</summary>
public sealed record SourceSpec
{
    /// <summary><c>repoURL</c>.</summary>
    public required string RepoUrl { get; init; }

    /// <summary><c>path</c> inside the repository. Default: the root.</summary>
    public string Path { get; init; } = "";

    /// <summary>
    /// <c>chart</c>: the name of a Helm chart in the repository of charts at <see cref="RepoUrl"/>, which then is no Git repository.
    /// Empty when it is none.
    /// </summary>
    public string Chart { get; init; } = "";

    /// <summary>
    /// <c>targetRevision</c>: branch, tag, semver range or commit; of a chart a version or a range of them. Default: <c>HEAD</c>.
    /// </summary>
    public string TargetRevision { get; init; } = "HEAD";

    /// <summary><c>ref</c>: only a name by which other sources use this repository's files; nothing is rendered from it.</summary>
    public string? Ref { get; init; }

    /// <summary><c>directory</c>; null when not given.</summary>
    public DirectorySpec? Directory { get; init; }

    /// <summary><c>helm</c>; null when not given.</summary>
    public HelmSpec? Helm { get; init; }

    /// <summary><c>kustomize</c>; null when not given.</summary>
    public KustomizeSpec? Kustomize { get; init; }

    /// <summary>
    /// The source as written, as JSON: what overrides in its repository (<c>.argocd-source.yaml</c>) are laid over. Empty for one that was
    /// not read.
    /// </summary>
    public string Written { get; init; } = "";

    /// <summary>Whether this is a packed chart of a repository of charts or of an OCI registry, not something in Git.</summary>
    public bool IsPackedChart => Chart.Length > 0 || RepoUrl.StartsWith("oci://", StringComparison.Ordinal);
}

/// <summary><c>source.directory</c>: plain manifests.</summary>
/// <param name="Recurse">Descend into directories. Default: false.</param>
/// <param name="Include">Glob, or <c>{a,b}</c> of globs, on the path below the source's path; empty takes all.</param>
/// <param name="Exclude">Glob, or <c>{a,b}</c> of globs; wins over <paramref name="Include"/>.</param>
public sealed record DirectorySpec(bool Recurse = false, string Include = "", string Exclude = "");

/// <summary><c>destination</c>: by cluster name or by server URL.</summary>
/// <param name="Name">Cluster name; empty when by server. Neither given: <c>in-cluster</c>.</param>
/// <param name="Server">API server URL; <c>https://kubernetes.default.svc</c> is <c>in-cluster</c>.</param>
/// <param name="Namespace">Where namespaced objects go that name no namespace; empty: <c>default</c>.</param>
public sealed record DestinationSpec(string Name = "", string Server = "", string Namespace = "")
{
    /// <summary>The name of the cluster that Plumb runs beside.</summary>
    public const string InClusterName = "in-cluster";

    /// <summary>The server URL that Argo CD's files use for it.</summary>
    public const string InClusterServer = "https://kubernetes.default.svc";

    /// <summary>Whether this means <see cref="InClusterName"/>: by name, by URL, or by saying nothing.</summary>
    public bool IsInCluster => Name == InClusterName || (Name.Length == 0 && Server is "" or InClusterServer);

    /// <summary><see cref="Namespace"/>, or <c>default</c>: where namespaced objects go that name none.</summary>
    public string NamespaceOrDefault => Namespace.Length > 0 ? Namespace : "default";
}

/// <summary><c>syncPolicy</c>.</summary>
public sealed record SyncPolicySpec
{
    /// <summary><c>automated</c>; null: only manual.</summary>
    public AutomatedSpec? Automated { get; init; }

    /// <summary><c>syncOptions</c>, as written: <c>Name=value</c>.</summary>
    public IReadOnlyList<string> SyncOptions { get; init; } = [];

    /// <summary><c>retry</c>; null: the defaults of <see cref="RetrySpec"/> hold for automated runs, none for manual ones.</summary>
    public RetrySpec? Retry { get; init; }

    /// <summary><c>managedNamespaceMetadata.labels</c>.</summary>
    public IReadOnlyDictionary<string, string> NamespaceLabels { get; init; } = new Dictionary<string, string>();

    /// <summary><c>managedNamespaceMetadata.annotations</c>.</summary>
    public IReadOnlyDictionary<string, string> NamespaceAnnotations { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// <c>pruneGuard</c> (Plumb's own), or the annotation <c>plumb.dev/prune-guard</c>: the share of live objects, in percent, above which
    /// deletes wait for a confirmation; null: the project's.
    /// </summary>
    public int? PruneGuard { get; init; }

    /// <summary>Whether <c>CreateNamespace=true</c> and the like is among the options (case-sensitive, as in Argo CD).</summary>
    public bool Has(string option) => SyncOptions.Contains(option, StringComparer.Ordinal);
}

/// <summary><c>automated</c>. All default to false, as in Argo CD.</summary>
/// <param name="Prune">Delete what left Git.</param>
/// <param name="SelfHeal">Undo drift.</param>
/// <param name="AllowEmpty">Prune even when nothing is left in Git.</param>
public sealed record AutomatedSpec(bool Prune = false, bool SelfHeal = false, bool AllowEmpty = false);

/// <summary><c>retry</c>.</summary>
/// <param name="Limit">Retries after the first attempt; negative: without end. Default: 5.</param>
/// <param name="Duration">First delay. Default: 5 s.</param>
/// <param name="Factor">Growth. Default: 2.</param>
/// <param name="MaxDuration">Longest delay; zero: no limit. Default: 3 min.</param>
public sealed record RetrySpec(int Limit, TimeSpan Duration, double Factor, TimeSpan MaxDuration)
{
    /// <summary><c>refresh</c>: the repository is asked for a newer commit before each attempt. Default: false.</summary>
    public bool Refresh { get; init; }

    /// <summary>Argo CD's defaults.</summary>
    public static RetrySpec Default { get; } = new(5, TimeSpan.FromSeconds(5), 2, TimeSpan.FromMinutes(3));
}

/// <summary>One entry of <c>ignoreDifferences</c>; empty strings match all.</summary>
public sealed record IgnoreDifferencesSpec
{
    /// <summary>API group, <c>*</c> for all.</summary>
    public string Group { get; init; } = "";

    /// <summary>Kind, <c>*</c> for all.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Name, or all.</summary>
    public string Name { get; init; } = "";

    /// <summary>Namespace, or all.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>RFC 6901 pointers.</summary>
    public IReadOnlyList<string> JsonPointers { get; init; } = [];

    /// <summary>jq expressions whose paths name fields; read and found to be sound by the reader.</summary>
    public IReadOnlyList<string> JqPathExpressions { get; init; } = [];

    /// <summary>Fields owned by these field managers.</summary>
    public IReadOnlyList<string> ManagedFieldsManagers { get; init; } = [];
}
