namespace Plumb.Reconcile.Applications;

/// <summary><c>source.kustomize</c>: what is changed in a kustomization before it is built. Field meaning is Argo CD's.</summary>
public sealed record KustomizeSpec
{
    /// <summary><c>namePrefix</c>; takes the place of the file's.</summary>
    public string NamePrefix { get; init; } = "";

    /// <summary><c>nameSuffix</c>; takes the place of the file's.</summary>
    public string NameSuffix { get; init; } = "";

    /// <summary><c>namespace</c>; takes the place of the file's.</summary>
    public string Namespace { get; init; } = "";

    /// <summary><c>images</c>, as <c>name=new:tag</c>, <c>name:tag</c> or <c>name@digest</c>; take the place of the file's of the same name.</summary>
    public IReadOnlyList<string> Images { get; init; } = [];

    /// <summary><c>replicas</c>; take the place of the file's of the same name.</summary>
    public IReadOnlyList<KustomizeReplicas> Replicas { get; init; } = [];

    /// <summary><c>commonLabels</c>, added to the file's.</summary>
    public IReadOnlyDictionary<string, string> CommonLabels { get; init; } = new Dictionary<string, string>();

    /// <summary><c>commonAnnotations</c>, added to the file's.</summary>
    public IReadOnlyDictionary<string, string> CommonAnnotations { get; init; } = new Dictionary<string, string>();

    /// <summary><c>forceCommonLabels</c>: labels that the file has too are overwritten; otherwise they are an error.</summary>
    public bool ForceCommonLabels { get; init; }

    /// <summary><c>forceCommonAnnotations</c>: the same for annotations.</summary>
    public bool ForceCommonAnnotations { get; init; }

    /// <summary><c>labelWithoutSelector</c>: labels stay out of selectors.</summary>
    public bool LabelWithoutSelector { get; init; }

    /// <summary><c>labelIncludeTemplates</c>: labels that stay out of selectors go into templates all the same.</summary>
    public bool LabelIncludeTemplates { get; init; }

    /// <summary><c>commonAnnotationsEnvsubst</c>: variables such as <c>$ARGOCD_APP_REVISION</c> are replaced in annotations.</summary>
    public bool CommonAnnotationsEnvsubst { get; init; }

    /// <summary><c>patches</c>, after the file's.</summary>
    public IReadOnlyList<KustomizePatch> Patches { get; init; } = [];

    /// <summary><c>components</c>, after the file's; paths from the source's path.</summary>
    public IReadOnlyList<string> Components { get; init; } = [];

    /// <summary><c>ignoreMissingComponents</c>: components whose folder is not there are passed over.</summary>
    public bool IgnoreMissingComponents { get; init; }

    /// <summary><c>version</c>: there is one, so it is only noted.</summary>
    public string Version { get; init; } = "";

    /// <summary><c>kubeVersion</c> for charts; empty: the target's.</summary>
    public string KubeVersion { get; init; } = "";

    /// <summary><c>apiVersions</c> for charts; empty: the target's.</summary>
    public IReadOnlyList<string> ApiVersions { get; init; } = [];
}

/// <summary>One of <c>kustomize.replicas</c>.</summary>
/// <param name="Name">Name of the objects.</param>
/// <param name="Count">How many replicas.</param>
public sealed record KustomizeReplicas(string Name, long Count);

/// <summary>One of <c>kustomize.patches</c>.</summary>
/// <param name="Patch">The patch as text; empty when it is in a file.</param>
/// <param name="Path">The file, from the source's path.</param>
/// <param name="Target">What is patched; null: what the patch itself names.</param>
public sealed record KustomizePatch(string Patch, string Path, KustomizeTarget? Target)
{
    /// <summary><c>options</c>: <c>allowNameChange</c>, <c>allowKindChange</c>.</summary>
    public IReadOnlyDictionary<string, bool> Options { get; init; } = new Dictionary<string, bool>();
}

/// <summary>What a patch is for; what is empty means all. Group, version, kind, name and namespace are anchored regular expressions.</summary>
public sealed record KustomizeTarget(
    string Group, string Version, string Kind, string Name, string Namespace, string LabelSelector, string AnnotationSelector);
