using System.Collections.Concurrent;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Resources;

namespace Plumb.Reconcile.Registry;

/// <summary>A definition, and who registered it.</summary>
/// <param name="Resource">What is defined.</param>
/// <param name="Parent">The application that states it; empty: the command line.</param>
internal sealed record Definition(RegisteredResource Resource, string Parent);

/// <summary>What is registered beside the applications: projects, clusters and rules for health. Thread-safe.</summary>
internal sealed class Definitions
{
    private readonly ConcurrentDictionary<ResourceId, Definition> _all = [];

    /// <summary>All projects, by name.</summary>
    public IReadOnlyList<ProjectSpec> Projects => Of(r => r.Project);

    /// <summary>All clusters, by name.</summary>
    public IReadOnlyList<ClusterSpec> Clusters => Of(r => r.Cluster);

    /// <summary>All rules for health, those of one object together and objects by name.</summary>
    public IReadOnlyList<HealthRule> HealthRules => [.. Of(r => r.HealthRules).SelectMany(r => r.Rules)];

    /// <summary>What is registered under an identity; null when nothing is.</summary>
    public Definition? Find(ResourceId id) => _all.GetValueOrDefault(id);

    /// <summary>Registers, in the place of what had the identity.</summary>
    public void Set(RegisteredResource resource, string parent) => _all[resource.Id] = new Definition(resource, parent);

    /// <summary>Forgets, and returns what it was; null when there was nothing.</summary>
    public Definition? Remove(ResourceId id) => _all.TryRemove(id, out var gone) ? gone : null;

    /// <summary>What an application registered.</summary>
    public IEnumerable<RegisteredResource> ChildrenOf(string parent) => _all.Values.Where(d => d.Parent == parent).Select(d => d.Resource);

    private List<T> Of<T>(Func<RegisteredResource, T?> part)
        where T : class =>
        [.. _all.Values.OrderBy(d => d.Resource.Id.Name, StringComparer.Ordinal).Select(d => part(d.Resource)).OfType<T>()];
}
