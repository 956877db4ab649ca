using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Plumb.Manifests.Documents;

namespace Plumb.Manifests.Objects;

/// <summary>One spelling for equal content: JSON with sorted keys, hashed.</summary>
public static class CanonicalJson
{
    /// <summary>SHA-256 of the value's canonical JSON, lower-case hex. Values equal as data have equal digests.</summary>
    public static string Digest(Node value)
    {
        var buffer = new ArrayBufferWriter<byte>(2048);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true, MaxDepth = Json.MaxDepth * 2 }))
        {
            Write(writer, value);
        }

        return Convert.ToHexStringLower(SHA256.HashData(buffer.WrittenSpan));
    }

    private static void Write(Utf8JsonWriter writer, Node value)
    {
        if (value.AsMap() is { } map)
        {
            writer.WriteStartObject();
            var entries = ArrayPool<KeyValuePair<string, Node>>.Shared.Rent(map.Count);
            try
            {
                for (var i = 0; i < map.Count; i++) entries[i] = map.EntryAt(i);
                var sorted = entries.AsSpan(0, map.Count);
                sorted.Sort(static (a, b) => string.CompareOrdinal(a.Key, b.Key));
                foreach (var (key, item) in sorted)
                {
                    writer.WritePropertyName(key);
                    Write(writer, item);
                }
            }
            finally
            {
                ArrayPool<KeyValuePair<string, Node>>.Shared.Return(entries, clearArray: true);
            }

            writer.WriteEndObject();
        }
        else if (value.AsList() is { } list)
        {
            writer.WriteStartArray();
            foreach (var item in list) Write(writer, item);
            writer.WriteEndArray();
        }
        else if (value.Kind == NodeKind.Float && value.AsInt() is { } whole)
        {
            writer.WriteNumberValue(whole); // 1.0 and 1 are the same data
        }
        else
        {
            Json.Write(writer, value);
        }
    }
}
