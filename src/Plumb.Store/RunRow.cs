namespace Plumb.Store;

/// <summary>A run as it lies in the table. Times are UTC ticks, as SQLite has no type for them.</summary>
internal sealed class RunRow
{
    public required string Id { get; init; }

    public required string Application { get; init; }

    public required string Phase { get; set; }

    public required long StartedAt { get; init; }

    public long? FinishedAt { get; set; }

    /// <summary>The whole run as JSON; the columns beside it only serve queries.</summary>
    public required byte[] Document { get; set; }
}
