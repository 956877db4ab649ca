using System.Globalization;
using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Applications;

/// <summary>
/// Reads one map of a spec field by field and remembers which fields were asked for, so that <see cref="Finish"/> can name the
/// rest. A missing or null field reads as its default; a field of another type is an error.
/// </summary>
internal sealed class FieldReader(Manifest manifest, MapNode map, IReadOnlyList<object> path, ICollection<Diagnostic> diagnostics)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>The map as written.</summary>
    public MapNode Written => map;

    public bool Has(string field) => !map[field].IsNullOrAbsent;

    public string Text(string field, string otherwise = "")
    {
        var value = Take(field);
        if (value.IsNullOrAbsent) return otherwise;
        if (value.AsString() is { } text) return text;
        Error(field, $"must be text; this is {ManifestReader.Describe(value)}" + (value.Kind is NodeKind.Map or NodeKind.List ? ""
            : "; quote it"));
        return otherwise;
    }

    /// <summary>Text, or a whole number as text; null when it is something else.</summary>
    public string? TextOrNumber(string field)
    {
        var value = Take(field);
        return value.AsString() ?? (value.AsInt() is { } number ? number.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>A field of any type, which must be a map.</summary>
    public Node Value(string field) => Section(field) is { } section ? (Node)section : default;

    public string Required(string field)
    {
        var text = Text(field);
        if (text.Length == 0 && (!Has(field) || map[field].AsString() is not null)) Error(field, "is missing");
        return text;
    }

    public bool Flag(string field, bool otherwise = false)
    {
        var value = Take(field);
        if (value.IsNullOrAbsent) return otherwise;
        if (value.AsBool() is { } flag) return flag;
        Error(field, $"must be true or false; this is {ManifestReader.Describe(value)}");
        return otherwise;
    }

    public int Whole(string field, int otherwise)
    {
        var value = Take(field);
        if (value.IsNullOrAbsent) return otherwise;
        if (value.AsInt() is >= int.MinValue and <= int.MaxValue and var number) return (int)number;
        Error(field, $"must be a whole number; this is {ManifestReader.Describe(value)}");
        return otherwise;
    }

    public TimeSpan Duration(string field, TimeSpan otherwise)
    {
        var value = Take(field);
        if (value.IsNullOrAbsent) return otherwise;
        if (value.AsString() is { } text && GoDuration.TryParse(text, out var duration) && duration >= TimeSpan.Zero) return duration;
        Error(field, $"must be a duration that is not negative, such as \"5s\", \"3m\" or \"1h30m\"; this is {value}");
        return otherwise;
    }

    public IReadOnlyList<string> Texts(string field)
    {
        if (Items(field) is not { } list) return [];
        var texts = new List<string>(list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i].AsString() is { } text) texts.Add(text);
            else ErrorAt([.. path, field, i], $"must be text; this is {ManifestReader.Describe(list[i])}");
        }

        return texts;
    }

    public IReadOnlyDictionary<string, string> TextMap(string field)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Section(field) is not { } section) return found;
        foreach (var (key, value) in section)
        {
            if (value.AsString() is { } text) found[key] = text;
            else if (!value.IsNullOrAbsent) ErrorAt([.. path, field, key], $"must be text; this is {ManifestReader.Describe(value)}");
        }

        return found;
    }

    /// <summary>A reader of a map below; null when there is none.</summary>
    public FieldReader? Map(string field) =>
        Section(field) is { } section ? new FieldReader(manifest, section, [.. path, field], diagnostics) : null;

    /// <summary>Readers of the maps in a list; null when there is no list.</summary>
    public IReadOnlyList<FieldReader>? Maps(string field)
    {
        if (Items(field) is not { } list) return null;
        var readers = new List<FieldReader>(list.Count);
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i].AsMap() is { } item) readers.Add(new FieldReader(manifest, item, [.. path, field, i], diagnostics));
            else ErrorAt([.. path, field, i], $"must be a map; this is {ManifestReader.Describe(list[i])}");
        }

        return readers;
    }

    /// <summary>Fields that Argo CD knows and Plumb does not act on yet. Fields of a map are named one by one.</summary>
    public void NotSupported(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields)
        {
            var value = Take(field);
            if (value.IsNullOrAbsent || value.AsMap() is { Count: 0 } || value.AsList() is { Count: 0 }
                || value.AsBool() == false) continue;
            if (value.AsMap() is { } section)
            {
                foreach (var (key, inner) in section)
                {
                    if (!inner.IsNullOrAbsent) WarnAt([.. path, field, key], "is not supported yet and is ignored");
                }
            }
            else
            {
                WarnAt([.. path, field], "is not supported yet and is ignored");
            }
        }
    }

    /// <summary>Fields that need no action.</summary>
    public void Ignore(params ReadOnlySpan<string> fields)
    {
        foreach (var field in fields) _asked.Add(field);
    }

    /// <summary>Warns of each field that nobody asked for.</summary>
    public void Finish()
    {
        foreach (var key in map.Keys)
        {
            if (!_asked.Contains(key)) WarnAt([.. path, key], "is not known and is ignored");
        }
    }

    public void Error(string field, string message) => ErrorAt([.. path, field], message);

    public void Warn(string field, string message) => WarnAt([.. path, field], message);

    private Node Take(string field)
    {
        _asked.Add(field);
        return map[field];
    }

    private MapNode? Section(string field)
    {
        var value = Take(field);
        if (value.IsNullOrAbsent) return null;
        if (value.AsMap() is { } section) return section;
        Error(field, $"must be a map; this is {ManifestReader.Describe(value)}");
        return null;
    }

    private ListNode? Items(string field)
    {
        var value = Take(field);
        if (value.IsNullOrAbsent) return null;
        if (value.AsList() is { } list) return list;
        Error(field, $"must be a list; this is {ManifestReader.Describe(value)}");
        return null;
    }

    private void ErrorAt(IReadOnlyList<object> at, string message) =>
        diagnostics.Add(Diagnostic.Error(manifest.Locate(at), $"{Subject}: {Words(at)} {message}"));

    private void WarnAt(IReadOnlyList<object> at, string message) =>
        diagnostics.Add(Diagnostic.Warning(manifest.Locate(at), $"{Subject}: {Words(at)} {message}"));

    private string Subject => $"{manifest.Object.Kind}/{manifest.Object.Name}";

    private static string Words(IReadOnlyList<object> at)
    {
        var words = new StringBuilder();
        foreach (var step in at)
        {
            if (step is int index) words.Append('[').Append(index).Append(']');
            else words.Append(words.Length > 0 ? "." : "").Append(step);
        }

        return words.ToString();
    }
}
