using System.Collections.Concurrent;
using System.Globalization;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Objects;
using Plumb.Sandbox;
using Plumb.Sandbox.Storage;

namespace Plumb.EndToEnd.Tests.Faults;

/// <summary>All that happened to a sandbox's ConfigMaps and Jobs, as its own watch tells it.</summary>
internal sealed class WriteLog : IAsyncDisposable
{
    private readonly ConcurrentQueue<(WatchKind Kind, KubeObject Object)> _events = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    public WriteLog(SandboxServer sandbox)
    {
        // Subscribed before the first write of the test.
        var events = sandbox.Objects.WatchAll(_stop.Token);
        _reading = Task.Run(async () =>
        {
            await foreach (var change in events)
            {
                if (change.Object.Kind is "ConfigMap" or "Job") _events.Enqueue((change.Kind, change.Object));
            }
        });
    }

    /// <summary>Changes of ConfigMaps that changed nothing that Git states, or took an older state in place of a newer one.</summary>
    public IReadOnlyList<string> NeedlessWrites()
    {
        var faults = new List<string>();
        var values = new Dictionary<string, (int Value, KubeObject Object)>();
        foreach (var (kind, obj) in _events.Where(e => e.Object.Kind == "ConfigMap"))
        {
            if (obj.Root["data"]["value"].AsString() is not { } text) continue;
            var value = int.Parse(text, CultureInfo.InvariantCulture);
            if (kind == WatchKind.Modified && obj.Root["metadata"]["deletionTimestamp"].IsNullOrAbsent && values.TryGetValue(obj.Uid, out var before) && value <= before.Value)
                faults.Add($"{obj.Namespace}/{obj.Name}: {before.Value} was written over with {value}: {Json.WriteText(before.Object.Root)} became {Json.WriteText(obj.Root)}");
            values[obj.Uid] = (value, obj);
        }

        return faults;
    }

    /// <summary>How many Jobs were made for each hook and state of the application.</summary>
    public IReadOnlyDictionary<(string Hook, int State), int> JobsMade() => _events
        .Where(e => e is { Kind: WatchKind.Added, Object.Kind: "Job" })
        .GroupBy(e => (
            e.Object.Name.StartsWith("after-", StringComparison.Ordinal) ? "after" : e.Object.Name,
            int.Parse(e.Object.Annotation("state")!, CultureInfo.InvariantCulture)))
        .ToDictionary(g => g.Key, g => g.Count());

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
