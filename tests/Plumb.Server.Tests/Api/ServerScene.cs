using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;
using Plumb.Api;
using Plumb.Sandbox;
using Plumb.Server.Access;
using Plumb.Server.Access.OpenId;
using Plumb.Server.Composition;

namespace Plumb.Server.Tests.Api;

/// <summary>
/// A server with sign-in over the real thing: a Git repository that takes commits, the sandbox, the loop, Kestrel. Three applications: the
/// root, <c>web</c> (a Deployment, a ConfigMap, a Secret; of the project <c>shop</c>) and <c>docs</c> (of the project <c>default</c>).
/// </summary>
public sealed class ServerScene : IAsyncDisposable
{
    public const string Password = "correct horse battery staple";
    public const string Repository = "https://git.example.com/config.git";

    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-api-").FullName;
    private readonly List<HttpClient> _clients = [];
    private SandboxServer _sandbox = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public PlumbServer Server { get; private set; } = null!;

    public PlumbClient Admin { get; private set; } = null!;

    public string Work => Path.Combine(_folder, "work");

    public SandboxServer Sandbox => _sandbox;

    public static async Task<ServerScene> StartAsync(bool signIn = true, string policy = "", OpenIdOptions? provider = null)
    {
        var scene = new ServerScene();
        try
        {
            await scene.PrepareAsync(signIn, policy, provider);
            return scene;
        }
        catch
        {
            await scene.DisposeAsync();
            throw;
        }
    }

    private async Task PrepareAsync(bool signIn, string policy, OpenIdOptions? provider)
    {
        var bare = Path.Combine(_folder, "config.git");
        await GitAsync(_folder, "init", "--quiet", "--bare", "--initial-branch=main", bare);
        await GitAsync(_folder, "clone", "--quiet", bare, Work);
        await WriteAsync("root/apps.yaml", """
            apiVersion: argoproj.io/v1alpha1
            kind: AppProject
            metadata: {name: shop}
            spec:
              description: The shop
              sourceRepos: ["*"]
              destinations: [{server: "*", namespace: "*"}]
              clusterResourceWhitelist: [{group: "*", kind: "*"}]
              roles:
              - name: deployer
                description: Delivers the shop
                policies: ["p, proj:shop:deployer, applications, sync, shop/*, allow", "p, proj:shop:deployer, applications, get, shop/*, allow"]
                groups: [shop-team]
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: web, labels: {team: shop, tier: front}}
            spec:
              project: shop
              source: {repoURL: https://git.example.com/config.git, path: web, targetRevision: main}
              destination: {server: https://kubernetes.default.svc, namespace: shop}
              syncPolicy: {automated: {prune: true, selfHeal: true}, syncOptions: [CreateNamespace=true]}
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: docs, labels: {team: docs}}
            spec:
              project: default
              source: {repoURL: https://git.example.com/config.git, path: docs, targetRevision: main}
              destination: {server: https://kubernetes.default.svc, namespace: default}
              syncPolicy: {automated: {}}
            """);
        await WriteAsync("web/deployment.yaml", """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: web}
            spec:
              replicas: 2
              selector: {matchLabels: {app: web}}
              template:
                metadata: {labels: {app: web}}
                spec: {containers: [{name: nginx, image: "nginx:1.27"}]}
            """);
        await WriteAsync("web/settings.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {color: blue}\n");
        await WriteAsync("web/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: login}\nstringData: {key: hunter2-hunter2}\n");
        await WriteAsync("docs/page.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page}\ndata: {text: hello}\n");
        await CommitAsync("The first");

        _sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        var kubeconfig = Path.Combine(_folder, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, _sandbox.Kubeconfig, Ct);
        var password = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(password, Password, Ct);
        var policyFile = Path.Combine(_folder, "policy.csv");
        await File.WriteAllTextAsync(policyFile, policy, Ct);
        Server = await PlumbServer.StartAsync(
            new ServerOptions
            {
                Root = RootAddress.Parse($"{Repository}//root@main"),
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                Engine = new EngineOptions
                {
                    DataFolder = Path.Combine(_folder, "data"),
                    Kubeconfig = kubeconfig,
                    RepositoryMap = [$"{Repository}={bare}"],
                },
                Access = new AccessOptions { SignIn = signIn, PolicyFile = policyFile, AdminPasswordFile = password, OpenId = provider },
            },
            logging => logging.SetMinimumLevel(LogLevel.None),
            TimeProvider.System,
            Ct);
        Admin = signIn ? await SignInAsync("admin", Password) : Client(null);
        foreach (var name in (string[])["web", "docs"])
            await UntilAsync(name, a => a.Summary is { Sync: "Synced", Health: "Healthy", Operation: "" });
    }

