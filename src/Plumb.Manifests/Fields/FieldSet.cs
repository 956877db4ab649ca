using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Fields;

/// <summary>
/// A set of field paths in the meaning of structured-merge-diff: what a manager owns. Immutable. A path may be in the set together with
/// paths below it: owning a list's item and owning its fields are two things.
/// </summary>
/// <remarks>A tree with sorted arrays; sets share subtrees, so that the algebra copies only what differs.</remarks>
public sealed class FieldSet : IEquatable<FieldSet>
{
    internal readonly record struct Entry(PathElement Element, bool IsMember, FieldSet? Below);

    private readonly Entry[] _entries;

    private FieldSet(Entry[] entries) => _entries = entries;

    /// <summary>Owns nothing.</summary>
    public static FieldSet Empty { get; } = new([]);

    /// <summary>From <c>managedFields[].fieldsV1</c>. Path elements of unknown types are ignored, as the server does.</summary>
    /// <exception cref="FormatException">Not FieldsV1.</exception>
    public static FieldSet Parse(Node fieldsV1) => FieldsV1.Read(fieldsV1);

    /// <summary>
    /// All fields that a value sets, by schema: leaves, atomic lists and maps as a whole, items of associative lists together with their
    /// fields, keys of free maps.
    /// </summary>
    public static FieldSet Of(Node value, Schema schema) => TypedFields.Of(value, schema);

    /// <summary>As <c>fieldsV1</c>, keys in the server's order.</summary>
    public Node ToFieldsV1() => FieldsV1.Write(this);

    /// <summary>Nothing in it.</summary>
    public bool IsEmpty => _entries.Length == 0;

