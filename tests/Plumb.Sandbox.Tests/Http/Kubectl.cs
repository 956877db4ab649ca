using System.Diagnostics;

namespace Plumb.Sandbox.Tests.Http;

/// <summary>The real kubectl against a sandbox, with its own home and kubeconfig.</summary>
internal sealed class Kubectl : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-kubectl-").FullName;

    private readonly string _program;

    public Kubectl(SandboxServer server, string program = "kubectl")
    {
        _program = program;
        Config = Path.Combine(_folder, "config");
        File.WriteAllText(Config, server.Kubeconfig);
    }

    public string Config { get; }

    /// <summary>Where it runs, so that commands can name files there; the test's folder when not set.</summary>
    public string Folder { get; init; } = "";

    /// <summary>The kubectl on the PATH and, where a distribution puts several beside it (<c>kubectl.1.33</c>), those too.</summary>
    public static IReadOnlyList<string> Programs()
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => new FileInfo(Path.Combine(folder, "kubectl"))).FirstOrDefault(f => f.Exists)
            ?? throw new InvalidOperationException(Missing);
        var real = found.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? found.FullName;
        return [real, .. Directory.GetFiles(Path.GetDirectoryName(real)!, "kubectl.*").Order(StringComparer.Ordinal)];
    }

    private const string Missing = "These tests need kubectl: https://kubernetes.io/docs/tasks/tools/#kubectl";

    public string Write(string name, string content)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Output of a command that must succeed.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var (code, output, error) = await TryAsync(arguments);
        code.ShouldBe(0, $"kubectl {string.Join(' ', arguments)}\n{output}\n{error}");
        return output;
    }

    public async Task<(int Code, string Output, string Error)> TryAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(_program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = Config;
        start.Environment["HOME"] = _folder;
        start.Environment["KUBECTL_APPLYSET"] = "true";
        if (Folder.Length > 0) start.WorkingDirectory = Folder;
        start.Environment["KUBE_EDITOR"] = "sed -i s/before/after/";
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new InvalidOperationException(Missing);
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(120));
            await process.WaitForExitAsync(deadline.Token);
            return (process.ExitCode, await output, await error);
        }
    }

    public void Dispose() => Directory.Delete(_folder, true);
}
