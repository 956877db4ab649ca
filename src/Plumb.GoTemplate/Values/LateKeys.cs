using System.Runtime.CompilerServices;
using Plumb.GoTemplate.Functions;
using Plumb.GoTemplate.Running;

namespace Plumb.GoTemplate.Values;

/// <summary>
/// Keys of maps that are printed maps, not yet printed. A slip such as <c>dict "value" .Values.a .Values.b "context" $</c> takes <c>$</c> for a
/// key: megabytes of the chart's files as numbers, which nobody ever reads. Such a key is printed when somebody asks for the map's keys, and
/// before anything changes that it would show. One of each run.
/// </summary>
internal sealed class LateKeys(Execution run)
{
    /// <summary>What every late key begins with.</summary>
    public const string Start = "map[";

    private const int MostMaps = 1_000;
    private const int MostWalks = 1_000; // to look through the values at each change may cost more than it saves

    private readonly Dictionary<GoMap, List<(GoValue Key, GoValue Value)>> _waiting = [];
    private int _walks;

    /// <summary>Whether a key may wait.</summary>
    public bool Takes(in GoValue key) =>
        key.Kind == GoKind.Map && !key.Map.HasLateKeys && _waiting.Count < MostMaps && _walks < MostWalks;

    /// <summary>Notes an entry of a map.</summary>
    public void Add(GoMap map, in GoValue key, in GoValue value)
    {
        if (!_waiting.TryGetValue(map, out var entries)) _waiting[map] = entries = [];
        entries.Add((key, value));
    }

    /// <summary>Writes a map's entries with their keys.</summary>
    public void Print(GoMap map)
    {
        if (!_waiting.Remove(map, out var entries)) return;
        foreach (var (key, value) in entries) map.Set(Casting.ToText(key, run), value);
    }

    /// <summary>The values of a map's entries.</summary>
    public IEnumerable<GoValue> Values(GoMap map) => _waiting.TryGetValue(map, out var entries) ? entries.Select(e => e.Value) : [];

    /// <summary>
    /// To be called before a function changes a map: prints what would show the change, and what would outlive its template by becoming a part
    /// of another map.
    /// </summary>
    public void Changing(GoMap target, in GoValue added = default)
    {
        if (_waiting.Count == 0) return;
        _walks++;
        if (_walks >= MostWalks || Reaches(added, target: null, []))
        {
            PrintWhere(static _ => true);
            return;
        }

        var shows = new Dictionary<GoMap, bool>();
        foreach (var key in _waiting.Values.SelectMany(static e => e).Select(static e => e.Key.Map))
        {
            if (!shows.ContainsKey(key)) shows[key] = Reaches(GoValue.From(key), target, []);
        }

        if (shows.ContainsValue(true)) PrintWhere(entries => entries.Exists(e => shows[e.Key.Map]));
    }

    /// <summary>A template of the chart is done: maps that it made and left nowhere are gone.</summary>
    public void Forget() => _waiting.Clear();

    private void PrintWhere(Predicate<List<(GoValue Key, GoValue Value)>> chosen)
    {
        foreach (var map in _waiting.Where(w => chosen(w.Value)).Select(w => w.Key).ToList())
        {
            if (map.HasLateKeys) map.PrintLateKeys();
        }
    }

    /// <summary>Whether a value holds the target; without one, whether it holds a map with late keys.</summary>
    private bool Reaches(in GoValue value, GoMap? target, HashSet<GoMap> seen)
    {
        if (value.Kind == GoKind.Map)
        {
            var map = value.Map;
            if (target is null ? map.HasLateKeys : map.SharesEntriesWith(target)) return true;
            if (map.Type.Element!.Kind is not (GoKind.Interface or GoKind.Map or GoKind.Slice) || !seen.Add(map)) return false;
            RuntimeHelpers.EnsureSufficientExecutionStack();
            run.Step();
            foreach (var held in map.Held)
            {
                if (held.Kind is GoKind.Map or GoKind.Slice && Reaches(held, target, seen)) return true;
            }
        }
        else if (value.Kind == GoKind.Slice && value.List.Type.Element!.Kind is GoKind.Interface or GoKind.Map or GoKind.Slice)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            run.Spend(1 + (value.List.Count >> 3));
            for (var i = 0; i < value.List.Count; i++)
            {
                if (Reaches(value.List[i], target, seen)) return true;
            }
        }

        return false;
    }
}
