using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.States;
using Plumb.Reconcile.Targets;

namespace Plumb.Reconcile.Loop;

/// <content>Who is woken by what.</content>
public sealed partial class Reconciler
{
    private const int FewUsers = 16;
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    private async Task WatchSourceAsync(CancellationToken ct)
    {
        await foreach (var change in _context.Source.WatchAsync(ct).ConfigureAwait(false))
        {
            RepositoryChanged(_logger, change.RepoUrl, change.Kind, change.Message);
            if (change.Kind == RepositoryChangeKind.FetchFailed) _repositoryFaults[change.RepoUrl] = change.Message;
            else _repositoryFaults.TryRemove(change.RepoUrl, out _);

            var users = _loops.Values.Select(r => r.Loop).Where(l => l.Uses(change.RepoUrl)).ToList();
            if (change.Kind == RepositoryChangeKind.FetchFailed) users.ForEach(u => u.Raise(Signal.Target));
            else if (users.Count < FewUsers) users.ForEach(u => u.Raise(Signal.Source));
            else await WakeUsersAsync(users, change.RepoUrl, ct).ConfigureAwait(false);
        }
    }

    /// <summary>A commit to a big repository changes few of its applications: these go first, not behind all that only take note of it.</summary>
    private async Task WakeUsersAsync(List<ApplicationLoop> users, string repoUrl, CancellationToken ct)
    {
        var trees = new Dictionary<(string Chart, string Revision), ITree?>();
        var later = new List<ApplicationLoop>();
        foreach (var user in users)
        {
            if (await IsTouchedAsync(user.Spec, repoUrl, trees, ct).ConfigureAwait(false)) user.Raise(Signal.Source);
            else later.Add(user);
        }

        later.ForEach(u => u.Raise(Signal.Source));
    }

    /// <summary>True too when it cannot be told: the loop will see.</summary>
    private async Task<bool> IsTouchedAsync(ApplicationSpec spec, string repoUrl, Dictionary<(string Chart, string Revision), ITree?> trees, CancellationToken ct)
    {
        // Used by way of a base: only a look at the bases would tell.
        if (spec.Sources.All(s => s.RepoUrl != repoUrl)) return true;
        for (var i = 0; i < spec.Sources.Count; i++)
        {
            var source = spec.Sources[i];
            if (source.RepoUrl != repoUrl) continue;
            try
            {
                var key = (source.Chart, source.TargetRevision);
                if (!trees.TryGetValue(key, out var tree))
                {
                    trees[key] = null;
                    tree = await OpenAsync(source, ct).WaitAsync(LongestLook, _context.Time, ct).ConfigureAwait(false);
                    // With what it has of other repositories it is that of this source's path alone.
                    if (tree.OtherRepositories.Count == 0) trees[key] = tree;
                    else trees.Remove(key);
                }

                if (tree is null || _context.Renders.IsTouched(spec.Name, i, tree)) return true;
            }
            catch (Exception e) when (e is SourceException or TimeoutException)
            {
                return true;
            }
        }

        return false;
    }

    private async Task<ITree> OpenAsync(SourceSpec source, CancellationToken ct)
    {
        var resolved = await _context.Source.ResolveAsync(source, Freshness.Mirror, ct).ConfigureAwait(false);
        return await _context.Source.OpenAsync(source, resolved.Commit, ct).ConfigureAwait(false);
    }

    /// <summary>Listens to each target there is; when they change, has those applications look again that are concerned.</summary>
    private async Task WatchTargetsAsync(CancellationToken ct)
    {
        var listening = new Dictionary<ITarget, (CancellationTokenSource Stop, Task Loop)>(ReferenceEqualityComparer.Instance);
        try
        {
            var changes = _context.Targets.WatchAsync(ct);
            Listen(listening, ct);
            await foreach (var change in changes.ConfigureAwait(false))
            {
                TargetsChanged(_logger, change.Message);
                Listen(listening, ct);
                foreach (var running in _loops.Values)
                {
                    var now = _context.Targets.Find(running.Loop.Spec.Destination);
                    if (now is null || !ReferenceEquals(now, running.Loop.Target) || ReferenceEquals(now, change.Target))
                        running.Loop.Raise(Signal.Spec);
                }
            }

            await Task.WhenAll(listening.Values.Select(l => l.Loop)).ConfigureAwait(false);
        }
        finally
        {
            foreach (var (stop, loop) in listening.Values) await EndAsync(stop, loop).ConfigureAwait(false);
        }
    }

    private void Listen(Dictionary<ITarget, (CancellationTokenSource Stop, Task Loop)> listening, CancellationToken ct)
    {
        var now = _context.Targets.All;
        foreach (var gone in listening.Keys.Where(t => !now.Contains(t, ReferenceEqualityComparer.Instance)).ToList())
        {
            if (!listening.Remove(gone, out var old)) continue;
            _ = EndAsync(old.Stop, old.Loop);
        }

        foreach (var target in now.Where(t => !listening.ContainsKey(t)))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
            listening[target] = (stop, WatchTargetAsync(target, stop.Token));
        }
    }

    private static async Task EndAsync(CancellationTokenSource stop, Task loop)
    {
        await stop.CancelAsync().ConfigureAwait(false);
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task WatchTargetAsync(ITarget target, CancellationToken ct)
    {
        await foreach (var change in target.WatchAsync(ct).ConfigureAwait(false))
        {
            if (change.Application is { } name)
            {
                if (_loops.TryGetValue(name, out var running)) running.Loop.Raise(Signal.Target);
                continue;
            }

            foreach (var running in _loops.Values)
            {
                if (ReferenceEquals(_context.Targets.Find(running.Loop.Spec.Destination), target)) running.Loop.Raise(Signal.Target);
            }
        }
    }

    private void WakeProject(string name)
    {
        foreach (var running in _loops.Values)
        {
            if (running.Loop.Spec.Project == name) running.Loop.Raise(Signal.Spec);
        }
    }

    void IRegistry.Publish(ApplicationState state, ApplicationState? previous)
    {
        foreach (var watcher in _watchers.Keys) watcher.Add(state);
        if (previous is not null && previous.IsReady == state.IsReady && previous.Health.Status == state.Health.Status
            && previous.Sync == state.Sync && previous.WaitsOn == state.WaitsOn
            && (previous.WaitingFor == state.WaitingFor || state.WaitsOn == WaitReason.Health))
        {
            return;
        }

        if (_loops.TryGetValue(state.Parent, out var parent)) parent.Loop.Raise(Signal.Dependency);
        if (!_hasDependents.ContainsKey(state.Spec.Name)) return;
        foreach (var running in _loops.Values)
        {
            if (running.Loop.Spec.DependsOn.Contains(state.Spec.Name)) running.Loop.Raise(Signal.Dependency);
        }
    }

    void IRegistry.Wake(IReadOnlyList<string> applications) => Wake(applications);

    private void WakeAll()
    {
        foreach (var running in _loops.Values) running.Loop.Raise(Signal.Dependency);
    }

    private void Wake(IReadOnlyList<string> applications)
    {
        foreach (var name in applications)
        {
            if (_loops.TryGetValue(name, out var running)) running.Loop.Raise(Signal.Dependency);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Message}")]
    private static partial void TargetsChanged(ILogger logger, string message);

    [LoggerMessage(Level = LogLevel.Information, Message = "repository {Repository}: {Kind} {Message}")]
    private static partial void RepositoryChanged(ILogger logger, string repository, RepositoryChangeKind kind, string message);
}
