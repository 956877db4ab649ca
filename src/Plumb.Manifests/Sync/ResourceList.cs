using Plumb.Manifests.Objects;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Resources;

namespace Plumb.Manifests.Sync;

/// <summary>Resources in file order. When one is stated twice, the last one wins and a warning names both places, as in Argo CD.</summary>
internal sealed class ResourceList(ICollection<Diagnostic> diagnostics)
{
    private readonly List<ManifestResource?> _slots = [];
    private readonly Dictionary<ResourceId, int> _places = [];

    public List<ManifestResource> All => [.. _slots.OfType<ManifestResource>()];

    public void Add(ManifestResource resource)
    {
        if (_places.TryGetValue(resource.Id, out var earlier))
        {
            diagnostics.Add(Diagnostic.Warning(
                resource.Origin, $"{resource.Id} is stated twice; this one wins over {_slots[earlier]!.Origin}. Remove one"));
            _slots[earlier] = null;
        }

        _places[resource.Id] = _slots.Count;
        _slots.Add(resource);
    }
}
