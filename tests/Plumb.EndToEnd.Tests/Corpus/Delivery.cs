using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Plumb.EndToEnd.Tests.Support;
using Plumb.Manifests.Applications;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Applications;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Rendering;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;
using Plumb.Sandbox;
using Plumb.Server.Composition;

namespace Plumb.EndToEnd.Tests.Corpus;

/// <summary>
/// One directory of a public repository on its way to a cluster: in a real Git repository, named by an Argo CD application under its
/// public address, which is mapped to the local copy.
/// </summary>
internal sealed class Delivery : IAsyncDisposable
{
    public const string Name = "delivered";
    public const string Namespace = "plumb-corpus";

    /// <summary>A delivery that is neither done nor failed is taken to have settled when nothing was heard for this long.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly string _folder;
    private readonly string _kubeconfig;
    private readonly SandboxServer? _sandbox;
    private readonly Engine _engine;

    private Delivery(string folder, string kubeconfig, SandboxServer? sandbox, Engine engine) =>
        (_folder, _kubeconfig, _sandbox, _engine) = (folder, kubeconfig, sandbox, engine);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Commits, and starts the engine: once over, or automated with self-heal; on a fresh sandbox, or the cluster of a kubeconfig.</summary>
    public static async Task<Delivery> StartAsync(PlainDirectory directory, bool automated = false, string? kubeconfig = null)
    {
        var folder = Directory.CreateTempSubdirectory("plumb-corpus-").FullName;
        var git = await GitRepository.CreateAsync(Path.Combine(folder, "repository"), Ct);
        await git.CommitFolderAsync(directory.Folder, directory.PathInRepository, Ct);
        SandboxServer? sandbox = null;
        if (kubeconfig is null)
        {
            sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
            kubeconfig = Path.Combine(folder, "kubeconfig");
            await File.WriteAllTextAsync(kubeconfig, sandbox.Kubeconfig, Ct);
        }

        var engine = await Engine.CreateAsync(
            new EngineOptions
            {
                DataFolder = Path.Combine(folder, "data"),
                Kubeconfig = kubeconfig,
                RepositoryMap = [$"{PublicRepositories.AddressOf(directory.Repository)}={git.Folder}"],
                KeepHistory = false,
                Reconciler = new ReconcilerOptions { SyncOnce = !automated },
            },
            NullLoggerFactory.Instance, TimeProvider.System, Ct);
        await engine.Reconciler.StartAsync([Application(directory, automated)], [], Ct);
        return new Delivery(folder, kubeconfig, sandbox, engine);
    }

    public ApplicationState State => _engine.Reconciler.Find(Name)!;

    /// <summary>Waits until nothing more is to come.</summary>
    public async Task<ApplicationState> SettleAsync(TimeSpan? bound = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(bound ?? Bound);
        await using var changes = _engine.Reconciler.WatchAsync(limit.Token).GetAsyncEnumerator(limit.Token);
        try
        {
            var next = changes.MoveNextAsync().AsTask();
            while (true)
            {
                if (IsDone(State)) return State;
                if (await Task.WhenAny(next, Task.Delay(Quiet, limit.Token)) == next)
                {
                    await next;
                    next = changes.MoveNextAsync().AsTask();
                }
                else if (State.LastRun is not null || State.Operation is not null || State.Conditions.Any(c => !c.IsWarning))
                {
                    await limit.CancelAsync();
                    try
                    {
                        await next;
                    }
                    catch (OperationCanceledException)
                    {
                        // Ours.
                    }

                    return State;
                }
            }
        }
        catch (OperationCanceledException) when (!Ct.IsCancellationRequested)
        {
            return State;
        }
    }

    public async Task<string> KubectlAsync(params string[] arguments) => await KubectlAsync([], arguments);

    public async Task<string> KubectlAsync((string Name, string Value)[] environment, params string[] arguments)
    {
        string[] command = ["kubectl", "--kubeconfig", _kubeconfig, "--namespace", Namespace, .. arguments];
        return (await Shell.RunAsync("env", [.. environment.Select(e => $"{e.Name}={e.Value}"), .. command], _folder, Ct)).MustSucceed();
    }

