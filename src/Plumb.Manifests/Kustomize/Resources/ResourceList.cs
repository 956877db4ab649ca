using Plumb.Manifests.Kustomize.Configs;
using Plumb.Manifests.Kustomize.Nodes;

namespace Plumb.Manifests.Kustomize.Resources;

/// <summary>The resources of a build, or of a part of it, in their order (<c>ResMap</c>). No two have the same id.</summary>
internal sealed class ResourceList
{
    private readonly List<Resource> _resources = [];

    // Ids of all, as long as nothing has been changed since: so that collecting thousands of files is no square.
    private HashSet<(Gvk Gvk, string Name, string Namespace)>? _ids;

    /// <summary>The resources, in order.</summary>
    public IReadOnlyList<Resource> All => _resources;

    /// <summary>Has to be called when resources in the list may have got other names.</summary>
    public void IdsMayHaveChanged() => _ids = null;

    /// <summary>Puts one at the end.</summary>
    /// <exception cref="KustomizeException">There is one of that id.</exception>
    public void Add(Resource resource)
    {
        _ids ??= [.. _resources.Select(r => r.CurrentId.Key)];
        var id = resource.CurrentId;
        if (!_ids.Add(id.Key))
            throw new KustomizeException($"may not add resource with an already registered id: {id}", resource.ReadAt);
        _resources.Add(resource);
    }

    /// <summary>Puts all of another list at the end.</summary>
    public void AddAll(IEnumerable<Resource> resources)
    {
        foreach (var resource in resources) Add(resource);
    }

    /// <summary>Takes away what patches have emptied.</summary>
    public void DropEmpty()
    {
        if (_resources.RemoveAll(r => r.IsEmpty) > 0) _ids = null;
    }

    /// <exception cref="KustomizeException">Two have got the same id.</exception>
    public void CheckIds()
    {
        _ids = new HashSet<(Gvk, string, string)>(_resources.Count);
        foreach (var resource in _resources)
        {
            var id = resource.CurrentId;
            if (!_ids.Add(id.Key))
                throw new KustomizeException($"may not add resource with an already registered id: {id}", resource.ReadAt);
        }
    }

    /// <summary>Takes away all that do not pass.</summary>
    public void Keep(Predicate<Resource> keep)
    {
        if (_resources.RemoveAll(r => !keep(r)) > 0) _ids = null;
    }

    /// <summary>Puts the resources into another order.</summary>
    public void Sort(Comparison<Resource> order)
    {
        // Stable, and ids differ, so that the order is one and the same each time.
        var sorted = _resources.Order(Comparer<Resource>.Create(order)).ToList();
        _resources.Clear();
        _resources.AddRange(sorted);
    }

    /// <summary>Those whose present id passes.</summary>
    public List<Resource> WithCurrentId(Func<ResId, bool> matches) => _resources.FindAll(r => matches(r.CurrentId));

    /// <summary>Those of which any id, present or past, passes.</summary>
    public List<Resource> WithAnyId(Func<ResId, bool> matches) =>
        _resources.FindAll(r => !r.IsEmpty && (matches(r.CurrentId) || r.PreviousIds.Any(matches)));

    /// <summary>The one that has or had an id.</summary>
    /// <exception cref="KustomizeException">There is none, or there are several.</exception>
    public Resource Single(ResId id)
    {
        var found = WithAnyId(other => other.IsSameAs(id));
        if (found.Count == 1) return found[0];
        var what = found.Count == 0 ? "no matches" : "multiple matches";
        throw new KustomizeException(
            $"{what} for Id {id}; failed to find unique target for patch {id}{(found.Count == 0 ? LookedAt(id) : "")}");
    }

    /// <summary>What was there, for people who wonder why a patch found nothing: those of the kind, else the kinds.</summary>
    public string LookedAt(ResId id)
    {
        const int Most = 10;
        if (_resources.Count == 0) return "; there are no resources yet where this patch is applied";
        var same = _resources.FindAll(r => r.Kind == id.Gvk.Kind);
        var names = same.Count > 0
            ? same.Select(r => r.CurrentId.ToString()).ToList()
            : _resources.Select(r => r.CurrentId.ToString()).Distinct().ToList();
        var shown = string.Join(", ", names.Take(Most));
        return $"; looked at {shown}{(names.Count > Most ? $" and {names.Count - Most} more" : "")}";
    }

    /// <summary>Adds a generated resource, or merges it into, or puts it in place of, the one that has or had its id.</summary>
    /// <exception cref="KustomizeException">Its behaviour does not go with what is there.</exception>
    public void Absorb(Resource resource)
    {
        var id = resource.CurrentId;
        var matches = WithAnyId(other => other.IsSameAs(id));
        if (matches.Count > 1)
        {
            throw new KustomizeException(
                $"found multiple objects {string.Join(", ", matches)} that could accept merge of {id}", resource.ReadAt);
        }

        var isNew = resource.Behavior is GenerationBehavior.Unspecified or GenerationBehavior.Create;
        if (matches.Count == 0)
        {
            if (!isNew) throw new KustomizeException($"id {id} does not exist; cannot merge or replace", resource.ReadAt);
            Add(resource);
            return;
        }

        if (isNew) throw new KustomizeException($"id {id} exists; behavior must be merge or replace", resource.ReadAt);
        var old = matches[0];
        var isMerge = resource.Behavior == GenerationBehavior.Merge;
        resource.TakeMetadataOf(old);
        if (isMerge)
        {
            resource.TakeDataOf(old);
            resource.Origin = old.Origin ?? resource.Origin;
        }

        _resources[_resources.IndexOf(old)] = resource;
        _ids = null;
    }
}
