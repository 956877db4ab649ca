using Microsoft.Extensions.Logging.Abstractions;
using Plumb.Charts.Credentials;
using Plumb.Git;
using Plumb.Git.Addresses;
using Plumb.Git.Tests.Support;
using Plumb.Manifests;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Sources;
using Plumb.Reconcile.Targets;

namespace Plumb.Charts.Tests.Bases;

/// <summary>Two real repositories, an application's and a base's, and what reads them.</summary>
internal sealed class BaseScene : IAsyncDisposable
{
    public const string BaseUrl = "https://git.example.com/org/base";

    private const string AppUrl = "https://git.example.com/org/app";

    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-bases-").FullName;
    private readonly GitSource _git;
    private readonly ChartRepositories _charts;

    public BaseScene(bool allowWebFiles = false, TimeProvider? time = null)
    {
        App = new TestRepository(_folder, "app");
        Base = new TestRepository(_folder, "base");
        _git = new GitSource(
            new GitOptions
            {
                DataFolder = Path.Combine(_folder, "mirrors"),
                RepositoryMap = [new RepositoryMapping(AppUrl, App.Bare), new RepositoryMapping(BaseUrl, Base.Bare)],
            },
            GitCredentials.None, NullLogger<GitSource>.Instance, TimeProvider.System);
        _charts = new ChartRepositories(
            new ChartOptions { DataFolder = Path.Combine(_folder, "charts"), PollJitter = TimeSpan.Zero, AllowWebFiles = allowWebFiles, MaxWebFileBytes = 4096 },
            new HelmUserCredentials(_ => null), NullLogger<ChartRepositories>.Instance, time ?? TimeProvider.System);
        Source = new SourceWithCharts(_git, _charts);
    }

    public TestRepository App { get; }

    public TestRepository Base { get; }

    public SourceWithCharts Source { get; }

    public SourceSpec Web { get; init; } = new() { RepoUrl = AppUrl, Path = "web" };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static string ConfigMap(string name, string value) =>
        $"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  key: {value}\n";

    /// <summary>The application's tree, as a turn of its loop opens it.</summary>
    public async Task<ITree> OpenAsync(Freshness freshness = Freshness.Remote, SourceSpec? source = null)
    {
        var resolved = await Source.ResolveAsync(source ?? Web, freshness, Ct);
        return await Source.OpenAsync(source ?? Web, resolved.Commit, Ct);
    }

    public RenderResult Render(ITree tree) => new ManifestRenderer().Render(
        new RenderRequest(tree, new ApplicationSpec { Name = "web", Sources = [Web], Digest = "" }, Web, new TargetCapabilities()), Ct);

    /// <summary>Names of the objects that a render gives; it has to succeed.</summary>
    public IReadOnlyList<string> Names(ITree tree)
    {
        var result = Render(tree);
        result.Diagnostics.Where(d => d.Severity == Severity.Error).Select(d => d.ToString()).ShouldBeEmpty();
        return [.. result.Resources.Select(r => r.Id.Name)];
    }

    /// <summary>Takes the base's repository away.</summary>
    public void LoseBase() => Directory.Move(Base.Bare, Base.Bare + ".gone");

    public async ValueTask DisposeAsync()
    {
        await _git.DisposeAsync();
        await _charts.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
