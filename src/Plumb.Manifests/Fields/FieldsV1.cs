using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Fields;

/// <summary>
/// The form of sets in <c>managedFields</c>: a map per level whose keys are path elements, <c>.</c> for the parent itself; an empty map
/// is a member without anything below.
/// </summary>
internal static class FieldsV1
{
    public static FieldSet Read(Node fieldsV1)
    {
        if (fieldsV1.IsNullOrAbsent) return FieldSet.Empty;
        var map = fieldsV1.AsMap() ?? throw new FormatException($"fieldsV1 must be a map, not {fieldsV1.Kind}.");
        return ReadLevel(map, out _);
    }

    public static MapNode Write(FieldSet set) => WriteLevel(set, false);

    private static FieldSet ReadLevel(MapNode map, out bool isMember)
    {
        isMember = false;
        var level = default(FieldSetBuilder);
        for (var i = 0; i < map.Count; i++)
        {
            var (key, value) = map.EntryAt(i);
            if (key == ".")
            {
                isMember = true;
                continue;
            }

            if (!PathElement.TryParse(key, out var element)) continue;
            if (value.AsMap() is not { } below)
            {
                if (!value.IsNullOrAbsent) throw new FormatException($"Below \"{key}\" in fieldsV1 must be a map, not {value.Kind}.");
                level.Add(element, true, null);
                continue;
            }

            var inner = ReadLevel(below, out var innerIsMember);
            level.Add(element, innerIsMember, inner);
        }

        var set = level.Build();
        isMember |= set.IsEmpty;
        return set;
    }

    private static MapNode WriteLevel(FieldSet set, bool isMember)
    {
        var entries = set.Entries;
        var map = new MapNode(entries.Length + 1);
        if (isMember && !set.IsEmpty) map["."] = new MapNode(0);
        foreach (var entry in entries)
        {
            map[entry.Element.Serialize()] = entry.Below is null ? new MapNode(0) : WriteLevel(entry.Below, entry.IsMember);
        }

        return map;
    }
}
