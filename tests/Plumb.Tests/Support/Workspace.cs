using System.Diagnostics;

namespace Plumb.Tests.Support;

/// <summary>A temporary folder with a Git repository in <c>repo</c>, and applications that name it.</summary>
public sealed class Workspace : IDisposable
{
    public const string Address = "https://git.example.com/config.git";

    public Workspace()
    {
        Folder = Directory.CreateTempSubdirectory("plumb-tests-").FullName;
        Repository = Directory.CreateDirectory(PathOf("repo")).FullName;
        Git("init", "--quiet", "--initial-branch=main");
    }

    public string Folder { get; }

    public string Repository { get; }

    /// <summary>The option that sends the public address to the local repository.</summary>
    public string[] Map => ["--repo-map", $"{Address}={Repository}"];

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Writes a file of the repository.</summary>
    public Workspace Write(string path, string text)
    {
        var full = Path.Combine(Repository, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        return this;
    }

    public Workspace Commit()
    {
        Git("add", "--all");
        Git("-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false", "commit", "--quiet", "-m", "Change");
        return this;
    }

    /// <summary>Writes an Argo CD application beside the repository and gives its file.</summary>
    public string Application(string name, string path, string extra = "")
    {
        var file = PathOf(name + ".yaml");
        File.WriteAllText(file, ApplicationText(name, path, extra));
        return file;
    }

    public static string ApplicationText(string name, string path, string extra = "") => $$"""
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: {{name}}}
        spec:
          project: default
          source: {repoURL: {{Address}}, path: {{path}}, targetRevision: main}
          destination: {server: https://kubernetes.default.svc, namespace: {{name}}}
          syncPolicy:
            syncOptions: [CreateNamespace=true]
        {{extra}}
        """;

    public static string ConfigMap(string name, string value) =>
        $"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  key: {value}\n";

    public static string Deployment(string name, string image) => $$$"""
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: {{{name}}}}
        spec:
          progressDeadlineSeconds: 1
          selector: {matchLabels: {app: {{{name}}}}}
          template:
            metadata: {labels: {app: {{{name}}}}}
            spec: {containers: [{name: main, image: "{{{image}}}"}]}
        """;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private void Git(params string[] arguments)
    {
        using var git = Process.Start(new ProcessStartInfo("git", arguments) { WorkingDirectory = Repository })!;
        git.WaitForExit();
        git.ExitCode.ShouldBe(0);
    }
}
