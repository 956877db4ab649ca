using Plumb.Manifests.Kustomize.Resources;
using Plumb.Manifests.Kustomize.Schemas;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Kustomize.Targets;

/// <summary>What all kustomizations of one build share.</summary>
/// <param name="settings">How it is built.</param>
/// <param name="limits">Bounds on files.</param>
/// <param name="budget">Bounds on the whole build.</param>
/// <param name="ct">Ends it.</param>
internal sealed class BuildContext(BuildSettings settings, YamlLimits limits, BuildBudget budget, CancellationToken ct) : IScopes
{
    private readonly Dictionary<(string Version, string Kind), bool> _scopes = [];
    private bool _isSchemaSet;
    private KustomizeSchemas _schemas = KustomizeSchemas.Default;

    /// <summary>How it is built.</summary>
    public BuildSettings Settings => settings;

    /// <summary>Bounds on files.</summary>
    public YamlLimits Limits => limits;

    /// <summary>Bounds on the whole build.</summary>
    public BuildBudget Budget => budget;

    /// <summary>Ends it.</summary>
    public CancellationToken Ct => ct;

    /// <summary>What is known of fields by now: a kustomization may bring a schema of its own.</summary>
    public KustomizeSchemas Schemas => _schemas;

    /// <summary>What people should know, though the build goes on.</summary>
    public List<Diagnostic> Warnings { get; } = [];

    /// <summary>Reads objects.</summary>
    public ResourceReader Reader => new(this, limits, budget);

    /// <inheritdoc/>
    public bool IsClusterScoped(string apiVersion, string kind)
    {
        if (_scopes.TryGetValue((apiVersion, kind), out var known)) return known;
        return _scopes[(apiVersion, kind)] = _schemas.IsNamespaced(apiVersion, kind) == false;
    }

    /// <summary>Takes the schema of a kustomization; only the first that brings one counts, the outermost before all others.</summary>
    public void Use(KustomizeSchemas schemas)
    {
        if (_isSchemaSet) return;
        _schemas = schemas;
        _isSchemaSet = true;
        _scopes.Clear();
    }
}
