using Plumb.Manifests.Documents;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Nodes;
using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Schemas;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize.Targets;

/// <summary>
/// One kustomization at its folder (<c>KustTarget</c>): collects what it names, then runs its generators and transformations in the order
/// that Kustomize has them.
/// </summary>
internal sealed class BuildTarget
{
    /// <summary>Names of a kustomization file; a folder has one of them.</summary>
    internal static readonly string[] FileNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

    private static readonly string[] FileEndings = [".yaml", ".yml", ".json"];

    private readonly BuildRoot _root;
    private readonly BuildContext _context;
    private readonly Kustomization _kustomization;
    private readonly BuildOrigin? _origin;

    private BuildTarget(BuildRoot root, BuildContext context, Kustomization kustomization, BuildOrigin? origin)
    {
        _root = root;
        _context = context;
        _kustomization = kustomization;
        _origin = origin;
    }

    /// <summary>The file.</summary>
    public Kustomization Kustomization => _kustomization;

    /// <summary>The kustomization that a build begins with.</summary>
    /// <param name="root">Its folder.</param>
    /// <param name="context">The build.</param>
    /// <param name="change">Changes what the file says, as the settings of an application do; null when there are none.</param>
    public static BuildTarget Open(BuildRoot root, BuildContext context, Func<Kustomization, Kustomization>? change = null)
    {
        var kustomization = Load(root, context);
        if (change is not null) kustomization = change(kustomization);
        var target = new BuildTarget(root, context, kustomization, kustomization.BuildMetadata.Count > 0 ? new BuildOrigin() : null);
        target.UseSchema();
        return target;
    }

    /// <summary>All of it: the objects with their last names, references and variables resolved.</summary>
    public ResourceList Build()
    {
        var accumulator = new Accumulator();
        Accumulate(accumulator);
        var resources = accumulator.Resources;
        HashNames.Add(resources);
        NameReferences.Update(resources, accumulator.Config, _context.Ct);
        VariableResolution.Resolve(accumulator, _context);
        resources.Keep(r => !r.IsEmpty && !IsLocal(r));
        return resources;
    }

    /// <summary>Objects that only configure tools: they are no part of the result.</summary>
    private static bool IsLocal(Resource resource) =>
        resource.TextMap("annotations").TryGetValue("config.kubernetes.io/local-config", out var value) && value != "false";

    private static Kustomization Load(BuildRoot root, BuildContext context)
    {
        var found = Array.FindAll(FileNames, root.Has);
        switch (found.Length)
        {
            case 0:
                throw new KustomizeException(
                    $"unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '{root.Name}'",
                    new Origin(root.Folder));
            case > 1:
                throw new KustomizeException(
                    $"Found multiple kustomization files under: {root.Name}: {string.Join(", ", found)}; keep one", root.PlaceOf(found[1]));
        }

        var place = root.PlaceOf(found[0]);
        var kustomization = KustomizationReader.Read(root.Load(found[0]).Span, place.File, root.Name);
        foreach (var warning in kustomization.Warnings) context.Warnings.Add(Diagnostic.Warning(place, warning));
        return kustomization;
    }

    private void UseSchema()
    {
        if (_kustomization.OpenApi.Count == 0) return;
        Node? document = null;
        if (_kustomization.OpenApi.TryGetValue("path", out var path))
        {
            document = DocumentReader.ReadFirst(_root.Load(path).Span, _root.PlaceOf(path).File)?.Value ?? Node.Null;
        }

        _kustomization.OpenApi.TryGetValue("version", out var version);
        _context.Use(KustomizeSchemas.Of(version, document));
    }

    private void Accumulate(Accumulator accumulator)
    {
        AccumulateResources(accumulator, _kustomization.Resources, "accumulating resources");
        accumulator.Add(TransformerConfigs.Load(_kustomization, _root, _context));
        Generate(accumulator);
        foreach (var component in _kustomization.Components) AccumulateComponent(accumulator, component);
        Transform(accumulator);
        Validate(accumulator);
        try
        {
            accumulator.Add(_kustomization.Variables);
        }
        catch (KustomizeException fault)
        {
            throw fault.Led("merging vars");
        }
    }

