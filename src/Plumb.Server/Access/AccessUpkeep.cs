using Plumb.Reconcile.Runs;
using Plumb.Server.Access.Accounts;
using Plumb.Store.Access;
using Plumb.Server.Access.Auditing;

namespace Plumb.Server.Access;

/// <summary>Writes what may be written later, and clears away what ended.</summary>
internal sealed partial class AccessUpkeep(
    AccountBook book, SessionKeeper sessions, AuditTrail audit, AccessOptions options, ILogger<AccessUpkeep> log, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan TrimInterval = TimeSpan.FromHours(6);

    private DateTimeOffset _trimmedAt;

    /// <summary>Does it once.</summary>
    internal async Task WorkAsync(CancellationToken ct)
    {
        var now = time.GetUtcNow();
        try
        {
            await book.WriteTouchedAsync(ct);
            await book.EndSessionsAsync(s => !sessions.IsLive(s), ct);
            foreach (var token in book.Tokens.Where(t => t.ExpiresAt <= now).ToList()) await book.DeleteTokenAsync(token.Id, ct);
            if (now - _trimmedAt < TrimInterval) return;
            await audit.TrimAsync(now - options.AuditAge, options.AuditCount, ct);
            _trimmedAt = now;
        }
        catch (Exception e) when (e is AccessStoreException or HistoryException)
        {
            LogLater(e.Message);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await WorkAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await WorkAsync(CancellationToken.None);
        }
    }

    [LoggerMessage(LogLevel.Warning, "accounts: {Problem} It is tried again in a minute")]
    private partial void LogLater(string problem);
}
