using Microsoft.Extensions.Logging;
using Plumb.Charts.Oci;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts;

/// <content>Looks now and then whether what is used still means the same.</content>
public sealed partial class ChartRepositories
{
    private void StartPolling()
    {
        lock (_gate)
        {
            if (_disposed || !_changes.IsWatched) return;
            _polling ??= Task.Run(() => PollAsync(_stopping.Token), CancellationToken.None);
        }

        Wake();
    }

    private void Wake()
    {
        lock (_gate)
        {
            if (!_disposed && _wake.CurrentCount == 0) _wake.Release();
        }
    }

    private async Task PollAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var now = _time.GetUtcNow();
                foreach (var due in _followed.Values.Where(f => f.NextLook <= now).GroupBy(f => f.Source.RepoUrl).ToList())
                    await PollAsync([.. due], ct);
                foreach (var change in await _values.PollAsync(ct))
                {
                    if (change.Kind == RepositoryChangeKind.FetchFailed) LookFailed(_logger, change.RepoUrl, change.Message);
                    _changes.Tell(change);
                }

                var next = _followed.IsEmpty ? now + _options.PollInterval : _followed.Values.Min(f => f.NextLook);
                if (_values.NextLook is { } look && look < next) next = look;
                await WaitAsync(next - _time.GetUtcNow(), ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Stopped.
        }
    }

    private async Task WaitAsync(TimeSpan wait, CancellationToken ct)
    {
        if (wait <= TimeSpan.Zero) return;
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await Task.WhenAny(Task.Delay(wait, _time, over.Token), _wake.WaitAsync(over.Token));
        await over.CancelAsync();
        ct.ThrowIfCancellationRequested();
    }

    /// <summary>Looks at one repository: one fetch of its index does for all of its charts.</summary>
    private async Task PollAsync(IReadOnlyList<Followed> group, CancellationToken ct)
    {
        var moved = new List<string>();
        string? failure = null;
        foreach (var (i, followed) in group.Index())
        {
            followed.NextLook = _time.GetUtcNow() + _options.NextInterval();
            // What failed once for a repository is not tried again for each of its charts.
            if (failure is not null) continue;
            try
            {
                var isFirst = i == 0 || RepositoryOf(followed.Source.RepoUrl) is OciRepository;
                var commit = await LookAsync(followed.Source, isFirst ? Freshness.Remote : Freshness.Mirror, ct);
                lock (followed)
                {
                    if (commit != followed.Commit) moved.Add($"{followed.Source.Chart} from {followed.Commit} to {commit}");
                    (followed.Commit, followed.At) = (commit, _time.GetUtcNow());
                }
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                failure = fault.Message;
            }
        }

        var url = group[0].Source.RepoUrl;
        if (failure is not null && group.All(f => f.Failure != failure))
        {
            LookFailed(_logger, url, failure);
            _changes.Tell(new RepositoryChange(url, RepositoryChangeKind.FetchFailed, failure));
        }
        else if (failure is null && group.Any(f => f.Failure is not null))
        {
            _changes.Tell(new RepositoryChange(url, RepositoryChangeKind.Recovered, ""));
        }

        foreach (var followed in group) followed.Failure = failure;
        if (moved.Count > 0) _changes.Tell(new RepositoryChange(url, RepositoryChangeKind.RefsMoved, string.Join("; ", moved)));
    }

    [LoggerMessage(30, LogLevel.Warning, "charts of {Repository}: {Message}")]
    private static partial void LookFailed(ILogger logger, string repository, string message);
}
