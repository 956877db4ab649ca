using System.Numerics;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Helm;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;

namespace Plumb.Manifests.Sync;

/// <summary>
/// Gives an object its place in an application: namespace, tracking annotation, phase, wave, rank and options; then freezes
/// it.
/// </summary>
internal sealed class Placer(ApplicationSpec application, Scopes scopes, ICollection<Diagnostic> diagnostics, LookedUpSecrets secrets)
{
    /// <summary>Before every wave that people write.</summary>
    public const int FirstWave = -1_000_000;

    private readonly string _namespace = application.Destination.NamespaceOrDefault;

    /// <summary>One resource; for a hook with a generated name one for each of its phases; none when it has faults.</summary>
    public IEnumerable<ManifestResource> Place(Manifest manifest)
    {
        var place = SyncAnnotations.Read(manifest, diagnostics);
        SetNamespace(manifest.Object);
        if (manifest.Object.Name.Length > 0) return [Make(manifest, manifest.Object, place)];
        if (!place.IsHook)
        {
            diagnostics.Add(Diagnostic.Error(
                manifest.Locate("metadata"), $"{manifest.Object.Kind}: metadata.name is missing; only hooks may do without, or with generateName"));
            return [];
        }

        return Generated(manifest, place);
    }

    /// <summary>
    /// The API server would make up a name; here it comes from the content, so that a render depends on nothing but the files it
    /// read: a hook that changed is a new object, one that did not is the same.
    /// </summary>
    private IEnumerable<ManifestResource> Generated(Manifest manifest, SyncPlace place)
    {
        var prefix = manifest.Object.Root["metadata"]["generateName"].AsString() is { Length: > 0 } given ? given : "hook-";
        var digest = CanonicalJson.Digest(manifest.Object.Root)[..7];
        for (var bits = (uint)place.Phases; bits != 0; bits &= bits - 1)
        {
            var phase = (SyncPhases)(1u << BitOperations.TrailingZeroCount(bits));
            var root = manifest.Object.Root.DeepClone();
            var metadata = root["metadata"].AsMap()!;
            metadata.Remove("generateName");
            metadata["name"] = $"{prefix}{digest}-{phase.ToString().ToLowerInvariant()}";
            yield return Make(manifest, new KubeObject(root), place with { Phases = phase });
        }
    }

    private ManifestResource Make(Manifest manifest, KubeObject value, SyncPlace place)
    {
        // Argo CD does not track definitions either: they outlive and are shared by applications.
        if (!Scopes.IsDefinition(value)) Track(value);
        value.Root.Freeze();
        return new ManifestResource
        {
            Id = value.Id,
            Object = value,
            Digest = CanonicalJson.Digest(value.Root),
            SecretFields = secrets.FieldsOf(value.Root),
            Origin = manifest.Origin,
            Phases = place.Phases,
            IsHook = place.IsHook,
            IsShared = Scopes.IsDefinition(value),
            DeletePolicies = place.DeletePolicies,
            Wave = place.Wave,
            Rank = KindRank.Of(value.Kind),
            Options = SyncAnnotations.ReadOptions(value, application.SyncPolicy.SyncOptions),
        };
    }

    private void SetNamespace(KubeObject value)
    {
        var metadata = value.Root["metadata"].AsMap()!;
        if (scopes.IsClusterScoped(value.GroupVersionKind)) metadata.Remove("namespace");
        else if (value.Namespace.Length == 0) metadata["namespace"] = _namespace;
    }

    private void Track(KubeObject value)
    {
        var id = value.Id;
        if (id.Namespace.Length == 0) id = id with { Namespace = application.Destination.Namespace };
        value.Root["metadata"].AsMap()!.GetOrAddMap("annotations")[TrackingId.Annotation] = new TrackingId(application.Name, id).ToString();
    }
}
