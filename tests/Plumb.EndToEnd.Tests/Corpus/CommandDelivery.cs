using System.Text;
using System.Text.Json;
using Plumb.Api;
using Plumb.EndToEnd.Tests.Support;
using Plumb.Sandbox;

namespace Plumb.EndToEnd.Tests.Corpus;

/// <summary>
/// One directory of a public repository, delivered to a fresh sandbox by the real <c>plumb reconcile --once</c>: put into a Git repository
/// as it is, named by an Argo CD application under its public address, which <c>--repo-map</c> maps to the local copy.
/// </summary>
/// <param name="ExitCode">Of the command: 0 only when everything is Synced and Healthy.</param>
/// <param name="State">The application at the end.</param>
/// <param name="AllAreWell">Whether it and every application that the directory itself holds is Synced and Healthy.</param>
internal sealed record CommandDelivery(int ExitCode, ApplicationDetail State, bool AllAreWell)
{
    private static readonly Dictionary<string, Outcome> ByHealth = new()
    {
        ["Healthy"] = Outcome.Healthy, ["Progressing"] = Outcome.Progressing, ["Degraded"] = Outcome.Degraded,
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static async Task<CommandDelivery> RunAsync(PlainDirectory directory)
    {
        var folder = Directory.CreateTempSubdirectory("plumb-corpus-").FullName;
        try
        {
            var git = await GitRepository.CreateAsync(Path.Combine(folder, "repository"), Ct);
            await git.CommitFolderAsync(directory.Folder, directory.PathInRepository, Ct);
            await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
            var kubeconfig = Path.Combine(folder, "kubeconfig");
            await File.WriteAllTextAsync(kubeconfig, sandbox.Kubeconfig, Ct);
            var application = Path.Combine(folder, "application.yaml");
            await File.WriteAllTextAsync(application, Delivery.Manifest(directory, automated: false), Ct);

            // What never becomes healthy is waited for until the time is over; the others end as soon as they stand still.
            var timeout = directory.Outcome is Outcome.Progressing or Outcome.Waiting ? "12s" : "2m";
            var ended = await Shell.RunAsync(
                "dotnet",
                [
                    Clone.Command, "reconcile", "--once", "-f", application, "--kubeconfig", kubeconfig,
                    "--repo-map", $"{PublicRepositories.AddressOf(directory.Repository)}={git.Folder}", "--timeout", timeout, "--patience", "2s", "-o", "json",
                ],
                folder,
                Ct);
            var applications = Read(ended);
            return new CommandDelivery(
                ended.ExitCode,
                applications.Single(a => a.Summary.Name == Delivery.Name),
                applications.All(a => a is { Summary: { Sync: "Synced", Health: "Healthy" }, LastRun.Phase: "Succeeded" }));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public Outcome Outcome =>
        State.LastRun is null && State.Operation is null && State.Conditions.Any(IsError) ? Outcome.Invalid
        : State.Operation is not null ? Outcome.Waiting
        : State.LastRun is { Phase: not "Succeeded" } ? Outcome.Failed
        : !State.Resources.Any(IsOfDirectory) ? Outcome.Empty
        : State.Summary.Sync == "Synced" ? ByHealth.GetValueOrDefault(State.Summary.Health, Outcome.Failed)
        : Outcome.Failed;

    /// <summary>What is not well, as Kind/name.</summary>
    public IReadOnlyList<string> Troubled =>
        [.. State.Resources.Where(r => IsOfDirectory(r) && !IsWell(r)).Select(r => r.Resource)
            .Concat(Results.Where(r => r.Status is "Failed" or "Blocked" or "Skipped").Select(r => r.Resource))
            .Select(r => $"{r.Kind}/{r.Name}").Distinct().Order(StringComparer.Ordinal)];

    private IReadOnlyList<ResultRecord> Results => (State.Operation ?? State.LastRun)?.Results ?? [];

    /// <summary>All that Plumb says about it.</summary>
    public string Describe()
    {
        var text = new StringBuilder($"{State.Summary.Sync}, {State.Summary.Health} \"{State.Summary.HealthMessage}\", exit code {ExitCode}");
        if (State.Summary.WaitingFor is { Length: > 0 } waits) text.Append($"\n  waits: {waits}");
        if (State.Operation is { } operation) text.Append($"\n  running: {operation.Message}");
        if (State.LastRun is { } run) text.Append($"\n  last run {run.Phase}: {run.Message}");
        foreach (var condition in State.Conditions) text.Append($"\n  {condition.Type}: {condition.Message}");
        foreach (var result in Results.Where(r => r.Status is not ("Synced" or "Unchanged")))
            text.Append($"\n  {result.Resource}: {result.Status}: {result.Message}");
        foreach (var resource in State.Resources.Where(r => !IsWell(r)))
            text.Append($"\n  {resource.Resource}: {resource.Sync} {resource.Message}, {resource.Health} {resource.HealthMessage}");
        return text.ToString();
    }

    private static List<ApplicationDetail> Read(Shell.Outcome ended)
    {
        using var json = JsonDocument.Parse(ended.Output.Length > 0 ? ended.Output : throw new InvalidOperationException($"exit code {ended.ExitCode}: {ended.Error}"));
        return [.. json.RootElement.EnumerateArray().Select(a => a.Deserialize(ApiJson.Default.ApplicationDetail)!)];
    }

    private static bool IsError(ConditionRecord condition) => !condition.Type.EndsWith("Warning", StringComparison.Ordinal);

    private static bool IsOfDirectory(ResourceRecord resource) => resource.Resource is not { Kind: "Namespace", Name: Delivery.Namespace };

    private static bool IsWell(ResourceRecord resource) => resource is { Sync: "Synced", Health: "Healthy" or "Suspended" };
}
