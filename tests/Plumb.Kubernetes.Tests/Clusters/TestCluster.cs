using Plumb.Sandbox;

namespace Plumb.Kubernetes.Tests.Clusters;

/// <summary>
/// The cluster under test, one for the whole run: the sandbox, or the real control plane that PLUMB_TEST_KUBECONFIG names. Where the two
/// differ the sandbox is wrong.
/// </summary>
internal sealed class TestCluster
{
    private static readonly Lazy<Task<TestCluster>> Shared = new(StartAsync);

    public required string Kubeconfig { get; init; }

    public static Task<TestCluster> GetAsync() => Shared.Value;

    private static async Task<TestCluster> StartAsync()
    {
        if (Environment.GetEnvironmentVariable("PLUMB_TEST_KUBECONFIG") is { Length: > 0 } real) return new TestCluster { Kubeconfig = real };
        var folder = Directory.CreateTempSubdirectory("plumb-kubernetes-tests-").FullName;
        var server = await SandboxServer.StartAsync(new SandboxOptions(), CancellationToken.None);
        var kubeconfig = Path.Combine(folder, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, server.Kubeconfig);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return new TestCluster { Kubeconfig = kubeconfig };
    }
}
