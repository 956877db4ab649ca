using Plumb.Manifests.Documents;
using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Filters;
using Plumb.Manifests.Kustomize.Generators;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize.Files;

/// <summary>Reads a kustomization file, all fields of v1beta1 and v1alpha1 strictly, and turns deprecated forms into present ones.</summary>
internal static class KustomizationReader
{
    private const string Kustomization = "Kustomization";
    private const string Component = "Component";
    private const string RunFix = " Run 'kustomize edit fix' to update your Kustomization automatically.";

    /// <param name="utf8">The file.</param>
    /// <param name="file">Its path, for messages.</param>
    /// <param name="folder">The folder's path, for messages.</param>
    /// <exception cref="KustomizeException">It is no YAML, has fields that do not exist, or is empty.</exception>
    public static Kustomization Read(ReadOnlySpan<byte> utf8, string file, string folder)
    {
        var faults = new List<Diagnostic>();
        var documents = YamlReader.ReadAll(utf8, file, faults);
        if (faults.Find(f => f.Severity == Severity.Error) is { Message: not null } fault)
            throw new KustomizeException($"invalid Kustomization: yaml: {fault.Message}", fault.Origin);
        var document = documents.Count > 0 ? documents[0] : null;
        var root = document?.Value ?? Node.Null;
        if (root.IsNullOrAbsent) throw new KustomizeException("kustomization.yaml is empty", new Origin(file));
        var map = root.AsMap()
            ?? throw new KustomizeException("invalid Kustomization: a kustomization is a map of fields", document!.Origin);
        try
        {
            return Bind(new FieldBinder(map, document, [], Kustomization), file, folder);
        }
        catch (KustomizeException refusal) when (refusal.Message.StartsWith("json: ", StringComparison.Ordinal))
        {
            throw refusal.Led("invalid Kustomization");
        }
    }

    private static Kustomization Bind(FieldBinder fields, string file, string folder)
    {
        var (kind, version) = (fields.Text("kind"), fields.Text("apiVersion"));
        if (fields.Map("metadata") is { } metadata)
        {
            metadata.Text("name");
            metadata.Text("namespace");
            metadata.TextMap("labels");
            metadata.TextMap("annotations");
            metadata.Finish();
        }

        var global = fields.Map("generatorOptions") is { } options ? Options(options) : null;
        var globals = fields.Map("helmGlobals");
        var chartHome = globals?.Text("chartHome") ?? "";
        globals?.Text("configHome");
        globals?.Finish();
        var charts = fields.Maps("helmCharts").Select(Chart).ToList();
        foreach (var old in fields.Maps("helmChartInflationGenerator")) charts.Add(OldChart(old, globals is null ? h => chartHome = h : _ => { }));

        var isEmpty = IsEmpty(fields);
        var kustomization = new Kustomization
        {
            FileName = file[(file.LastIndexOf('/') + 1)..],
            Kind = kind.Length > 0 ? kind : Kustomization,
            Warnings = Warnings(fields),
            OpenApi = fields.TextMap("openapi"),
            NamePrefix = fields.Text("namePrefix"),
            NameSuffix = fields.Text("nameSuffix"),
            Namespace = fields.Text("namespace"),
            CommonLabels = fields.TextMap("commonLabels"),
            Labels = [.. fields.Maps("labels").Select(Label)],
            CommonAnnotations = fields.TextMap("commonAnnotations"),
            PatchesStrategicMerge = Entries(fields, "patchesStrategicMerge"),
            PatchesJson6902 = [.. fields.Maps("patchesJson6902").Select(Patch)],
            Patches = [.. fields.Maps("patches").Select(Patch)],
            Images = [.. fields.Maps("images").Concat(fields.Maps("imageTags")).Select(Image)],
            Replicas = [.. fields.Maps("replicas").Select(Replica)],
            Replacements = [.. fields.Maps("replacements").Select(ReplacementBinder.Entry)],
            Variables = [.. fields.Maps("vars").Select(Variable)],
            Sort = fields.Map("sortOptions") is { } sort ? Sort(sort) : null,
            Resources = [.. Entries(fields, "resources"), .. Entries(fields, "bases")],
            Components = Entries(fields, "components"),
            Crds = Entries(fields, "crds"),
            ConfigMaps = [.. fields.Maps("configMapGenerator").Select(g => Generator(g, global, isSecret: false))],
            Secrets = [.. fields.Maps("secretGenerator").Select(g => Generator(g, global, isSecret: true))],
            HelmCharts = charts,
            HelmChartHome = chartHome,
            Configurations = Entries(fields, "configurations"),
            Generators = Entries(fields, "generators"),
            Transformers = Entries(fields, "transformers"),
            Validators = Entries(fields, "validators"),
            BuildMetadata = fields.Texts("buildMetadata"),
        };
        fields.Finish();
        if (isEmpty) throw new KustomizeException("kustomization.yaml is empty", fields.At);
        Enforce(kind, version, folder, fields);
        return kustomization;
    }

