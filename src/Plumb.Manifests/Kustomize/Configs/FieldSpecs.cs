namespace Plumb.Manifests.Kustomize.Configs;

/// <summary>Lists of fields, and how they are put together (<c>types.FsSlice</c>, <c>nbrSlice</c>).</summary>
internal static class FieldSpecs
{
    /// <summary>
    /// Adds fields to a list. One that is there already is left out: that of which the new one means the same or more objects.
    /// </summary>
    /// <exception cref="KustomizeException">Two disagree whether the field is to be made.</exception>
    public static IReadOnlyList<FieldSpec> Merge(IReadOnlyList<FieldSpec> fields, IReadOnlyList<FieldSpec> added)
    {
        if (added.Count == 0) return fields;
        var merged = new List<FieldSpec>(fields);
        foreach (var field in added)
        {
            var there = merged.Find(f => f.Gvk.IsSelectedBy(field.Gvk) && f.Path == field.Path);
            if (there is null) merged.Add(field);
            else if (there.Create != field.Create) throw new KustomizeException("conflicting fieldspecs");
        }

        return merged;
    }

    /// <summary>Adds who may name objects: those of the same kind, group and version are put together.</summary>
    /// <exception cref="KustomizeException">See <see cref="Merge(IReadOnlyList{FieldSpec}, IReadOnlyList{FieldSpec})"/>.</exception>
    public static IReadOnlyList<NameBackReference> Merge(
        IReadOnlyList<NameBackReference> references, IReadOnlyList<NameBackReference> added)
    {
        if (added.Count == 0) return references;
        var merged = new List<NameBackReference>(references);
        foreach (var reference in added)
        {
            var isThere = false;
            for (var i = 0; i < merged.Count; i++)
            {
                if (merged[i].Referral != reference.Referral) continue;
                merged[i] = merged[i] with { Referrers = Merge(merged[i].Referrers, reference.Referrers) };
                isThere = true;
            }

            if (!isThere) merged.Add(reference);
        }

        return merged;
    }

    /// <summary>By kind, group and version; equals keep their order.</summary>
    public static IReadOnlyList<FieldSpec> Sort(IReadOnlyList<FieldSpec> fields) =>
        fields.Count < 2 ? fields : [.. fields.OrderBy(f => f.Gvk)];

    /// <summary>By what is named; equals keep their order.</summary>
    public static IReadOnlyList<NameBackReference> Sort(IReadOnlyList<NameBackReference> references) =>
        references.Count < 2 ? references : [.. references.OrderBy(r => r.Referral)];
}
