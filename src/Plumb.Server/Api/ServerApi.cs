using System.Net;
using Plumb.Api;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Targets;
using Plumb.Server.Access;
using Plumb.Server.Access.Auditing;

namespace Plumb.Server.Api;

/// <summary>
/// The API as one caller. Each call asks anew whether the caller still may; what they may not see is not there for them, and what they do or
/// are refused to do is written into the audit trail. Who is nobody yet learns how to sign in, and nothing else.
/// </summary>
internal sealed partial class ServerApi(ServerParts parts, Caller? signedIn) : IPlumbApi
{
    private const string Applications = "applications";
    private const string Logs = "logs";
    private const string Clusters = "clusters";
    private const string Repositories = "repositories";
    private const string Projects = "projects";

    /// <summary>Nobody is signed in, or not any more.</summary>
    public static PlumbApiException Unauthorized(string message) => new(message, HttpStatusCode.Unauthorized);

    private static PlumbApiException NotFound(string message) => new(message, HttpStatusCode.NotFound);

    private static PlumbApiException BadRequest(string message) => new(message, HttpStatusCode.BadRequest);

    private static PlumbApiException Conflict(string message) => new(message, HttpStatusCode.Conflict);

    private static PlumbApiException NoApplication(string name) =>
        NotFound($"There is no application {name}; `plumb app list` shows those there are.");

    private static string SubjectOf(ApplicationSpec spec) => $"{spec.Project}/{spec.Name}";

    /// <summary>The caller as they are now.</summary>
    private Caller Caller =>
        parts.Callers.Current(signedIn ?? throw Unauthorized("sign in, or send a token: Authorization: Bearer TOKEN"))
        ?? throw Unauthorized("the session or token has ended: sign in again");

    private bool May(Caller caller, string resource, string action, string subject) => parts.Rights.May(caller, resource, action, subject);

    private bool MaySee(Caller caller, ApplicationSpec spec) => May(caller, Applications, "get", SubjectOf(spec));

    /// <summary>An application that the caller may see.</summary>
    private ApplicationState Find(string name)
    {
        var caller = Caller;
        return parts.Engine.Reconciler.Find(name) is { } state && MaySee(caller, state.Spec) ? state : throw NoApplication(name);
    }

    /// <summary>An application to which the caller may do something; a refusal is recorded.</summary>
    private async Task<(ApplicationState State, Caller Caller)> FindAsync(string name, string action, string what, CancellationToken ct)
    {
        var caller = Caller;
        var state = Find(name);
        await DemandAsync(caller, Applications, action, SubjectOf(state.Spec), what, name, state.Spec.Project, ct);
        return (state, caller);
    }

    private async Task DemandAsync(
        Caller caller, string resource, string action, string subject, string what, string about, string project, CancellationToken ct)
    {
        if (May(caller, resource, action, subject)) return;
        var refusal = $"{caller.Name} may not {what} {about}: that needs the right \"{resource}, {action}, {subject}\"";
        await parts.Audit.RecordAsync(AuditEntry.By(caller, what, about, AuditOutcome.Refused, refusal) with { Project = project }, ct);
        throw new PlumbApiException(refusal, HttpStatusCode.Forbidden);
    }

    /// <summary>Does something to an application and writes down how that ended.</summary>
    private async Task<T> DoAsync<T>(string name, string action, string what, Func<ApplicationState, Caller, AuditNote, Task<T>> act, CancellationToken ct)
    {
        var (state, caller) = await FindAsync(name, action, what, ct);
        var note = new AuditNote();
        try
        {
            var result = await act(state, caller, note);
            await RecordAsync(caller, state.Spec, what, note.Outcome, note, ct);
            return result;
        }
        catch (KeyNotFoundException)
        {
            throw NoApplication(name);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            await RecordAsync(caller, state.Spec, what, AuditOutcome.Failed, note with { Detail = "its caller went away before it ended; the runs tell how it did" }, ct);
            throw;
        }
        catch (InvalidOperationException e)
        {
            await RecordAsync(caller, state.Spec, what, AuditOutcome.Failed, note with { Detail = e.Message }, ct);
            throw Conflict(e.Message);
        }
        catch (PlumbApiException e)
        {
            await RecordAsync(caller, state.Spec, what, AuditOutcome.Failed, note with { Detail = e.Message }, ct);
            throw;
        }
    }

    // What was done is written down even when nobody waits for the answer any more.
    private Task RecordAsync(Caller caller, ApplicationSpec spec, string what, AuditOutcome outcome, AuditNote note, CancellationToken ct) =>
        parts.Audit.RecordAsync(
            AuditEntry.By(caller, what, spec.Name, outcome, note.Detail) with { Project = spec.Project, Revision = note.Revision, Run = note.Run },
            ct.IsCancellationRequested ? CancellationToken.None : ct);

    private ITarget? TargetOf(ApplicationState state) => parts.Engine.Targets.Find(state.Spec.Destination);

    /// <summary>What is to be written down of what was done, beside who did what to which application.</summary>
    private sealed record AuditNote
    {
        public string Detail { get; set; } = "";

        public string Revision { get; set; } = "";

        public string Run { get; set; } = "";

        public AuditOutcome Outcome { get; set; } = AuditOutcome.Done;
    }
}
