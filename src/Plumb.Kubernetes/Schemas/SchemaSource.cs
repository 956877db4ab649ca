using System.Collections.Concurrent;
using Plumb.Kubernetes.Cache;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Discovery;
using Plumb.Manifests.Objects;
using Plumb.Manifests.Schemas;
using Plumb.Reconcile.Resources;

namespace Plumb.Kubernetes.Schemas;

/// <summary>
/// The schema of a kind: from the built-in table, or from its CustomResourceDefinition (read when first needed and again when the
/// definition has changed). A kind of an aggregated API has none.
/// </summary>
internal sealed class SchemaSource(LiveCluster cluster)
{
    private static readonly GroupVersionKind DefinitionType = new("apiextensions.k8s.io", "v1", "CustomResourceDefinition");

    private readonly ConcurrentDictionary<GroupVersionKind, Known> _custom = new();

    private sealed record Known(string DefinitionVersion, Schema Schema);

    /// <summary>The schema; <see cref="Schema.Unknown"/> when there is none to be had.</summary>
    public async ValueTask<Schema> FindAsync(ApiResource kind, string flow, CancellationToken ct)
    {
        if (BuiltInKinds.SchemaOf(kind.Type) is { } builtIn) return builtIn;
        var id = new ResourceId(DefinitionType.Group, DefinitionType.Kind, "", $"{kind.Plural}.{kind.Type.Group}");
        if (cluster.Cache.Find(id) is not { } live) return Schema.Unknown;
        if (_custom.TryGetValue(kind.Type, out var known) && known.DefinitionVersion == live.Version) return known.Schema;

        var definition = live.Document ?? await ReadDefinitionAsync(id.Name, flow, ct);
        if (definition is null) return Schema.Unknown;
        var preserve = definition.Root["spec"]["preserveUnknownFields"].AsBool() ?? false;
        var schema = CustomSchema.Read(DefinedKinds.SchemaOf(definition, kind.Type.Version), preserve, []);
        _custom[kind.Type] = new Known(definition.ResourceVersion, schema);
        return schema;
    }

    private async Task<KubeObject?> ReadDefinitionAsync(string name, string flow, CancellationToken ct)
    {
        try
        {
            if (cluster.Catalog.Find(new GroupKind(DefinitionType.Group, DefinitionType.Kind)) is not { } definitions) return null;
            return await cluster.Client.GetAsync(definitions, "", name, flow, ct) is { } found ? new KubeObject(found) : null;
        }
        catch (KubeApiException e) when (!e.IsClusterFault)
        {
            return null; // without a schema every difference is settled by asking the server
        }
    }
}
