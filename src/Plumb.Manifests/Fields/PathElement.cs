using System.Globalization;
using System.Text;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Fields;

/// <summary>One key field of an item of an associative list.</summary>
internal readonly record struct KeyField(string Name, Node Value);

/// <summary>
/// One step of a field path: a field's name, an item's keys, an item's value, or an index. One reference wide, because watch caches
/// hold millions of them; names are plain text.
/// </summary>
internal readonly struct PathElement : IEquatable<PathElement>, IComparable<PathElement>
{
    private sealed class Keys(KeyField[] fields)
    {
        public KeyField[] Fields { get; } = fields;
    }

    private sealed class ItemValue(Node value)
    {
        public Node Value { get; } = value;
    }

    private sealed class ItemIndex(int index)
    {
        public int Index { get; } = index;
    }

    private readonly object _ref;

    private PathElement(object reference) => _ref = reference;

    public static PathElement OfName(string name) => new(name);

    /// <summary>Takes the array over and sorts it by name.</summary>
    public static PathElement OfKeys(KeyField[] fields)
    {
        if (fields.Length > 1) Array.Sort(fields, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return new(new Keys(fields));
    }

    public static PathElement OfValue(Node value) => new(new ItemValue(value));

    public static PathElement OfIndex(int index) => new(new ItemIndex(index));

    /// <summary>The field's name; null when this is no field.</summary>
    public string? Name => _ref as string;

    /// <summary>Whether this names an item by its keys.</summary>
    public bool IsKeys => _ref is Keys;

    /// <summary>Reads the form in <c>fieldsV1</c>; false for forms of the future, which are to be ignored.</summary>
    /// <exception cref="FormatException">Known form, bad content.</exception>
    public static bool TryParse(string text, out PathElement element)
    {
        element = default;
        if (text.Length < 2) throw new FormatException($"Field path element \"{text}\" is too short: it needs a type letter and a colon.");
        if (text[1] != ':') throw new FormatException($"Field path element \"{text}\" has no colon after its type letter.");
        switch (text[0])
        {
            case 'f':
                element = OfName(FieldNames.Share(text.AsSpan(2)));
                return true;
            case 'k':
                if (ParseJson(text).AsMap() is not { } map) throw new FormatException($"Field path element \"{text}\" holds no JSON object.");
                var fields = new KeyField[map.Count];
                for (var i = 0; i < fields.Length; i++)
                {
                    var (name, value) = map.EntryAt(i);
                    fields[i] = new(FieldNames.Share(name), value);
                }

                element = OfKeys(fields);
                return true;
            case 'v':
                element = OfValue(ParseJson(text));
                return true;
            case 'i':
                if (!int.TryParse(text.AsSpan(2), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
                {
                    throw new FormatException($"Field path element \"{text}\" holds no index.");
                }

                element = OfIndex(index);
                return true;
            default: return false;
        }
    }

    /// <summary>The form in <c>fieldsV1</c>.</summary>
    public string Serialize()
    {
        switch (_ref)
        {
            case string name: return "f:" + name;
            case ItemIndex index: return string.Create(CultureInfo.InvariantCulture, $"i:{index.Index}");
            case ItemValue value:
                var single = new StringBuilder("v:");
                GoJson.Append(single, value.Value);
                return single.ToString();
            default:
                var text = new StringBuilder("k:{");
                var fields = ((Keys)_ref).Fields;
                for (var i = 0; i < fields.Length; i++)
                {
                    if (i > 0) text.Append(',');
                    GoJson.AppendString(text, fields[i].Name);
                    text.Append(':');
                    GoJson.Append(text, fields[i].Value);
                }

                return text.Append('}').ToString();
        }
    }

    /// <summary>The form in messages: <c>.name</c>, <c>[name="web"]</c>, <c>[="value"]</c>, <c>[0]</c>.</summary>
    public void AppendText(StringBuilder text)
    {
        switch (_ref)
        {
            case string name: text.Append('.').Append(name); break;
            case ItemIndex index: text.Append(CultureInfo.InvariantCulture, $"[{index.Index}]"); break;
            case ItemValue value:
                text.Append("[=");
                GoJson.AppendQuoted(text, value.Value);
                text.Append(']');
                break;
            case Keys keys:
                text.Append('[');
                for (var i = 0; i < keys.Fields.Length; i++)
                {
                    if (i > 0) text.Append(',');
                    text.Append(keys.Fields[i].Name).Append('=');
                    GoJson.AppendQuoted(text, keys.Fields[i].Value);
                }

                text.Append(']');
                break;
            default: break;
        }
    }

    /// <summary>Names first, then keys, values and indices: the order of <c>fieldsV1</c>.</summary>
    public int CompareTo(PathElement other)
    {
        if (_ref is string name && other._ref is string otherName) return string.CompareOrdinal(name, otherName);
        var rank = Rank(_ref) - Rank(other._ref);
        if (rank != 0) return rank;
        return (_ref, other._ref) switch
        {
            (Keys a, Keys b) => CompareKeys(a.Fields, b.Fields),
            (ItemValue a, ItemValue b) => ValueOrder.Compare(a.Value, b.Value),
            (ItemIndex a, ItemIndex b) => a.Index.CompareTo(b.Index),
            _ => 0,
        };
    }

    public bool Equals(PathElement other) => CompareTo(other) == 0;

    public override bool Equals(object? obj) => obj is PathElement other && Equals(other);

    public override int GetHashCode() => _ref switch
    {
        string name => name.GetHashCode(StringComparison.Ordinal),
        Keys keys => keys.Fields.Aggregate(1, (hash, field) => HashCode.Combine(hash, field.Name, field.Value)),
        ItemValue value => HashCode.Combine(2, value.Value),
        ItemIndex index => HashCode.Combine(3, index.Index),
        _ => 0,
    };

    public override string ToString()
    {
        var text = new StringBuilder();
        AppendText(text);
        return text.ToString();
    }

    private static Node ParseJson(string text)
    {
        try
        {
            return Json.Parse(text[2..]);
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new FormatException($"Field path element \"{text}\" holds no JSON: {e.Message}", e);
        }
    }

    private static int Rank(object reference) => reference switch
    {
        string => 0,
        Keys => 1,
        ItemValue => 2,
        ItemIndex => 3,
        _ => 4,
    };

    private static int CompareKeys(KeyField[] a, KeyField[] b)
    {
        for (var i = 0; i < a.Length && i < b.Length; i++)
        {
            var names = string.CompareOrdinal(a[i].Name, b[i].Name);
            if (names != 0) return names;
            var values = ValueOrder.Compare(a[i].Value, b[i].Value);
            if (values != 0) return values;
        }

        return a.Length.CompareTo(b.Length);
    }
}
