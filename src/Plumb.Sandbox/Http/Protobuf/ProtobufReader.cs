using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Storage;

namespace Plumb.Sandbox.Http.Protobuf;

/// <summary>
/// Reads <c>application/vnd.kubernetes.protobuf</c>, in which the typed clients of kubectl send what <c>kubectl create</c> makes. Zero
/// values of fields that are no pointers were not set and are left out, as JSON's omitempty does.
/// </summary>
internal static class ProtobufReader
{
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private const int MaxDepth = 64;

    /// <exception cref="ApiException">Malformed (400), or a kind that is not known in this form (415).</exception>
    public static MapNode Read(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("k8s\0"u8))
            throw ApiErrors.BadRequest("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        try
        {
            return ReadEnvelope(body[4..]);
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or IndexOutOfRangeException or JsonException)
        {
            throw Malformed();
        }
    }

    private static MapNode ReadEnvelope(ReadOnlySpan<byte> data)
    {
        string apiVersion = "", kind = "";
        ReadOnlySpan<byte> raw = default;
        while (data.Length > 0)
        {
            var (field, _, bytes) = Next(ref data, out _);
            if (field == 2) raw = bytes;
            if (field != 1) continue;
            var type = bytes;
            while (type.Length > 0)
            {
                var (part, _, text) = Next(ref type, out _);
                if (part == 1) apiVersion = Encoding.UTF8.GetString(text);
                if (part == 2) kind = Encoding.UTF8.GetString(text);
            }
        }

        var message = ProtobufTable.Instance.MessageOf(apiVersion, kind)
            ?? throw ApiErrors.UnsupportedMediaType("application/json", "application/yaml");
        var root = new MapNode { ["apiVersion"] = apiVersion, ["kind"] = kind };
        ReadMessage(raw, message, root, 0);
        return root;
    }

    private static void ReadMessage(ReadOnlySpan<byte> data, string message, MapNode into, int depth)
    {
        if (depth > MaxDepth || ProtobufTable.Instance.Message(message) is not { } fields) throw Malformed();
        while (data.Length > 0)
        {
            var (number, wire, bytes) = Next(ref data, out var value);
            if (!fields.TryGetValue(number, out var field)) continue;
            if (field.Name is null) ReadMessage(bytes, field.Type, into, depth + 1);
            else if (field.IsMap) ReadEntry(bytes, field, into.GetOrAddMap(field.Name), depth);
            else if (field.IsList) AddItems(into, field, wire, bytes, value, depth);
            else if (ReadValue(field.Type, bytes, value, depth) is var read && (field.IsPointer || !IsZero(read))) into[field.Name] = read;
        }
    }

    private static void AddItems(MapNode into, ProtobufField field, int wire, ReadOnlySpan<byte> bytes, ulong value, int depth)
    {
        var list = into[field.Name!].AsList();
        if (list is null) into[field.Name!] = list = [];
        if (field.Type == "i" && wire == 2)
        {
            while (bytes.Length > 0) list.Add((long)Varint(ref bytes));
            return;
        }

        list.Add(ReadValue(field.Type, bytes, value, depth));
    }

    private static void ReadEntry(ReadOnlySpan<byte> data, ProtobufField field, MapNode into, int depth)
    {
        var key = "";
        var found = field.Type is "s" or "y" ? (Node)"" : new MapNode();
        while (data.Length > 0)
        {
            var (number, _, bytes) = Next(ref data, out var value);
            if (number == 1) key = Encoding.UTF8.GetString(bytes);
            if (number == 2) found = field.Type.StartsWith('[') ? Texts(bytes) : ReadValue(field.Type, bytes, value, depth);
        }

        into[key] = found;
    }

    /// <summary>A map's value that is a list of texts: a message with one repeated field.</summary>
    private static ListNode Texts(ReadOnlySpan<byte> data)
    {
        var list = new ListNode();
        while (data.Length > 0) list.Add(Encoding.UTF8.GetString(Next(ref data, out _).Bytes));
        return list;
    }

    private static Node ReadValue(string type, ReadOnlySpan<byte> bytes, ulong value, int depth)
    {
        switch (type)
        {
            case "s": return Encoding.UTF8.GetString(bytes);
            case "y": return Convert.ToBase64String(bytes);
            case "i": return (long)value;
            case "b": return value != 0;
            case "d": return BitConverter.UInt64BitsToDouble(value);
            case "t": return ReadTime(bytes);
            case "q": return bytes.Length == 0 ? "" : Encoding.UTF8.GetString(Next(ref bytes, out _).Bytes);
            case "x": return ReadIntOrString(bytes);
            case "j": return bytes.Length == 0 ? Node.Null : Json.Parse(Next(ref bytes, out _).Bytes);
            default:
                var map = new MapNode();
                ReadMessage(bytes, type, map, depth + 1);
                return map;
        }
    }

    private static Node ReadTime(ReadOnlySpan<byte> data)
    {
        if (data.Length == 0) return Node.Null;
        long seconds = 0, nanos = 0;
        while (data.Length > 0)
        {
            var field = Next(ref data, out var value).Field;
            if (field == 1) seconds = (long)value;
            if (field == 2) nanos = (long)value;
        }

        var time = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanos / 100);
        return nanos == 0
            ? Timestamps.Format(time)
            : time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
    }

    private static Node ReadIntOrString(ReadOnlySpan<byte> data)
    {
        Node number = 0, text = "";
        var isText = false;
        while (data.Length > 0)
        {
            var (field, _, bytes) = Next(ref data, out var value);
            if (field == 1) isText = value == 1;
            if (field == 2) number = (int)(long)value;
            if (field == 3) text = Encoding.UTF8.GetString(bytes);
        }

        return isText ? text : number;
    }

    private static bool IsZero(Node value) => value.Kind switch
    {
        NodeKind.Absent or NodeKind.Null => true,
        NodeKind.String => value.AsString()!.Length == 0,
        NodeKind.Map => value.AsMap()!.Count == 0,
        NodeKind.List => value.AsList()!.Count == 0,
        NodeKind.Bool => value == false,
        _ => value.AsDouble() == 0,
    };

    private readonly ref struct Part(int field, int wire, ReadOnlySpan<byte> bytes)
    {
        public int Field { get; } = field;

        public ReadOnlySpan<byte> Bytes { get; } = bytes;

        public void Deconstruct(out int number, out int wireType, out ReadOnlySpan<byte> content)
        {
            number = Field;
            wireType = wire;
            content = Bytes;
        }
    }

    private static Part Next(scoped ref ReadOnlySpan<byte> data, out ulong value)
    {
        var tag = Varint(ref data);
        value = 0;
        ReadOnlySpan<byte> bytes = default;
        var wire = (int)(tag & 7);
        switch (wire)
        {
            case 0:
                value = Varint(ref data);
                break;
            case 1:
                value = BinaryPrimitives.ReadUInt64LittleEndian(data);
                data = data[8..];
                break;
            case 2:
                var length = checked((int)Math.Min(Varint(ref data), int.MaxValue));
                bytes = data[..length];
                data = data[length..];
                break;
            case 5:
                value = BinaryPrimitives.ReadUInt32LittleEndian(data);
                data = data[4..];
                break;
            default: throw Malformed();
        }

        return new((int)(tag >> 3), wire, bytes);
    }

    private static ulong Varint(scoped ref ReadOnlySpan<byte> data)
    {
        var result = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var b = data[0];
            data = data[1..];
            result |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80) return result;
        }

        throw Malformed();
    }

    private static ApiException Malformed() => ApiErrors.BadRequest("the body is not Kubernetes' protobuf");
}
