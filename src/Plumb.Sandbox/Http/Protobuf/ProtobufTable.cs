using System.Collections.Frozen;

namespace Plumb.Sandbox.Http.Protobuf;

/// <summary>One field of a message.</summary>
/// <param name="Name">JSON name; null when the message's fields belong to the outer one.</param>
/// <param name="Type">Type letter or name of a message, see <c>generate.py</c>.</param>
/// <param name="IsPointer">Zero values were set on purpose.</param>
/// <param name="IsList">Repeated.</param>
/// <param name="IsMap">Keyed by text.</param>
internal sealed record ProtobufField(string? Name, string Type, bool IsPointer, bool IsList, bool IsMap);

/// <summary>How Kubernetes' messages are laid out, from the generated <c>fields.txt</c>.</summary>
internal sealed class ProtobufTable
{
    private static readonly Lazy<ProtobufTable> Loaded = new(() => new ProtobufTable());

    private readonly FrozenDictionary<string, Dictionary<int, ProtobufField>> _messages;

    private ProtobufTable()
    {
        var messages = new Dictionary<string, Dictionary<int, ProtobufField>>(StringComparer.Ordinal);
        using var stream = typeof(ProtobufTable).Assembly.GetManifestResourceStream("Plumb.Sandbox.Protobuf.fields.txt")!;
        using var reader = new StreamReader(stream);
        var package = "";
        Dictionary<int, ProtobufField> fields = [];
        while (reader.ReadLine() is { } line)
        {
            var parts = line.Split(' ');
            switch (parts[0])
            {
                case "=":
                    package = parts[1];
                    break;
                case ".":
                    messages[$"{package}.{parts[1]}"] = fields = [];
                    break;
                default:
                    fields[int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture)] = ReadField(parts[1], parts[2]);
                    break;
            }
        }

        _messages = messages.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The table; immutable, read at first use.</summary>
    public static ProtobufTable Instance => Loaded.Value;

    public IReadOnlyDictionary<int, ProtobufField>? Message(string name) => _messages.GetValueOrDefault(name);

    /// <summary>The message of a kind; options that every group shares are in <c>meta/v1</c>.</summary>
    public string? MessageOf(string apiVersion, string kind)
    {
        var name = $"{(apiVersion.Contains('/') ? apiVersion : "/" + apiVersion)}.{kind}";
        if (_messages.ContainsKey(name)) return name;
        return _messages.ContainsKey("meta/v1." + kind) ? "meta/v1." + kind : null;
    }

    private static ProtobufField ReadField(string name, string type)
    {
        var pointer = type.StartsWith('*');
        if (pointer) type = type[1..];
        var list = type.StartsWith('[');
        var map = type.StartsWith('{');
        return new(name == "-" ? null : name, list || map ? type[1..] : type, pointer, list, map);
    }
}