    private static readonly string[] TypeFields = ["kind", "apiVersion"];

    /// <summary>Nothing but its kind and version: most likely a mistake.</summary>
    private static bool IsEmpty(FieldBinder fields) => fields.FilledFields().All(f => TypeFields.Contains(f, StringComparer.OrdinalIgnoreCase));

    private static void Enforce(string kind, string version, string folder, FieldBinder fields)
    {
        var faults = new List<string>();
        var effective = kind.Length > 0 ? kind : Kustomization;
        if (effective is not (Kustomization or Component)) faults.Add($"kind should be {Kustomization} or {Component}");
        var required = effective == Component ? "kustomize.config.k8s.io/v1alpha1" : "kustomize.config.k8s.io/v1beta1";
        if (version.Length > 0 && version != required) faults.Add($"apiVersion for {effective} should be {required}");
        if (faults.Count == 0) return;
        throw new KustomizeException(
            $"Failed to read kustomization file under {folder}:\n{string.Join('\n', faults)}",
            fields.Place(faults[0].StartsWith("kind", StringComparison.Ordinal) ? "kind" : "apiVersion"));
    }

    private static List<string> Warnings(FieldBinder fields)
    {
        var warnings = new List<string>();
        void Deprecated(string field, string instead, string lead = "")
        {
            if (fields.Has(field)) warnings.Add($"# Warning: '{field}' is deprecated. Please use '{instead}' instead.{lead}{RunFix}");
        }

        Deprecated("bases", "resources");
        Deprecated("commonLabels", "labels");
        Deprecated("imageTags", "images");
        Deprecated("patchesJson6902", "patches");
        Deprecated("patchesStrategicMerge", "patches");
        Deprecated("vars", "replacements", " [EXPERIMENTAL]");
        return warnings;
    }

    private static List<Entry<string>> Entries(FieldBinder fields, string field)
    {
        var texts = fields.Texts(field);
        var entries = new List<Entry<string>>(texts.Count);
        for (var i = 0; i < texts.Count; i++)
        {
            var at = i;
            entries.Add(new Entry<string>(texts[i], fields.Place(field, at)));
        }

        return entries;
    }

    private static LabelEntry Label(FieldBinder fields)
    {
        var entry = new LabelEntry(
            fields.TextMap("pairs"), fields.Flag("includeSelectors"), fields.Flag("includeTemplates"),
            [.. fields.Maps("fields").Select(FieldSpec)], fields.At);
        fields.Finish();
        return entry;
    }

    internal static FieldSpec FieldSpec(FieldBinder fields)
    {
        var entry = new FieldSpec(
            new Gvk(fields.Text("group"), fields.Text("version"), fields.Text("kind")), fields.Text("path"), fields.Flag("create"));
        fields.Finish();
        return entry;
    }

    internal static PatchEntry Patch(FieldBinder fields)
    {
        var options = fields.FlagMap("options");
        var entry = new PatchEntry(
            fields.Text("path"), fields.Text("patch"), fields.Map("target") is { } target ? Selector(target) : null,
            options.GetValueOrDefault("allowNameChange"), options.GetValueOrDefault("allowKindChange"), fields.At);
        fields.Finish();
        return entry;
    }

    internal static SelectorEntry Selector(FieldBinder fields)
    {
        var entry = new SelectorEntry(
            fields.Text("group"), fields.Text("version"), fields.Text("kind"), fields.Text("name"), fields.Text("namespace"),
            fields.Text("labelSelector"), fields.Text("annotationSelector"));
        fields.Finish();
        return entry;
    }

    internal static ImageChange Image(FieldBinder fields)
    {
        var entry = new ImageChange(
            fields.Text("name"), fields.Text("newName"), fields.Text("tagSuffix"), fields.Text("newTag"), fields.Text("digest"));
        fields.Finish();
        return entry;
    }

