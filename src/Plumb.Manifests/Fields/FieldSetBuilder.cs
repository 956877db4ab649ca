namespace Plumb.Manifests.Fields;

/// <summary>Collects one level of a set in any order.</summary>
internal struct FieldSetBuilder
{
    private List<FieldSet.Entry>? _entries;
    private bool _unsorted;

    public void Add(PathElement element, bool isMember, FieldSet? below)
    {
        if (below is { IsEmpty: true }) below = null;
        if (!isMember && below is null) return;
        _entries ??= [];

        // Most inputs come sorted (fieldsV1, documents with sorted keys): remember whether a sort is needed at all.
        if (_entries.Count > 0 && _entries[^1].Element.CompareTo(element) >= 0) _unsorted = true;
        _entries.Add(new(element, isMember, below));
    }

    public readonly FieldSet Build()
    {
        if (_entries is null) return FieldSet.Empty;
        if (!_unsorted) return FieldSet.Make(_entries);

        var sorted = new List<FieldSet.Entry>(_entries.Count);
        foreach (var entry in _entries.OrderBy(e => e.Element))
        {
            if (sorted.Count > 0 && sorted[^1] is var last && last.Element.Equals(entry.Element))
            {
                var below = last.Below is null ? entry.Below : entry.Below is null ? last.Below : last.Below.Union(entry.Below);
                sorted[^1] = new(last.Element, last.IsMember || entry.IsMember, below);
            }
            else
            {
                sorted.Add(entry);
            }
        }

        return FieldSet.Make(sorted);
    }
}
