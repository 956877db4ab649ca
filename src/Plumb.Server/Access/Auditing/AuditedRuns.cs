using Plumb.Reconcile.Runs;

namespace Plumb.Server.Access.Auditing;

/// <summary>
/// The history of runs, which notes in the audit trail how those ended that Plumb began by itself, and those that it stopped during. How a run
/// ended that a caller asked for is noted with who the caller was, where it is asked for.
/// </summary>
internal sealed class AuditedRuns(IRunStore inner, AuditTrail audit, Func<string, string> projectOf) : IRunStore
{
    /// <inheritdoc/>
    public async Task SaveAsync(Run run, CancellationToken ct)
    {
        await inner.SaveAsync(run, ct);
        if (run.FinishedAt is not null && (run.Trigger != RunTrigger.Manual || run.Interruptions > 0)) await audit.RecordAsync(Entry(run), ct);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<Run>> ListAsync(string? application, int limit, CancellationToken ct) => inner.ListAsync(application, limit, ct);

    /// <inheritdoc/>
    public Task<Run?> FindAsync(string id, CancellationToken ct) => inner.FindAsync(id, ct);

    /// <inheritdoc/>
    public Task<IReadOnlyList<Run>> ListUnfinishedAsync(CancellationToken ct) => inner.ListUnfinishedAsync(ct);

    private AuditEntry Entry(Run run) => new()
    {
        Who = run.Initiator,
        Method = Why(run.Trigger),
        Action = "sync",
        Subject = run.Application,
        Project = projectOf(run.Application),
        Outcome = run.Phase is RunPhase.Succeeded or RunPhase.Superseded ? AuditOutcome.Done : AuditOutcome.Failed,
        Detail = $"{run.Phase}: {run.Message}",
        Revision = string.Join(' ', run.Revisions),
        Run = run.Id,
    };

    private static string Why(RunTrigger trigger) => trigger switch
    {
        RunTrigger.Automated => "automated",
        RunTrigger.SelfHeal => "self-heal",
        RunTrigger.Retry => "retry",
        RunTrigger.Resume => "resumed",
        _ => "asked for",
    };
}