    /// <summary>A file in this delivery's folder.</summary>
    public string PathTo(string name) => Path.Combine(_folder, name);

    public static Outcome OutcomeOf(ApplicationState state)
    {
        if (state.LastRun is null && state.Conditions.Any(c => !c.IsWarning)) return Outcome.Invalid;
        if (state.Operation is not null) return Outcome.Waiting;
        if (state.LastRun is { Phase: not RunPhase.Succeeded }) return Outcome.Failed;
        if (state.Resources.Count(IsOfDirectory) == 0) return Outcome.Empty;
        return state switch
        {
            { Sync: SyncStatus.Synced, Health.Status: HealthStatus.Healthy } => Outcome.Healthy,
            { Sync: SyncStatus.Synced, Health.Status: HealthStatus.Progressing } => Outcome.Progressing,
            { Sync: SyncStatus.Synced, Health.Status: HealthStatus.Degraded } => Outcome.Degraded,
            _ => Outcome.Failed,
        };
    }

    /// <summary>What is not well, as Kind/name.</summary>
    public static IReadOnlyList<string> TroubledOf(ApplicationState state)
    {
        var results = (state.Operation ?? state.LastRun)?.Results ?? [];
        return [.. state.Resources.Where(r => IsOfDirectory(r) && !IsWell(r)).Select(r => r.Id)
            .Concat(results.Where(r => r.Status is ResultStatus.Failed or ResultStatus.Blocked or ResultStatus.Skipped).Select(r => r.Id))
            .Select(id => $"{id.Kind}/{id.Name}").Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>All that Plumb says about it.</summary>
    public static string Describe(ApplicationState state)
    {
        var text = new StringBuilder($"{state.Sync}, {state.Health.Status} \"{state.Health.Message}\"");
        if (state.WaitingFor.Length > 0) text.Append($"\n  waits: {state.WaitingFor}");
        if (state.Operation is { } operation) text.Append($"\n  running: {operation.Message}");
        if (state.LastRun is { } run) text.Append($"\n  last run {run.Phase}: {run.Message}");
        foreach (var condition in state.Conditions) text.Append($"\n  {condition.Type}: {condition.Message}");
        foreach (var result in (state.Operation ?? state.LastRun)?.Results ?? [])
            if (result.Status is not (ResultStatus.Synced or ResultStatus.Unchanged)) text.Append($"\n  {result.Id}: {result.Status}: {result.Message}");
        foreach (var resource in state.Resources.Where(r => !IsWell(r)))
            text.Append($"\n  {resource.Id}: {resource.Sync} {resource.Message}, {resource.Health.Status} {resource.Health.Message}");
        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        if (_sandbox is not null) await _sandbox.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static bool IsDone(ApplicationState state) =>
        state.IsReady && state.LastRun is not null && state.Resources.Count > 0;

    private static bool IsOfDirectory(ResourceState resource) => resource.Id is not { Kind: "Namespace", Name: Namespace };

    private static bool IsWell(ResourceState resource) =>
        resource is { Sync: SyncStatus.Synced, Health.Status: HealthStatus.Healthy or HealthStatus.Suspended };

    private static ApplicationSpec Application(PlainDirectory directory, bool automated)
    {
        var yaml = $$"""
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata:
              name: {{Name}}
              namespace: argocd
            spec:
              project: default
              source:
                repoURL: {{PublicRepositories.AddressOf(directory.Repository)}}
                targetRevision: HEAD
                path: {{directory.PathInRepository}}
                {{(directory.Exclude.Length == 0 ? "" : $"directory: {{exclude: {directory.Exclude}}}")}}
              destination:
                server: https://kubernetes.default.svc
                namespace: {{Namespace}}
              syncPolicy:
                {{(automated ? "automated: {prune: true, selfHeal: true}" : "")}}
                syncOptions: [CreateNamespace=true]
            """;
        var diagnostics = new List<Diagnostic>();
        var file = ApplicationReader.Read(YamlReader.ReadAll(Encoding.UTF8.GetBytes(yaml), "application.yaml", diagnostics));
        diagnostics.Concat(file.Diagnostics).ShouldBeEmpty();
        return file.Applications.ShouldHaveSingleItem();
    }
}
