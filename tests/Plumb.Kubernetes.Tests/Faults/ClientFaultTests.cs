using System.Collections.Concurrent;
using System.Text;
using Plumb.Kubernetes.Tests.Clusters;
using Plumb.Reconcile.Plans;
using Plumb.Reconcile.Targets;

namespace Plumb.Kubernetes.Tests.Faults;

/// <summary>What servers and networks do wrong. In each case: one clear message, nothing pruned, nothing lost, and it is over by itself.</summary>
public sealed class ClientFaultTests
{
    private static readonly TheoryData<string> All =
    [
        "500", "503", "half a body", "half a JSON", "slow bytes", "another content type", "no JSON", "no list", "an endless answer", "no answer", "closed at once", "401",
    ];

    public static TheoryData<string> Faults => All;

    /// <summary>What is sent instead of a list, and what a person reads then.</summary>
    private static (Func<Stream, CancellationToken, Task> Do, string Words) Fault(string name) => name switch
    {
        "500" => (RawApiServer.Refuse(500, "InternalError", "etcdserver: no leader"), "etcdserver: no leader"),
        "503" => (RawApiServer.Answer(503, "upstream connect error", "text/plain"), "HTTP 503: upstream connect error"),
        "half a body" => (
            (stream, ct) => RawApiServer.WriteAsync(
                stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{\"metadata\":{\"resourceVersion\":\"9\"},\"items\":[", ct),
            "broke off its answer"),
        "half a JSON" => (RawApiServer.Answer(200, """{"metadata":{"resourceVersion":"900"},"items":[{"metadata":{"na"""), "not JSON, or only a part of it"),
        "slow bytes" => (SlowlyAsync, "did not finish its answer within 2 s"),
        "another content type" => (
            RawApiServer.Answer(200, "<html><body>Please sign in</body></html>", "text/html"),
            "answered with text/html where JSON was expected: is that address an API server, or a proxy or sign-in page before it?"),
        "no JSON" => (RawApiServer.Answer(200, "hello"), "not JSON"),
        "no list" => (RawApiServer.Answer(200, "[]"), "not JSON"),
        "an endless answer" => (EndlesslyAsync, "the list is larger than 1000000 bytes"),
        "no answer" => (async (_, ct) => await Task.Delay(Timeout.Infinite, ct), "did not answer within 2 s"),
        "closed at once" => ((_, _) => Task.CompletedTask, "cannot reach 127.0.0.1"),
        "401" => (RawApiServer.Refuse(401, "Unauthorized", "Unauthorized"), "Unauthorized"),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such fault"),
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task ListsThatGoWrong_LoseNothing_SaySo_AndHeal(string name)
    {
        var (fault, words) = Fault(name);
        await using var server = new RawApiServer();
        server.Put("a", "shop");
        server.Put("gone", "shop");
        await using var raw = new RawTarget(server.Kubeconfig, o => o with { Client = o.Client with { MaxListBytes = 1_000_000 } });
        await raw.StartAsync();
        await RawTarget.UntilAsync(() => server.Watches == 1, "it is watched");

        // From here on lists fail, and the watch needs one.
        server.Script = request => request.IsList("configmaps") ? fault : null;
        server.Remove("gone", tell: false);
        server.Send("configmaps", """{"type":"ERROR","object":{"kind":"Status","reason":"Expired","code":410,"message":"too old"}}""" + "\n");
        await RawTarget.UntilAsync(() => Said(raw).Contains(words, StringComparison.Ordinal), $"it says \"{words}\"", 30);
        Said(raw).Split('\n').ShouldHaveSingleItem("one message, not one for each try");

        raw.Exists("a").ShouldBeTrue("nothing is lost");
        try
        {
            (await raw.PlanAsync()).ShouldNotContain(c => c.Action == ChangeAction.Delete, "nothing is pruned on what is not known");
        }
        catch (TargetException e)
        {
            e.Message.ShouldContain(words);
        }

        server.Script = _ => null;
        await RawTarget.UntilAsync(() => Said(raw).Length == 0 && !raw.Exists("gone"), "it heals by itself, and what happened meanwhile is seen", 45);
        (await raw.PlanAsync()).ShouldHaveSingleItem().Id.ShouldBe(RawTarget.Id("a"));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task WatchesThatGoWrong_LoseNothing_AndHeal(string name)
    {
        var (fault, _) = Fault(name);
        await using var server = new RawApiServer();
        server.Put("a", "shop");
        await using var raw = new RawTarget(server.Kubeconfig, o => o with { Watch = o.Watch with { SilenceWithoutBookmarks = TimeSpan.FromSeconds(2) } });
        await raw.StartAsync();
        await RawTarget.UntilAsync(() => server.Watches == 1, "it is watched");

        var tries = server.Requests.Count(r => r.IsWatch);
        server.Script = request => request.IsWatch ? fault : null;
        server.EndWatches();
        await RawTarget.UntilAsync(() => server.Requests.Count(r => r.IsWatch) > tries + 1, "it is tried again");
        raw.Exists("a").ShouldBeTrue();

        server.Script = _ => null;
        server.Put("b", "shop");
        await RawTarget.UntilAsync(() => raw.Exists("b") && Said(raw).Length == 0, "it heals by itself, and what happened meanwhile is seen", 45);
    }

    [Theory]
    [InlineData("another content type")]
    [InlineData("half a JSON")]
    [InlineData("slow bytes")]
    [InlineData("500")]
    [InlineData("401")]
    public async Task DiscoveryThatGoesWrongAtTheStart_IsSaid_AndHeals(string name)
    {
        var (fault, words) = Fault(name);
        await using var server = new RawApiServer { Script = _ => fault };
        server.Put("a", "shop");
        await using var raw = new RawTarget(server.Kubeconfig);
        (await Should.ThrowAsync<TargetException>(() => raw.StartAsync())).Message.ShouldContain(words);
        raw.Target.Fault.ShouldNotBeNull().ShouldContain(words);

        server.Script = _ => null;
        await RawTarget.UntilAsync(() => raw.Target.Fault is null && raw.Exists("a"), "it heals by itself", 45);
    }

    [Fact]
    public async Task AServerThatIsTooBusy_IsLeftAloneForAsLongAsItAsks()
    {
        await using var server = new RawApiServer();
        var busy = true;
        var asked = new ConcurrentQueue<DateTimeOffset>();
        server.Script = request =>
        {
            if (!request.IsList("configmaps")) return null;
            asked.Enqueue(DateTimeOffset.UtcNow);
            return Volatile.Read(ref busy) ? RawApiServer.Refuse(429, "TooManyRequests", "please try again later", "Retry-After: 1\r\n") : null;
        };
        server.Put("a", "shop");
        await using var raw = new RawTarget(server.Kubeconfig);
        var starting = raw.StartAsync();
        await RawTarget.UntilAsync(() => asked.Count == 3, "it is asked again", 30);
        asked.Zip(asked.Skip(1), (before, after) => after - before).ShouldAllBe(pause => pause > TimeSpan.FromSeconds(0.9));
        starting.IsCompleted.ShouldBeFalse("being busy is no answer about what is there");
        Volatile.Write(ref busy, false);
        await starting;
        raw.Exists("a").ShouldBeTrue();
    }

    [Fact]
    public async Task ACertificateThatHasExpired_IsSaidInWords()
    {
        await using var server = new RawApiServer(LoopbackCertificate.Make(DateTimeOffset.UtcNow.AddDays(-1)));
        await using var raw = new RawTarget(server.Kubeconfig);
        (await Should.ThrowAsync<TargetException>(() => raw.StartAsync())).Message
            .ShouldBe($"cluster raw: cannot reach 127.0.0.1:{server.Port}: the server's certificate is not good at this time: it has expired (renew it), or a clock is wrong");
    }

    [Fact]
    public async Task ACertificateThatIsGood_IsGoodForPlainSocketsToo()
    {
        await using var server = new RawApiServer(LoopbackCertificate.Make(DateTimeOffset.UtcNow.AddDays(1)));
        server.Put("a", "shop");
        await using var raw = new RawTarget(server.Kubeconfig);
        await raw.StartAsync();
        raw.Exists("a").ShouldBeTrue();
    }

    [Fact]
    public async Task AServerThatComesBack_IsNotStormed_AndNothingIsMissed()
    {
        await using var server = await Sandbox.SandboxServer.StartAsync(new Sandbox.SandboxOptions(), LiveTarget.Ct);
        var folder = Directory.CreateTempSubdirectory("plumb-storm-");
        var kubeconfig = Path.Combine(folder.FullName, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, server.Kubeconfig, LiveTarget.Ct);
        await using (var raw = new RawTarget(kubeconfig, o => o with { Watch = o.Watch with { ReturnJitter = TimeSpan.FromSeconds(1) } }))
        {
            await raw.StartAsync();
            await RawTarget.UntilAsync(() => server.RequestCountByVerb.GetValueOrDefault("watch") > 20, "the kinds are watched");
            await server.PauseAsync();
            await RawTarget.UntilAsync(() => raw.Target.Fault is not null, "the fault shows");
            server.Objects.Create(new(Manifests.Documents.Json.Parse(
                """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"meanwhile","namespace":"default"} }""").AsMap()!), "test");
            var (lists, watches) = (server.RequestCountByVerb["list"], server.RequestCountByVerb["watch"]);
            await server.ResumeAsync(LiveTarget.Ct);
            await RawTarget.UntilAsync(() => raw.Target.Fault is null, "it is back", 45);
            var meanwhile = RawTarget.Id("meanwhile") with { Namespace = "default" };
            await RawTarget.UntilAsync(() => raw.Target.Observe([meanwhile])[0].Version.Length > 0, "what happened meanwhile is seen", 45);

            server.RequestCountByVerb["list"].ShouldBe(lists, "watches go on where they were");
            var returns = server.Requests.Where(r => r.Verb == "watch").Skip((int)watches).Select(r => r.At).ToList();
            returns.Count.ShouldBeGreaterThan(20);
            (returns[^1] - returns[0]).ShouldBeGreaterThan(TimeSpan.FromMilliseconds(300), "they do not all come in one moment");
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task AServerThatFreezes_FailsWhatIsAskedOfIt_AndGoesOnWhenItThaws()
    {
        await using var proxy = await FlakyProxy.StartAsync();
        await using var live = await LiveTarget.OpenAsync(
            new() { RequestTimeout = TimeSpan.FromSeconds(1), MaxRetries = 1, RetryDelay = TimeSpan.FromMilliseconds(20) }, proxy.Kubeconfig);
        var application = live.Application();
        await live.SyncAsync(application, live.ConfigMap("a"), live.ConfigMap("b"));

        proxy.Freeze();
        var results = await live.SyncAsync(application, live.ConfigMap("a", "2"), live.ConfigMap("b"));
        results.Single(r => r.Id.Name == "a").Message.ShouldContain("did not answer within 1 s");
        live.Target.Observe([live.ConfigMap("a").Id, live.ConfigMap("b").Id]).ShouldAllBe(o => o.Exists);

        proxy.Thaw();
        await live.EventuallyAsync(() => live.Target.Fault is null, "no fault is left", 45);
        (await live.SyncAsync(application, live.ConfigMap("a", "3"), live.ConfigMap("b"))).ShouldAllBe(r => r.Status != Reconcile.Runs.ResultStatus.Failed);
        (await live.GetAsync("/api/v1/namespaces/NS/configmaps/a"))["data"]["key"].AsString().ShouldBe("3");
    }

    private static string Said(RawTarget raw) => string.Join('\n', raw.Target.Warnings.Append(raw.Target.Fault).OfType<string>());

    private static async Task SlowlyAsync(Stream stream, CancellationToken ct)
    {
        await RawApiServer.WriteAsync(stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n", ct);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        foreach (var one in """{"metadata":{"resourceVersion":"9"},"items":[]}""")
        {
            await RawApiServer.WriteAsync(stream, one.ToString(), ct);
            await timer.WaitForNextTickAsync(ct);
        }
    }

    private static async Task EndlesslyAsync(Stream stream, CancellationToken ct)
    {
        await RawApiServer.WriteAsync(
            stream, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"metadata\":{\"resourceVersion\":\"9\"},\"items\":[", ct);
        var more = new string(' ', 60_000);
        while (true) await RawApiServer.WriteAsync(stream, more, ct);
    }
}
