using System.Security.Cryptography;

namespace Plumb.Charts;

/// <summary>Settings of <see cref="ChartRepositories"/>.</summary>
public sealed record ChartOptions
{
    /// <summary>Folder of the downloaded charts; created (mode 0700) when it is not there.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Time between two looks at a repository of charts. Default: 120 seconds.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Up to this much is added at random to each interval. Default: 60 seconds.</summary>
    public TimeSpan PollJitter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one request may take, its body included. Default: 2 minutes.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Largest <c>index.yaml</c> in bytes. Default: 64 MiB.</summary>
    public int MaxIndexBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Largest packed chart in bytes. Default: 50 MiB.</summary>
    public int MaxArchiveBytes { get; init; } = 50 * 1024 * 1024;

    /// <summary>Largest value file of a web server in bytes. Default: 8 MiB.</summary>
    public int MaxValuesBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Speak to all registries without TLS, not only to those on loopback. Default: false.</summary>
    public bool PlainHttp { get; init; }

    /// <summary>Most bytes of downloaded charts that are kept; the longest unused go first. Default: 2 GiB.</summary>
    public long MaxCacheBytes { get; init; } = 2L << 30;

    /// <summary>
    /// Whether kustomizations may use files of web servers (<c>https://…/file.yaml</c>): what such an address holds may change without a
    /// commit. Default: false.
    /// </summary>
    public bool AllowWebFiles { get; init; }

    /// <summary>Largest such file in bytes. Default: 10 MiB.</summary>
    public int MaxWebFileBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>Addresses that begin with the first are asked for at the second instead; the longest match counts. Default: none.</summary>
    public IReadOnlyList<(string From, string To)> RepositoryMap { get; init; } = [];

    /// <summary>How long until the next look: the interval and some of the jitter.</summary>
    internal TimeSpan NextInterval() => PollInterval + (PollJitter * (RandomNumberGenerator.GetInt32(1000) / 1000.0));

    /// <summary>Where an address is asked for: itself unless the map has a match.</summary>
    internal string Map(string address)
    {
        foreach (var (from, to) in RepositoryMap.OrderByDescending(m => m.From.Length))
        {
            var prefix = from.TrimEnd('/');
            if (address == prefix || address.StartsWith(prefix + "/", StringComparison.Ordinal)) return to.TrimEnd('/') + address[prefix.Length..];
        }

        return address;
    }
}
