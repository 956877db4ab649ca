namespace Plumb.Tests.Support;

/// <summary>One <c>plumb sandbox</c> for the tests of a class; each test uses namespaces of its own.</summary>
public sealed class SandboxCluster : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-tests-").FullName;
    private PlumbProcess? _process;

    public string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    public async ValueTask InitializeAsync() => _process = await PlumbProcess.StartAsync("sandbox", "--write-kubeconfig", Kubeconfig);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            (await _process.StopAsync()).ShouldBe(0);
            await _process.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }
}
