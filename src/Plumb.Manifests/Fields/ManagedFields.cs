using System.Globalization;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Fields;

/// <summary>
/// Who holds a set: appliers are told apart by name and subresource, updaters by API version too (it is empty for appliers).
/// </summary>
internal readonly record struct ManagerId(string Manager, bool Applies, string ApiVersion, string Subresource) : IComparable<ManagerId>
{
    public static ManagerId Of(string manager, bool applies, string apiVersion, string subresource) =>
        new(manager.Length == 0 ? "unknown" : manager, applies, applies ? "" : apiVersion, subresource);

    public int CompareTo(ManagerId other)
    {
        var names = string.CompareOrdinal(Manager, other.Manager);
        if (names != 0) return names;
        if (Applies != other.Applies) return Applies ? -1 : 1;
        var versions = string.CompareOrdinal(ApiVersion, other.ApiVersion);
        return versions != 0 ? versions : string.CompareOrdinal(Subresource, other.Subresource);
    }
}

/// <summary>What a manager owns, in which version, since when.</summary>
/// <param name="Set">The fields.</param>
/// <param name="ApiVersion">Version of the object that the paths are of.</param>
/// <param name="Time">As in <c>managedFields[].time</c>; empty for none.</param>
internal sealed record ManagedSet(FieldSet Set, string ApiVersion, string Time);

/// <summary>The content of <c>metadata.managedFields</c>. Only for one operation, not shared.</summary>
internal sealed class ManagedFields
{
    private const string OldUpdatesManager = "ancient-changes";
    private const int MaxUpdateManagers = 10;

    private readonly SortedDictionary<ManagerId, ManagedSet> _sets = [];

    public IEnumerable<ManagerId> Managers => [.. _sets.Keys];

    public int Count => _sets.Count;

    public ManagedSet? this[ManagerId manager]
    {
        get => _sets.GetValueOrDefault(manager);
        set
        {
            if (value is null || value.Set.IsEmpty) _sets.Remove(manager);
            else _sets[manager] = value;
        }
    }

    /// <summary>Everything that anyone owns.</summary>
    public FieldSet All => _sets.Values.Aggregate(FieldSet.Empty, (all, held) => all.Union(held.Set));

    /// <summary>Reads the entries.</summary>
    /// <exception cref="FormatException">An entry that the server would refuse.</exception>
    public static ManagedFields Read(Node entries)
    {
        var result = new ManagedFields();
        if (entries.AsList() is not { } list) return result;
        for (var i = 0; i < list.Count; i++)
        {
            var entry = list[i];
            var operation = entry["operation"].AsString() ?? "";
            var apiVersion = entry["apiVersion"].AsString() ?? "";
            var fieldsType = entry["fieldsType"].AsString() ?? "";
            if (operation is not ("Apply" or "Update")) throw new FormatException("operation must be `Apply` or `Update`");
            if (apiVersion.Length == 0) throw new FormatException("apiVersion must not be empty");
            if (fieldsType.Length == 0) throw new FormatException($"missing fieldsType in managed fields entry {i}");
            if (fieldsType != "FieldsV1") throw new FormatException($"invalid fieldsType \"{fieldsType}\" in managed fields entry {i}");
            var applies = operation == "Apply";
            var id = new ManagerId(
                entry["manager"].AsString() ?? "", applies, applies ? "" : apiVersion, entry["subresource"].AsString() ?? "");
            result._sets[id] = new(FieldSet.Parse(entry["fieldsV1"]), apiVersion, entry["time"].AsString() ?? "");
        }

        return result;
    }

    /// <summary>Whether the entries ask to forget all ownership: an empty list, or one empty entry.</summary>
    public static bool IsReset(Node entries) =>
        entries.AsList() is { } list && (list.Count == 0 || (list.Count == 1 && list[0].AsMap() is { Count: 0 }));

    /// <summary>The entries in the server's order: appliers before updaters, then by time, name, version; absent when there are none.</summary>
    public Node Write()
    {
        if (_sets.Count == 0) return Node.Absent;
        var result = new ListNode();
        var sorted = _sets
            .OrderBy(e => e.Key.Applies ? 0 : 1)
            .ThenBy(e => SecondsOf(e.Value.Time))
            .ThenBy(e => e.Key.Manager, StringComparer.Ordinal)
            .ThenBy(e => e.Value.ApiVersion, StringComparer.Ordinal)
            .ThenBy(e => e.Key.Subresource, StringComparer.Ordinal);
        foreach (var (id, held) in sorted) result.Add(WriteEntry(id, held));
        return result;
    }

    /// <summary>
    /// Merges the oldest updaters of one version into <c>ancient-changes</c> until at most ten updaters are left, or nothing more can be
    /// merged.
    /// </summary>
    public void CapUpdaters()
    {
        var updaters = _sets.Where(e => !e.Key.Applies).OrderBy(e => SecondsOf(e.Value.Time)).ThenBy(e => e.Key).Select(e => e.Key).ToList();
        var count = updaters.Count;
        var firstOfVersion = new Dictionary<string, ManagerId>(StringComparer.Ordinal);
        foreach (var updater in updaters)
        {
            if (count <= MaxUpdateManagers) return;
            var held = _sets[updater];
            if (firstOfVersion.TryAdd(held.ApiVersion, updater)) continue;

            var bucket = new ManagerId(OldUpdatesManager, false, held.ApiVersion, "");
            if (!_sets.TryGetValue(bucket, out var ancient))
            {
                var first = firstOfVersion[held.ApiVersion];
                ancient = _sets[first];
                _sets.Remove(first);
            }

            _sets.Remove(updater);
            _sets[bucket] = held with { Set = held.Set.Union(ancient.Set) };
            count--;
        }
    }

    public static string TimeText(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static long SecondsOf(string time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed)
            ? parsed.ToUnixTimeSeconds()
            : 0;

    private static MapNode WriteEntry(ManagerId id, ManagedSet held)
    {
        var entry = new MapNode(7);
        if (id.Manager.Length > 0) entry["manager"] = id.Manager;
        entry["operation"] = id.Applies ? "Apply" : "Update";
        entry["apiVersion"] = held.ApiVersion;
        if (held.Time.Length > 0) entry["time"] = held.Time;
        entry["fieldsType"] = "FieldsV1";
        entry["fieldsV1"] = held.Set.ToFieldsV1();
        if (id.Subresource.Length > 0) entry["subresource"] = id.Subresource;
        return entry;
    }
}
