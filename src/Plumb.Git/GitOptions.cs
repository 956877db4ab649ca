using Plumb.Git.Addresses;

namespace Plumb.Git;

/// <summary>Settings of <see cref="GitSource"/>.</summary>
public sealed class GitOptions
{
    /// <summary>Folder of the bare mirrors; created (mode 0700) when it is not there. Required.</summary>
    public required string DataFolder { get; init; }

    /// <summary>Time from the end of one poll of a repository to its next. Default: 120 seconds. Must be positive.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Up to this much is added at random to each poll, so that repositories spread. Default: 60 seconds. Not negative.</summary>
    public TimeSpan PollJitter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// First wait after a failed fetch; it doubles with each further failure up to <see cref="LongestBackoff"/>.
    /// Default: 10 seconds. Must be positive.
    /// </summary>
    public TimeSpan FirstBackoff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest wait after failed fetches. Default: 10 minutes. At least <see cref="FirstBackoff"/>.</summary>
    public TimeSpan LongestBackoff { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long one run of the <c>git</c> program that speaks to a remote may take. Default: 5 minutes. Must be positive.</summary>
    public TimeSpan FetchTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long reading one object from a mirror may take. Default: 30 seconds. Must be positive.</summary>
    public TimeSpan ReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Fetches that may run at once. Default: 8. At least 1.</summary>
    public int MaxConcurrentFetches { get; init; } = 8;

    /// <summary>Object readers (<c>git cat-file</c> processes) that one mirror may use at once. Default: 4. At least 1.</summary>
    public int MaxReadersPerMirror { get; init; } = 4;

    /// <summary>How long an unused object reader is kept. Default: 30 seconds. Must be positive.</summary>
    public TimeSpan ReaderIdleTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest mirror in bytes; a fetch that grows beyond it is stopped. Default: 4 GiB. Must be positive.</summary>
    public long MaxRepositoryBytes { get; init; } = 4L << 30;

    /// <summary>Largest file in bytes that a tree hands out. Default: 32 MiB. From 1 to 1 GiB.</summary>
    public long MaxFileBytes { get; init; } = 32L << 20;

    /// <summary>Memory in bytes for parsed directories and small files, per mirror. Default: 32 MiB. Not negative.</summary>
    public long ObjectCacheBytes { get; init; } = 32L << 20;

    /// <summary>Whether submodules are fetched and can be read. Default: true.</summary>
    public bool Submodules { get; init; } = true;

    /// <summary>Public addresses that are fetched from elsewhere; the longest match counts. Default: none.</summary>
    public IReadOnlyList<RepositoryMapping> RepositoryMap { get; init; } = [];

    /// <summary>The <c>git</c> program: a path, or a name found on PATH. Default: <c>git</c>.</summary>
    public string GitProgram { get; init; } = "git";

    /// <summary>Proxy for http and https, as git's <c>http.proxy</c>; null takes the usual environment variables. Default: null.</summary>
    public string? Proxy { get; init; }

    /// <summary>All faults of these settings, each naming its key; empty when there are none.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        void Check(bool good, string fault)
        {
            if (!good) faults.Add(fault);
        }

        Check(!string.IsNullOrWhiteSpace(DataFolder), $"{nameof(DataFolder)}: required");
        Check(PollInterval > TimeSpan.Zero, $"{nameof(PollInterval)}: must be positive, is {PollInterval}");
        Check(PollJitter >= TimeSpan.Zero, $"{nameof(PollJitter)}: must not be negative, is {PollJitter}");
        Check(FirstBackoff > TimeSpan.Zero, $"{nameof(FirstBackoff)}: must be positive, is {FirstBackoff}");
        Check(LongestBackoff >= FirstBackoff, $"{nameof(LongestBackoff)}: must be at least {nameof(FirstBackoff)}, is {LongestBackoff}");
        Check(FetchTimeout > TimeSpan.Zero, $"{nameof(FetchTimeout)}: must be positive, is {FetchTimeout}");
        Check(ReadTimeout > TimeSpan.Zero, $"{nameof(ReadTimeout)}: must be positive, is {ReadTimeout}");
        Check(MaxConcurrentFetches >= 1, $"{nameof(MaxConcurrentFetches)}: must be at least 1, is {MaxConcurrentFetches}");
        Check(MaxReadersPerMirror >= 1, $"{nameof(MaxReadersPerMirror)}: must be at least 1, is {MaxReadersPerMirror}");
        Check(ReaderIdleTime > TimeSpan.Zero, $"{nameof(ReaderIdleTime)}: must be positive, is {ReaderIdleTime}");
        Check(MaxRepositoryBytes > 0, $"{nameof(MaxRepositoryBytes)}: must be positive, is {MaxRepositoryBytes}");
        Check(MaxFileBytes is > 0 and <= 1L << 30, $"{nameof(MaxFileBytes)}: must be from 1 to 1 GiB, is {MaxFileBytes}");
        Check(ObjectCacheBytes >= 0, $"{nameof(ObjectCacheBytes)}: must not be negative, is {ObjectCacheBytes}");
        Check(!string.IsNullOrWhiteSpace(GitProgram), $"{nameof(GitProgram)}: required");
        return faults;
    }
}
