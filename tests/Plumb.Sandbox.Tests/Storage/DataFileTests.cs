using System.Net;
using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Sandbox.Storage.Persistence;

namespace Plumb.Sandbox.Tests.Storage;

/// <summary>The data file: what was answered survives, and a file that cannot be used is refused in words.</summary>
public sealed class DataFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("plumb-sandbox-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Path(string name) => System.IO.Path.Combine(_folder, name);

    [Fact]
    public async Task Restart_KeepsObjects_CustomKinds_Uids_Tokens_AndGoesOnCounting()
    {
        string uid, token, bundle;
        long revision;
        await using (var first = await StartAsync("a.db"))
        {
            await CreateAsync(first, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Definition);
            uid = (await CreateAsync(first, "/apis/example.com/v1/namespaces/default/widgets", """
                {"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"size":3}}
                """))["metadata"]["uid"].AsString()!;
            var gone = await CreateAsync(first, "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"gone"}}""");
            using var http = new HttpClient();
            using var deleted = await http.DeleteAsync(new Uri(first.Url, "/api/v1/namespaces/default/configmaps/gone"), Ct);
            deleted.StatusCode.ShouldBe(HttpStatusCode.OK);
            revision = long.Parse(gone["metadata"]["resourceVersion"].AsString()!, System.Globalization.CultureInfo.InvariantCulture);
            (token, bundle) = (first.Token, first.CertificateAuthority);
        }

        await using var second = await StartAsync("a.db");
        second.Token.ShouldBe(token);
        second.CertificateAuthority.ShouldBe(bundle);
        second.Objects.Get("example.com", "Widget", "default", "w")!.Uid.ShouldBe(uid);
        second.Objects.Get("", "ConfigMap", "default", "gone").ShouldBeNull();
        var next = await CreateAsync(second, "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"next"}}""");
        long.Parse(next["metadata"]["resourceVersion"].AsString()!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(revision + 1);
    }

    [Fact]
    public async Task WatchFromBeforeTheRestart_ByTheLastRevision_GoesOn_AnOlderOneIsGone()
    {
        string revision;
        await using (var first = await StartAsync("a.db"))
            revision = (await CreateAsync(first, "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"m"}}"""))["metadata"]["resourceVersion"].AsString()!;
        await using var second = await StartAsync("a.db");
        (await FirstLineAsync(second, "1"))["object"]["code"].AsInt().ShouldBe(410);
        var line = FirstLineAsync(second, revision);
        await CreateAsync(second, "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"after"}}""");
        (await line)["object"]["metadata"]["name"].AsString().ShouldBe("after");
    }

    [Fact]
    public async Task Crash_LosesNothingThatWasAnswered()
    {
        // The files of the moment after an answer are what a killed process leaves.
        await using var server = await StartAsync("a.db");
        var writers = Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var i = 0; i < 10; i++)
                await CreateAsync(server, "/api/v1/namespaces/default/configmaps", $$$"""{"metadata":{"name":"m{{{writer}}}-{{{i}}}"}}""");
        });
        await Task.WhenAll(writers);
        foreach (var file in Directory.GetFiles(_folder, "a.db*")) File.Copy(file, file.Replace("a.db", "b.db"));
        await using var after = await StartAsync("b.db");
        after.Objects.List("", "ConfigMap", "default").Count(m => m.Name.StartsWith('m')).ShouldBe(80);
    }

    [Fact]
    public async Task DamagedFile_IsRefused_AndSaysWhatToDo()
    {
        await File.WriteAllTextAsync(Path("bad.db"), "this is no database, but it is long enough to be taken for one at a glance, is it not?", Ct);
        var fault = await Should.ThrowAsync<SandboxDataException>(() => StartAsync("bad.db"));
        fault.Message.ShouldContain(Path("bad.db"));
        fault.Message.ShouldContain("Restore a copy of it, or delete it to begin anew.");
    }

    [Fact]
    public async Task FileOfARunningSandbox_IsRefused()
    {
        await using var first = await StartAsync("a.db");
        (await Should.ThrowAsync<SandboxDataException>(() => StartAsync("a.db"))).Message.ShouldContain("is in use by another process");
    }

    public void Dispose() => Directory.Delete(_folder, true);

    private Task<SandboxServer> StartAsync(string file) =>
        SandboxServer.StartAsync(new SandboxOptions { PlainHttp = true, RunControllers = false, DataFile = Path(file) }, Ct);

    private static async Task<Node> CreateAsync(SandboxServer server, string path, string json)
    {
        using var http = new HttpClient();
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(new Uri(server.Url, path), content, Ct);
        var text = await response.Content.ReadAsStringAsync(Ct);
        response.StatusCode.ShouldBe(HttpStatusCode.Created, text);
        return Json.Parse(text);
    }

    private static async Task<Node> FirstLineAsync(SandboxServer server, string revision)
    {
        using var http = new HttpClient();
        await using var stream = await http.GetStreamAsync(
            new Uri(server.Url, "/api/v1/namespaces/default/configmaps?watch=1&resourceVersion=" + revision), Ct);
        using var reader = new StreamReader(stream);
        return Json.Parse((await reader.ReadLineAsync(Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Ct))!);
    }

    private const string Definition = """
        {"metadata":{"name":"widgets.example.com"},"spec":{"group":"example.com","scope":"Namespaced",
         "names":{"plural":"widgets","kind":"Widget"},"versions":[{"name":"v1","served":true,"storage":true,
         "schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"}}}}}}}]}}
        """;
}
