namespace Plumb.Manifests.Kustomize.Configs;

/// <summary>
/// Which fields the transformations of a kustomization work on (<c>builtinconfig.TransformerConfig</c>): what is known of the built-in
/// kinds, and what <c>configurations</c> and <c>crds</c> add. It never changes.
/// </summary>
internal sealed record TransformerConfig
{
    /// <summary>No fields at all.</summary>
    public static readonly TransformerConfig Empty = new();

    /// <summary>What Kustomize knows by itself.</summary>
    public static readonly TransformerConfig Default = DefaultFields.Make();

    /// <summary><c>namePrefix</c>.</summary>
    public IReadOnlyList<FieldSpec> NamePrefix { get; init; } = [];

    /// <summary><c>nameSuffix</c>.</summary>
    public IReadOnlyList<FieldSpec> NameSuffix { get; init; } = [];

    /// <summary><c>namespace</c>.</summary>
    public IReadOnlyList<FieldSpec> Namespace { get; init; } = [];

    /// <summary><c>commonLabels</c>: labels, those of templates, and selectors.</summary>
    public IReadOnlyList<FieldSpec> CommonLabels { get; init; } = [];

    /// <summary><c>labels</c>: what is added to those of <c>labels</c> entries.</summary>
    public IReadOnlyList<FieldSpec> Labels { get; init; } = [];

    /// <summary><c>templateLabels</c>: labels and those of templates, without selectors.</summary>
    public IReadOnlyList<FieldSpec> TemplateLabels { get; init; } = [];

    /// <summary><c>commonAnnotations</c>.</summary>
    public IReadOnlyList<FieldSpec> CommonAnnotations { get; init; } = [];

    /// <summary><c>nameReference</c>: who names whom.</summary>
    public IReadOnlyList<NameBackReference> NameReference { get; init; } = [];

    /// <summary><c>varReference</c>: where <c>$(VAR)</c> is looked for.</summary>
    public IReadOnlyList<FieldSpec> VarReference { get; init; } = [];

    /// <summary><c>images</c>.</summary>
    public IReadOnlyList<FieldSpec> Images { get; init; } = [];

    /// <summary><c>replicas</c>.</summary>
    public IReadOnlyList<FieldSpec> Replicas { get; init; } = [];

    /// <summary>Both together, sorted.</summary>
    /// <exception cref="KustomizeException">They disagree whether a field is to be made; the message names which list.</exception>
    public TransformerConfig Merge(TransformerConfig added) => new TransformerConfig
    {
        NamePrefix = Merge("NamePrefix", NamePrefix, added.NamePrefix),
        NameSuffix = Merge("NameSuffix", NameSuffix, added.NameSuffix),
        Namespace = Merge("NameSpace", Namespace, added.Namespace),
        CommonAnnotations = Merge("CommonAnnotations", CommonAnnotations, added.CommonAnnotations),
        CommonLabels = Merge("CommonLabels", CommonLabels, added.CommonLabels),
        Labels = Merge("Labels", Labels, added.Labels),
        TemplateLabels = Merge("TemplateLabels", TemplateLabels, added.TemplateLabels),
        VarReference = Merge("VarReference", VarReference, added.VarReference),
        NameReference = Named("NameReference", () => FieldSpecs.Merge(NameReference, added.NameReference)),
        Images = Merge("Images", Images, added.Images),
        Replicas = Merge("Replicas", Replicas, added.Replicas),
    }.Sorted();

    /// <summary>The same with each list in Kustomize's order.</summary>
    public TransformerConfig Sorted() => new()
    {
        NamePrefix = FieldSpecs.Sort(NamePrefix),
        NameSuffix = FieldSpecs.Sort(NameSuffix),
        Namespace = FieldSpecs.Sort(Namespace),
        CommonLabels = FieldSpecs.Sort(CommonLabels),
        Labels = FieldSpecs.Sort(Labels),
        TemplateLabels = FieldSpecs.Sort(TemplateLabels),
        CommonAnnotations = FieldSpecs.Sort(CommonAnnotations),
        NameReference = FieldSpecs.Sort(NameReference),
        VarReference = FieldSpecs.Sort(VarReference),
        Images = FieldSpecs.Sort(Images),
        Replicas = FieldSpecs.Sort(Replicas),
    };

    private static IReadOnlyList<FieldSpec> Merge(string list, IReadOnlyList<FieldSpec> fields, IReadOnlyList<FieldSpec> added) =>
        Named(list, () => FieldSpecs.Merge(fields, added));

    private static IReadOnlyList<T> Named<T>(string list, Func<IReadOnlyList<T>> merge)
    {
        try
        {
            return merge();
        }
        catch (KustomizeException conflict)
        {
            throw conflict.Led($"failed to merge {list} fieldSpec");
        }
    }
}
