using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;

namespace Plumb.Manifests.Kustomize.Files;

/// <summary>
/// Reads a map strictly, as Go's JSON decoder does with unknown fields disallowed: names match without regard to case, null is as good as
/// nothing, a value of another type is a fault. Faults name file and line.
/// </summary>
/// <param name="map">The map.</param>
/// <param name="document">The document it stands in, for places; null for maps that were made.</param>
/// <param name="path">Where in the document.</param>
/// <param name="what">What it is, as Go's type names go: <c>Kustomization.patches</c>.</param>
internal sealed class FieldBinder(MapNode map, YamlDocument? document, IReadOnlyList<object> path, string what)
{
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether fields that nobody asked for are passed over.</summary>
    public bool IsLenient { get; init; }

    /// <summary>Where the map itself stands.</summary>
    public Plumb.Reconcile.Rendering.Origin? At => document?.Locate(path);

    /// <summary>Where a field stands.</summary>
    public Plumb.Reconcile.Rendering.Origin? Place(params IReadOnlyList<object> below) => document?.Locate([.. path, .. below]);

    /// <summary>The names of the fields that hold something: no null, no empty text, list or map, no zero and no false.</summary>
    public IEnumerable<string> FilledFields()
    {
        foreach (var (key, value) in map)
        {
            var isZero = value.Kind switch
            {
                NodeKind.Null or NodeKind.Absent => true,
                NodeKind.String => value.AsString()!.Length == 0,
                _ => false,
            };
            if (!isZero) yield return key;
        }
    }

    /// <summary>Whether a field is there and not null.</summary>
    public bool Has(string field) => !Value(field).IsNullOrAbsent;

    /// <summary>A field's value, absent when it is missing; it counts as known from then on.</summary>
    public Node Value(string field)
    {
        _known.Add(field);
        var exact = map[field];
        if (!exact.IsAbsent) return exact;
        foreach (var (key, value) in map)
        {
            if (key.Equals(field, StringComparison.OrdinalIgnoreCase)) return value;
        }

        return default;
    }

    public string Text(string field) => Value(field) is { IsNullOrAbsent: false } value ? Text(value, field) : "";

    public bool Flag(string field)
    {
        var value = Value(field);
        if (value.IsNullOrAbsent) return false;
        return value.AsBool() ?? throw Mismatch(value, "bool", field);
    }

    public long Whole(string field)
    {
        var value = Value(field);
        if (value.IsNullOrAbsent) return 0;
        if (value.AsInt() is { } whole) return whole;
        throw Mismatch(value, "int", field);
    }

    public IReadOnlyList<string> Texts(string field)
    {
        var value = Value(field);
        if (value.IsNullOrAbsent) return [];
        var list = value.AsList() ?? throw Mismatch(value, "[]string", field);
        var texts = new List<string>(list.Count);
        for (var i = 0; i < list.Count; i++) texts.Add(list[i].IsNullOrAbsent ? "" : Text(list[i], field, i));
        return texts;
    }

    public IReadOnlyDictionary<string, string> TextMap(string field)
    {
        var value = Value(field);
        var texts = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (value.IsNullOrAbsent) return texts;
        foreach (var (key, item) in value.AsMap() ?? throw Mismatch(value, "map[string]string", field))
        {
            texts[key] = item.IsNullOrAbsent ? "" : Text(item, field, key);
        }

        return texts;
    }

    public IReadOnlyDictionary<string, bool> FlagMap(string field)
    {
        var value = Value(field);
        var flags = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        if (value.IsNullOrAbsent) return flags;
        foreach (var (key, item) in value.AsMap() ?? throw Mismatch(value, "map[string]bool", field))
        {
            flags[key] = !item.IsNullOrAbsent && (item.AsBool() ?? throw Mismatch(item, "bool", field, key));
        }

        return flags;
    }

    /// <summary>The map below a field; null when there is none.</summary>
    public FieldBinder? Map(string field)
    {
        var value = Value(field);
        if (value.IsNullOrAbsent) return null;
        return Below(value, field);
    }

    /// <summary>The maps of a list.</summary>
    public IReadOnlyList<FieldBinder> Maps(string field)
    {
        var value = Value(field);
        if (value.IsNullOrAbsent) return [];
        var list = value.AsList() ?? throw Mismatch(value, "list", field);
        var maps = new List<FieldBinder>(list.Count);
        for (var i = 0; i < list.Count; i++) maps.Add(list[i].IsNullOrAbsent ? new FieldBinder(new MapNode(), document, [.. path, field, i], $"{what}.{field}") { IsLenient = IsLenient } : Below(list[i], field, i));
        return maps;
    }

    /// <exception cref="KustomizeException">There are fields that nobody asked for.</exception>
    public void Finish()
    {
        if (IsLenient) return;
        foreach (var (key, _) in map)
        {
            if (_known.Contains(key)) continue;
            throw new KustomizeException($"json: unknown field \"{key}\"{Nearest(key)}", document?.Locate([.. path, key]));
        }
    }

    private string Nearest(string key)
    {
        var near = _known.FirstOrDefault(k => k.Length > 3 && (k.StartsWith(key, StringComparison.OrdinalIgnoreCase)
            || key.StartsWith(k, StringComparison.OrdinalIgnoreCase)));
        return near is null ? "" : $"; did you mean \"{near}\"?";
    }

    private FieldBinder Below(Node value, params ReadOnlySpan<object> below)
    {
        var full = new List<object>(path);
        foreach (var part in below) full.Add(part);
        return new FieldBinder(
            value.AsMap() ?? throw Mismatch(value, "map", below), document, full, $"{what}.{below[0]}") { IsLenient = IsLenient };
    }

    private string Text(Node value, params ReadOnlySpan<object> below)
    {
        if (value.AsString() is { } text) return text;

        // Where the original knows that text is wanted before it converts YAML, it takes what looks like something else for text.
        if (IsLenient && value.Kind is (NodeKind.Bool or NodeKind.Int or NodeKind.BigInt or NodeKind.Float)) return YamlWriter.Write(value).TrimEnd('\n');
        throw Mismatch(value, "string", below);
    }

    private KustomizeException Mismatch(Node value, string type, params ReadOnlySpan<object> below)
    {
        var full = new List<object>(path);
        foreach (var part in below) full.Add(part);
        var found = value.Kind switch
        {
            NodeKind.Map => "object",
            NodeKind.List => "array",
            NodeKind.Bool => "bool",
            NodeKind.String => "string",
            _ => "number",
        };
        var shown = value.Kind is NodeKind.Map or NodeKind.List ? "" : string.Create(CultureInfo.InvariantCulture, $" ({value})");
        return new KustomizeException(
            $"json: cannot unmarshal {found}{shown} into Go struct field {what}.{below[0]} of type {type}"
            + (type == "string" && found is "number" or "bool" ? "; quote it" : ""),
            document?.Locate(full));
    }
}
