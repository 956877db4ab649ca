using Microsoft.Extensions.Logging;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Registry;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Sync;
using Plumb.Reconcile.Targets;
using Plumb.Reconcile.Windows;

namespace Plumb.Reconcile.Loop;

/// <summary>What a turn does after the comparison: it decides, asks who has to be asked, and syncs.</summary>
internal sealed partial class ApplicationLoop : ISyncHost
{
    private bool IsOneShot => _context.Options.Mode == ReconcileMode.SyncOnce;

    private async Task<DateTimeOffset?> ActAsync(ApplicationSpec spec, ITarget target, DesiredState desired, Plan plan,
        CancellationToken ct)
    {
        if (_context.Options.Mode == ReconcileMode.PlanOnly)
        {
            RegisterPlanned(spec, plan);
            Wait(WaitReason.Person, plan.InSync ? "" : "it is only compared");
            return null;
        }

        BootstrapRegistry(spec, plan);
        _confirmations.Rest();
        var request = PeekRequest(spec);
        var decision = request is null ? Automation.Decide(spec, plan, desired.Digest, _state.LastRun) : AutomationDecision.Nothing;
        if (request is null && decision.Verdict is AutomationVerdict.Nothing or AutomationVerdict.Hold)
        {
            Wait(WaitReason.Person, plan.InSync ? "" : decision.Reason);
            return null;
        }

        if (request is null && _context.Suspensions.Find(spec.Name) is { } suspended)
        {
            Wait(WaitReason.Suspension, suspended.InWords());
            return suspended.Until;
        }

        if (Dependencies.Waiting(spec, _registry.Find) is { Length: > 0 } waiting)
        {
            Wait(WaitReason.Dependency, waiting);
            return null;
        }

        if (Window(request is not null, begunAt: null) is { } closed)
        {
            if (request is not null) _mailbox.RefuseSync(closed.Words);
            Wait(WaitReason.Window, closed.Words);
            return closed.Until;
        }

        var notBefore = decision.Verdict switch
        {
            AutomationVerdict.Heal => _heals.NextAt,
            AutomationVerdict.Retry or AutomationVerdict.Resume => NotBefore(decision, _state.LastRun),
            _ => DateTimeOffset.MinValue,
        };
        if (notBefore > _context.Time.GetUtcNow())
        {
            var what = decision.Verdict switch
            {
                AutomationVerdict.Heal => "undoes drift again",
                AutomationVerdict.Resume => $"Plumb stopped {_state.LastRun!.Interruptions} times during this sync: goes on with it",
                _ => "retries the failed sync",
            };
            Wait(decision.Verdict == AutomationVerdict.Heal ? WaitReason.Heal : WaitReason.Retry, $"{what} at {notBefore:HH:mm:ss} UTC");
            return notBefore;
        }

        if (decision.Verdict == AutomationVerdict.Retry && spec.SyncPolicy.Retry is { Refresh: true } && _refreshedFor != _state.LastRun?.Id)
        {
            _refreshedFor = _state.LastRun?.Id;
            Wait(WaitReason.Retry, "fetches before it retries the failed sync");
            Raise(Signal.Refresh);
            return null;
        }

        if (request is not null && Selection.Fault(plan, request.Request) is { } nothing)
        {
            _mailbox.RefuseSync(nothing);
            Raise(Signal.Request);
            return null;
        }

        if (AskToPrune(spec, desired, plan, request) is { } unconfirmed)
        {
            if (request is null || IsOneShot) Wait(WaitReason.Confirmation, unconfirmed);
            else Raise(Signal.Request); // It was refused; what the policy says is to be decided yet.
            return null;
        }

        await SyncAsync(spec, target, desired, plan, request, decision.Verdict, ct).ConfigureAwait(false);

        // What the sync did is compared anew at once, from memory.
        return _context.Time.GetUtcNow();
    }

    /// <summary>Why a sync that would delete much has to wait, and for what; null when it may begin.</summary>
    private string? AskToPrune(ApplicationSpec spec, DesiredState desired, Plan plan, PendingSync? request)
    {
        var prunes = request is null ? spec.SyncPolicy.Automated?.Prune == true : request.Request is { Prune: true, DryRun: false, Confirmed: false };
        var changes = request is null ? plan.Changes : Selection.Of(plan, request.Request);
        var project = ProjectOf(spec);
        if (!prunes || PruneGuard.Check(spec, project, changes) is not { } guarded) return null;
        if (_confirmations.IsGiven($"prune guard {desired.Digest}", spec)) return null;
        if (request is not null)
        {
            _mailbox.RefuseSync($"{guarded}. Look at plumb app diff {spec.Name}; if that is meant, sync with --prune --confirm");
            if (!IsOneShot) _confirmations.Rest();
        }

        return $"needs a confirmation, as {guarded}: {SyncWords.HowToConfirm(spec.Name)}";
    }

    /// <summary>An end that lies ahead says that the clock was set back: the wait that it measures is over or of unknown length.</summary>
    private DateTimeOffset NotBefore(AutomationDecision decision, Run? last) =>
        last?.FinishedAt > _context.Time.GetUtcNow() ? DateTimeOffset.MinValue : decision.NotBefore!.Value;

