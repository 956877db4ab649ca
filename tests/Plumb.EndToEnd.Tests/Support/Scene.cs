using Microsoft.Extensions.Logging.Abstractions;
using Plumb.Kubernetes.Client;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.States;
using Plumb.Sandbox;
using Plumb.Server.Composition;

namespace Plumb.EndToEnd.Tests.Support;

/// <summary>Real Git, real HTTP: a repository, a sandbox cluster and the engine between them, in a folder of their own.</summary>
internal sealed class Scene : IAsyncDisposable
{
    /// <summary>The address that applications name; mapped to the local repository.</summary>
    public const string PublicUrl = "https://git.example.com/config.git";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private Scene(string folder, GitRepository git, SandboxServer? sandbox, string kubeconfig) =>
        (Folder, Git, Sandbox, Kubeconfig) = (folder, git, sandbox, kubeconfig);

    public string Folder { get; }

    public GitRepository Git { get; }

    /// <summary>The sandbox; null when the scene plays on another cluster.</summary>
    public SandboxServer? Sandbox { get; }

    public string Kubeconfig { get; }

    public Engine Engine { get; private set; } = null!;

    public Reconciler Reconciler => Engine.Reconciler;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>How long requests to clusters may take, and the like; set before the start.</summary>
    public KubeClientOptions Client { get; init; } = new();

    /// <summary>More addresses and where they are, as <c>FROM=TO</c>; set before the start.</summary>
    public IReadOnlyList<string> RepositoryMap { get; set; } = [];

    /// <summary>How often what charts look up is looked at again; set before the start.</summary>
    public TimeSpan LookupInterval { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Namespace whose cluster Secrets are clusters.</summary>
    public string ClusterSecrets { get; set; } = "argocd";

    /// <summary>A scene whose engine is not started yet.</summary>
    public static async Task<Scene> CreateAsync(SandboxOptions? options = null, string? kubeconfig = null, KubeClientOptions? client = null)
    {
        var folder = Directory.CreateTempSubdirectory("plumb-e2e-").FullName;
        var git = await GitRepository.CreateAsync(Path.Combine(folder, "repository"), Ct);
        SandboxServer? sandbox = null;
        if (kubeconfig is null)
        {
            sandbox = await SandboxServer.StartAsync(options ?? new SandboxOptions(), Ct);
            kubeconfig = Path.Combine(folder, "kubeconfig");
            await File.WriteAllTextAsync(kubeconfig, sandbox.Kubeconfig, Ct);
        }

        return new Scene(folder, git, sandbox, kubeconfig) { Client = client ?? new KubeClientOptions() };
    }

    public async Task StartAsync(params ApplicationSpec[] roots)
    {
        Engine = await Engine.CreateAsync(
            new EngineOptions
            {
                DataFolder = Path.Combine(Folder, "data"),
                Kubeconfig = Kubeconfig,
                RepositoryMap = [$"{PublicUrl}={Git.Folder}", .. RepositoryMap],
                KeepHistory = true,
                ClusterSecretNamespace = ClusterSecrets,
                Client = Client,
                Reconciler = new ReconcilerOptions { ErrorDelay = TimeSpan.FromMilliseconds(100), MaxErrorDelay = TimeSpan.FromSeconds(2), LookupInterval = LookupInterval },
            },
            NullLoggerFactory.Instance,
            TimeProvider.System,
            Ct);
        await Reconciler.StartAsync(roots, [], Ct);
    }

    /// <summary>Stops the engine as a process would stop; the cluster and the repository stay.</summary>
    public async Task StopEngineAsync()
    {
        await Engine.DisposeAsync();
        Engine = null!;
    }

    /// <summary>Tells of a push, as a webhook does.</summary>
    public void Push() => Engine.Source.Refresh(PublicUrl);

    public async Task<ApplicationState> UntilAsync(string application, Func<ApplicationState, bool> condition, TimeSpan? deadline = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(deadline ?? Deadline);
        var changes = Reconciler.WatchAsync(limit.Token);
        if (Reconciler.Find(application) is { } now && condition(now)) return now;
        try
        {
            await foreach (var state in changes)
            {
                if (state.Spec.Name == application && condition(state)) return state;
            }
        }
        catch (OperationCanceledException) when (!Ct.IsCancellationRequested)
        {
            // Falls through to the message below.
        }

        throw new TimeoutException(
            $"{application} did not get there: {Describe(Reconciler.Find(application))}; clusters: {string.Join(", ", Engine.Targets.All.Select(t => $"{t.Name} {t.Status}"))}; {string.Join(", ", Engine.Targets.Warnings)}");
    }

    public Task<ApplicationState> UntilReadyAsync(string application, string? commit = null) =>
        UntilAsync(application, s => s.IsReady && (commit is null || s.Revisions.Contains(commit)));

    public async Task<string> KubectlAsync(params string[] arguments) =>
        (await Shell.RunAsync("kubectl", ["--kubeconfig", Kubeconfig, .. arguments], Folder, Ct)).MustSucceed();

    public static ApplicationSpec Application(string name, string path, string @namespace = "default", bool automated = true) => new()
    {
        Name = name,
        Sources = [new SourceSpec { RepoUrl = PublicUrl, Path = path }],
        Destination = new DestinationSpec(Namespace: @namespace),
        SyncPolicy = new SyncPolicySpec
        {
            Automated = automated ? new AutomatedSpec(Prune: true, SelfHeal: true) : null,
            SyncOptions = @namespace == "default" ? [] : ["CreateNamespace=true"],
            Retry = new RetrySpec(0, TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(1)),
        },
        Digest = $"{name}/{path}/{@namespace}/{automated}",
    };

    public async ValueTask DisposeAsync()
    {
        if (Engine is not null) await Engine.DisposeAsync();
        if (Sandbox is not null) await Sandbox.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static string Describe(ApplicationState? state) => state is null
        ? "not registered"
        : $"{state.Sync}, {state.Health}, waiting=\"{state.WaitingFor}\", operation=\"{state.Operation?.Message}\", last={state.LastRun?.Phase} "
            + $"\"{state.LastRun?.Message}\", conditions: {string.Join(" | ", state.Conditions.Select(c => $"{c.Type}: {c.Message}"))}, "
            + string.Join(" | ", state.Resources.Where(r => r.Sync != SyncStatus.Synced || r.Health.Status != Reconcile.Health.HealthStatus.Healthy));
}