    /// <summary>A client that sends a token, or with null none.</summary>
    public PlumbClient Client(string? token) => new(Http(token));

    /// <summary>The same without the client's words around it.</summary>
    public HttpClient Http(string? token)
    {
        var http = new HttpClient { BaseAddress = Server.Url };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        _clients.Add(http);
        return http;
    }

    public async Task<PlumbClient> SignInAsync(string name, string password) =>
        Client((await Client(null).SignInAsync(new SignInBody(name, password), Ct)).Secret);

    /// <summary>An account with a token and these groups.</summary>
    public async Task<string> TokenOfAsync(string name, params string[] groups)
    {
        await Admin.CreateAccountAsync(new AccountBody { Name = name, Groups = groups }, Ct);
        return (await Admin.CreateTokenAsync(new TokenBody { Subject = name, Description = "for the test", ExpiresAt = TimeProvider.System.GetUtcNow().AddHours(1) }, Ct)).Secret;
    }

    public async Task<ApplicationDetail> UntilAsync(string name, Func<ApplicationDetail, bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        ApplicationDetail? last = null;
        while (true)
        {
            try
            {
                await foreach (var state in Admin.WatchAsync(name, limit.Token))
                {
                    last = state;
                    if (condition(state)) return state;
                }
            }
            catch (PlumbApiException e) when (e.Status == HttpStatusCode.NotFound && !limit.IsCancellationRequested)
            {
                await Task.Yield(); // not registered yet
            }
            catch (OperationCanceledException) when (!Ct.IsCancellationRequested)
            {
                throw new TimeoutException($"{name} did not get there: {last?.Summary} {string.Join(" | ", last?.Conditions ?? [])}");
            }
        }
    }

    /// <summary>Asks until there is an answer, for what no feed tells of.</summary>
    public static async Task<T> EventuallyAsync<T>(Func<CancellationToken, Task<T?>> ask, Func<string> what) where T : class
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        try
        {
            while (true)
            {
                if (await ask(limit.Token) is { } found) return found;
                await Task.Delay(20, limit.Token);
            }
        }
        catch (OperationCanceledException) when (!Ct.IsCancellationRequested)
        {
            throw new TimeoutException(what());
        }
    }

    /// <summary>Edits an object of the sandbox as a person would with kubectl.</summary>
    public async Task EditAsync(string path, string patch)
    {
        using var http = SandboxHttp();
        using var body = new StringContent(patch, Encoding.UTF8, "application/merge-patch+json");
        using var response = await http.PatchAsync(path, body, Ct);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Makes objects in the sandbox.</summary>
    public async Task CreateAsync(string path, IEnumerable<string> objects)
    {
        using var http = SandboxHttp();
        await Parallel.ForEachAsync(objects, Ct, async (text, ct) =>
        {
            using var body = new StringContent(text, Encoding.UTF8, "application/json");
            using var response = await http.PostAsync(path, body, ct);
            response.EnsureSuccessStatusCode();
        });
    }

    private HttpClient SandboxHttp()
    {
        var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        var http = new HttpClient(handler) { BaseAddress = _sandbox.Url };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _sandbox.Token);
        return http;
    }

    public async Task WriteAsync(string path, string? text)
    {
        var file = Path.Combine(Work, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        if (text is null) File.Delete(file);
        else await File.WriteAllTextAsync(file, text, Ct);
    }

    /// <summary>Commits and pushes; gives the commit.</summary>
    public async Task<string> CommitAsync(string message)
    {
        await GitAsync(Work, "add", "--all");
        await GitAsync(Work, "-c", "user.name=Ann", "-c", "user.email=ann@example.com", "commit", "--quiet", "--message", message);
        await GitAsync(Work, "push", "--quiet", "origin", "HEAD:main");
        return (await GitAsync(Work, "rev-parse", "HEAD")).Trim();
    }

    /// <summary>Commits, tells of the push, and waits until the application has it.</summary>
    public async Task<string> DeliverAsync(string application, string message)
    {
        var commit = await CommitAsync(message);
        await Admin.PushedAsync(Repository, Ct);
        await UntilAsync(application, a => a.Summary.Revision == commit && a.Summary is { Sync: "Synced", Operation: "" });
        return commit;
    }

    public static async Task<string> GitAsync(string folder, params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo("git") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        using var process = System.Diagnostics.Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(Ct);
        var output = await process.StandardOutput.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);
        if (process.ExitCode != 0) throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {await errors}");
        return output;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients) client.Dispose();
        if (Server is not null) await Server.DisposeAsync();
        if (_sandbox is not null) await _sandbox.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
