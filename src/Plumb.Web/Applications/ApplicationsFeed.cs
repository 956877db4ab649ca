using Plumb.Web.Session;

namespace Plumb.Web.Applications;

/// <summary>
/// All applications that the viewer may see, kept up to date while they look: one watch for a page, however many of its parts show
/// applications. Changes are told at most four times a second. When the watch fails the list stays as it was and the watch is tried again.
/// </summary>
internal sealed class ApplicationsFeed(PageSession session, Handover handover, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly Pace _pace = new(clock);
    private readonly SortedList<string, ApplicationSummary> _known = new(StringComparer.Ordinal); // guarded by _lock
    private Task? _watching;
    private Task? _loading;

    /// <summary>Raised on any thread after <see cref="All"/> or <see cref="Problem"/> changed.</summary>
    public event Action? Changed;

    /// <summary>By name.</summary>
    public IReadOnlyList<ApplicationSummary> All { get; private set; } = [];

    /// <summary>Whether they were listed once.</summary>
    public bool Loaded { get; private set; }

    /// <summary>Why they are not up to date; null when they are.</summary>
    public Problem? Problem { get; private set; }

    /// <summary>One by its name; null when there is none.</summary>
    public ApplicationSummary? Find(string name)
    {
        lock (_lock)
        {
            return _known.GetValueOrDefault(name);
        }
    }

    /// <summary>Lists them, once; with <paramref name="watch"/> goes on to watch them.</summary>
    public async Task BeginAsync(bool watch, CancellationToken ct)
    {
        // One list for all parts of the page: whoever asked first may leave before it is there.
        if (_loading is null or { IsFaulted: true } or { IsCanceled: true })
        {
            _loading = FirstAsync(_end.Token);
        }

        await _loading.WaitAsync(ct);
        if (watch)
        {
            // Beside the page: what changes must not wait for its turns, nor take them.
            _watching ??= Task.Run(() => WatchAsync(_end.Token), CancellationToken.None);
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    private async Task FirstAsync(CancellationToken ct)
    {
        try
        {
            Replace(await handover.LoadAsync("applications", () => ListAsync(ct)));
        }
        catch (PlumbApiException e)
        {
            Problem = Problem.From(e);
        }
    }

    private async Task<IReadOnlyList<ApplicationSummary>> ListAsync(CancellationToken ct)
    {
        List<ApplicationSummary> all = [];
        string? after = null;
        do
        {
            var page = await session.Api.ListApplicationsAsync(new ApplicationQuery { Limit = ApplicationQuery.MaxLimit, After = after }, ct);
            all.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        return all;
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        var telling = _pace.RunAsync(Tell, ct);
        var again = !Loaded;
        while (!ct.IsCancellationRequested)
        {
            try
            {
                if (again)
                {
                    Replace(await ListAsync(ct));
                }

                await foreach (var change in session.Api.WatchApplicationsAsync(ct))
                {
                    Take(change);
                }
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                Problem = Problem.From(e);
                Changed?.Invoke();
            }

            again = true;
            try
            {
                await Task.Delay(Pause, clock, ct);
            }
            catch (OperationCanceledException)
            {
                break;
            }
        }

        await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void Tell()
    {
        lock (_lock)
        {
            All = [.. _known.Values];
            Problem = null;
        }

        Changed?.Invoke();
    }

    private void Take(ApplicationChange change)
    {
        lock (_lock)
        {
            if (change.Application is { } now)
            {
                if (_known.TryGetValue(change.Name, out var before) && before == now)
                {
                    return;
                }

                _known[change.Name] = now;
            }
            else if (!_known.Remove(change.Name))
            {
                return;
            }
        }

        _pace.Note();
    }

    private void Replace(IReadOnlyList<ApplicationSummary> all)
    {
        lock (_lock)
        {
            _known.Clear();
            foreach (var application in all)
            {
                _known[application.Name] = application;
            }

            All = [.. _known.Values];
            Loaded = true;
            Problem = null;
        }

        Changed?.Invoke();
    }
}
