using Microsoft.Extensions.Logging;
using Plumb.Git.Addresses;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Tests.Support;

/// <summary>Makes sources for tests, and keeps their log.</summary>
public static class Sources
{
    public static GitOptions Options(string folder, Action<Settings>? change = null)
    {
        var settings = new Settings();
        change?.Invoke(settings);
        return new GitOptions
        {
            DataFolder = Path.Combine(folder, "data"),
            PollInterval = settings.PollInterval,
            PollJitter = TimeSpan.Zero,
            FirstBackoff = settings.FirstBackoff,
            FetchTimeout = settings.FetchTimeout,
            MaxRepositoryBytes = settings.MaxRepositoryBytes,
            MaxFileBytes = settings.MaxFileBytes,
            RepositoryMap = settings.Map,
            GitProgram = settings.GitProgram,
        };
    }

    public static GitSource Open(
        string folder, Action<Settings>? change = null, GitCredentials? credentials = null, ILogger<GitSource>? logger = null,
        GitMetrics? metrics = null) =>
        new(Options(folder, change), credentials ?? GitCredentials.None, logger ?? new ListLogger(), TimeProvider.System, metrics);

    public static async Task<ITree> OpenHeadAsync(this GitSource source, string url, string revision = "main")
    {
        var resolved = await source.ResolveAsync(url, revision, Freshness.Remote, TestContext.Current.CancellationToken);
        return await source.OpenAsync(url, resolved.Commit, TestContext.Current.CancellationToken);
    }

    public static async Task<SourceException> FailureAsync(this GitSource source, string url, string revision = "main", Freshness freshness = Freshness.Remote) =>
        await Should.ThrowAsync<SourceException>(() => source.ResolveAsync(url, revision, freshness, TestContext.Current.CancellationToken));

    public sealed class Settings
    {
        public TimeSpan PollInterval { get; set; } = TimeSpan.FromMinutes(10);

        public TimeSpan FirstBackoff { get; set; } = TimeSpan.FromMilliseconds(50);

        public TimeSpan FetchTimeout { get; set; } = TimeSpan.FromSeconds(30);

        public long MaxRepositoryBytes { get; set; } = 1 << 30;

        public long MaxFileBytes { get; set; } = 1 << 20;

        public IReadOnlyList<RepositoryMapping> Map { get; set; } = [];

        public string GitProgram { get; set; } = "git";
    }
}

/// <summary>A logger that keeps what it gets.</summary>
public sealed class ListLogger : ILogger<GitSource>
{
    private readonly List<string> _lines = [];

    public string Text
    {
        get
        {
            lock (_lines) return string.Join('\n', _lines);
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_lines) _lines.Add(formatter(state, exception) + exception);
    }
}
