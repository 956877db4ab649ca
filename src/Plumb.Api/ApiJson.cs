using System.Text.Json.Serialization;

namespace Plumb.Api;

/// <summary>How the contract's records look as JSON: camel case, no reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = false)]
[JsonSerializable(typeof(IReadOnlyList<ApplicationSummary>))]
[JsonSerializable(typeof(ApplicationDetail))]
[JsonSerializable(typeof(PlanRecord))]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(IReadOnlyList<RunRecord>))]
[JsonSerializable(typeof(IReadOnlyList<TreeRecord>))]
[JsonSerializable(typeof(IReadOnlyList<ClusterRecord>))]
[JsonSerializable(typeof(ClusterRecord))]
[JsonSerializable(typeof(ClusterBody))]
[JsonSerializable(typeof(ClusterPatch))]
[JsonSerializable(typeof(SyncBody))]
[JsonSerializable(typeof(VersionRecord))]
[JsonSerializable(typeof(PushBody))]
[JsonSerializable(typeof(ProblemRecord))]
public sealed partial class ApiJson : JsonSerializerContext;
