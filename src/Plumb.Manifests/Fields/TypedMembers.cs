using Plumb.Manifests.Schemas;

namespace Plumb.Manifests.Fields;

/// <summary>Adjusts sets to a schema.</summary>
internal static class TypedMembers
{
    /// <summary>
    /// The set with the named fields on the way to its paths: <c>.spec.replicas</c> brings <c>.spec</c>. Keys of free maps and items of
    /// lists are not brought. Taking such a set away from an object leaves no empty shells.
    /// </summary>
    public static FieldSet WithNamedFields(FieldSet set, Schema schema)
    {
        var result = new List<FieldSet.Entry>(set.Entries.Length);
        foreach (var entry in set.Entries)
        {
            var isMember = entry.IsMember;
            var below = entry.Below;
            if (below is not null)
            {
                var child = Schema.Unknown;
                if (entry.Element.Name is { } name)
                {
                    child = TypedSchema.FieldOf(schema, name, out var declared);
                    isMember |= declared;
                }
                else if (entry.Element.IsKeys)
                {
                    child = TypedSchema.ItemOf(schema);
                }

                below = WithNamedFields(below, child);
            }

            result.Add(new(entry.Element, isMember, below));
        }

        return FieldSet.Make(result);
    }

    /// <summary>
    /// Follows a schema change from granular to atomic: who owned something inside now owns the whole. The way back is not followed.
    /// </summary>
    public static FieldSet Reconcile(FieldSet set, Schema schema)
    {
        List<FieldSet.Entry>? changed = null;
        var entries = set.Entries;
        for (var i = 0; i < entries.Length; i++)
        {
            var entry = entries[i];
            var result = ReconcileEntry(entry, schema);
            if (changed is null && result != entry) changed = [.. entries[..i]];
            changed?.Add(result);
        }

        return changed is null ? set : FieldSet.Make(changed);
    }

    private static FieldSet.Entry ReconcileEntry(FieldSet.Entry entry, Schema schema)
    {
        if (entry.Below is null) return entry;
        var child = entry.Element.Name is { } name ? TypedSchema.FieldOf(schema, name, out _) : TypedSchema.ItemOf(schema);
        var becameAtomic = child.Type switch
        {
            SchemaType.Object or SchemaType.Map => TypedSchema.IsAtomicMap(child),
            SchemaType.List => TypedSchema.IsAtomicList(child),
            _ => false,
        };
        if (becameAtomic) return new(entry.Element, true, null);
        return TypedSchema.IsDeduced(child) ? entry : entry with { Below = Reconcile(entry.Below, child) };
    }
}
