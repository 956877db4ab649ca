using Microsoft.Extensions.Logging;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Mirrors;

/// <summary>
/// The one loop that fetches repositories when they are due: by interval with jitter, later after failures, at once when asked.
/// The source owns it: starts it with the first watcher or refresh, and stops it when disposed.
/// </summary>
internal sealed partial class PollLoop(Func<IEnumerable<Mirror>> mirrors, TimeProvider time, ILogger logger)
{
    private readonly SemaphoreSlim _wake = new(0);

    /// <summary>Has the loop look at the schedule again.</summary>
    public void Wake()
    {
        if (_wake.CurrentCount == 0) _wake.Release();
    }

    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var now = time.GetUtcNow();
                var next = now + TimeSpan.FromMinutes(5);
                foreach (var mirror in mirrors())
                {
                    // A fetch that somebody else began is joined: its end sets the next poll, which has to be looked at then.
                    if (mirror.Busy || mirror.IsDue(now)) _ = FetchAsync(mirror);
                    else if (mirror.NextPoll < next) next = mirror.NextPoll;
                }
                await WaitAsync(next - now, ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var timer = Task.Delay(wait, time, over.Token);
        await Task.WhenAny(timer, _wake.WaitAsync(over.Token));
        await over.CancelAsync();
        ct.ThrowIfCancellationRequested();
    }

    // Not awaited by the loop: one slow server must not delay the other repositories.
    private async Task FetchAsync(Mirror mirror)
    {
        try
        {
            await mirror.FetchAsync(startedAfterNow: false);
        }
        catch (SourceException)
        {
            // Logged, counted and reported by the mirror.
        }
        catch (OperationCanceledException)
        {
            return;
        }
        catch (Exception e)
        {
            LogUnexpected(logger, mirror.Identity.Display, e);
            mirror.Postpone();
        }
        Wake();
    }

    [LoggerMessage(20, LogLevel.Error, "{Repository}: the poll failed unexpectedly")]
    private static partial void LogUnexpected(ILogger logger, string repository, Exception exception);
}
