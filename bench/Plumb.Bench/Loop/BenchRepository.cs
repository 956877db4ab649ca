using System.Text;

namespace Plumb.Bench.Loop;

/// <summary>A real Git repository of generated applications, each of some small objects, below one root.</summary>
internal sealed class BenchRepository
{
    /// <summary>The address that the applications name.</summary>
    public const string Url = "https://git.example.com/bench.git";

    private readonly GitFolder _git;

    private BenchRepository(string folder) => (Folder, _git) = (folder, new GitFolder(folder));

    public string Folder { get; }

    /// <param name="folder">Where it goes.</param>
    /// <param name="applications">How many.</param>
    /// <param name="objects">Objects of each: 4 are a Deployment, its Service, ServiceAccount and ConfigMap; else ConfigMaps.</param>
    /// <param name="ct">Stops it.</param>
    public static async Task<BenchRepository> CreateAsync(string folder, int applications, int objects, CancellationToken ct)
    {
        Directory.CreateDirectory(Path.Combine(folder, "root"));
        var repository = new BenchRepository(folder);
        await repository._git.InitAsync(ct);
        for (var i = 0; i < applications; i++)
        {
            Directory.CreateDirectory(Path.Combine(folder, "apps", Name(i)));
            await File.WriteAllTextAsync(repository.FileOf(i), Manifests(i, objects, "1"), ct);
            await File.WriteAllTextAsync(Path.Combine(folder, "root", $"{Name(i)}.yaml"), Application(i), ct);
        }

        await repository._git.CommitAsync(ct);
        return repository;
    }

    public static string Name(int application) => $"app-{application:00000}";

    /// <summary>Changes one application and commits.</summary>
    public async Task<string> ChangeAsync(int application, int objects, string value, CancellationToken ct)
    {
        await File.WriteAllTextAsync(FileOf(application), Manifests(application, objects, value), ct);
        return await _git.CommitAsync(ct);
    }

    private string FileOf(int application) => Path.Combine(Folder, "apps", Name(application), "all.yaml");

    private static string Application(int i) => $$"""
        apiVersion: plumb.dev/v1
        kind: Application
        metadata: {name: {{Name(i)}} }
        spec:
          project: default
          source: {repoURL: {{Url}}, path: apps/{{Name(i)}} }
          destination: {name: in-cluster, namespace: bench}
          syncPolicy:
            automated: {prune: true, selfHeal: true}

        """;

    private static string Manifests(int i, int objects, string value)
    {
        var text = new StringBuilder();
        if (objects == 4)
        {
            text.Append($$"""
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: {{Name(i)}} }
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
                      serviceAccountName: {{Name(i)}}
                      containers:
                      - name: main
                        image: registry.example.com/main:1.0
                        ports: [{containerPort: 8080}]
                        resources: {requests: {cpu: 1m, memory: 1Mi} }

                """);
        }

        var maps = objects == 4 ? 1 : objects;
        for (var n = 0; n < maps; n++)
        {
            text.Append($$"""
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: {{Name(i)}}-{{n}}, labels: {app: {{Name(i)}} } }
                data: {value: "{{(n == 0 ? value : "1")}}", some.properties: "a setting that stays as it is"}

                """);
        }

        return text.ToString();
    }
}
