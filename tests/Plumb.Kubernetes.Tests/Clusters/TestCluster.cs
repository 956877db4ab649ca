namespace Plumb.Kubernetes.Tests.Clusters;

/// <summary>The cluster under test: the one that PLUMB_TEST_KUBECONFIG names.</summary>
internal sealed class TestCluster
{
    public required string Kubeconfig { get; init; }

    public static Task<TestCluster> GetAsync() => Task.FromResult(new TestCluster
    {
        Kubeconfig = Environment.GetEnvironmentVariable("PLUMB_TEST_KUBECONFIG") ?? throw new InvalidOperationException("PLUMB_TEST_KUBECONFIG is not set"),
    });
}
