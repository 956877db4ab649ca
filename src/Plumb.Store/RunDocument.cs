using System.Text.Json;
using System.Text.Json.Serialization;
using Plumb.Reconcile.Registry;
using Plumb.Reconcile.Runs;

namespace Plumb.Store;

/// <summary>Runs and registrations as JSON, with readable enums.</summary>
[JsonSourceGenerationOptions(
    UseStringEnumConverter = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Run))]
[JsonSerializable(typeof(Registration))]
internal sealed partial class RunDocument : JsonSerializerContext
{
    public static byte[] Write(Run run) => JsonSerializer.SerializeToUtf8Bytes(run, Default.Run);

    public static byte[] Write(Registration registration) => JsonSerializer.SerializeToUtf8Bytes(registration, Default.Registration);

    /// <summary>Null when it cannot be read: another version's.</summary>
    public static Registration? ReadRegistration(byte[] document)
    {
        try
        {
            return JsonSerializer.Deserialize(document, Default.Registration);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static Run Read(byte[] document) =>
        JsonSerializer.Deserialize(document, Default.Run) ?? throw new InvalidDataException("the history holds an empty run");
}
