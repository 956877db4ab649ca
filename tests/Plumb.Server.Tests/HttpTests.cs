using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Logging;
using Plumb.Api;
using Plumb.Sandbox;
using Plumb.Server.Composition;

namespace Plumb.Server.Tests;

/// <summary>The HTTP API over the real thing: a Git repository, the sandbox, the loop, Kestrel.</summary>
public sealed class HttpTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-server-").FullName;
    private SandboxServer _sandbox = null!;
    private PlumbServer _server = null!;
    private HttpClient _http = null!;
    private PlumbClient _client = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Repository => Path.Combine(_folder, "repository");

    public async ValueTask InitializeAsync()
    {
        await WriteAsync("root/web.yaml", """
            apiVersion: argoproj.io/v1alpha1
            kind: Application
            metadata: {name: web}
            spec:
              project: default
              source: {repoURL: https://git.example.com/config.git, path: web}
              destination: {server: https://kubernetes.default.svc, namespace: default}
              syncPolicy: {automated: {prune: true}}
            """);
        await WriteAsync("web/settings.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {key: \"1\"}\n");
        await WriteAsync("web/secret.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: password}\nstringData: {key: hunter2}\n");
        await GitAsync("init", "--quiet", "--initial-branch=main");
        await CommitAsync();

        _sandbox = await SandboxServer.StartAsync(new SandboxOptions(), Ct);
        var kubeconfig = Path.Combine(_folder, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, _sandbox.Kubeconfig, Ct);
        _server = await PlumbServer.StartAsync(
            new ServerOptions
            {
                Root = RootAddress.Parse("https://git.example.com/config.git//root@main"),
                Listen = new IPEndPoint(IPAddress.Loopback, 0),
                Engine = new EngineOptions
                {
                    DataFolder = Path.Combine(_folder, "data"),
                    Kubeconfig = kubeconfig,
                    RepositoryMap = [$"https://git.example.com/config.git={Repository}"],
                },
            },
            logging => logging.SetMinimumLevel(LogLevel.None),
            TimeProvider.System,
            Ct);
        _http = new HttpClient { BaseAddress = _server.Url };
        _client = new PlumbClient(_http);
        await UntilAsync(a => a.Summary is { Sync: "Synced", Health: "Healthy", Operation: "" });
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
        await _sandbox.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("api/v1/applications")]
    [InlineData("api/v1/applications/web")]
    [InlineData("api/v1/version")]
    [InlineData("healthz")]
    [InlineData("readyz")]
    public async Task Head_IsGetWithoutTheBody(string path)
    {
        using var get = await _http.GetAsync(path, Ct);
        using var asked = new HttpRequestMessage(HttpMethod.Head, path);
        using var head = await _http.SendAsync(asked, Ct);

        head.StatusCode.ShouldBe(HttpStatusCode.OK);
        (head.Content.Headers.ContentType, head.Content.Headers.ContentLength, head.Headers.ETag)
            .ShouldBe((get.Content.Headers.ContentType, get.Content.Headers.ContentLength, get.Headers.ETag));
        (await head.Content.ReadAsByteArrayAsync(Ct)).ShouldBeEmpty();
    }

    [Fact]
    public async Task TheList_NamesEveryApplicationWithItsState()
    {
        var applications = await _client.ListApplicationsAsync(Ct);

        applications.Select(a => a.Name).ShouldBe(["root", "web"]);
        applications[1].Parent.ShouldBe("root");
        applications[1].Repository.ShouldBe("https://git.example.com/config.git");
        applications[1].Cluster.ShouldBe("https://kubernetes.default.svc");
    }

    [Fact]
    public async Task APushAndASync_DeliverACommit_AndTheRunsTellOfIt()
    {
        await WriteAsync("web/settings.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {key: \"2\"}\n");
        var commit = await CommitAsync();
        await _client.PushedAsync("git@git.example.com:config.git", Ct);
        await UntilAsync(a => a.Summary.Revision == commit && a.Summary.Sync == "Synced" && a.Operation is null);

        var run = await _client.SyncAsync("web", new SyncBody(), Ct);
        run.Phase.ShouldBe("Succeeded");
        var runs = await _client.ListRunsAsync("web", 10, Ct);
        runs.Select(r => r.Trigger).ShouldBe(["Manual", "Automated", "Automated"]);
        runs[1].Results.ShouldContain(r => r.Resource.Kind == "ConfigMap" && r.Status == "Synced");
    }

    [Fact]
    public async Task ThePlan_ShowsFieldsAndBothSides_AndNeverASecret()
    {
        using (var cluster = Cluster())
        {
            await PatchAsync(cluster, "configmaps/settings", """{"data":{"key":"edited"}}""");
            await PatchAsync(cluster, "secrets/password", """{"stringData":{"key":"stolen-value"}}""");
        }

        await UntilAsync(a => a.Resources.Count(r => r.Sync == "OutOfSync") == 2);
        var plan = await _client.GetPlanAsync("web", Ct);

        plan.InSync.ShouldBeFalse();
        var settings = plan.Changes.Single(c => c.Resource.Kind == "ConfigMap");
        settings.Fields.ShouldBe([".data.key"]);
        settings.Live.ShouldContain("edited");
        settings.Desired.ShouldContain("key: \"1\"");
        using var raw = await _http.GetAsync("api/v1/applications/web/plan", Ct);
        var text = await raw.Content.ReadAsStringAsync(Ct);
        foreach (var secret in new[] { "hunter2", "stolen-value", Convert.ToBase64String("hunter2"u8), Convert.ToBase64String("stolen-value"u8) })
            text.ShouldNotContain(secret);
    }

    [Fact]
    public async Task TheTree_HasTheApplicationsResources() =>
        (await _client.GetTreeAsync("web", Ct)).Select(t => t.Resource.Kind).Order().ShouldBe(["ConfigMap", "Secret"]);

    [Fact]
    public async Task Clusters_AreListedWithVersionAndUse()
    {
        var cluster = (await _client.ListClustersAsync(Ct)).ShouldHaveSingleItem();

        cluster.Name.ShouldBe("in-cluster");
        cluster.Version.ShouldStartWith("v1.");
        cluster.Applications.ShouldBe(2);
        cluster.Fault.ShouldBeNull();
    }

    [Fact]
    public async Task AnApplicationThatIsNotThere_Is404WithWords()
    {
        var refused = await Should.ThrowAsync<PlumbApiException>(_client.GetApplicationAsync("nobody", Ct));

        refused.Status.ShouldBe(HttpStatusCode.NotFound);
        refused.Message.ShouldContain("There is no application nobody");
    }

    [Fact]
    public async Task ABodyThatIsNoJson_Is400()
    {
        using var body = new StringContent("{prune", Encoding.UTF8, "application/json");
        using var response = await _http.PostAsync("api/v1/applications/web/sync", body, Ct);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("Host", "plumb.example.com")]
    [InlineData("Origin", "https://evil.example.com")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task WhatAForeignPageSends_IsRefused(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/applications/web/sync");
        request.Headers.TryAddWithoutValidation(header, value);
        using var response = await _http.SendAsync(request, Ct);
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task AnAddressOtherThanLoopback_IsRefusedAtStart()
    {
        var refused = await Should.ThrowAsync<ArgumentException>(PlumbServer.StartAsync(
            new ServerOptions
            {
                Root = RootAddress.Parse("https://git.example.com/config.git"),
                Listen = new IPEndPoint(IPAddress.Any, 0),
                Engine = new EngineOptions { DataFolder = Path.Combine(_folder, "other") },
            },
            _ => { },
            TimeProvider.System,
            Ct));
        refused.Message.ShouldContain("loopback");
    }

    [Fact]
    public async Task Delete_WithCascade_TakesTheResourcesAlong_AndTheParentBringsItBack()
    {
        await _client.DeleteAsync("web", cascade: true, Ct);

        // Git still states it: the root, which heals, registers it anew and it delivers itself again.
        await UntilAsync(a => a.Summary is { Sync: "Synced", Health: "Healthy" });
    }

    [Fact]
    public async Task Confirm_WhereNothingIsAsked_AndDelete_WithAnUnknownPropagation_AreRefusedInWords()
    {
        await UntilAsync(a => a.Summary is { Sync: "Synced", Health: "Healthy" });

        (await Should.ThrowAsync<PlumbApiException>(() => _client.ConfirmAsync("web", Ct))).Message.ShouldBe("web waits for no confirmation");
        (await Should.ThrowAsync<PlumbApiException>(() => _client.ConfirmAsync("nowhere", Ct))).Status.ShouldBe(HttpStatusCode.NotFound);
        var refused = await Should.ThrowAsync<PlumbApiException>(() => _client.DeleteAsync("web", cascade: true, Ct, propagation: "upwards"));
        refused.Message.ShouldBe("propagation is \"upwards\"; it can be foreground, background or orphan");
    }

    [Fact]
    public async Task Sync_WithPatterns_TakesWhatTheySelect_AndRefusesOthersInWords()
    {
        await UntilAsync(a => a.Summary is { Sync: "Synced", Health: "Healthy" });

        var run = await _client.SyncAsync("web", new SyncBody { Patterns = [":*:default/*", "!:Secret:*"] }, Ct);
        run.Results.Select(r => r.Resource.ToString()).ShouldBe(["ConfigMap/default/settings"]);

        (await Should.ThrowAsync<PlumbApiException>(() => _client.SyncAsync("web", new SyncBody { Patterns = ["settings"] }, Ct))).Message
            .ShouldStartWith("\"settings\" names no resources; write [!]GROUP:KIND:[NAMESPACE/]NAME");
        (await Should.ThrowAsync<PlumbApiException>(() => _client.SyncAsync("web", new SyncBody { Patterns = ["apps:Deployment:*"] }, Ct))).Message
            .ShouldStartWith("no resource of web matches apps:Deployment:*; it has ");
    }

    [Fact]
    public async Task PruneConfirm_IsAskedForAndGivenOverHttp()
    {
        await WriteAsync("web/settings.yaml", """
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: settings
              annotations: {argocd.argoproj.io/sync-options: Prune=confirm}
            data: {key: "2"}

            """);
        var stated = await CommitAsync();
        await _client.PushedAsync("https://git.example.com/config.git", Ct);
        await UntilAsync(a => a.Summary is { Sync: "Synced", Health: "Healthy", Operation: "" } && a.Summary.Revision == stated);
        File.Delete(Path.Combine(Repository, "web/settings.yaml"));
        await CommitAsync();
        await _client.PushedAsync("https://git.example.com/config.git", Ct);

        var asking = await UntilAsync(a => a.Summary.NeedsConfirmation);
        asking.Operation!.Message.ShouldContain("the deletion of ConfigMap/default/settings to be confirmed (Prune=confirm): plumb app confirm web");
        await _client.ConfirmAsync("web", Ct);

        var done = await UntilAsync(a => a.Summary is { Sync: "Synced", NeedsConfirmation: false } && a.Operation is null);
        done.Resources.ShouldNotContain(r => r.Resource.Name == "settings");
    }

    [Fact]
    public async Task TheDataFolder_IsForItsOwnerOnly()
    {
        await Task.CompletedTask;
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path.Combine(_folder, "data")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private async Task<ApplicationDetail> UntilAsync(Func<ApplicationDetail, bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        ApplicationDetail? last = null;
        while (true)
        {
            try
            {
                await foreach (var state in _client.WatchAsync("web", limit.Token))
                {
                    last = state;
                    if (condition(state)) return state;
                }
            }
            catch (PlumbApiException e) when (e.Status == HttpStatusCode.NotFound && !limit.IsCancellationRequested)
            {
                // Not registered yet: the root is still on its way.
                await Task.Yield();
            }
            catch (OperationCanceledException) when (!Ct.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"web did not get there: {last?.Summary} {string.Join(" | ", last?.Conditions ?? [])}; last run {last?.LastRun}: "
                    + string.Join(" | ", last?.LastRun?.Results ?? []));
            }
        }
    }

    private HttpClient Cluster()
    {
        var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true };
        var client = new HttpClient(handler) { BaseAddress = _sandbox.Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _sandbox.Token);
        return client;
    }

    private static async Task PatchAsync(HttpClient cluster, string path, string patch)
    {
        using var body = new StringContent(patch, Encoding.UTF8, "application/merge-patch+json");
        using var response = await cluster.PatchAsync($"api/v1/namespaces/default/{path}", body, Ct);
        response.EnsureSuccessStatusCode();
    }

    private async Task WriteAsync(string path, string text)
    {
        var file = Path.Combine(Repository, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, text, Ct);
    }

    private async Task<string> CommitAsync()
    {
        await GitAsync("add", "--all");
        await GitAsync("-c", "user.name=Test", "-c", "user.email=test@example.com", "commit", "--quiet", "--message", "change");
        return (await GitAsync("rev-parse", "HEAD")).Trim();
    }

    private async Task<string> GitAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["-C", Repository, .. arguments]) { RedirectStandardOutput = true };
        using var git = Process.Start(start) ?? throw new InvalidOperationException("git is not on PATH: apt-get install git");
        var output = await git.StandardOutput.ReadToEndAsync(Ct);
        await git.WaitForExitAsync(Ct);
        git.ExitCode.ShouldBe(0);
        return output;
    }
}