    internal static ReplicaEntry Replica(FieldBinder fields)
    {
        var entry = new ReplicaEntry(fields.Text("name"), fields.Whole("count"), fields.At);
        fields.Finish();
        return entry;
    }

    private static VariableEntry Variable(FieldBinder fields)
    {
        var name = fields.Text("name");
        var (group, version, kind, objectName, ns) = ("", "", "", "", "");
        if (fields.Map("objref") is { } target)
        {
            (group, version, kind) = (target.Text("group"), target.Text("version"), target.Text("kind"));
            (objectName, ns) = (target.Text("name"), target.Text("namespace"));
            var apiVersion = target.Text("apiVersion").Split('/');
            if (apiVersion is [{ Length: > 0 } only]) version = only;
            if (apiVersion.Length == 2) (group, version) = (apiVersion[0], apiVersion[1]);
            target.Finish();
        }

        var path = "";
        if (fields.Map("fieldref") is { } reference)
        {
            path = reference.Text("fieldPath");
            reference.Finish();
        }

        fields.Finish();
        return new VariableEntry(name, group, version, kind, objectName, ns, path.Length > 0 ? path : "metadata.name", fields.At);
    }

    internal static SortEntry Sort(FieldBinder fields)
    {
        var legacy = fields.Map("legacySortOptions");
        var entry = new SortEntry(
            fields.Text("order"), legacy?.Texts("orderFirst"), legacy?.Texts("orderLast"), legacy is not null, fields.At);
        legacy?.Finish();
        fields.Finish();
        return entry;
    }

    internal static GeneratorEntry Generator(FieldBinder fields, GeneratorOptions? global, bool isSecret)
    {
        var envs = fields.Texts("envs");
        if (fields.Text("env") is { Length: > 0 } env) envs = [.. envs, env];
        var entry = new GeneratorEntry(
            fields.Text("name"), fields.Text("namespace"), fields.Text("behavior"), isSecret ? fields.Text("type") : "",
            fields.Texts("literals"), fields.Texts("files"), envs,
            GeneratorOptions.Merge(fields.Map("options") is { } options ? Options(options) : null, global), fields.At);
        fields.Finish();
        return entry;
    }

    private static GeneratorOptions Options(FieldBinder fields)
    {
        var entry = new GeneratorOptions
        {
            Labels = fields.TextMap("labels"),
            Annotations = fields.TextMap("annotations"),
            DisableNameSuffixHash = fields.Flag("disableNameSuffixHash"),
            Immutable = fields.Flag("immutable"),
        };
        fields.Finish();
        return entry;
    }

    internal static HelmChartEntry Chart(FieldBinder fields)
    {
        var entry = new HelmChartEntry(
            fields.Text("name"), fields.Text("version"), fields.Text("repo"), fields.Text("releaseName"), fields.Text("namespace"))
        {
            AdditionalValuesFiles = fields.Texts("additionalValuesFiles"),
            ValuesFile = fields.Text("valuesFile"),
            ValuesInline = fields.Value("valuesInline").AsMap(),
            ValuesMerge = fields.Text("valuesMerge"),
            IncludeCrds = fields.Flag("includeCRDs"),
            SkipHooks = fields.Flag("skipHooks"),
            SkipTests = fields.Flag("skipTests"),
            ApiVersions = fields.Texts("apiVersions"),
            KubeVersion = fields.Text("kubeVersion"),
            NameTemplate = fields.Text("nameTemplate"),
            At = fields.At,
        };
        fields.Flag("debug");
        fields.Flag("devel");
        fields.Finish();
        return entry;
    }

    private static HelmChartEntry OldChart(FieldBinder fields, Action<string> setHome)
    {
        var entry = new HelmChartEntry(
            fields.Text("chartName"), fields.Text("chartVersion"), fields.Text("chartRepoUrl"), fields.Text("releaseName"), "")
        {
            ValuesFile = fields.Text("values"),
            ValuesInline = fields.Value("valuesLocal").AsMap(),
            ValuesMerge = fields.Text("valuesMerge"),
            At = fields.At,
        };
        if (fields.Text("chartHome") is { Length: > 0 } home) setHome(home);
        fields.Text("chartRepoName");
        fields.Text("helmBin");
        fields.Text("helmHome");
        fields.Text("releaseNamespace");
        fields.Texts("extraArgs");
        fields.Finish();
        return entry;
    }
}
