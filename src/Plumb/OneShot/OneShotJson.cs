using System.Text.Json.Serialization;
using Plumb.Api;

namespace Plumb.Commands.OneShot;

/// <summary>Lists of the API's records, which the API itself gives one by one.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyList<ApplicationDetail>))]
[JsonSerializable(typeof(IReadOnlyList<PlanRecord>))]
internal sealed partial class OneShotJson : JsonSerializerContext;
