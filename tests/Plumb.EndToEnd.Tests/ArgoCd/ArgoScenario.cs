using System.Text;
using Plumb.EndToEnd.Tests.Corpus;
using Plumb.EndToEnd.Tests.Support;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Patches;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Health;
using Plumb.Reconcile.Loop;
using Plumb.Reconcile.Resources;
using Plumb.Reconcile.Runs;
using Plumb.Reconcile.States;

namespace Plumb.EndToEnd.Tests.ArgoCd;

/// <summary>
/// A directory of Argo CD's end-to-end tests, played as those tests play it: the directory in a real Git repository, an Argo CD
/// <c>Application</c> that names it (manual unless patched), a sandbox cluster, and edits by commit. The application lives in Git too,
/// below a root application, so that a change of its spec is a commit like any other.
/// </summary>
internal sealed class ArgoScenario : IAsyncDisposable
{
    public const string Name = "scenario";
    public const string Namespace = "argocd-e2e";

    private const string TestData = "argo-cd-e2e/test/e2e/testdata";
    private const string Definition = "apps/scenario.yaml";
    private const string ProjectDefinition = "apps/project.yaml";

    private readonly Scene _scene;
    private readonly string _directory;

    private ArgoScenario(Scene scene, string directory) => (_scene, _directory) = (scene, directory);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public Scene Scene => _scene;

    public ApplicationState State => _scene.Reconciler.Find(Name) ?? throw new InvalidOperationException("the application is gone");

    /// <summary>Whether the application is still there.</summary>
    public bool Exists => _scene.Reconciler.Find(Name) is not null;

    /// <summary>The scenario directories, for the table.</summary>
    public static string Root => Path.Combine(PublicRepositories.Root, TestData);

    /// <summary>
    /// The directory in Git, nothing applied yet. <paramref name="files"/> are edited before the application is made: a JSON patch, new
    /// text, or null to delete.
    /// </summary>
    /// <param name="directory">The directory below <c>test/e2e/testdata</c>.</param>
    /// <param name="application">JSON patch for the application; empty for none.</param>
    /// <param name="project">The <c>spec</c> of its AppProject; empty: the default project.</param>
    /// <param name="files">Edits.</param>
    public static Task<ArgoScenario> StartAsync(
        string directory, string application = "", string project = "", params (string File, string? Edit)[] files) =>
        StartMappedAsync([], directory, application, project, files);

    /// <summary>The same, some addresses being elsewhere: <c>FROM=TO</c>.</summary>
    public static async Task<ArgoScenario> StartMappedAsync(
        IReadOnlyList<string> map, string directory, string application = "", string project = "", params (string File, string? Edit)[] files)
    {
        var scene = await Scene.CreateAsync();
        scene.RepositoryMap = map;
        var scenario = new ArgoScenario(scene, directory);
        await scene.Git.CommitFolderAsync(Path.Combine(Root, directory), directory, Ct);
        foreach (var (file, edit) in files) await scenario.EditFileAsync(Path.Combine(directory, file), edit);
        await scenario.WriteAsync(Definition, Manifest(directory, project.Length > 0));
        if (application.Length > 0) await scenario.EditFileAsync(Definition, application);
        if (project.Length > 0) await scenario.WriteAsync(ProjectDefinition, Project(project));
        await scene.Git.CommitAsync("the scenario", Ct);
        await scene.KubectlAsync("create", "namespace", Namespace);
        await scene.StartAsync(Scene.Application("root", "apps"));
        await scene.UntilAsync(Name, s => s.ReconciledAt is not null || s.Conditions.Count > 0);
        return scenario;
    }

    /// <summary>Commits edits of the directory's files (JSON patch, new text, or null to delete) and waits until they are compared.</summary>
    public async Task CommitAsync(params (string File, string? Edit)[] files)
    {
        foreach (var (file, edit) in files) await EditFileAsync(Path.Combine(_directory, file), edit);
        await PushAsync();
    }

    /// <summary>The same without waiting: for an application that is about to go.</summary>
    public async Task CommitFilesAsync(params (string File, string? Edit)[] files)
    {
        foreach (var (file, edit) in files) await EditFileAsync(Path.Combine(_directory, file), edit);
        await _scene.Git.CommitAsync("edit", Ct);
        _scene.Push();
    }

    /// <summary>
    /// A health script for a kind, as Argo CD's settings state it: a file for <see cref="StartAsync"/>, beside the application in the root
    /// path.
    /// </summary>
    public static (string File, string Text) HealthOf(string kind, string lua) => (
        $"../{Path.GetDirectoryName(Definition)}/argocd-cm.yaml",
        $"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: argocd-cm}}\ndata:\n  resource.customizations.health.{kind}: |\n    {lua}\n");

    /// <summary>Takes the application out of Git, so that its finalizer takes its resources along; something else stays beside it.</summary>
    public async Task RemoveFromGitAsync()
    {
        await WriteAsync("apps/stays.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: stays}\n");
        await EditFileAsync(Definition, null);
        await _scene.Git.CommitAsync("remove the application", Ct);
        _scene.Push();
    }

