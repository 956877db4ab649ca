using Microsoft.Extensions.Logging;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Sync;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Loop;

/// <summary>The turn of an application that is to be deleted.</summary>
internal sealed partial class ApplicationLoop : IDeletionHost
{
    /// <summary>True when the application is gone.</summary>
    private async Task<bool> DeleteAsync(PendingDelete pending, CancellationToken ct)
    {
        var spec = _definition.Spec;
        _mailbox.RefuseSync("the application is being deleted");
        _terminate = false;
        if (!_state.Deleting) _confirmations.Clear();
        _deletionFault = null;
        Publish(_state with { Deleting = true, WaitingFor = "deletion: begun", WaitsOn = WaitReason.Deletion });
        if (_deletion is null || !ReferenceEquals(_deletion.Request, pending.Request)
            || !ReferenceEquals(_deletion.Target, _context.Targets.Find(spec.Destination)))
        {
            _deletion = await BeginDeletionAsync(spec, pending.Request, ct).ConfigureAwait(false);
        }

        var started = _context.Time.GetUtcNow();
        if (await _deletion.RunAsync(ct).ConfigureAwait(false) is not { } outcome)
        {
            Raise(Signal.Request);
            return false;
        }

        await _context.Runs.SaveAsync(RunOf(_deletion, outcome, started), ct).ConfigureAwait(false);
        _confirmations.Clear();
        if (!outcome.Done)
        {
            _deletion = null;
            _deletionFault = outcome.Message;
            Publish(_state with { Deleting = false, WaitingFor = "", WaitsOn = WaitReason.None, Conditions = WithCondition(Condition.DeletionError, outcome.Message) });
            _mailbox.RefuseDelete(outcome.Message);
            DeletionGivenUp(_logger, spec.Name, outcome.Message);
            return false;
        }

        _registry.Wake(_context.Claims.Remove(spec.Name));
        _context.Renders.Forget(spec.Name);
        _registry.Forget(spec.Name);
        pending.Done.TrySetResult();
        Deleted(_logger, spec.Name, outcome.Message);
        return true;
    }

    private async Task<Deletion> BeginDeletionAsync(ApplicationSpec spec, DeleteRequest request, CancellationToken ct)
    {
        var target = _context.Targets.Find(spec.Destination);
        if (target is null && request.Cascade && _context.Targets.Pending is { } pending) throw new TargetException($"deletion: {pending}");
        var hooks = target is null || !DeletionHooks.AreWanted(spec, request)
            ? DeletionHooks.None
            : await DeletionHooksAsync(spec, request, target, ct).ConfigureAwait(false);
        var acting = target is null ? default : ActingUserOf(spec, target);
        if (acting.Fault is { } fault) throw new TargetException(fault);
        return new Deletion(spec, request, hooks, target, _registry, _context.Claims, this, _context.Options, _context.Time)
        {
            Impersonate = acting.User,
        };
    }

    /// <summary>The hooks as Git states them now; when that cannot be had, as it stated them last.</summary>
    private async Task<DeletionHooks> DeletionHooksAsync(ApplicationSpec spec, DeleteRequest request, ITarget target, CancellationToken ct)
    {
        string fault;
        try
        {
            var capabilities = await target.GetCapabilitiesAsync(ct).ConfigureAwait(false);
            var (revisions, renders) = await RenderAsync(spec, target, capabilities, Freshness.Mirror, ct).ConfigureAwait(false);
            if (Faults(renders) is not { } errors) return DeletionHooks.Of(spec, request, DesiredState.Of(spec, revisions, renders));
            fault = errors;
        }
        catch (SourceException e)
        {
            fault = e.Message;
        }

        return _desired is { } lastGood ? DeletionHooks.Of(spec, request, lastGood) : DeletionHooks.Unknown(spec, fault);
    }

    /// <summary>Also tells a later application of this name that what was synced before is gone.</summary>
    private Run RunOf(Deletion deletion, DeletionOutcome outcome, DateTimeOffset started) => new()
    {
        Id = _context.Ids.Next(started),
        Application = Spec.Name,
        Revisions = _state.Revisions,
        DesiredDigest = "",
        Trigger = RunTrigger.Manual,
        Initiator = "plumb",
        StartedAt = started,
        FinishedAt = _context.Time.GetUtcNow(),
        Phase = outcome.Done ? RunPhase.Succeeded : RunPhase.Failed,
        Message = outcome.Message,
        Results = deletion.Results,
    };

    void IDeletionHost.Show(string progress, string? fault)
    {
        var conditions = fault is null ? _state.Conditions : WithCondition(Condition.DeletionError, fault);
        Publish(_state with { WaitingFor = progress, WaitsOn = _confirmations.IsAsking ? WaitReason.Confirmation : WaitReason.Deletion, Conditions = conditions });
    }

    bool IDeletionHost.IsConfirmed(string subject) => _confirmations.IsGiven(subject, _definition.Spec);

    async Task<WaitVerdict> IDeletionHost.WaitAsync(DateTimeOffset? deadline, CancellationToken ct)
    {
        var why = await _signals.TakeAsync(deadline, ct).ConfigureAwait(false);
        _unserved |= why; // for the turns after a deletion that is given up
        if (!ReferenceEquals(_mailbox.Delete?.Request, _deletion?.Request)) return WaitVerdict.Superseded;
        return why == Signal.Timer ? WaitVerdict.TimedOut : WaitVerdict.Look;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Application}: {Outcome}")]
    private static partial void Deleted(ILogger logger, string application, string outcome);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Application}: not deleted: {Reason}")]
    private static partial void DeletionGivenUp(ILogger logger, string application, string reason);
}
