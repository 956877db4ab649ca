namespace Plumb.Kubernetes.Cache;

/// <summary>Objects by the uid of their owner. Most owners have one or two: a set is made only for more. Not for concurrent use.</summary>
internal sealed class OwnerIndex
{
    private readonly Dictionary<ObjectUid, object> _children = []; // a LiveObject, or a HashSet of them

    /// <summary>Objects that name this owner.</summary>
    public IReadOnlyList<LiveObject> Of(ObjectUid owner) => _children.GetValueOrDefault(owner) switch
    {
        LiveObject one => [one],
        HashSet<LiveObject> many => [.. many],
        _ => [],
    };

    /// <summary>Notes an object under each of its owners.</summary>
    public void Add(LiveObject child)
    {
        foreach (var owner in child.Owners)
        {
            switch (_children.GetValueOrDefault(owner.Uid))
            {
                case null: _children[owner.Uid] = child; break;
                case LiveObject one when !ReferenceEquals(one, child): _children[owner.Uid] = new HashSet<LiveObject>(2) { one, child }; break;
                case HashSet<LiveObject> many: many.Add(child); break;
                default: break;
            }
        }
    }

    /// <summary>Forgets it.</summary>
    public void Remove(LiveObject child)
    {
        foreach (var owner in child.Owners)
        {
            switch (_children.GetValueOrDefault(owner.Uid))
            {
                case LiveObject one when ReferenceEquals(one, child): _children.Remove(owner.Uid); break;
                case HashSet<LiveObject> many when many.Remove(child) && many.Count == 0: _children.Remove(owner.Uid); break;
                default: break;
            }
        }
    }
}
