using Plumb.Git.Tests.Support;
using Plumb.Reconcile.Sources;

namespace Plumb.Git.Tests.Transport;

public sealed class SshTests : IAsyncLifetime
{
    private readonly TestFolder _folder = new();
    private TestRepository _repository = null!;
    private SshServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _repository = new TestRepository(_folder.Path);
        _repository.Commit(("a.yaml", "kind: A\n"));
        _server = await SshServer.StartAsync(_folder.Path);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Clone_WithKeyAndKnownHost_ReadsFiles()
    {
        await using var source = Open(_server.KeyFile, _server.KnownHostsFile);
        var tree = await source.OpenHeadAsync(_server.Url(_repository.Bare));
        tree.Read("a.yaml").ToArray().ShouldBe("kind: A\n"u8.ToArray());
    }

    [Fact]
    public async Task HostThatIsNotKnown_IsRefused()
    {
        var none = _folder.At("empty");
        await File.WriteAllTextAsync(none, "", TestContext.Current.CancellationToken);
        await using var source = Open(_server.KeyFile, none);
        var failure = await source.FailureAsync(_server.Url(_repository.Bare));
        failure.Fault.ShouldBe(SourceFault.Authentication);
        failure.Message.ShouldContain("known hosts");
    }

    [Fact]
    public async Task HostWithAnotherKey_IsRefused()
    {
        var text = await File.ReadAllTextAsync(_server.OtherKeyFile + ".pub", TestContext.Current.CancellationToken);
        var other = _folder.At("other hosts");
        await File.WriteAllTextAsync(other, $"[127.0.0.1]:{_server.Port} {text}", TestContext.Current.CancellationToken);
        await using var source = Open(_server.KeyFile, other);
        (await source.FailureAsync(_server.Url(_repository.Bare))).Fault.ShouldBe(SourceFault.Authentication);
    }

    [Fact]
    public async Task KeyThatIsNotAccepted_FailsAsAuthentication()
    {
        await using var source = Open(_server.OtherKeyFile, _server.KnownHostsFile);
        var failure = await source.FailureAsync(_server.Url(_repository.Bare));
        failure.Fault.ShouldBe(SourceFault.Authentication);
        failure.Message.ShouldContain("Permission denied");
    }

    [Fact]
    public async Task MissingRepository_FailsAsRepositoryNotFound()
    {
        await using var source = Open(_server.KeyFile, _server.KnownHostsFile);
        (await source.FailureAsync(_server.Url(_folder.At("none.git")))).Fault.ShouldBe(SourceFault.RepositoryNotFound);
    }

    private GitSource Open(string key, string knownHosts) => Sources.Open(_folder.Path, credentials: new GitCredentials(
        [new GitCredential { UrlPrefix = $"ssh://{Environment.UserName}@127.0.0.1:{_server.Port}/", SshKeyFile = key, KnownHostsFile = knownHosts }]));
}