    /// <summary>Deletes the application with its resources; ends when it is gone.</summary>
    public Task DeleteAsync() => _scene.Reconciler.DeleteAsync(Name, new DeleteRequest(), Ct);

    /// <summary>Waits until the application is gone.</summary>
    public Task UntilGoneAsync() => ScenarioAnswers.UntilAsync(() => Task.FromResult(!Exists));

    /// <summary>Commits a JSON patch of the application itself and waits until it counts.</summary>
    public async Task EditApplicationAsync(string patch)
    {
        var before = State.Spec.Digest;
        await EditFileAsync(Definition, patch);
        await _scene.Git.CommitAsync("edit the application", Ct);
        _scene.Push();
        await UntilAsync(s => s.Spec.Digest != before);
    }

    /// <summary>Commits another spec for the AppProject.</summary>
    public async Task EditProjectAsync(string spec)
    {
        await WriteAsync(ProjectDefinition, Project(spec));
        await _scene.Git.CommitAsync("edit the project", Ct);
        _scene.Push();
    }

    /// <summary>A sync by hand, of everything or of some resources.</summary>
    public Task<Run> SyncAsync(bool prune = false, bool dryRun = false, params ResourceId[] only) => _scene.Reconciler.SyncAsync(
        Name, new SyncRequest { Initiator = "test", Prune = prune, DryRun = dryRun, Resources = only.ToHashSet() }, Ct);

    public Task<ApplicationState> UntilAsync(Func<ApplicationState, bool> condition) => _scene.UntilAsync(Name, condition);

    public Task<string> KubectlAsync(params string[] arguments) => _scene.KubectlAsync(["--namespace", Namespace, .. arguments]);

    /// <summary>Whether the object is live, asked of the server.</summary>
    public async Task<bool> IsLiveAsync(string kind, string name) =>
        (await KubectlAsync("get", kind, name, "--ignore-not-found", "--output=name")).Length > 0;

    public static ResourceId Id(string kind, string name, string group = "") => new(group, kind, Namespace, name);

    public async ValueTask DisposeAsync() => await _scene.DisposeAsync();

    private async Task PushAsync()
    {
        var commit = await _scene.Git.CommitAsync("edit", Ct);
        _scene.Push();
        await UntilAsync(s => s.Revisions.Contains(commit) && (s.ReconciledAt is not null || s.Conditions.Count > 0));
    }

    private async Task EditFileAsync(string path, string? edit)
    {
        var file = Path.Combine(_scene.Git.Folder, path);
        if (edit is null)
        {
            File.Delete(file);
            return;
        }

        if (!edit.TrimStart().StartsWith('['))
        {
            await WriteAsync(path, edit);
            return;
        }

        // Of several documents the first, as in Argo CD's tests.
        var documents = YamlReader.ReadAll(await File.ReadAllBytesAsync(file, Ct), path, []).Select(d => d.Value).ToList();
        documents[0] = JsonPatch.Apply(documents[0], Json.Parse(edit).AsList()!);
        await File.WriteAllTextAsync(file, string.Join("---\n", documents.Select(YamlWriter.Write)), Ct);
    }

    private async Task WriteAsync(string path, string text)
    {
        var file = Path.Combine(_scene.Git.Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, text, Encoding.UTF8, Ct);
    }

    /// <summary>
    /// Some directories carry a kustomization that does nothing but list the files beside it: they are read as plain ones, without it.
    /// </summary>
    private static string Manifest(string directory, bool hasProject) => $$"""
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata:
          name: {{Name}}
          finalizers: [resources-finalizer.argocd.argoproj.io]
        spec:
          project: {{(hasProject ? "scenario" : "default")}}
          source:
            repoURL: {{Scene.PublicUrl}}
            path: {{directory}}
            targetRevision: HEAD
            directory: {exclude: "kustomization.y*ml"}
          destination:
            server: https://kubernetes.default.svc
            namespace: {{Namespace}}

        """;

    private static string Project(string spec) =>
        $"{{\"apiVersion\": \"argoproj.io/v1alpha1\", \"kind\": \"AppProject\", \"metadata\": {{\"name\": \"scenario\"}}, \"spec\": {spec}}}\n";
}

/// <summary>What is asked of states and runs.</summary>
internal static class ScenarioAnswers
{
    public static ResourceState Resource(this ApplicationState state, string kind, string name) =>
        state.Resources.FirstOrDefault(r => r.Id.Kind == kind && r.Id.Name == name)
            ?? throw new ShouldAssertException($"{kind}/{name} is none of {string.Join(", ", state.Resources.Select(r => r.Id))}");

    public static bool Has(this ApplicationState state, SyncStatus sync, HealthStatus health) =>
        state.Sync == sync && state.Health.Status == health && state.Operation is null;

    public static ResourceResult Result(this Run run, string kind, string name) =>
        run.Results.FirstOrDefault(r => r.Id.Kind == kind && r.Id.Name == name)
            ?? throw new ShouldAssertException($"{kind}/{name} is none of {string.Join(", ", run.Results)}");

    /// <summary>Asks until the answer is yes; for what raises no event of an application.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!await condition()) await Task.Delay(20, limit.Token);
    }
}
