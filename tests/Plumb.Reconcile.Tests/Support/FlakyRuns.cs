using Plumb.Reconcile.Runs;

namespace Plumb.Reconcile.Tests.Support;

/// <summary>A history whose disk can be full.</summary>
internal sealed class FlakyRuns : IRunStore
{
    private volatile string? _fault;

    public MemoryRunStore Stored { get; } = new();

    public string? Fault
    {
        get => _fault;
        set => _fault = value;
    }

    public Task SaveAsync(Run run, CancellationToken ct) => Try(() => Stored.SaveAsync(run, ct));

    public Task<IReadOnlyList<Run>> ListAsync(string? application, int limit, CancellationToken ct) => Try(() => Stored.ListAsync(application, limit, ct));

    public Task<Run?> FindAsync(string id, CancellationToken ct) => Try(() => Stored.FindAsync(id, ct));

    public Task<IReadOnlyList<Run>> ListUnfinishedAsync(CancellationToken ct) => Try(() => Stored.ListUnfinishedAsync(ct));

    private T Try<T>(Func<T> use) => _fault is { } fault ? throw new HistoryException(fault) : use();
}