    /// <summary>After a start, an application that is not synced automatically still knows its children as Git states them.</summary>
    private void BootstrapRegistry(ApplicationSpec spec, Plan plan)
    {
        if (_bootstrapped) return;
        _bootstrapped = true;
        // What is healed is registered by its sync.
        if (spec.SyncPolicy.Automated is { SelfHeal: true } || _state.LastRun is null) return;
        RegisterPlanned(spec, plan);
    }

    private void RegisterPlanned(ApplicationSpec spec, Plan plan)
    {
        foreach (var change in plan.Changes.OfType<RegistryChange>().Where(c => c.Action == ChangeAction.Create && c.Error is null))
            _registry.ApplyRegistry(spec.Name, new ApplyItem(change.Id, change.Action, change.Desired, change));
    }

    private async Task SyncAsync(
        ApplicationSpec spec, ITarget target, DesiredState desired, Plan plan, PendingSync? request, AutomationVerdict verdict, CancellationToken ct)
    {
        _terminate = false;
        var resumed = verdict == AutomationVerdict.Resume ? _state.LastRun : null;
        var scope = ScopeOf(request?.Request, verdict);
        var settings = new SyncSettings(
            request?.Request.Prune ?? spec.SyncPolicy.Automated?.Prune ?? false,
            request?.Request.DryRun ?? false,
            request is not null ? Named(plan, request.Request) : scope == RunScope.Drift ? Drifted(plan) : [])
        {
            Done = scope == RunScope.Whole ? resumed?.Hooks ?? [] : [],
            IsPartial = request is not null && Selection.IsPartial(request.Request),
            CanAsk = !IsOneShot,
        };
        _pruneConfirmed = request is { Request.Confirmed: true };
        var run = new Run
        {
            Id = _context.Ids.Next(_context.Time.GetUtcNow()),
            Application = spec.Name,
            Revisions = plan.Revisions,
            DesiredDigest = desired.Digest,
            Trigger = request is not null ? RunTrigger.Manual : verdict switch
            {
                AutomationVerdict.Heal => RunTrigger.SelfHeal,
                AutomationVerdict.Retry => RunTrigger.Retry,
                AutomationVerdict.Resume => RunTrigger.Resume,
                _ => RunTrigger.Automated,
            },
            Initiator = request?.Request.Initiator ?? "plumb",
            StartedAt = _context.Time.GetUtcNow(),
            Attempt = verdict == AutomationVerdict.Retry ? _state.LastRun!.Attempt + 1 : resumed?.Attempt ?? 0,
            Scope = scope,
            Interruptions = resumed?.Interruptions ?? 0,
            Hooks = settings.Done,
        };
        if (verdict == AutomationVerdict.Heal) _heals.Healed();

        // Before anything of it can be live, it is remembered that there is such an application.
        await _context.Registrations.WrittenAsync(ct).ConfigureAwait(false);
        await _context.Runs.SaveAsync(run, ct).ConfigureAwait(false);
        Publish(_state with { Operation = run });
        _mailbox.Take(request);
        SyncStarted(_logger, spec.Name, run.Trigger, Short(plan.Revisions));

        SyncOutcome outcome;
        try
        {
            var operation = new SyncOperation(spec, plan, target, settings, this, _context.Options, _context.Time);
            outcome = await operation.RunAsync(ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The process stops: the run stays unfinished in the store and is reported as such by the next start.
            request?.Done.TrySetCanceled(ct);
            throw;
        }
        catch (Exception e)
        {
            if (e is not TargetException) TurnFailed(_logger, spec.Name, e);
            outcome = new SyncOutcome(RunPhase.Error, e.Message, _state.Operation?.Results ?? []);
        }

        run = (_state.Operation ?? run) with
        {
            Phase = outcome.Phase,
            Message = outcome.Message,
            Results = outcome.Results,
            FinishedAt = _context.Time.GetUtcNow(),
            Interruptions = 0,
        };
        await _context.Runs.SaveAsync(run, ct).ConfigureAwait(false);
        _context.Metrics.Synced(run.Phase.ToString(), run.Trigger.ToString());
        SyncFinished(_logger, spec.Name, run.Phase, run.Message);
        if (run.Phase == RunPhase.Succeeded) _confirmations.Clear();
        else _confirmations.Rest();
        Publish(_state with
        {
            Operation = null,
            LastRun = run.IsAttempt ? run : _state.LastRun,
            WaitingFor = "",
            WaitsOn = WaitReason.None,
        });
        request?.Done.TrySetResult(run);
    }

    /// <summary>As in Argo CD, drift is undone where it is and runs no hooks; any other sync takes everything.</summary>
    private static HashSet<ResourceId> Drifted(Plan plan) => [.. plan.Changes.Where(c => !c.InSync).Select(c => c.Id)];

    /// <summary>What is tried again has the scope that it had: undoing drift does not become a sync with hooks because it failed once.</summary>
    private RunScope ScopeOf(SyncRequest? request, AutomationVerdict verdict) => verdict switch
    {
        _ when request is { DryRun: true } => RunScope.DryRun,
        _ when request is not null && Selection.IsPartial(request) => RunScope.Selection,
        _ when request is not null => RunScope.Whole,
        AutomationVerdict.Heal => RunScope.Drift,
        AutomationVerdict.Retry or AutomationVerdict.Resume => _state.LastRun!.Scope,
        _ => RunScope.Whole,
    };

    private static HashSet<ResourceId> Named(Plan plan, SyncRequest request) =>
        Selection.IsPartial(request) ? [.. Selection.Of(plan, request).Select(c => c.Id)] : [];

    private WindowClosed? Window(bool byHand, DateTimeOffset? begunAt)
    {
        var spec = _definition.Spec;
        return _registry.FindProject(spec.Project) is { } project
            ? SyncWindows.Check(project, spec, byHand, _context.Time.GetUtcNow(), begunAt)
            : null;
    }

    WindowClosed? ISyncHost.Window() => Window(_state.Operation?.Trigger == RunTrigger.Manual, _state.Operation?.StartedAt);

    async Task ISyncHost.ReportAsync(string message, IReadOnlyList<ResourceResult> results, CancellationToken ct)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        if (_state.Operation is { } run && run.Message != message)
            Publish(_state with { Operation = run with { Message = message, Results = [.. results] } });
    }

