using System.Globalization;
using Plumb.Api;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Suspensions;
using Plumb.Reconcile.Targets;
using Plumb.Server.Access.Auditing;
using Plumb.Server.Http;

namespace Plumb.Server.Api;

/// <content>What can be done to an application.</content>
internal sealed partial class ServerApi
{
    private const int MaxReason = 500;

    public Task<RunRecord> SyncAsync(string name, SyncBody body, CancellationToken ct)
    {
        List<ResourcePattern> patterns = [];
        foreach (var text in body.Patterns)
        {
            if (!ResourcePattern.TryParse(text, out var pattern))
                throw BadRequest($"\"{text}\" names no resources; write [!]GROUP:KIND:[NAMESPACE/]NAME, such as apps:Deployment:shop/web or :Service:*");
            patterns.Add(pattern);
        }

        return DoAsync(
            name, "sync", body.DryRun ? "sync (dry run)" : "sync",
            async (_, caller, note) =>
            {
                var run = await parts.Engine.Reconciler.SyncAsync(
                    name,
                    new SyncRequest
                    {
                        Initiator = caller.IsOpen ? "api" : caller.Name,
                        Prune = body.Prune,
                        Confirmed = body.Confirm,
                        DryRun = body.DryRun,
                        Patterns = patterns,
                        Resources = body.Resources.Select(r => r.ToId()).ToHashSet(),
                    },
                    ct);
                note.Run = run.Id;
                note.Revision = string.Join(' ', run.Revisions);
                note.Outcome = run.Phase == RunPhase.Succeeded ? AuditOutcome.Done : AuditOutcome.Failed;
                note.Detail = $"{(body.Prune ? "with prune; " : "")}{run.Phase}: {run.Message}";
                return run.ToRecord();
            },
            ct);
    }

    public Task RefreshAsync(string name, CancellationToken ct)
    {
        Find(name);
        return Try(name, () => parts.Engine.Reconciler.Refresh(name));
    }

    public Task TerminateAsync(string name, CancellationToken ct) => DoAsync(
        name, "sync", "terminate",
        (state, _, note) =>
        {
            note.Run = state.Operation?.Id ?? "";
            parts.Engine.Reconciler.Terminate(name);
            return Task.FromResult(true);
        },
        ct);

    public Task ConfirmAsync(string name, CancellationToken ct) => DoAsync(
        name, "sync", "confirm",
        (state, _, note) =>
        {
            note.Detail = state.Operation?.Message is { Length: > 0 } asked ? asked : state.WaitingFor;
            parts.Engine.Reconciler.Confirm(name);
            return Task.FromResult(true);
        },
        ct);

    public Task<DeletionRecord> PreviewDeletionAsync(string name, bool cascade, CancellationToken ct) =>
        Task.FromResult(DeletionPreview.Of(Find(name), parts.Engine.Reconciler, cascade));

    public Task DeleteAsync(string name, bool cascade, CancellationToken ct, string propagation = "foreground", bool hooks = true)
    {
        if (!Enum.TryParse<DeletePropagation>(propagation, ignoreCase: true, out var how) || !Enum.IsDefined(how) || int.TryParse(propagation, out _))
            throw BadRequest($"propagation is \"{propagation}\"; it can be foreground, background or orphan");
        return DoAsync(
            name, "delete", "delete",
            async (_, _, note) =>
            {
                note.Detail = cascade ? "with its resources" : "its resources stay";
                await parts.Engine.Reconciler.DeleteAsync(name, new DeleteRequest { Cascade = cascade, Propagation = how, RunHooks = hooks }, ct);
                return true;
            },
            ct);
    }

    public async Task<RollbackRecord> PreviewRollbackAsync(string name, RollbackBody body, CancellationToken ct)
    {
        var state = Find(name);
        return await parts.Rollbacks.PlanAsync(state, await RunOfAsync(name, body.Run, ct), body, Caller, ct);
    }

    public Task<RollbackRecord> RollbackAsync(string name, RollbackBody body, CancellationToken ct)
    {
        if (body.Reason.Length > MaxReason) throw BadRequest($"the reason has {body.Reason.Length} characters; at most {MaxReason}");
        return DoAsync(
            name, "update", "rollback",
            async (state, caller, note) =>
            {
                var done = await parts.Rollbacks.WriteAsync(state, await RunOfAsync(name, body.Run, ct), body, caller, ct);
                note.Revision = done.Commit;
                note.Run = body.Run;
                note.Detail = $"to {done.To} by a commit on {done.Branch} of {done.Repository}";
                return done;
            },
            ct);
    }

    public Task<ApplicationDetail> SuspendAsync(string name, SuspendBody body, CancellationToken ct)
    {
        var now = parts.Time.GetUtcNow();
        var reason = body.Reason.Trim();
        if (reason.Length is 0 or > MaxReason) throw BadRequest($"say why it is suspended, in 1 to {MaxReason} characters");
        if (body.Until <= now) throw BadRequest($"{body.Until:O} has passed: a suspension ends in the future, or when somebody resumes");
        return DoAsync(
            name, "update", "suspend",
            async (_, caller, note) =>
            {
                var suspension = new Suspension(caller.IsOpen ? "somebody on this machine" : caller.Name, reason, now, body.Until?.ToUniversalTime());
                note.Detail = suspension.Until is { } until
                    ? string.Create(CultureInfo.InvariantCulture, $"until {until:yyyy-MM-dd HH:mm:ss} UTC: {reason}")
                    : reason;
                await parts.Engine.Reconciler.SuspendAsync(name, suspension, ct);
                return Suspended(name, suspension);
            },
            ct);
    }

    public Task<ApplicationDetail> ResumeAsync(string name, CancellationToken ct) => DoAsync(
        name, "update", "resume",
        async (_, _, _) =>
        {
            await parts.Engine.Reconciler.SuspendAsync(name, null, ct);
            return Suspended(name, null);
        },
        ct);

    /// <summary>The loop shows it with its next turn; who asked need not wait for that.</summary>
    private ApplicationDetail Suspended(string name, Suspension? suspension) =>
        parts.Engine.Reconciler.Find(name) is { } state ? (state with { Suspension = suspension }).ToDetail() : throw NoApplication(name);

    private async Task<Run> RunOfAsync(string name, string id, CancellationToken ct) =>
        await parts.Engine.Runs.FindAsync(id, ct) is { } run && run.Application == name
            ? run
            : throw NotFound($"{name} has no run {id}; `plumb app history {name}` shows those there are.");

    private static Task Try(string name, Action action)
    {
        try
        {
            action();
            return Task.CompletedTask;
        }
        catch (KeyNotFoundException)
        {
            throw NoApplication(name);
        }
    }
}
