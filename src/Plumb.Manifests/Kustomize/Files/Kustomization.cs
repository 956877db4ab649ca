using Plumb.Manifests.Documents;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Filters;
using Plumb.Manifests.Kustomize.Generators;
using Plumb.Manifests.Kustomize.Replacements;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize.Files;

/// <summary>A kustomization file, its deprecated forms already put into their present ones.</summary>
internal sealed record Kustomization
{
    /// <summary>Name of the file, relative to its folder.</summary>
    public required string FileName { get; init; }

    /// <summary><c>Kustomization</c> or <c>Component</c>.</summary>
    public required string Kind { get; init; }

    public string Namespace { get; init; } = "";

    public string NamePrefix { get; init; } = "";

    public string NameSuffix { get; init; } = "";

    public IReadOnlyDictionary<string, string> CommonLabels { get; init; } = Empty;

    public IReadOnlyList<LabelEntry> Labels { get; init; } = [];

    public IReadOnlyDictionary<string, string> CommonAnnotations { get; init; } = Empty;

    public IReadOnlyList<Entry<string>> PatchesStrategicMerge { get; init; } = [];

    public IReadOnlyList<PatchEntry> PatchesJson6902 { get; init; } = [];

    public IReadOnlyList<PatchEntry> Patches { get; init; } = [];

    public IReadOnlyList<ImageChange> Images { get; init; } = [];

    public IReadOnlyList<ReplicaEntry> Replicas { get; init; } = [];

    public IReadOnlyList<ReplacementEntry> Replacements { get; init; } = [];

    public IReadOnlyList<VariableEntry> Variables { get; init; } = [];

    public SortEntry? Sort { get; init; }

    public IReadOnlyList<Entry<string>> Resources { get; init; } = [];

    public IReadOnlyList<Entry<string>> Components { get; init; } = [];

    public IReadOnlyList<Entry<string>> Crds { get; init; } = [];

    public IReadOnlyList<GeneratorEntry> ConfigMaps { get; init; } = [];

    public IReadOnlyList<GeneratorEntry> Secrets { get; init; } = [];

    public IReadOnlyList<HelmChartEntry> HelmCharts { get; init; } = [];

    /// <summary>Folder of local charts, <c>charts</c> unless stated.</summary>
    public string HelmChartHome { get; init; } = "";

    public IReadOnlyList<Entry<string>> Configurations { get; init; } = [];

    public IReadOnlyList<Entry<string>> Generators { get; init; } = [];

    public IReadOnlyList<Entry<string>> Transformers { get; init; } = [];

    public IReadOnlyList<Entry<string>> Validators { get; init; } = [];

    public IReadOnlyList<string> BuildMetadata { get; init; } = [];

    public IReadOnlyDictionary<string, string> OpenApi { get; init; } = Empty;

    /// <summary>Kustomize's words on deprecated fields.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    private static IReadOnlyDictionary<string, string> Empty { get; } = new Dictionary<string, string>();
}

/// <summary>A value and where it was written.</summary>
internal sealed record Entry<T>(T Value, Origin? At);

/// <summary>One of <c>labels</c>.</summary>
internal sealed record LabelEntry(
    IReadOnlyDictionary<string, string> Pairs, bool IncludeSelectors, bool IncludeTemplates, IReadOnlyList<FieldSpec> Fields, Origin? At);

/// <summary>What objects are meant. Empty parts mean all; kinds and names are anchored regular expressions in patches.</summary>
internal sealed record SelectorEntry(
    string Group, string Version, string Kind, string Name, string Namespace, string LabelSelector, string AnnotationSelector)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{new Resources.ResId(new Configs.Gvk(Group, Version, Kind), Name, Namespace)}:a={AnnotationSelector}:l={LabelSelector}";
}

/// <summary>One of <c>patches</c> or <c>patchesJson6902</c>.</summary>
internal sealed record PatchEntry(string Path, string Patch, SelectorEntry? Target, bool MayChangeName, bool MayChangeKind, Origin? At);

/// <summary>One of <c>replicas</c>.</summary>
internal sealed record ReplicaEntry(string Name, long Count, Origin? At);

/// <summary>Where a replacement has its value from.</summary>
internal sealed record ReplacementSource(
    string Group, string Version, string Kind, string Name, string Namespace, string FieldPath, FieldOptions? Options);

/// <summary>Where a replacement puts its value.</summary>
internal sealed record ReplacementTarget(
    SelectorEntry? Select, IReadOnlyList<SelectorEntry> Reject, IReadOnlyList<string> FieldPaths, FieldOptions? Options);

/// <summary>One of <c>replacements</c>: a file of them, or one written out.</summary>
internal sealed record ReplacementEntry(
    string Path, ReplacementSource? Source, IReadOnlyList<ReplacementTarget> Targets, string? SourceValue, Origin? At);

/// <summary>One of <c>vars</c>.</summary>
internal sealed record VariableEntry(
    string Name, string Group, string Version, string Kind, string ObjectName, string Namespace, string FieldPath, Origin? At);

/// <summary><c>sortOptions</c>.</summary>
internal sealed record SortEntry(string Order, IReadOnlyList<string>? First, IReadOnlyList<string>? Last, bool HasLegacy, Origin? At);

/// <summary>One of <c>configMapGenerator</c> or <c>secretGenerator</c>, options of the whole file merged in.</summary>
internal sealed record GeneratorEntry(
    string Name, string Namespace, string Behavior, string Type,
    IReadOnlyList<string> Literals, IReadOnlyList<string> Files, IReadOnlyList<string> Envs,
    GeneratorOptions? Options, Origin? At);

/// <summary>One of <c>helmCharts</c>.</summary>
internal sealed record HelmChartEntry(string Name, string Version, string Repo, string ReleaseName, string Namespace)
{
    public IReadOnlyList<string> AdditionalValuesFiles { get; init; } = [];

    public string ValuesFile { get; init; } = "";

    public MapNode? ValuesInline { get; init; }

    public string ValuesMerge { get; init; } = "";

    public bool IncludeCrds { get; init; }

    public bool SkipHooks { get; init; }

    public bool SkipTests { get; init; }

    public IReadOnlyList<string> ApiVersions { get; init; } = [];

    public string KubeVersion { get; init; } = "";

    public string NameTemplate { get; init; } = "";

    public Origin? At { get; init; }
}
