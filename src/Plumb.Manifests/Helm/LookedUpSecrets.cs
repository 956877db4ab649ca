using System.Collections.Frozen;
using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Patches;
using Plumb.Reconcile.Rendering;

namespace Plumb.Manifests.Helm;

/// <summary>
/// The values of the Secrets that a render looked up, to keep them out of messages, and to find where they went. Values of fewer than four
/// characters are left out: they are everywhere.
/// </summary>
internal sealed class LookedUpSecrets
{
    private const int Shortest = 4;
    private const string Mask = "++++++++";

    private readonly string[] _values; // the longest first, as one may be part of another

    private LookedUpSecrets(IEnumerable<string> values) => _values = [.. values.OrderByDescending(v => v.Length)];

    /// <summary>Nothing was looked up that is secret.</summary>
    public static LookedUpSecrets None { get; } = new([]);

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _values.Length == 0;

    /// <summary>Those of the Secrets among some answers.</summary>
    public static LookedUpSecrets Of(IEnumerable<LiveQuery> used, IReadOnlyDictionary<LiveQuery, LiveAnswer> answers)
    {
        var values = new HashSet<string>(StringComparer.Ordinal);
        foreach (var query in used.Where(q => q is { Group: "", Kind: "Secret" }))
        {
            if (answers[query].Content is not { IsEmpty: false } content) continue;
            var found = Json.Parse(content.Span);
            foreach (var secret in found["items"].AsList() is { } list ? (IEnumerable<Node>)list : [found]) Add(values, secret["data"]);
        }

        return values.Count == 0 ? None : new LookedUpSecrets(values);
    }

    /// <summary>The text without them.</summary>
    public string Masked(string text)
    {
        foreach (var value in _values) text = text.Replace(value, Mask, StringComparison.Ordinal);
        return text;
    }

    /// <summary>Whether a text holds one of them.</summary>
    public bool AreIn(string text) => Array.Exists(_values, v => text.Contains(v, StringComparison.Ordinal));

    /// <summary>The fields that hold one of them: see <see cref="Objects.ManifestResource.SecretFields"/>.</summary>
    public IReadOnlySet<string> FieldsOf(MapNode root)
    {
        if (IsEmpty) return FrozenSet<string>.Empty;
        var found = new HashSet<string>(StringComparer.Ordinal);
        Find(root, "", found);
        return found.Count == 0 ? FrozenSet<string>.Empty : found;
    }

    private void Find(MapNode map, string path, HashSet<string> found)
    {
        foreach (var (key, value) in map)
        {
            var at = JsonPointer.Below(path, key);
            if (value.AsMap() is { } below) Find(below, at, found);
            else if (IsIn(value)) found.Add(at);
        }
    }

    private bool IsIn(Node value) => value.AsString() is { } text ? AreIn(text)
        : value.AsList() is { } list ? list.Any(IsIn)
        : value.AsMap() is { } map && map.Any(e => IsIn(e.Value));

    private static void Add(HashSet<string> values, Node data)
    {
        foreach (var (_, value) in data.AsMap() ?? new MapNode())
        {
            if (value.AsString() is not { } encoded) continue;
            if (encoded.Length >= Shortest) values.Add(encoded);
            var bytes = new byte[encoded.Length];
            if (!Convert.TryFromBase64String(encoded, bytes, out var length)) continue;
            var plain = Encoding.UTF8.GetString(bytes, 0, length);
            if (plain.Length < Shortest) continue;
            values.Add(plain);
            // What is of several lines is printed with an indent, line for line.
            foreach (var line in plain.Split('\n').Select(l => l.Trim()).Where(l => l.Length >= 16)) values.Add(line);
        }
    }
}
