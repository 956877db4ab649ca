using System.Diagnostics.Metrics;

namespace Plumb.Git;

/// <summary>The instruments of this room, on the meter <see cref="MeterName"/>. No label holds an address: there may be thousands.</summary>
public sealed class GitMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Plumb.Git";

    private readonly Meter _meter;

    /// <summary>Instruments on a new meter.</summary>
    public GitMetrics()
    {
        _meter = new Meter(MeterName);
        Fetches = _meter.CreateCounter<long>("plumb.git.fetches", "{fetch}", "Fetches of repositories, by result.");
        FetchFailures = _meter.CreateCounter<long>("plumb.git.fetch.failures", "{fetch}", "Failed fetches, by fault.");
        FetchSeconds = _meter.CreateHistogram<double>("plumb.git.fetch.duration", "s", "Time of one fetch, from asking to refs swapped.");
        Reclones = _meter.CreateCounter<long>("plumb.git.reclones", "{mirror}", "Mirrors found damaged and cloned again.");
        ObjectReads = _meter.CreateCounter<long>("plumb.git.object.reads", "{object}", "Objects read from git, not from memory.");
        ReaderStarts = _meter.CreateCounter<long>("plumb.git.reader.starts", "{process}", "Object reader processes started.");
    }

    internal Counter<long> Fetches { get; }

    internal Counter<long> FetchFailures { get; }

    internal Histogram<double> FetchSeconds { get; }

    internal Counter<long> Reclones { get; }

    internal Counter<long> ObjectReads { get; }

    internal Counter<long> ReaderStarts { get; }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
