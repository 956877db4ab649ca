using System.Globalization;
using Plumb.Api;
using Plumb.Reconcile.Runs;
using Plumb.Store.Auditing;

namespace Plumb.Server.Access.Auditing;

/// <summary>Who did what. Entries are only ever added; old ones fall off the end.</summary>
public sealed partial class AuditTrail
{
    private const int MaxDetail = 2000;
    private const int MaxText = 300;
    private const int MaxLimit = 1000;

    private readonly IAuditStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditTrail> _log;

    /// <summary>A trail over what keeps it.</summary>
    public AuditTrail(IAuditStore store, TimeProvider time, ILogger<AuditTrail> log) => (_store, _time, _log) = (store, time, log);

    /// <summary>Notes an entry. One that cannot be written is said in the log; the caller's work goes on.</summary>
    public async Task RecordAsync(AuditEntry entry, CancellationToken ct)
    {
        try
        {
            // What was done is noted also when its caller went away meanwhile.
            await _store.AppendAsync(
                new StoredAuditEntry
                {
                    At = _time.GetUtcNow(),
                    Who = Cut(entry.Who, MaxText),
                    Method = Cut(entry.Method, MaxText),
                    From = Cut(entry.From, MaxText),
                    Action = Cut(entry.Action, MaxText),
                    Subject = Cut(entry.Subject, MaxText),
                    Project = Cut(entry.Project, MaxText),
                    Outcome = Word(entry.Outcome),
                    Detail = Cut(entry.Detail, MaxDetail),
                    Revision = Cut(entry.Revision, MaxText),
                    Run = Cut(entry.Run, MaxText),
                },
                CancellationToken.None);
        }
        catch (HistoryException e)
        {
            LogLost(entry.Who, entry.Action, entry.Subject, Word(entry.Outcome), e.Message);
        }
    }

    /// <summary>Entries, newest first. Who may see them is for the caller of this to check (<c>audit, get</c>).</summary>
    /// <exception cref="PlumbApiException">Status 400: the limit is not 1 to 1,000. Status 503: the history cannot be read now.</exception>
    public async Task<Page<AuditRecord>> ListAsync(AuditQuery query, CancellationToken ct)
    {
        if (query.Limit is < 1 or > MaxLimit)
            throw Refusals.BadRequest(string.Create(CultureInfo.InvariantCulture, $"limit is {query.Limit}; it can be 1 to {MaxLimit}"));
        try
        {
            var filter = new AuditFilter(query.Who, query.Action, query.Subject, query.Since, query.Before, query.After, query.Limit + 1);
            var (entries, total) = await _store.FindAsync(filter, ct);
            var part = entries.Take(query.Limit).Select(Record).ToList();
            return new Page<AuditRecord>(part, total, entries.Count > query.Limit ? part[^1].Id : null);
        }
        catch (HistoryException e)
        {
            throw new PlumbApiException(e.Message, System.Net.HttpStatusCode.ServiceUnavailable, e);
        }
    }

    /// <summary>Drops entries made before a time, and the oldest above a count.</summary>
    /// <exception cref="HistoryException">The trail cannot be written now.</exception>
    public Task TrimAsync(DateTimeOffset before, int keep, CancellationToken ct) => _store.TrimAsync(before, keep, ct);

    private static AuditRecord Record(StoredAuditEntry entry) => new()
    {
        Id = entry.Id,
        At = entry.At,
        Who = entry.Who,
        Method = entry.Method,
        From = entry.From,
        Action = entry.Action,
        Subject = entry.Subject,
        Project = entry.Project,
        Outcome = entry.Outcome,
        Detail = entry.Detail,
        Revision = entry.Revision,
        Run = entry.Run,
    };

    private static string Word(AuditOutcome outcome) => outcome switch
    {
        AuditOutcome.Done => "done",
        AuditOutcome.Failed => "failed",
        _ => "refused",
    };

    /// <summary>On one line, so that no text from outside can look like another entry where the trail is printed.</summary>
    private static string Cut(string text, int length)
    {
        if (text.Any(char.IsControl)) text = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return text.Length <= length ? text : text[..(length - 1)] + "…";
    }

    [LoggerMessage(LogLevel.Error, "audit: the entry \"{Who}: {Action} {Subject}: {Outcome}\" could not be kept: {Problem}")]
    private partial void LogLost(string who, string action, string subject, string outcome, string problem);
}
