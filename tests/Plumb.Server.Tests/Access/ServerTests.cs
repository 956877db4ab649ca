using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Plumb.Api;
using Plumb.Server.Access;
using Plumb.Server.Access.Http;
using Plumb.Server.Composition;
using Plumb.Tests.Support;

namespace Plumb.Server.Tests.Access;

/// <summary>The whole server with sign-in, over https.</summary>
public sealed class ServerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-server-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AServerWithSignIn_LetsInWhoHasAToken_AndNobodyElse_OverHttps()
    {
        await using var server = await StartAsync(new AccessOptions { SignIn = true, TlsCertificate = Certificate(), TlsKey = Path.Combine(_folder, "key.pem"), PasswordRounds = 100_000 });
        server.Url.Scheme.ShouldBe("https");
        var password = server.FirstPassword.ShouldNotBeNull();
        using var http = Client(server);

        (await http.GetAsync("api/v1/applications", Ct)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await http.GetAsync("api/v1/clusters", Ct)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await http.PostAsJsonAsync("api/v1/push", new { repository = "x" }, Ct)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await http.GetAsync("api/v1/version", Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.GetAsync("healthz", Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);

        using var login = await http.PostAsJsonAsync("api/v1/session", new { name = "admin", password }, Ct);
        var made = await login.Content.ReadFromJsonAsync(ApiJson.Default.NewTokenRecord, Ct);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", made!.Secret);
        (await http.GetAsync("api/v1/applications", Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task OnLoopback_SignInIsOffByDefault_AndNoAccountIsMade()
    {
        await using var server = await StartAsync(new AccessOptions());
        using var http = Client(server);

        server.SignIn.ShouldBeFalse();
        server.FirstPassword.ShouldBeNull();
        (await http.GetAsync("api/v1/applications", Ct)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await http.PostAsJsonAsync("api/v1/session", new { name = "admin", password = "x" }, Ct)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task ABadPolicy_KeepsTheServerFromStarting_WithFileLineAndRemedy()
    {
        var policy = Path.Combine(_folder, "policy.csv");
        await File.WriteAllTextAsync(policy, "p, alice, applications, get, */*, allow\np, alice\n", Ct);

        (await Should.ThrowAsync<FormatException>(() => StartAsync(new AccessOptions { PolicyFile = policy }))).Message
            .ShouldBe($"{policy} line 2: has 2 fields; write p, subject, resource, action, object, allow or deny");
    }

    [Fact]
    public async Task ACertificateThatIsNone_IsRefusedInWords() =>
        (await Should.ThrowAsync<IOException>(() => StartAsync(new AccessOptions { TlsCertificate = Path.Combine(_folder, "no.pem"), TlsKey = Path.Combine(_folder, "no.key") })))
            .Message.ShouldContain("Give the certificate and its unencrypted key as PEM");

    [Fact]
    public void ACertificateThatIsRenewed_IsUsedWithoutARestart_OnceItsKeyIsThereToo()
    {
        var time = new FakeTimeProvider();
        using var log = new CapturedLog();
        var (file, key) = (Certificate(), Path.Combine(_folder, "key.pem"));
        var first = File.ReadAllText(key);
        var certificate = new ServerCertificate(file, key, time, log.For<ServerCertificate>());
        string Used() => certificate.Now().ServerCertificateContext!.TargetCertificate.Thumbprint;
        var before = Used();

        Certificate();
        var renewed = File.ReadAllText(key);
        File.WriteAllText(key, first);
        time.Advance(TimeSpan.FromMinutes(1));
        Used().ShouldBe(before, "its key is still the old one");
        log.Lines.ShouldContain(l => l.Contains("cannot be used", StringComparison.Ordinal));

        File.WriteAllText(key, renewed);
        Used().ShouldBe(before, "files are not read for each connection");
        time.Advance(TimeSpan.FromMinutes(1));
        var after = Used();
        after.ShouldNotBe(before);

        File.Delete(file);
        time.Advance(TimeSpan.FromMinutes(1));
        Used().ShouldBe(after);
    }

    private string Certificate()
    {
        using var made = LoopbackCertificate.Make();
        File.WriteAllText(Path.Combine(_folder, "cert.pem"), made.ExportCertificatePem());
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(made)!;
        File.WriteAllText(Path.Combine(_folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        return Path.Combine(_folder, "cert.pem");
    }

    private static HttpClient Client(PlumbServer server) =>
        new(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true }) { BaseAddress = server.Url };

    private async Task<PlumbServer> StartAsync(AccessOptions access)
    {
        var kubeconfig = Path.Combine(_folder, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, "apiVersion: v1\nkind: Config\nclusters: []\ncontexts: []\nusers: []\n", Ct);
        return await PlumbServer.StartAsync(
            new ServerOptions
            {
                Root = RootAddress.Parse("https://git.example.com/config.git//root@main"),
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                Access = access,
                Engine = new EngineOptions
                {
                    DataFolder = Path.Combine(_folder, "data"),
                    Kubeconfig = kubeconfig,
                    RepositoryMap = [$"https://git.example.com/config.git={Path.Combine(_folder, "nowhere")}"],
                },
            },
            logging => logging.SetMinimumLevel(LogLevel.None),
            TimeProvider.System,
            Ct);
    }
}
