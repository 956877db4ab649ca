using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Discovery;

/// <summary>All that an API server serves at one moment. Immutable; a refresh makes a new one.</summary>
internal sealed class ApiCatalog
{
    private readonly FrozenDictionary<GroupVersionKind, ApiResource> _byType;
    private readonly FrozenDictionary<GroupKind, ApiResource> _preferred;
    private readonly string _version;

    /// <summary>Sorts what discovery told.</summary>
    /// <param name="version">Server version, such as <c>v1.33.0</c>.</param>
    /// <param name="resources">All kinds, each group's versions in its order of preference.</param>
    /// <param name="unavailable">Group versions that could not be read, such as those of an aggregated server that is down.</param>
    public ApiCatalog(string version, IReadOnlyList<ApiResource> resources, IReadOnlyList<string> unavailable)
    {
        (_version, Unavailable) = (version, [.. unavailable.Distinct().Order(StringComparer.Ordinal)]);
        var byType = new Dictionary<GroupVersionKind, ApiResource>();
        var preferred = new Dictionary<GroupKind, ApiResource>();
        foreach (var resource in resources)
        {
            byType.TryAdd(resource.Type, resource);
            // A version that can only be created (reviews) or not be watched does not stand in for one that can.
            if (!preferred.TryGetValue(resource.GroupKind, out var before) || (!before.Watchable && resource.Watchable))
            {
                preferred[resource.GroupKind] = resource;
            }
        }

        _byType = byType.ToFrozenDictionary();
        _preferred = preferred.ToFrozenDictionary();
        Capabilities = ReadCapabilities(version, resources);
    }

    /// <summary>Nothing.</summary>
    public static ApiCatalog Empty { get; } = new("", [], []);

    /// <summary>For renderers.</summary>
    public TargetCapabilities Capabilities { get; }

    /// <summary>Group versions that could not be read.</summary>
    public IReadOnlyList<string> Unavailable { get; }

    /// <summary>Each kind once, at the version to watch.</summary>
    public IEnumerable<ApiResource> Preferred => _preferred.Values;

    /// <summary>Whether some version of a group could not be read.</summary>
    public bool IsGroupUnavailable(string group) => group.Length > 0 && Unavailable.Any(v => v.StartsWith(group + "/", StringComparison.Ordinal));

    /// <summary>
    /// With what an earlier reading knew of the group versions that could not be read this time: their server is down, their kinds and
    /// objects are not gone.
    /// </summary>
    public ApiCatalog WithUnavailableOf(ApiCatalog before)
    {
        var remembered = before._byType.Values.Where(r => Unavailable.Contains(r.Type.ApiVersion) && !_byType.ContainsKey(r.Type)).ToList();
        return remembered.Count == 0 ? this : new ApiCatalog(_version, [.. _preferred.Values, .. _byType.Values, .. remembered], Unavailable);
    }

    /// <summary>A kind at a version.</summary>
    public ApiResource? Find(GroupVersionKind type) => _byType.GetValueOrDefault(type);

    /// <summary>A kind at the version to watch.</summary>
    public ApiResource? Find(GroupKind kind) => _preferred.GetValueOrDefault(kind);

    /// <summary>Versions of a kind that are served, for messages.</summary>
    public IReadOnlyList<string> VersionsOf(GroupKind kind) =>
        [.. _byType.Keys.Where(t => t.Group == kind.Group && t.Kind == kind.Kind).Select(t => t.ApiVersion).Order(StringComparer.Ordinal)];

    private static TargetCapabilities ReadCapabilities(string version, IReadOnlyList<ApiResource> resources)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var clusterScoped = new HashSet<string>(StringComparer.Ordinal);
        foreach (var resource in resources)
        {
            names.Add(resource.Type.ApiVersion);
            names.Add(resource.Type.ToString());
            if (!resource.Namespaced) clusterScoped.Add(resource.GroupKind.ToString());
        }

        var text = new StringBuilder(version);
        foreach (var name in names) text.Append('\n').Append(name);
        foreach (var kind in clusterScoped.Order(StringComparer.Ordinal)) text.Append("\n-").Append(kind);
        return new TargetCapabilities
        {
            Version = version,
            ApiVersions = [.. names],
            ClusterScopedKinds = clusterScoped.ToFrozenSet(StringComparer.Ordinal),
            Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))),
        };
    }
}
