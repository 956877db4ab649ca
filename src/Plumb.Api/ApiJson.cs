using System.Text.Json.Serialization;

namespace Plumb.Api;

/// <summary>How the contract's records look as JSON: camel case, no reflection.</summary>
/// <remarks>
/// A generated reader sets init-only properties that a document leaves out to null, whatever their initializer says: those of bodies, which people
/// and scripts write, turn null into their default themselves.
/// </remarks>
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
[JsonSerializable(typeof(ClusterCheckRecord))]
[JsonSerializable(typeof(ClusterPatch))]
[JsonSerializable(typeof(SyncBody))]
[JsonSerializable(typeof(VersionRecord))]
[JsonSerializable(typeof(PushBody))]
[JsonSerializable(typeof(ProblemRecord))]
[JsonSerializable(typeof(Page<ApplicationSummary>))]
[JsonSerializable(typeof(Page<AuditRecord>))]
[JsonSerializable(typeof(ApplicationChange))]
[JsonSerializable(typeof(ResourceDetail))]
[JsonSerializable(typeof(IReadOnlyList<ManifestRecord>))]
[JsonSerializable(typeof(IReadOnlyList<EventRecord>))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(DeletionRecord))]
[JsonSerializable(typeof(RollbackBody))]
[JsonSerializable(typeof(RollbackRecord))]
[JsonSerializable(typeof(SuspendBody))]
[JsonSerializable(typeof(IReadOnlyList<RepositoryRecord>))]
[JsonSerializable(typeof(IReadOnlyList<ProjectRecord>))]
[JsonSerializable(typeof(ProjectRecord))]
[JsonSerializable(typeof(SessionRecord))]
[JsonSerializable(typeof(IReadOnlyList<PermissionQuestion>))]
[JsonSerializable(typeof(IReadOnlyList<bool>))]
[JsonSerializable(typeof(IReadOnlyList<AccountRecord>))]
[JsonSerializable(typeof(AccountRecord))]
[JsonSerializable(typeof(AccountBody))]
[JsonSerializable(typeof(AccountPatch))]
[JsonSerializable(typeof(PasswordBody))]
[JsonSerializable(typeof(IReadOnlyList<TokenRecord>))]
[JsonSerializable(typeof(TokenBody))]
[JsonSerializable(typeof(NewTokenRecord))]
[JsonSerializable(typeof(IReadOnlyList<SignInRecord>))]
[JsonSerializable(typeof(SettingsRecord))]
[JsonSerializable(typeof(SignInBody))]
public sealed partial class ApiJson : JsonSerializerContext;
