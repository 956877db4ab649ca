using System.Text;
using System.Threading.Channels;
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

    /// <summary>What is not ready may still change: it counts as settled when nothing was heard for this long.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    private readonly string _folder;
    private readonly PlainDirectory _directory;
    private readonly GitRepository _git;
    private readonly string _kubeconfig;
    private readonly string _namespace;
    private readonly SandboxServer? _sandbox;
    private readonly Engine _engine;

    private Delivery(
        string folder, PlainDirectory directory, GitRepository git, string kubeconfig, string ns, SandboxServer? sandbox, Engine engine) =>
        (_folder, _directory, _git, _kubeconfig, _namespace, _sandbox, _engine) = (folder, directory, git, kubeconfig, ns, sandbox, engine);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>
    /// Commits, and starts the engine: once over, or automated with self-heal; on a fresh sandbox, or the cluster of a kubeconfig, where
    /// it gets a namespace of its own: an earlier one may take minutes to go.
    /// </summary>
    public static async Task<Delivery> StartAsync(PlainDirectory directory, bool automated = false, string? kubeconfig = null)
    {
        var folder = Directory.CreateTempSubdirectory("plumb-corpus-").FullName;
        var git = await GitRepository.CreateAsync(Path.Combine(folder, "repository"), Ct);
        var above = directory.Above;
        await git.CommitFolderAsync(
            above.Length == 0 ? directory.Folder : Path.Combine(PublicRepositories.Root, directory.Repository, above),
            above.Length == 0 ? directory.PathInRepository : above, Ct);
        if (directory.Added.Count > 0) await git.WriteAsync(Ct, [.. directory.Added.Select(a => (a.Path, (string?)a.Text))]);
        SandboxServer? sandbox = null;
        var ns = kubeconfig is null ? Namespace : $"{Namespace}-{Guid.NewGuid():N}"[..(Namespace.Length + 9)];
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
                Reconciler = new ReconcilerOptions { Mode = automated ? ReconcileMode.ByPolicy : ReconcileMode.SyncOnce },
            },
            NullLoggerFactory.Instance, TimeProvider.System, Ct);
        await engine.Reconciler.StartAsync([Application(directory, automated, ns)], [], Ct);
        return new Delivery(folder, directory, git, kubeconfig, ns, sandbox, engine);
    }

    public ApplicationState State => _engine.Reconciler.Find(Name)!;

    /// <summary>
    /// Waits until the state is the expected one and stays so: at once when it is ready, else when nothing was heard for a while. At the
    /// bound, whatever it is.
    /// </summary>
    public async Task<ApplicationState> SettleAsync(Func<ApplicationState, bool> isExpected, TimeSpan? bound = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(bound ?? Bound);
        var heard = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        var listening = ListenAsync(heard.Writer, limit.Token);
        try
        {
            while (!isExpected(State) || (!State.IsReady && await HearsAsync(heard.Reader, limit.Token)))
            {
                if (!isExpected(State)) await heard.Reader.ReadAsync(limit.Token);
            }
        }
        catch (OperationCanceledException) when (!Ct.IsCancellationRequested)
        {
            // The bound is reached; the state tells where it stands.
        }
        finally
        {
            await limit.CancelAsync();
            await listening;
        }

        return State;
    }

    public async Task<string> KubectlAsync(params string[] arguments) => await KubectlAsync([], arguments);

    public async Task<string> KubectlAsync((string Name, string Value)[] environment, params string[] arguments)
    {
        string[] command = ["kubectl", "--kubeconfig", _kubeconfig, "--namespace", _namespace, .. arguments];
        return (await Shell.RunAsync("env", [.. environment.Select(e => $"{e.Name}={e.Value}"), .. command], _folder, Ct)).MustSucceed();
    }

    /// <summary>Replaces text in all files of the directory, commits and tells of the push.</summary>
    public async Task ReplaceAsync(string text, string by)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_git.Folder, _directory.PathInRepository)))
            await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Ct)).Replace(text, by, StringComparison.Ordinal), Ct);
        await _git.CommitAsync($"replace {text} by {by}", Ct);
        _engine.Source.Refresh(PublicRepositories.AddressOf(_directory.Repository));
    }

    /// <summary>Replaces text in one file of the repository, commits and tells of the push.</summary>
    public async Task ReplaceInAsync(string file, string text, string by)
    {
        var path = Path.Combine(_git.Folder, file);
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path, Ct)).Replace(text, by, StringComparison.Ordinal), Ct);
        await _git.CommitAsync($"replace {text} by {by} in {file}", Ct);
        _engine.Source.Refresh(PublicRepositories.AddressOf(_directory.Repository));
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
        {
            if (result.Status is not (ResultStatus.Synced or ResultStatus.Unchanged))
                text.Append($"\n  {result.Id}: {result.Status}: {result.Message}");
        }

        foreach (var resource in state.Resources.Where(r => !IsWell(r)))
            text.Append($"\n  {resource.Id}: {resource.Sync} {resource.Message}, {resource.Health.Status} {resource.Health.Message}");
        return text.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        if (_sandbox is not null) await _sandbox.DisposeAsync();
        else await Shell.RunAsync("kubectl", ["--kubeconfig", _kubeconfig, "delete", "namespace", _namespace, "--wait=false"]);
        Directory.Delete(_folder, recursive: true);
    }

    private async Task ListenAsync(ChannelWriter<bool> heard, CancellationToken ct)
    {
        try
        {
            await foreach (var _ in _engine.Reconciler.WatchAsync(ct)) heard.TryWrite(true);
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more.
        }
    }

    private static async Task<bool> HearsAsync(ChannelReader<bool> heard, CancellationToken ct)
    {
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(ct);
        quiet.CancelAfter(Quiet);
        try
        {
            return await heard.ReadAsync(quiet.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }

    private static bool IsOfDirectory(ResourceState resource) => 
        resource.Id.Kind != "Namespace" || !resource.Id.Name.StartsWith(Namespace, StringComparison.Ordinal);

    private static bool IsWell(ResourceState resource) =>
        resource is { Sync: SyncStatus.Synced, Health.Status: HealthStatus.Healthy or HealthStatus.Suspended };

    /// <summary>The Argo CD application that names the directory under its public address.</summary>
    public static string Manifest(PlainDirectory directory, bool automated, string ns = Namespace)
    {
        return $$"""
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
                {{(directory.Helm.Length == 0 ? "" : $"helm: {directory.Helm}")}}
                {{(directory.Kustomize.Length == 0 ? "" : $"kustomize: {directory.Kustomize}")}}
              destination:
                server: https://kubernetes.default.svc
                namespace: {{ns}}
              syncPolicy:
                {{(automated ? "automated: {prune: true, selfHeal: true}" : "")}}
                syncOptions: [CreateNamespace=true]
            """;
    }

    private static ApplicationSpec Application(PlainDirectory directory, bool automated, string ns)
    {
        var diagnostics = new List<Diagnostic>();
        var manifest = Encoding.UTF8.GetBytes(Manifest(directory, automated, ns));
        var file = ApplicationReader.Read(YamlReader.ReadAll(manifest, "application.yaml", diagnostics));
        diagnostics.Concat(file.Diagnostics).ShouldBeEmpty();
        return file.Applications.ShouldHaveSingleItem();
    }
}
