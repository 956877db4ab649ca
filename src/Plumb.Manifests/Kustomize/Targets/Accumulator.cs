using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Files;
using Plumb.Manifests.Kustomize.Resources;

namespace Plumb.Manifests.Kustomize.Targets;

/// <summary>What a kustomization and those it uses have come to so far: objects, fields to work on, variables (<c>ResAccumulator</c>).</summary>
internal sealed class Accumulator
{
    private static readonly TransformerConfig Known = TransformerConfig.Empty.Merge(TransformerConfig.Default);

    private readonly SortedDictionary<string, VariableEntry> _variables = new(StringComparer.Ordinal);

    /// <summary>The objects.</summary>
    public ResourceList Resources { get; } = new();

    /// <summary>The fields that transformations work on.</summary>
    public TransformerConfig Config { get; private set; } = TransformerConfig.Empty;

    /// <summary>The variables, by name.</summary>
    public IEnumerable<VariableEntry> Variables => _variables.Values;

    /// <summary>Adds fields to work on.</summary>
    public void Add(TransformerConfig config)
    {
        // Merging into nothing is not without effect: a field of all kinds goes when the same field of some kind stands before it. Most
        // kustomizations add no fields of their own, so what the known ones come to is kept.
        if (ReferenceEquals(config, TransformerConfig.Default)) config = Known;
        if (ReferenceEquals(Config, config)) return;
        Config = ReferenceEquals(Config, TransformerConfig.Empty) && ReferenceEquals(config, Known) ? config : Config.Merge(config);
    }

    /// <summary>Takes over all of another.</summary>
    public void Add(Accumulator other)
    {
        Resources.AddAll(other.Resources.All);
        Add(other.Config);
        foreach (var variable in other.Variables) Merge(variable);
    }

    /// <summary>Adds variables and marks the objects that they have their values from.</summary>
    /// <exception cref="KustomizeException">Several objects could be meant, or there is another variable of that name.</exception>
    public void Add(IReadOnlyList<VariableEntry> variables)
    {
        foreach (var variable in variables)
        {
            var id = new ResId(new Gvk(variable.Group, variable.Version, variable.Kind), variable.ObjectName, variable.Namespace);
            var isExact = variable.Namespace.Length > 0;
            var matched = Resources.WithAnyId(other => isExact ? other.IsSameAs(id) : other.HasGvkAndNameOf(id));
            if (matched.Count > 1)
            {
                throw new KustomizeException(
                    $"found {matched.Count} resId matches for var {variable.Name} (unable to disambiguate): {string.Join(", ", matched)}",
                    variable.At);
            }

            if (matched.Count == 1) matched[0].VariableNames.Add(variable.Name);
        }

        foreach (var variable in variables) Merge(variable);
    }

    private void Merge(VariableEntry variable)
    {
        if (!_variables.TryAdd(variable.Name, variable))
            throw new KustomizeException($"var '{variable.Name}' already encountered", variable.At);
    }
}
