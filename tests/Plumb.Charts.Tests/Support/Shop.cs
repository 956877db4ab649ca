using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Plumb.Charts.Credentials;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Sources;

namespace Plumb.Charts.Tests.Support;

/// <summary>What asks for charts, with folders of its own.</summary>
internal sealed class Shop : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-charts-").FullName;
    private readonly TimeProvider _time;
    private readonly IReadOnlyList<(string From, string To)> _map;

    public Shop(TimeProvider? time = null, params (string From, string To)[] map)
    {
        (_time, _map) = (time ?? TimeProvider.System, map);
        Charts = Open();
    }

    public ChartRepositories Charts { get; private set; }

    public string DataFolder => Path.Combine(_folder, "data");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static SourceSpec Source(string url, string chart, string revision) => new() { RepoUrl = url, Chart = chart, TargetRevision = revision };

    public Task<ResolvedRevision> ResolveAsync(SourceSpec source, Freshness freshness = Freshness.Mirror) => Charts.ResolveAsync(source, freshness, Ct);

    public async Task<ITree> OpenAsync(SourceSpec source) => await Charts.OpenAsync(source, (await ResolveAsync(source)).Commit, Ct);

    /// <summary>The version that a revision means.</summary>
    public async Task<string> VersionAsync(SourceSpec source) => (await ResolveAsync(source)).Commit.Split('@')[0];

    public static string Text(ITree tree, string path) => Encoding.UTF8.GetString(tree.Read(path).Span);

    /// <summary>Writes <c>repositories.yaml</c>, as <c>helm repo add</c> does.</summary>
    public void AddRepository(string name, string url, string more) =>
        File.WriteAllText(Path.Combine(_folder, "repositories.yaml"), $"repositories:\n- name: {name}\n  url: {url}\n  {more}\n");

    /// <summary>Writes <c>config.json</c>, as <c>helm registry login</c> does.</summary>
    public void SignIn(string host, string user, string password)
    {
        var auth = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
        File.WriteAllText(Path.Combine(_folder, "config.json"), $"{{\"auths\":{{\"{host}\":{{\"auth\":\"{auth}\"}}}}}}");
    }

    /// <summary>As a new process, over the same folder.</summary>
    public async Task RestartAsync()
    {
        await Charts.DisposeAsync();
        Charts = Open();
    }

    public async ValueTask DisposeAsync()
    {
        await Charts.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private ChartRepositories Open() => new(
        new ChartOptions { DataFolder = DataFolder, RepositoryMap = _map, PollJitter = TimeSpan.Zero, MaxArchiveBytes = 1024 * 1024 },
        new HelmUserCredentials(Variable), NullLogger<ChartRepositories>.Instance, _time);

    private string? Variable(string name) => name switch
    {
        "HELM_REPOSITORY_CONFIG" => Path.Combine(_folder, "repositories.yaml"),
        "HELM_REGISTRY_CONFIG" => Path.Combine(_folder, "config.json"),
        "DOCKER_CONFIG" or "HOME" => _folder,
        _ => null,
    };
}
