namespace Plumb.Manifests.Kustomize.Generators;

/// <summary>Where the entries of a generated object come from (<c>types.KvPairSources</c>).</summary>
internal sealed record KeyValueSources
{
    /// <summary><c>key=value</c>.</summary>
    public IReadOnlyList<string> Literals { get; init; } = [];

    /// <summary>Paths of files, each an entry; <c>key=path</c>, or the file's name is the key.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Paths of files with an entry a line.</summary>
    public IReadOnlyList<string> Envs { get; init; } = [];
}

/// <summary>What a generator adds to its object (<c>types.GeneratorOptions</c>).</summary>
internal sealed record GeneratorOptions
{
    /// <summary>Labels of the object.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Annotations of the object.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Whether the name stays without the hash of what it holds.</summary>
    public bool DisableNameSuffixHash { get; init; }

    /// <summary>Whether the object may not change in the cluster.</summary>
    public bool Immutable { get; init; }

    /// <summary>
    /// The options of one generator with those of all (<c>generatorOptions</c>): its own labels and annotations win, but it cannot switch
    /// off what is switched on for all.
    /// </summary>
    public static GeneratorOptions? Merge(GeneratorOptions? own, GeneratorOptions? all)
    {
        if (all is null) return own;
        own ??= new GeneratorOptions();
        return new GeneratorOptions
        {
            Labels = Merge(own.Labels, all.Labels),
            Annotations = Merge(own.Annotations, all.Annotations),
            DisableNameSuffixHash = own.DisableNameSuffixHash || all.DisableNameSuffixHash,
            Immutable = own.Immutable || all.Immutable,
        };
    }

    private static IReadOnlyDictionary<string, string>? Merge(
        IReadOnlyDictionary<string, string>? own, IReadOnlyDictionary<string, string>? all)
    {
        if (own is null || all is null) return own ?? all;
        var merged = new Dictionary<string, string>(all, StringComparer.Ordinal);
        foreach (var (key, value) in own) merged[key] = value;
        return merged;
    }
}

/// <summary>An object to be generated (<c>types.GeneratorArgs</c>).</summary>
/// <param name="Name">Its name before prefix, suffix and hash.</param>
/// <param name="Sources">Its entries.</param>
internal sealed record GeneratorArgs(string Name, KeyValueSources Sources)
{
    /// <summary>Its namespace; empty for none.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>What is added to it.</summary>
    public GeneratorOptions? Options { get; init; }
}