    private void AccumulateResources(Accumulator accumulator, IReadOnlyList<Entry<string>> entries, string doing)
    {
        foreach (var entry in entries)
        {
            try
            {
                AccumulateResource(accumulator, entry.Value);
                _context.Ct.ThrowIfCancellationRequested();
            }
            catch (KustomizeException fault)
            {
                throw new KustomizeException($"{doing}: {fault.Message}", fault.At ?? entry.At, fault);
            }
        }
    }

    private void AccumulateResource(Accumulator accumulator, string path)
    {
        // A folder has to hold a kustomization, which tells it from a file without making all that is in it part of the record.
        if (RemoteAddress.Parse(path) is null && !RemoteAddress.IsWebAddress(path) && !_root.IsFolder(path))
        {
            AccumulateFile(accumulator, path);
            return;
        }

        if (RemoteAddress.IsWebAddress(path) && !IsRepository(path))
        {
            AccumulateFile(accumulator, path);
            return;
        }

        AccumulateFolder(accumulator, path, isComponent: false);
    }

    /// <summary>
    /// The original downloads every web address and takes it for a repository when that fails; here what ends like a file is one.
    /// </summary>
    internal static bool IsRepository(string address)
    {
        if (RemoteAddress.Parse(address) is not { } parsed) return false;
        if (parsed.Repository.EndsWith(".git", StringComparison.Ordinal) || parsed.Repository.Contains("/_git/", StringComparison.Ordinal)) return true;
        var path = parsed.Folder.Length > 0 ? parsed.Folder : parsed.Repository;
        return !FileEndings.Any(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase));
    }

    private void AccumulateFile(Accumulator accumulator, string path)
    {
        List<Resource> resources;
        try
        {
            resources = _context.Reader.Read(_root.Load(path).Span, _root.PlaceOf(path).File);
        }
        catch (KustomizeException fault)
        {
            var message = YamlNodeReader.IsMalformed(fault) ? $"{fault.Message} in File: {path}" : fault.Message;
            throw new KustomizeException($"accumulating resources from '{path}': {message}", fault.At, fault);
        }

        if (_origin is not null)
        {
            var origin = _origin.Append(path);
            foreach (var resource in resources) resource.Origin = origin;
        }

        try
        {
            accumulator.Resources.AddAll(resources);
        }
        catch (KustomizeException fault)
        {
            throw fault.Led($"merging resources from '{path}'");
        }
    }

    private void AccumulateComponent(Accumulator accumulator, Entry<string> entry)
    {
        try
        {
            AccumulateFolder(accumulator, entry.Value, isComponent: true);
        }
        catch (KustomizeException fault)
        {
            throw new KustomizeException($"accumulating components: {fault.Message}", fault.At ?? entry.At, fault);
        }
    }

    private void AccumulateFolder(Accumulator accumulator, string path, bool isComponent)
    {
        var root = _root.Enter(path);
        Kustomization kustomization;
        try
        {
            kustomization = Load(root, _context);
        }
        catch (KustomizeException fault)
        {
            throw fault.Led($"couldn't make target for path '{root.Name}'");
        }

        // What is to be noted is said by the outermost kustomization alone.
        kustomization = kustomization with { BuildMetadata = _kustomization.BuildMetadata };
        var target = new BuildTarget(root, _context, kustomization, _origin is null ? null : OriginOf(path));
        target.UseSchema();
        if (isComponent && kustomization.Kind != "Component")
        {
            throw new KustomizeException(
                $"expected kind 'Component' for path '{root.Name}' but got '{kustomization.Kind}'", root.PlaceOf(kustomization.FileName));
        }

        if (!isComponent && kustomization.Kind == "Component")
        {
            throw new KustomizeException(
                $"expected kind != 'Component' for path '{root.Name}'; name it in components", root.PlaceOf(kustomization.FileName));
        }

        try
        {
            // A component works on what is there already; another kustomization on its own.
            if (isComponent)
            {
                target.Accumulate(accumulator);
                return;
            }

            var own = new Accumulator();
            target.Accumulate(own);
            accumulator.Add(own);
        }
        catch (KustomizeException fault)
        {
            throw fault.Led($"recursed accumulation of path '{root.Name}'");
        }
    }

    private BuildOrigin OriginOf(string path) =>
        RemoteAddress.Parse(path) is { } address
            ? new BuildOrigin(address.Folder, address.Repository, address.Revision)
            : _origin!.Append(path);

    private void Generate(Accumulator accumulator)
    {
        foreach (var (generator, origin) in Plugins.Generators(_kustomization, _root, _context, _origin).Concat(ConfiguredGenerators()))
        {
            foreach (var resource in generator.Generate())
            {
                resource.Origin ??= origin;
                _context.Budget.AddResources(1);
                accumulator.Resources.Absorb(resource);
            }
        }
    }

    private IEnumerable<Configured<IGenerator>> ConfiguredGenerators()
    {
        foreach (var config in ConfigurationsOf(_kustomization.Generators, "loading generator plugins"))
        {
            if (Plugins.Create(config, _root, _context) is IGenerator generator)
                yield return new Configured<IGenerator>(generator, OriginOf(config));
            else throw new KustomizeException($"failed to load generator: plugin {config.CurrentId} not a generator", config.ReadAt);
        }
    }

    private IEnumerable<Configured<ITransformer>> ConfiguredTransformers(IReadOnlyList<Entry<string>> entries)
    {
        foreach (var config in ConfigurationsOf(entries, "loading transformer plugins"))
        {
            if (Plugins.Create(config, _root, _context) is ITransformer transformer)
                yield return new Configured<ITransformer>(transformer, OriginOf(config));
            else throw new KustomizeException($"plugin {config.CurrentId} not a transformer", config.ReadAt);
        }
    }

    private static BuildOrigin? OriginOf(Resource config) => config.Origin is not { } origin
        ? null
        : new BuildOrigin(
            "", origin.Repo, origin.Ref, origin.Path, config.ApiVersion, config.Kind, config.Name, config.Namespace);

    /// <summary>The objects that configure plugins: written out, in files, or in kustomizations of their own.</summary>
    private IReadOnlyList<Resource> ConfigurationsOf(IReadOnlyList<Entry<string>> entries, string doing)
    {
        if (entries.Count == 0) return [];
        var accumulator = new Accumulator();
        var paths = new List<Entry<string>>();
        foreach (var entry in entries)
        {
            if (!entry.Value.Contains('\n') && !entry.Value.TrimStart().StartsWith('{'))
            {
                paths.Add(entry);
                continue;
            }

            var written = _context.Reader.Read(entry.Value, entry.At?.File ?? "");
            foreach (var resource in written) resource.Origin = _origin?.Append(_kustomization.FileName);
            accumulator.Resources.AddAll(written);
        }

        AccumulateResources(accumulator, paths, doing);
        return accumulator.Resources.All;
    }

    private void Transform(Accumulator accumulator)
    {
        var resources = accumulator.Resources;
        List<Configured<ITransformer>> transformers =
        [
            .. Plugins.Transformers(_kustomization, accumulator.Config, _root, _context, _origin),
            .. ConfiguredTransformers(_kustomization.Transformers),
        ];
        foreach (var (transformer, origin) in transformers)
        {
            _context.Ct.ThrowIfCancellationRequested();
            transformer.Transform(resources);
            resources.IdsMayHaveChanged();
            if (origin is not null) Note(resources, origin);
            resources.DropEmpty();
        }
    }

    private static void Note(ResourceList resources, BuildOrigin origin)
    {
        foreach (var resource in resources.All)
        {
            if (resource.Origin is null) resource.Origin = origin;
            else resource.Transformations.Add(origin);
        }
    }

    private void Validate(Accumulator accumulator)
    {
        const string ValidatedBy = "validated-by";
        foreach (var (validator, _) in ConfiguredTransformers(_kustomization.Validators))
        {
            var before = accumulator.Resources.All.ToDictionary(r => r.CurrentId.Key, r => YamlWriter.Write(YamlNodeValue.ToNode(r.Node!)));
            validator.Transform(accumulator.Resources);
            foreach (var resource in accumulator.Resources.All)
            {
                var copy = resource.Clone();
                var labels = copy.TextMap("labels");
                if (labels.Remove(ValidatedBy)) copy.SetTextMap("labels", labels);
                if (before.Remove(copy.CurrentId.Key, out var was) && was == YamlWriter.Write(YamlNodeValue.ToNode(copy.Node!))) continue;
                throw new KustomizeException($"validator shouldn't modify the resource map: {resource.CurrentId} was changed", resource.ReadAt);
            }

            if (before.Count > 0) throw new KustomizeException("validator shouldn't modify the resource map: an object is gone");
        }
    }
}
