using System.Diagnostics;
using System.Globalization;
using Plumb.Bench.Page;

namespace Plumb.Bench.Viewers;

/// <summary>
/// What many viewers cost the real server: its CPU and memory without any, with them at rest, with one application changing each second, and with
/// commits of which all applications take note; and how long a change takes to reach them. Pages first, then feeds of the API.
/// </summary>
internal static class ViewerLoad
{
    // Not healed, and among the tiles that are there before a browser asks for more.
    private static readonly int[] s_drifting = [3, 13, 23, 33];

    public static async Task<int> RunAsync(Arguments arguments, CancellationToken ct)
    {
        var viewers = arguments.Number("viewers", 100);
        var (rest, changes, commits) = (TimeSpan.FromSeconds(arguments.Number("rest", 20)), arguments.Number("changes", 60), arguments.Number("commits", 5));
        await using var scene = await PageScene.StartAsync(arguments, ct);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{scene.Applications:N0} applications; CPU in percent of a core"));
        await RestAsync(scene, "nobody looks, at rest", rest, ct);
        await CommitAsync(scene, "nobody looks", commits, ct);
        await RestAsync(scene, "nobody looks, at rest", rest, ct);
        await PagesAsync(scene, viewers, rest, changes, commits, ct);
        await RestAsync(scene, "they left, at rest", rest, ct);
        await FeedsAsync(scene, viewers, rest, changes, commits, ct);
        return 0;
    }

    private static async Task PagesAsync(PageScene scene, int count, TimeSpan rest, int changes, int commits, CancellationToken ct)
    {
        Sighting? sighting = null;
        var (cpu, memory, begun) = (scene.Plumb.Cpu, scene.Plumb.WorkingSet, Stopwatch.GetTimestamp());
        var viewers = new List<CircuitViewer>();
        try
        {
            for (var i = 0; i < count; i++)
            {
                var viewer = i;
                viewers.Add(await CircuitViewer.OpenAsync(scene.Plumb.Url, "/applications", change => Volatile.Read(ref sighting)?.Look(viewer, change), ct));
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{count} pages opened one after another in {Stopwatch.GetElapsedTime(begun).TotalSeconds:N1} s, {(scene.Plumb.Cpu - cpu).TotalMilliseconds / count:N0} ms CPU each"));
            await RestAsync(scene, $"{count} pages, at rest", rest, ct);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  memory of each page                {(scene.Plumb.WorkingSet - memory) / 1e6 / count,8:N2} MB"));
            var received = viewers.Sum(v => v.Received);
            await ChangeAsync(scene, $"{count} pages, a change each second", changes, count, s => Volatile.Write(ref sighting, s), ct);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  bytes of a change to each page     {(viewers.Sum(v => v.Received) - received) / count / changes,8:N0}"));
            await CommitAsync(scene, $"{count} pages", commits, ct);
        }
        finally
        {
            foreach (var viewer in viewers) await viewer.DisposeAsync();
        }
    }

    private static async Task FeedsAsync(PageScene scene, int count, TimeSpan rest, int changes, int commits, CancellationToken ct)
    {
        Sighting? sighting = null;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(ct);
        List<Task> feeds = [.. Enumerable.Range(0, count).Select(i => FollowAsync(i))];
        await RestAsync(scene, $"{count} feeds, at rest", rest, ct);
        await ChangeAsync(scene, $"{count} feeds, a change each second", changes, count, s => Volatile.Write(ref sighting, s), ct);
        await CommitAsync(scene, $"{count} feeds", commits, ct);
        await end.CancelAsync();
        await Task.WhenAll(feeds).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        async Task FollowAsync(int viewer)
        {
            await foreach (var change in scene.Api.WatchApplicationsAsync(end.Token))
                Volatile.Read(ref sighting)?.Hear(viewer, change.Name, change.Application?.Sync ?? "");
        }
    }

    /// <summary>One change of a live object each second, by turns a drift and its end.</summary>
    private static async Task ChangeAsync(PageScene scene, string what, int changes, int viewers, Action<Sighting> announce, CancellationToken ct)
    {
        var use = new ServerUse(scene.Plumb);
        List<double> taken = [];
        using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var i = 0; i < changes; i++)
        {
            await ticks.WaitForNextTickAsync(ct);
            var (application, drifted) = (s_drifting[i / 2 % s_drifting.Length], i % 2 == 0);
            var sighting = new Sighting(PageRepository.Name(application), drifted ? "OutOfSync" : "Synced", drifted ? "1 of 3 out of sync" : "Synced", viewers);
            announce(sighting);
            await scene.DriftAsync(application, drifted, ct);
            taken.AddRange(await sighting.AllAsync(ct));
        }

        use.Print(what);
        taken.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  from a change to its being there   median {ProgramRun.Median(taken):N0} ms, p99 {taken[taken.Count * 99 / 100]:N0} ms, worst {taken[^1]:N0} ms"));
    }

    private static async Task RestAsync(PageScene scene, string what, TimeSpan rest, CancellationToken ct)
    {
        // What was begun before has an end first.
        for (var (before, second) = (TimeSpan.MaxValue, 0); before > TimeSpan.FromMilliseconds(50) && second < 60; second++)
        {
            var cpu = scene.Plumb.Cpu;
            await Task.Delay(TimeSpan.FromSeconds(1), ct);
            before = scene.Plumb.Cpu - cpu;
        }

        var use = new ServerUse(scene.Plumb);
        await Task.Delay(rest, ct);
        use.Print(what);
    }

    /// <summary>Commits that change one application each, with the time that all need to take note of it.</summary>
    private static async Task CommitAsync(PageScene scene, string what, int commits, CancellationToken ct)
    {
        var cpu = scene.Plumb.Cpu;
        for (var i = 0; i < commits; i++)
        {
            await scene.CommitAsync(8 + (i * 4), $"{what} {i}", ct);
            await Task.Delay(TimeSpan.FromSeconds(5), ct);
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what + ", a commit",-36} {(scene.Plumb.Cpu - cpu).TotalMilliseconds / commits,8:N0} ms CPU, of which all applications take note"));
    }

    private sealed class ServerUse(PlumbProcess plumb)
    {
        private readonly TimeSpan _cpu = plumb.Cpu;
        private readonly long _begun = Stopwatch.GetTimestamp();

        public void Print(string what) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-36} {(plumb.Cpu - _cpu) / Stopwatch.GetElapsedTime(_begun) * 100,8:N2} % CPU {plumb.WorkingSet / 1e6,6:N0} MB"));
    }
}