    /// <summary>Number of paths in it.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var entry in _entries) count += (entry.IsMember ? 1 : 0) + (entry.Below?.Count ?? 0);
            return count;
        }
    }

    /// <summary>In either.</summary>
    public FieldSet Union(FieldSet other)
    {
        if (IsEmpty || ReferenceEquals(this, other)) return other;
        if (other.IsEmpty) return this;
        var result = new List<Entry>(Math.Max(_entries.Length, other._entries.Length));
        int i = 0, j = 0;
        while (i < _entries.Length && j < other._entries.Length)
        {
            var (a, b) = (_entries[i], other._entries[j]);
            var order = a.Element.CompareTo(b.Element);
            if (order <= 0) i++;
            if (order >= 0) j++;
            result.Add(order < 0 ? a : order > 0 ? b : new(a.Element, a.IsMember || b.IsMember, UnionOf(a.Below, b.Below)));
        }

        for (; i < _entries.Length; i++) result.Add(_entries[i]);
        for (; j < other._entries.Length; j++) result.Add(other._entries[j]);
        return new([.. result]);
    }

    /// <summary>In both.</summary>
    public FieldSet Intersect(FieldSet other)
    {
        if (ReferenceEquals(this, other)) return this;
        var result = new List<Entry>();
        int i = 0, j = 0;
        while (i < _entries.Length && j < other._entries.Length)
        {
            var (a, b) = (_entries[i], other._entries[j]);
            var order = a.Element.CompareTo(b.Element);
            if (order <= 0) i++;
            if (order >= 0) j++;
            if (order == 0) AddTo(result, a.Element, a.IsMember && b.IsMember, a.Below is null || b.Below is null ? null : a.Below.Intersect(b.Below));
        }

        return Make(result);
    }

    /// <summary>In this one only. Paths are taken one by one: taking a parent away leaves its children.</summary>
    public FieldSet Except(FieldSet other) => Minus(other, false);

    /// <summary>In this one only, where a path in the other stands for everything below it too.</summary>
    public FieldSet ExceptBelow(FieldSet other) => Minus(other, true);

    /// <summary>Paths with nothing of this set below them.</summary>
    public FieldSet Leaves()
    {
        var result = new List<Entry>(_entries.Length);
        foreach (var entry in _entries) AddTo(result, entry.Element, entry.Below is null && entry.IsMember, entry.Below?.Leaves());
        return Make(result);
    }

    /// <summary>
    /// What is at a path or below it. Empty when nothing is. The path itself counts as <paramref name="isMember"/>.
    /// </summary>
    /// <param name="field">Name of a field.</param>
    /// <param name="isMember">Whether the field itself is in the set.</param>
    public FieldSet Below(string field, out bool isMember) => Below(PathElement.OfName(field), out isMember);

    /// <summary>Paths as text, such as <c>.spec.containers[name="web"].image</c>, sorted.</summary>
    public IReadOnlyList<string> Paths
    {
        get
        {
            var paths = new List<string>();
            Visit(paths.Add);
            paths.Sort(StringComparer.Ordinal);
            return paths;
        }
    }

    /// <summary>
    /// Removes these fields from a copy of a document. Items and maps that lose everything go too; atomic lists and maps go as a whole
    /// when anything in them is named.
    /// </summary>
    public MapNode RemoveFrom(MapNode document, Schema schema) =>
        IsEmpty ? document.DeepClone() : TypedRemove.Remove(document, this, schema).AsMap() ?? new MapNode();

    /// <inheritdoc/>
    public bool Equals(FieldSet? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || other._entries.Length != _entries.Length) return false;
        for (var i = 0; i < _entries.Length; i++)
        {
            var (a, b) = (_entries[i], other._entries[i]);
            if (a.IsMember != b.IsMember || !a.Element.Equals(b.Element)) return false;
            if (a.Below is null ? b.Below is not null : !a.Below.Equals(b.Below)) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FieldSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var entry in _entries) hash.Add(HashCode.Combine(entry.Element, entry.IsMember, entry.Below));
        return hash.ToHashCode();
    }

    /// <summary>The paths, for debugging.</summary>
    public override string ToString() => string.Join(' ', Paths);

    internal ReadOnlySpan<Entry> Entries => _entries;

    /// <summary>From entries sorted by element, without duplicates and without empty ones.</summary>
    internal static FieldSet Make(List<Entry> sorted) => sorted.Count == 0 ? Empty : new([.. sorted]);

    internal FieldSet Below(PathElement element, out bool isMember)
    {
        var index = IndexOf(element);
        isMember = index >= 0 && _entries[index].IsMember;
        return index < 0 ? Empty : _entries[index].Below ?? Empty;
    }

    /// <summary>Calls for each path in the server's order: a level's own paths first, then what is below each.</summary>
    internal void Visit(Action<string> action) => Visit(new StringBuilder(), action);

    /// <summary>Adds an entry unless it says nothing.</summary>
    internal static void AddTo(List<Entry> entries, PathElement element, bool isMember, FieldSet? below)
    {
        if (below is { IsEmpty: true }) below = null;
        if (isMember || below is not null) entries.Add(new(element, isMember, below));
    }

    private static FieldSet? UnionOf(FieldSet? a, FieldSet? b) => a is null ? b : b is null ? a : a.Union(b);

    private FieldSet Minus(FieldSet other, bool recursive)
    {
        if (other.IsEmpty) return this;
        if (IsEmpty || ReferenceEquals(this, other)) return Empty;
        var result = new List<Entry>(_entries.Length);
        int i = 0, j = 0;
        while (i < _entries.Length && j < other._entries.Length)
        {
            var (a, b) = (_entries[i], other._entries[j]);
            var order = a.Element.CompareTo(b.Element);
            if (order <= 0) i++;
            if (order >= 0) j++;
            if (order < 0) result.Add(a);
            if (order != 0) continue;
            var below = recursive && b.IsMember ? null
                : a.Below is null || b.Below is null ? a.Below
                : a.Below.Minus(b.Below, recursive);
            AddTo(result, a.Element, a.IsMember && !b.IsMember, below);
        }

        for (; i < _entries.Length; i++) result.Add(_entries[i]);
        return Make(result);
    }

    private int IndexOf(PathElement element)
    {
        int low = 0, high = _entries.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >> 1;
            var order = _entries[middle].Element.CompareTo(element);
            if (order == 0) return middle;
            if (order < 0) low = middle + 1;
            else high = middle - 1;
        }

        return -1;
    }

    private void Visit(StringBuilder prefix, Action<string> action)
    {
        var length = prefix.Length;
        foreach (var entry in _entries)
        {
            if (!entry.IsMember) continue;
            entry.Element.AppendText(prefix);
            action(prefix.ToString());
            prefix.Length = length;
        }

        foreach (var entry in _entries)
        {
            if (entry.Below is null) continue;
            entry.Element.AppendText(prefix);
            entry.Below.Visit(prefix, action);
            prefix.Length = length;
        }
    }
}
