using System.Net;
using System.Net.Sockets;
using System.Text;
using Plumb.Api;

namespace Plumb.Server.Tests.Api;

/// <summary>Addresses and names that climb get nowhere.</summary>
public sealed class PathTests(PathTests.Shared shared) : IClassFixture<PathTests.Shared>
{
    private readonly ServerScene _scene = shared.Scene;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/_plumb/x/../../../../../../../../etc/passwd")]
    [InlineData("/_plumb/x/..%2f..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/_plumb/x/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd")]
    [InlineData("/_plumb/x/....//....//....//etc/passwd")]
    [InlineData("/_plumb/x/..%5c..%5c..%5cetc%5cpasswd")]
    [InlineData("/_plumb//etc/passwd")]
    [InlineData("/_plumb/x/%00")]
    [InlineData("/api/v1/applications/..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("/api/v1/applications/web/runs/..%2f..%2fhistory.db")]
    [InlineData("/api/v1/clusters/..%2f..%2fetc%2fpasswd")]
    [InlineData("/api/v1/projects/..%2f..%2fetc%2fpasswd")]
    [InlineData("/applications/..%2f..%2f..%2fetc%2fpasswd")]
    public async Task AnAddressThatClimbs_GivesNoFile(string path)
    {
        var answer = await AskAsync(path);

        answer.ShouldStartWith("HTTP/1.1 ");
        answer.ShouldNotContain("root:x:");
        answer.ShouldNotContain("SQLite format");
        if (!path.StartsWith("/applications", StringComparison.Ordinal)) answer[9..12].ShouldBeOneOf("400", "404");
    }

    [Theory]
    [InlineData("", "ConfigMap", "..", "settings")]
    [InlineData("", "ConfigMap", "shop", "..")]
    [InlineData("", "Secret", "shop/../default", "x")]
    [InlineData("..", "ConfigMap", "shop", "settings")]
    [InlineData("", "../secrets", "shop", "login")]
    public async Task ANameThatClimbs_NamesNothingOfTheApplication(string group, string kind, string space, string name)
    {
        var refused = await Should.ThrowAsync<PlumbApiException>(_scene.Admin.GetResourceAsync("web", new ResourceName(group, kind, space, name), Ct));
        refused.Status.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task AnObjectCalledSo_IsRefusedWithFileAndLine_AndTheOthersAreLeftAlone()
    {
        await _scene.WriteAsync("web/climbs.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ..\n");
        await _scene.CommitAsync("Climb");
        await _scene.Admin.PushedAsync(ServerScene.Repository, Ct);

        var state = await _scene.UntilAsync("web", a => a.Conditions.Count > 0);

        state.Conditions.ShouldContain(c => c.Message.Contains("web/climbs.yaml(4,3): ConfigMap: metadata.name cannot be \"..\"", StringComparison.Ordinal));
    }

    /// <summary>As it is written: clients tidy addresses up before they send them.</summary>
    private async Task<string> AskAsync(string path)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(IPAddress.Loopback, _scene.Server.Url.Port, Ct);
        await using var stream = tcp.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {_scene.Server.Url.Authority}\r\nConnection: close\r\n\r\n"), Ct);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Ct);
    }

    /// <summary>One server for all of them: they only ask.</summary>
    public sealed class Shared : IAsyncLifetime
    {
        public ServerScene Scene { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Scene = await ServerScene.StartAsync(signIn: false);

        public async ValueTask DisposeAsync() => await Scene.DisposeAsync();
    }
}
