using System.Runtime.CompilerServices;
using System.Security.Claims;
using Plumb.Api;
using Plumb.Reconcile.States;
using Plumb.Server.Access;
using Plumb.Server.Access.Accounts;
using Plumb.Server.Access.Auditing;
using Plumb.Server.Access.Policy;
using Plumb.Server.Composition;
using Plumb.Server.Http;
using Plumb.Server.Rollbacks;

namespace Plumb.Server.Api;

/// <summary>What the API works on.</summary>
/// <param name="Engine">The loop and what it runs on.</param>
/// <param name="Options">How the server is set up.</param>
/// <param name="Rights">Who may do what.</param>
/// <param name="Callers">Who still may.</param>
/// <param name="Accounts">Accounts and tokens.</param>
/// <param name="Audit">Who did what.</param>
/// <param name="Time">The clock.</param>
internal sealed record ServerParts(
    Engine Engine, ServerOptions Options, Rights Rights, Callers Callers, AccountAdmin Accounts, AuditTrail Audit, TimeProvider Time)
{
    private readonly ConditionalWeakTable<ApplicationState, ApplicationSummary> _summaries = [];

    /// <summary>When the server was started.</summary>
    public DateTimeOffset StartedAt { get; } = Time.GetUtcNow();

    /// <summary>Makes commits that take an application back.</summary>
    public RollbackPlanner Rollbacks { get; } = new(Engine);

    /// <summary>What lists show of a state: one record for all who look, however many.</summary>
    public ApplicationSummary SummaryOf(ApplicationState state) => _summaries.GetValue(state, Mapping.ToSummary);
}

/// <summary>The API in the name of whoever asks. HTTP and the page use the same.</summary>
internal sealed class ServerApis(ServerParts parts) : IPlumbApis
{
    /// <inheritdoc/>
    public IPlumbApi For(ClaimsPrincipal caller) => new ServerApi(parts, Caller.Find(caller));
}
