using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Plumb.Kubernetes.Client;
using Plumb.Kubernetes.Clusters;
using Plumb.Reconcile.Targets;
using Plumb.Sandbox;

namespace Plumb.Kubernetes.Tests.Clusters;

/// <summary>Every way of being let in, over real TLS, with real scripts as plugins.</summary>
public sealed class AuthenticationTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("v1")]
    [InlineData("v1beta1")]
    public async Task APluginsToken_LetsUsIn(string version)
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        using var plugin = PluginScript.Printing(sandbox.Token, version: version);

        await GetAsync(Access(sandbox, plugin, version));

        plugin.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task APlugin_RunsOnce_ForManyRequests()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        using var plugin = PluginScript.Printing(sandbox.Token, "2999-01-01T00:00:00Z");
        using var client = Client(Access(sandbox, plugin));

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => client.GetAsync("/api/v1/namespaces", Ct)));

        plugin.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task ATokenThatTheServerRefuses_IsMadeAnew_AndTheRequestSucceeds()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        using var plugin = PluginScript.Printing(sandbox.Token, "2999-01-01T00:00:00Z");
        var time = new FakeTimeProvider();
        var credential = Credential.Of(Access(sandbox, plugin), time);
        plugin.Write("token", "revoked");
        var revoked = await credential.GetAsync(Ct);

        plugin.Write("token", sandbox.Token);
        time.Advance(TimeSpan.FromSeconds(2));
        (await credential.RenewAsync(revoked, Ct)).ShouldBeTrue();

        (await credential.GetAsync(Ct)).Authorization!.Parameter.ShouldBe(sandbox.Token);
        plugin.Runs.ShouldBe(2);
    }

    [Fact]
    public async Task ATargetWhoseTokenIsRevoked_GoesOnByItself()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        using var plugin = PluginScript.Printing("revoked", "2999-01-01T00:00:00Z");
        using var metrics = new KubernetesMetrics();
        await using var target = new KubernetesTarget(
            new() { Name = "prod", Access = Access(sandbox, plugin) }, NullLogger<KubernetesTarget>.Instance, metrics, TimeProvider.System);
        (await Should.ThrowAsync<TargetException>(target.StartAsync(Ct))).Message.ShouldContain("refuses the credentials");

        plugin.Write("token", sandbox.Token);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (target.Fault is not null) await Task.Delay(20, limit.Token);

        (await target.GetCapabilitiesAsync(Ct)).Version.ShouldStartWith("v1.");
    }

    [Fact]
    public async Task ATokenAboutToExpire_IsMadeAnewBefore()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-01-01T00:00:00Z", null));
        using var plugin = PluginScript.Printing("first", "2026-01-01T01:00:00Z");
        var credential = Credential.Of(Access(plugin), time);
        (await credential.GetAsync(Ct)).Authorization!.Parameter.ShouldBe("first");

        plugin.Write("token", "second");
        time.Advance(TimeSpan.FromMinutes(58));
        (await credential.GetAsync(Ct)).Authorization!.Parameter.ShouldBe("first");
        time.Advance(TimeSpan.FromMinutes(1));
        (await credential.GetAsync(Ct)).Authorization!.Parameter.ShouldBe("second");
    }

    [Fact]
    public async Task APluginThatFailsBeforeTheEnd_DoesNotTakeAwayWhatIsStillGood()
    {
        var time = new FakeTimeProvider(DateTimeOffset.Parse("2026-01-01T00:00:00Z", null));
        using var plugin = PluginScript.Printing("first", "2026-01-01T01:00:00Z");
        var credential = Credential.Of(Access(plugin), time);
        await credential.GetAsync(Ct);

        File.Delete(Path.Combine(plugin.Folder, "plugin"));
        time.Advance(TimeSpan.FromMinutes(59.5));
        (await credential.GetAsync(Ct)).Authorization!.Parameter.ShouldBe("first");
        time.Advance(TimeSpan.FromMinutes(1));
        await Should.ThrowAsync<CredentialException>(async () => await credential.GetAsync(Ct));
    }

    [Theory]
    [InlineData("echo 'no session: run sso login' >&2; exit 3", "failed with exit code 3: no session: run sso login")]
    [InlineData("exit 0", "printed nothing")]
    [InlineData("echo hello", "printed something that is not JSON")]
    [InlineData("""echo '{"kind":"Pod"}'""", "printed no ExecCredential")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"t"}}'""", "answered in client.authentication.k8s.io/v1beta1")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{}}'""", "neither a token nor a client certificate")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"clientCertificateData":"x"}}'""", "without its key")]
    [InlineData("""echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"t","expirationTimestamp":"soon"}}'""", "that is no time")]
    [InlineData("head -c 3000000 /dev/zero | tr '\\0' x", "printed more than 1048576 bytes")]
    [InlineData("sleep 600", "did not end within 1 s and was stopped")]
    public async Task APluginThatMisbehaves_IsOneClearError_WithItsHint(string body, string words)
    {
        using var plugin = PluginScript.Of(body);
        using var client = Client(Access(plugin, p => p with { InstallHint = "Install it from the intranet.", Timeout = TimeSpan.FromSeconds(words.Contains("1 s", StringComparison.Ordinal) ? 1 : 15) }));

        var faults = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Should.ThrowAsync<KubeApiException>(client.GetAsync("/version", Ct))));

        foreach (var fault in faults)
        {
            fault.Message.ShouldContain($"the authentication plugin \"{plugin.Command}\" ");
            fault.Message.ShouldContain(words);
            fault.Message.ShouldEndWith("Install it from the intranet.");
        }

        plugin.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task APluginThatIsNotThere_IsNamed()
    {
        using var plugin = PluginScript.Of("");
        using var client = Client(Access(plugin, p => p with { Command = "no-such-plugin", InstallHint = "brew install it" }));

        (await Should.ThrowAsync<KubeApiException>(client.GetAsync("/version", Ct))).Message
            .ShouldBe("the authentication plugin \"no-such-plugin\" cannot be started: there is no such program. brew install it");
    }

    [Fact]
    public async Task APlugin_SeesItsOwnVariablesAndFewOfOurs_AndWhatItIsAskedFor()
    {
        Environment.SetEnvironmentVariable("PLUMB_TEST_SECRET", "hunter2");
        using var plugin = PluginScript.Of("env > $HERE/env; exit 1");
        using var client = Client(Access(plugin, p => p with { Environment = [new("REGION", "north")], ClusterInfo = """{"server":"https://c.example.com"}""" }));
        await Should.ThrowAsync<KubeApiException>(client.GetAsync("/version", Ct));

        var seen = plugin.Read("env");
        seen.ShouldContain("REGION=north\n");
        seen.ShouldContain("PATH=");
        seen.ShouldNotContain("hunter2");
        seen.ShouldContain("KUBERNETES_EXEC_INFO={\"kind\":\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"spec\":{\"interactive\":false,\"cluster\":{\"server\":\"https://c.example.com\"}}}\n");
    }

    [Fact]
    public async Task APluginsCertificate_IsShown_AndANewOneReplacesIt()
    {
        await using var server = new TlsProbe("api.example.com");
        using var plugin = PluginScript.Of("cat $HERE/answer");
        void Answer(string name)
        {
            var (certificate, key) = TlsProbe.ClientCertificate(name, DateTimeOffset.UtcNow.AddDays(1));
            string Escape(string pem) => pem.ReplaceLineEndings("\\n");
            plugin.Write("answer", $$$"""{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"clientCertificateData":"{{{Escape(certificate)}}}","clientKeyData":"{{{Escape(key)}}}","expirationTimestamp":"{{{DateTimeOffset.UtcNow.AddSeconds(1):O}}}"}}""");
        }

        Answer("first");
        using var client = Client(Access(plugin) with { Server = server.Url, Authority = server.Authority, ServerName = "api.example.com" });
        await client.GetAsync("/version", Ct);
        Answer("second");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(20));
        while (!server.Seen.Contains("certificate CN=second"))
        {
            await Task.Delay(50, limit.Token);
            await client.GetAsync("/version", Ct);
        }

        server.Seen.ShouldContain("certificate CN=first");
    }

    [Fact]
    public async Task ACertificateInFiles_IsReadAgainWhenItIsReplaced()
    {
        await using var server = new TlsProbe("api.example.com");
        using var folder = PluginScript.Of("");
        void Write(string name)
        {
            var (certificate, key) = TlsProbe.ClientCertificate(name, DateTimeOffset.UtcNow.AddDays(1));
            folder.Write("tls.crt", certificate);
            folder.Write("tls.key", key);
        }

        Write("first");
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var access = new ClusterAccess
        {
            Server = server.Url,
            Authority = server.Authority,
            ServerName = "api.example.com",
            ClientCertificateFiles = new(Path.Combine(folder.Folder, "tls.crt"), Path.Combine(folder.Folder, "tls.key")),
        };
        using var connection = new KubeConnection(access, time);
        using (await connection.SendAsync(HttpMethod.Get, "/version", null, "application/json", Ct))
            server.Seen.ShouldContain("certificate CN=first");
        Write("second");
        File.SetLastWriteTimeUtc(Path.Combine(folder.Folder, "tls.crt"), DateTime.UtcNow.AddSeconds(5));
        time.Advance(TimeSpan.FromSeconds(11));
        using (await connection.SendAsync(HttpMethod.Get, "/version", null, "application/json", Ct))
            server.Seen.ShouldContain("certificate CN=second");
    }

    [Fact]
    public async Task AnExpiredClientCertificate_IsSaid_BeforeAnythingIsSent()
    {
        await using var server = new TlsProbe("api.example.com");
        var (certificate, key) = TlsProbe.ClientCertificate("deployer", DateTimeOffset.Parse("2026-01-02T03:04:00Z", null));
        using var client = Client(new ClusterAccess { Server = server.Url, Authority = server.Authority, ClientCertificate = new(certificate, key) });

        (await Should.ThrowAsync<KubeApiException>(client.GetAsync("/version", Ct))).Message
            .ShouldBe("the client certificate of deployer was good until 2026-01-02 03:04 UTC: renew it");
        server.Seen.ShouldBeEmpty();
    }

    [Fact]
    public async Task TheServersName_IsAskedForAndChecked()
    {
        await using var server = new TlsProbe("api.example.com");
        var access = new ClusterAccess { Server = server.Url, Authority = server.Authority };

        await GetAsync(access with { ServerName = "api.example.com" });
        server.Seen.ShouldContain("name api.example.com");
        var wrong = await Should.ThrowAsync<KubeApiException>(GetAsync(access with { ServerName = "other.example.com" }));
        wrong.Reason.ShouldBe("Tls");
        await Should.ThrowAsync<KubeApiException>(GetAsync(access));
        await GetAsync(access with { Insecure = true });
    }

    [Fact]
    public async Task BasicAuthentication_AndAProxyWithCredentials_AreUsed()
    {
        await using var server = new TlsProbe("api.example.com");
        await GetAsync(new ClusterAccess
        {
            Server = new Uri("https://api.example.com:6443"),
            Authority = server.Authority,
            Username = "ada",
            Password = "s3cret",
            Proxy = new Uri($"http://user:pass@127.0.0.1:{server.ProxyPort}"),
        });

        server.Seen.ShouldContain("proxy CONNECT api.example.com:6443 HTTP/1.1");
        server.Seen.ShouldContain("Authorization: Basic " + Convert.ToBase64String("ada:s3cret"u8));
    }

    [Fact]
    public async Task ATokenFile_IsReadAgain_WhenTheServerRefuses()
    {
        await using var sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        using var folder = PluginScript.Of("");
        folder.Write("token", "old\n");
        using var client = Client(new ClusterAccess { Server = sandbox.Url, Authority = sandbox.CertificateAuthority, TokenFile = Path.Combine(folder.Folder, "token") });
        (await Should.ThrowAsync<KubeApiException>(client.GetAsync("/api", Ct))).Code.ShouldBe(401);

        folder.Write("token", sandbox.Token + "\n");
        await client.GetAsync("/api", Ct);
    }

    [Fact]
    public void NothingOfAnAccess_ShowsInItsText()
    {
        var access = new ClusterAccess
        {
            Server = new Uri("https://c.example.com"),
            Token = "hunter2",
            Password = "hunter2",
            ClientCertificate = new("hunter2", "hunter2"),
            Exec = new ExecPlugin { Command = "c", Arguments = ["hunter2"] },
        };

        $"{access} {access.ClientCertificate} {access.Exec} {access.Digest}".ShouldNotContain("hunter2");
    }

    private static ClusterAccess Access(PluginScript plugin, Func<ExecPlugin, ExecPlugin>? change = null) => new()
    {
        Server = new Uri("https://127.0.0.1:1"),
        Exec = (change ?? (p => p))(new ExecPlugin { Command = plugin.Command }),
    };

    private static ClusterAccess Access(SandboxServer sandbox, PluginScript plugin, string version = "v1") =>
        Access(plugin, p => p with { ApiVersion = "client.authentication.k8s.io/" + version }) with
        {
            Server = sandbox.Url,
            Authority = sandbox.CertificateAuthority,
        };

    private static async Task GetAsync(ClusterAccess access)
    {
        using var client = Client(access);
        await client.GetAsync("/version", Ct);
        await client.GetAsync("/api", Ct);
    }

    private static KubeClient Client(ClusterAccess access) =>
        new(new KubeConnection(access), new() { MaxRetries = 0 }, TimeProvider.System, new KubernetesMetrics(), NullLogger.Instance);
}
