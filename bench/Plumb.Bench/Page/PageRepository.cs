using System.Text;
using Plumb.Bench.Loop;

namespace Plumb.Bench.Page;

/// <summary>
/// A real Git repository whose applications give the page something to filter: ten projects, two clusters, labels, some whose image cannot be
/// pulled, some that nobody has synced yet, and some that are not healed, so that a drift stays to be seen.
/// </summary>
internal sealed class PageRepository
{
    /// <summary>The address that the applications name.</summary>
    public const string Url = "https://git.example.com/page.git";

    /// <summary>The second cluster.</summary>
    public const string Away = "away";

    /// <summary>Where the objects go.</summary>
    public const string Namespace = "bench";

    private const int Projects = 10;

    private readonly GitFolder _git;

    private PageRepository(string folder) => (Folder, _git) = (folder, new GitFolder(folder));

    public string Folder { get; }

    public static async Task<PageRepository> CreateAsync(string folder, int applications, CancellationToken ct)
    {
        var repository = new PageRepository(folder);
        Directory.CreateDirectory(Path.Combine(folder, "root"));
        await repository._git.InitAsync(ct);
        await File.WriteAllTextAsync(Path.Combine(folder, "root", "projects.yaml"), string.Concat(Enumerable.Range(0, Projects).Select(Project)), ct);
        for (var i = 0; i < applications; i++)
        {
            Directory.CreateDirectory(Path.Combine(folder, "apps", Name(i)));
            await File.WriteAllTextAsync(Path.Combine(folder, "root", $"{Name(i)}.yaml"), Application(i), ct);
            await File.WriteAllTextAsync(Path.Combine(folder, "apps", Name(i), "all.yaml"), Manifests(i, "1"), ct);
        }

        await repository._git.CommitAsync(ct);
        return repository;
    }

    public static string Name(int application) => $"app-{application:00000}";

    /// <summary>Whether a drift of it is healed at once.</summary>
    public static bool IsHealed(int application) => application % 10 != 3;

    /// <summary>Whether it is synced by itself.</summary>
    public static bool IsAutomated(int application) => application % 20 != 1;

    /// <summary>Whether its Pods can start.</summary>
    public static bool CanRun(int application) => application % 50 != 7;

    /// <summary>Changes one application and commits.</summary>
    public async Task<string> ChangeAsync(int application, string value, CancellationToken ct)
    {
        await File.WriteAllTextAsync(Path.Combine(Folder, "apps", Name(application), "all.yaml"), Manifests(application, value), ct);
        return await _git.CommitAsync(ct);
    }

    private static string Project(int i) => $$"""
        apiVersion: argoproj.io/v1alpha1
        kind: AppProject
        metadata: {name: team-{{i}} }
        spec:
          sourceRepos: ["*"]
          destinations: [{server: "*", name: "*", namespace: "*"}]
          clusterResourceWhitelist: [{group: "*", kind: "*"}]
        ---

        """;

    private static string Application(int i)
    {
        var healing = IsHealed(i) ? "true" : "false";
        var text = new StringBuilder($$"""
            apiVersion: plumb.dev/v1
            kind: Application
            metadata: {name: {{Name(i)}}, labels: {team: team-{{i % Projects}}, tier: {{(i % 3 == 0 ? "front" : "back")}} } }
            spec:
              project: team-{{i % Projects}}
              source: {repoURL: {{Url}}, path: apps/{{Name(i)}} }
              destination: {name: {{(i % 4 == 2 ? Away : "in-cluster")}}, namespace: {{Namespace}} }

            """);
        if (IsAutomated(i)) text.Append($"  syncPolicy: {{automated: {{prune: true, selfHeal: {healing}}}}}\n");
        return text.ToString();
    }

    private static string Manifests(int i, string value) => $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: {{Name(i)}}, labels: {app: {{Name(i)}} } }
        data: {value: "{{value}}", some.properties: "a setting that stays as it is"}
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: {{Name(i)}}, labels: {app: {{Name(i)}} } }
        spec:
          selector: {app: {{Name(i)}} }
          ports: [{name: http, port: 80, targetPort: 8080}]
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{Name(i)}}, labels: {app: {{Name(i)}} } }
        spec:
          replicas: 1
          selector: {matchLabels: {app: {{Name(i)}} } }
          template:
            metadata: {labels: {app: {{Name(i)}} } }
            spec:
              containers:
              - name: main
                image: registry.example.com/{{(CanRun(i) ? "main" : "sandbox-missing")}}:1.0
                ports: [{containerPort: 8080}]
                resources: {requests: {cpu: 1m, memory: 1Mi} }

        """;
}
