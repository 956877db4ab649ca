using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Plumb.Manifests.Documents;

/// <summary>
/// JSON in and out without reflection. Integers stay integers (beyond 64 bits as digits), other numbers are doubles; a duplicate key:
/// the last wins, as in Go.
/// </summary>
public static class Json
{
    /// <summary>Nesting allowed. Deeper input is refused.</summary>
    public const int MaxDepth = 512;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxDepth, AllowTrailingCommas = false };

    private static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = MaxDepth * 2,
        SkipValidation = true,
    };

    /// <summary>Reads one value and nothing after it.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="pool">Where equal texts of many documents become one string; null: each its own.</param>
    /// <exception cref="JsonException">Not JSON; the exception has the line and byte position, both from 0.</exception>
    public static Node Parse(ReadOnlySpan<byte> utf8, StringPool? pool = null)
    {
        var reader = new Utf8JsonReader(utf8, ReaderOptions);
        if (!reader.Read()) throw new JsonException("The input is empty.");
        var node = ReadValue(ref reader, pool);
        if (reader.Read()) throw new JsonException("There is more after the value.");
        return node;
    }

    /// <summary>Reads one value and nothing after it.</summary>
    /// <exception cref="JsonException">Not JSON.</exception>
    public static Node Parse(string text) => Parse(Encoding.UTF8.GetBytes(text));

    /// <summary>Reads the value that the reader stands on and leaves it on the value's last token.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="pool">Where equal texts of many documents become one string; null: each its own.</param>
    /// <exception cref="JsonException">Not JSON.</exception>
    public static Node ReadValue(ref Utf8JsonReader reader, StringPool? pool = null)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var map = new MapNode();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var key = pool is null ? reader.GetString()! : pool.Key(ref reader);
                    reader.Read();
                    map[key] = ReadValue(ref reader, pool);
                }

                return map;
            case JsonTokenType.StartArray:
                var list = new ListNode();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) list.Add(ReadValue(ref reader, pool));
                return list;
            case JsonTokenType.String: return pool is null ? reader.GetString() : pool.Value(ref reader);
            case JsonTokenType.True: return true;
            case JsonTokenType.False: return false;
            case JsonTokenType.Null: return Node.Null;
            case JsonTokenType.Number: return ReadNumber(ref reader);
            default: throw new JsonException($"Unexpected {reader.TokenType}.");
        }
    }

    /// <summary>The value as compact UTF-8.</summary>
    public static byte[] Write(Node node)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions)) Write(writer, node);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The value as compact text.</summary>
    public static string WriteText(Node node) => Encoding.UTF8.GetString(Write(node));

    /// <summary>Writes the value. Absent is written as null.</summary>
    public static void Write(Utf8JsonWriter writer, Node node)
    {
        switch (node.Kind)
        {
            case NodeKind.Map:
                writer.WriteStartObject();
                foreach (var (key, value) in node.AsMap()!)
                {
                    writer.WritePropertyName(key);
                    Write(writer, value);
                }

                writer.WriteEndObject();
                break;
            case NodeKind.List:
                writer.WriteStartArray();
                foreach (var item in node.AsList()!) Write(writer, item);
                writer.WriteEndArray();
                break;
            case NodeKind.String: writer.WriteStringValue(node.AsString()); break;
            case NodeKind.Bool: writer.WriteBooleanValue(node.AsBool()!.Value); break;
            case NodeKind.Int: writer.WriteNumberValue(node.AsInt()!.Value); break;
            case NodeKind.BigInt: writer.WriteRawValue(node.AsBigInt()!); break;
            case NodeKind.Float: WriteFloat(writer, node.AsDouble()!.Value); break;
            default: writer.WriteNullValue(); break;
        }
    }

    private static Node ReadNumber(ref Utf8JsonReader reader)
    {
        if (reader.TryGetInt64(out var number)) return number;
        var text = Encoding.ASCII.GetString(reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan);
        return text.AsSpan().IndexOfAny('.', 'e', 'E') < 0
            ? Node.BigInt(text)
            : double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    private static void WriteFloat(Utf8JsonWriter writer, double value)
    {
        if (!double.IsFinite(value)) throw new JsonException("JSON cannot hold infinities or NaN.");
        writer.WriteNumberValue(value);
    }
}
