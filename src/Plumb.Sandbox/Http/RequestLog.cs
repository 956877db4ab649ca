using System.Collections.Concurrent;

namespace Plumb.Sandbox.Http;

/// <summary>Counts requests and remembers the latest.</summary>
internal sealed class RequestLog
{
    private const int Kept = 20_000;

    private readonly ConcurrentQueue<SandboxRequest> _latest = new();
    private readonly ConcurrentDictionary<string, long> _byVerb = new(StringComparer.Ordinal);
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public IReadOnlyDictionary<string, long> ByVerb => new Dictionary<string, long>(_byVerb, StringComparer.Ordinal);

    public IReadOnlyList<SandboxRequest> Latest => [.. _latest];

    public void Add(SandboxRequest request)
    {
        Interlocked.Increment(ref _count);
        _byVerb.AddOrUpdate(request.Verb, 1, static (_, n) => n + 1);
        _latest.Enqueue(request);
        while (_latest.Count > Kept) _latest.TryDequeue(out _);
    }
}
