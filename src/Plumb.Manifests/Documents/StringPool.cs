using System.Text;
using System.Text.Json;

namespace Plumb.Manifests.Documents;

/// <summary>
/// Gives equal short texts of many documents one string: keys repeat in every document, and so do values such as namespaces, kinds,
/// managers and versions. Bounded: a text that falls on a taken place pushes the other out, and is then merely not shared. Safe for
/// concurrent use.
/// </summary>
public sealed class StringPool
{
    private const int Places = 4096; // a power of two
    private const int LongestKey = 128;
    private const int LongestValue = 32; // leaves out uids and most names, which are each there once

    private readonly string?[] _keys = new string?[Places];
    private readonly string?[] _values = new string?[Places];

    /// <summary>The text of the property name that the reader stands on.</summary>
    public string Key(ref Utf8JsonReader reader) => Take(_keys, LongestKey, ref reader);

    /// <summary>The text of the string that the reader stands on.</summary>
    public string Value(ref Utf8JsonReader reader) => Take(_values, LongestValue, ref reader);

    /// <summary>The text as a string.</summary>
    public string Text(ReadOnlySpan<char> text)
    {
        if (text.Length > LongestValue) return text.ToString();
        if (text.IsEmpty) return "";
        ref var place = ref _values[Hash(text) & (Places - 1)];
        if (place is { } known && text.SequenceEqual(known)) return known;
        return place = text.ToString();
    }

    private static string Take(string?[] places, int longest, ref Utf8JsonReader reader)
    {
        var text = reader.ValueSpan;
        if (reader.HasValueSequence || reader.ValueIsEscaped || text.Length > longest) return reader.GetString()!;
        if (text.IsEmpty) return "";
        ref var place = ref places[Hash(text) & (Places - 1)];
        // Read once: another thread may replace it meanwhile.
        if (place is { } known && known.Length == text.Length && Ascii.Equals(text, known)) return known;
        return place = reader.GetString()!;
    }

    /// <summary>FNV-1a: short texts, no adversary that could gain more than a text that is not shared.</summary>
    private static uint Hash(ReadOnlySpan<byte> text)
    {
        var hash = 2166136261u;
        foreach (var b in text) hash = (hash ^ b) * 16777619u;
        return hash ^ (hash >> 15);
    }

    /// <summary>The same as of these characters' bytes when they are ASCII, so that both kinds of text share a place.</summary>
    private static uint Hash(ReadOnlySpan<char> text)
    {
        var hash = 2166136261u;
        foreach (var c in text) hash = (hash ^ c) * 16777619u;
        return hash ^ (hash >> 15);
    }
}