    async Task ISyncHost.RecordAsync(HookProgress hook, CancellationToken ct)
    {
        if (_state.Operation is not { } run) return;
        run = run with { Hooks = [.. run.Hooks.Where(h => (h.Id, h.Phase) != (hook.Id, hook.Phase)), hook] };
        await _context.Runs.SaveAsync(run, ct).ConfigureAwait(false);
        Publish(_state with { Operation = run });
    }

    async Task<WaitVerdict> ISyncHost.WaitAsync(DateTimeOffset? deadline, CancellationToken ct)
    {
        var why = await _signals.TakeAsync(deadline, ct).ConfigureAwait(false);
        // What does not supersede the sync is news to the turn after it: a commit that changes nothing here has another revision.
        var news = why & (Signal.Source | Signal.Spec | Signal.Refresh);
        _cameDuringSync |= news;
        if (_terminate) return WaitVerdict.Terminated;
        if (why.HasFlag(Signal.Spec)) ThrowWhenTargetIsGone();
        if (news != Signal.None && await IsSupersededAsync(ct).ConfigureAwait(false)) return WaitVerdict.Superseded;
        return why == Signal.Timer ? WaitVerdict.TimedOut : WaitVerdict.Look;
    }

    bool ISyncHost.IsPruneConfirmed() =>
        _pruneConfirmed || _confirmations.IsGiven($"prune {_desired?.Digest}", _definition.Spec);

    ResourceResult ISyncHost.ApplyRegistry(ApplyItem item) => _registry.ApplyRegistry(Spec.Name, item);

    HealthState ISyncHost.ObserveRegistered(ResourceId id) => _registry.ObserveRegistered(id);

    private void ThrowWhenTargetIsGone()
    {
        var destination = _definition.Spec.Destination;
        if (destination != _usedDefinition?.Spec.Destination || ReferenceEquals(_context.Targets.Find(destination), _target)) return;
        throw new TargetException(
            (_context.Targets.Explain(destination) ?? $"the cluster {_target?.Name} is not the same any more") + ": the sync ended with what it had done");
    }

    private async Task<bool> IsSupersededAsync(CancellationToken ct)
    {
        var spec = _definition.Spec;
        if (!ReferenceEquals(_definition, _usedDefinition) && spec.Digest != _usedDefinition?.Spec.Digest) return true;
        if (_context.Targets.Find(spec.Destination) is not { } target) return false;
        try
        {
            var capabilities = await target.GetCapabilitiesAsync(ct).ConfigureAwait(false);
            var (revisions, renders) = await RenderAsync(spec, target, capabilities, Freshness.Mirror, ct).ConfigureAwait(false);
            return renders.All(r => r.Succeeded) && DesiredState.Of(spec, revisions, renders).Digest != _desired?.Digest;
        }
        catch (Exception e) when (e is SourceException or TargetException)
        {
            return false; // The running sync goes on with what it has; the next turn reports the fault.
        }
    }

    private PendingSync? PeekRequest(ApplicationSpec spec)
    {
        if (IsOneShot && !_syncOnceDone)
        {
            _syncOnceDone = true;
            _mailbox.TryAsk(PendingSync.Of(new SyncRequest { Initiator = "plumb", Prune = spec.SyncPolicy.Automated?.Prune ?? false }));
        }

        return _mailbox.Sync;
    }

    private static string Short(IReadOnlyList<string> revisions) =>
        string.Join(",", revisions.Select(r => r.IndexOf('@') is var at and > 0 ? r[..at] : r[..Math.Min(8, r.Length)]));

    [LoggerMessage(Level = LogLevel.Information, Message = "{Application}: sync started ({Trigger}) at {Revision}")]
    private static partial void SyncStarted(ILogger logger, string application, RunTrigger trigger, string revision);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Application}: sync {Phase}: {Message}")]
    private static partial void SyncFinished(ILogger logger, string application, RunPhase phase, string message);
}
