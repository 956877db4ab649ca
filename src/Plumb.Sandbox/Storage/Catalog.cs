using System.Collections.Frozen;
using Plumb.Manifests.Schemas;

namespace Plumb.Sandbox.Storage;

/// <summary>What is served at one moment. Immutable; replaced when CRDs change.</summary>
internal sealed class Catalog
{
    private readonly FrozenDictionary<(string Group, string Plural), KindStore> _byResource;
    private readonly FrozenDictionary<(string Group, string Kind), KindStore> _byKind;

    public Catalog(IReadOnlyList<KindStore> kinds, long generation)
    {
        Kinds = kinds;
        Generation = generation;
        _byResource = kinds.ToFrozenDictionary(k => (k.Type.Group, k.Type.Plural));
        _byKind = kinds.ToFrozenDictionary(k => (k.Type.Group, k.Type.Kind));
        Groups = [.. kinds.Select(k => k.Type.Group).Distinct().OrderBy(GroupOrder).ThenBy(g => g, StringComparer.Ordinal)];
    }

    public IReadOnlyList<KindStore> Kinds { get; }

    /// <summary>Changes whenever the catalog does.</summary>
    public long Generation { get; }

    /// <summary>Groups in the order in which clients prefer them.</summary>
    public IReadOnlyList<string> Groups { get; }

    public KindStore? Resource(string group, string plural) => _byResource.GetValueOrDefault((group, plural));

    public KindStore? Kind(string group, string kind) => _byKind.GetValueOrDefault((group, kind));

    /// <summary>Versions of a group that any of its kinds serves, best first.</summary>
    public IReadOnlyList<string> Versions(string group) =>
        [.. Kinds.Where(k => k.Type.Group == group).SelectMany(k => k.Type.Versions).Select(v => v.Version).Distinct().Order(VersionOrder.BestFirst)];

    public static IReadOnlyList<ResourceType> BuiltIn()
    {
        var types = new List<ResourceType>();
        foreach (var kinds in BuiltInKinds.All.GroupBy(k => (k.Kind.Group, k.Plural)))
        {
            var ordered = kinds.OrderBy(k => k.Kind.Version, VersionOrder.BestFirst).ToList();
            var first = ordered[0];
            types.Add(new ResourceType(
                first.Kind.Group,
                first.Kind.Kind,
                first.Plural,
                first.Namespaced,
                [.. ordered.Select(k => new ServedVersion(
                    k.Kind.Version,
                    BuiltInKinds.SchemaOf(k.Kind) ?? Schema.Unknown,
                    k.HasStatus,
                    k.HasScale ? new("spec.replicas", "status.replicas", "status.selector") : null) { Verbs = k.Verbs })],
                first.Kind.Version)
            {
                Singular = first.Singular,
                ShortNames = first.ShortNames,
                Categories = first.Categories,
            });
        }

        return types;
    }

    // kubectl resolves ambiguous names to the first group: core and the workloads come before the rest.
    private static int GroupOrder(string group) => group switch
    {
        "" => 0,
        "apiregistration.k8s.io" => 1,
        "apps" => 2,
        "events.k8s.io" => 9,
        _ when group.EndsWith(".k8s.io", StringComparison.Ordinal) || !group.Contains('.') => 5,
        _ => 10,
    };
}

/// <summary>Kubernetes' order of versions: stable before beta before alpha, higher before lower.</summary>
internal sealed class VersionOrder : IComparer<string>
{
    public static VersionOrder BestFirst { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (a, b) = (Parse(x ?? ""), Parse(y ?? ""));
        var order = b.CompareTo(a);
        return order != 0 ? order : string.CompareOrdinal(x, y);
    }

    private static (int Stability, int Major, int Minor) Parse(string version)
    {
        if (!version.StartsWith('v')) return (0, 0, 0);
        var i = 1;
        var major = Number(version, ref i);
        if (major < 0) return (0, 0, 0);
        if (i == version.Length) return (3, major, 0);
        var rest = version.AsSpan(i);
        var stability = rest.StartsWith("beta") ? 2 : rest.StartsWith("alpha") ? 1 : 0;
        i += stability == 2 ? 4 : 5;
        if (stability == 0) return (0, 0, 0);
        return (stability, major, Math.Max(0, Number(version, ref i)));
    }

    private static int Number(string text, ref int i)
    {
        var start = i;
        while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
        return i > start && int.TryParse(text.AsSpan(start, i - start), out var number) ? number : -1;
    }
}
