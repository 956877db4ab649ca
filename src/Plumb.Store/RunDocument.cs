using System.Text.Json;
using System.Text.Json.Serialization;
using Plumb.Reconcile.Runs;

namespace Plumb.Store;

/// <summary>Runs as JSON, with readable enums.</summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Run))]
internal sealed partial class RunDocument : JsonSerializerContext
{
    public static byte[] Write(Run run) => JsonSerializer.SerializeToUtf8Bytes(run, Default.Run);

    public static Run Read(byte[] document) =>
        JsonSerializer.Deserialize(document, Default.Run) ?? throw new InvalidDataException("the history holds an empty run");
}
