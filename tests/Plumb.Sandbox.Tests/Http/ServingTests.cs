using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Tests.Http;

/// <summary>How the server serves: shapes, pages, faults, pauses and the end.</summary>
public sealed class ServingTests : WireSandbox
{
    private SandboxFault? _fault;

    private protected override SandboxOptions Options => base.Options with { Fault = request => request.Resource == "configmaps" ? _fault : null };

    [Fact]
    public async Task Watch_AsTable_SendsRows()
    {
        await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "1"), 201);
        using var reader = await WatchAsAsync("application/json;as=Table;v=v1;g=meta.k8s.io", "metadata.name=a");
        var table = (await NextAsync(reader))["object"];
        table["kind"].AsString().ShouldBe("Table");
        table["columnDefinitions"].AsList()!.Count.ShouldBe(3);
        table["rows"].AsList()!.Single()["cells"].AsList()![0].AsString().ShouldBe("a");
        table["rows"].AsList()!.Single()["object"]["kind"].AsString().ShouldBe("PartialObjectMetadata");
    }

    [Fact]
    public async Task Watch_AsMetadata_LeavesTheRestOut()
    {
        await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "1"), 201);
        using var reader = await WatchAsAsync("application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "metadata.name=a");
        var metadata = (await NextAsync(reader))["object"];
        metadata["kind"].AsString().ShouldBe("PartialObjectMetadata");
        metadata["metadata"]["labels"]["made"].AsString().ShouldBe("here");
        metadata["data"].IsAbsent.ShouldBeTrue();
    }

    [Fact]
    public async Task Pages_OfALargeList_ShowEveryObjectOnce_WhateverChangesMeanwhile()
    {
        for (var i = 0; i < 250; i++) await SendAsync(HttpMethod.Post, ConfigMaps, Map($"m{i:d3}", "1"), 201);
        var names = new List<string?>();
        var next = "";
        do
        {
            var page = await SendAsync(HttpMethod.Get, $"{ConfigMaps}?limit=20&labelSelector=made=here{next}", null, 200);
            names.AddRange(page["items"].AsList()!.Select(i => i["metadata"]["name"].AsString()));
            next = page["metadata"]["continue"].AsString() is { } token ? "&continue=" + Uri.EscapeDataString(token) : "";
            await SendAsync(HttpMethod.Delete, $"{ConfigMaps}/{names[^1]}", null, 200);
        }
        while (next.Length > 0);
        names.ShouldBe(Enumerable.Range(0, 250).Select(i => $"m{i:d3}"));
    }

    [Fact]
    public async Task Page_OfAListLongGone_IsExpired()
    {
        for (var i = 0; i < 4; i++) await SendAsync(HttpMethod.Post, ConfigMaps, Map("m" + i, "1"), 201);
        var old = await SendAsync(HttpMethod.Get, ConfigMaps + "?limit=1", null, 200);
        for (var i = 0; i < 200; i++)
        {
            await SendAsync(HttpMethod.Post, ConfigMaps, Map("n" + i, "1"), 201);
            await SendAsync(HttpMethod.Get, ConfigMaps + "?limit=1", null, 200);
        }

        var status = await SendAsync(
            HttpMethod.Get, ConfigMaps + "?limit=1&continue=" + Uri.EscapeDataString(old["metadata"]["continue"].AsString()!), null, 410);
        status["reason"].AsString().ShouldBe("Expired");
    }

    [Theory]
    [InlineData("")]
    [InlineData("k8s")]
    [InlineData("k8s\0\u000a\u0002")]
    [InlineData("k8s\0\u000a\u000f\u000a\u0002v1\u0012\u0009ConfigMap\u0012\u007fabc")]
    [InlineData("k8s\0\u000a\u000f\u000a\u0002v1\u0012\u0009ConfigMap\u0012\u0002\u000a\u0008")]
    public async Task Protobuf_ThatIsNone_IsABadRequest(string body)
    {
        using var content = new ByteArrayContent(System.Text.Encoding.Latin1.GetBytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.kubernetes.protobuf");
        using var response = await Http.PostAsync(ConfigMaps, content, Ct);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Fault_AnswersDelaysOrCuts()
    {
        _fault = new SandboxFault { StatusCode = 429, RetryAfterSeconds = 3, Message = "slow down" };
        using (var refused = await Http.GetAsync(ConfigMaps, Ct))
        {
            refused.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(3));
            Json.Parse(await refused.Content.ReadAsStringAsync(Ct))["message"].AsString().ShouldBe("slow down");
        }

        _fault = new SandboxFault { Abort = true };
        await Should.ThrowAsync<HttpRequestException>(() => Http.GetAsync(ConfigMaps, Ct));
        _fault = new SandboxFault { Delay = TimeSpan.FromMilliseconds(50) };
        var clock = Stopwatch.StartNew();
        await SendAsync(HttpMethod.Get, ConfigMaps, null, 200);
        clock.Elapsed.ShouldBeGreaterThan(TimeSpan.FromMilliseconds(40));
        _fault = null;
        await SendAsync(HttpMethod.Get, ConfigMaps, null, 200);
    }

    [Fact]
    public async Task UnknownPath_IsPlainText()
    {
        using var response = await Http.GetAsync("/apis/nothing.example.com/v1/things", Ct);
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync(Ct)).ShouldBe("404 page not found\n");
    }

    [Fact]
    public async Task Pause_EndsWatches_AndResumeServesThemAgain()
    {
        using var before = await WatchAsync(ConfigMaps + "?watch=1&labelSelector=made=here");
        await Server.PauseAsync();
        await ShouldEndAsync(before);
        await Server.ResumeAsync(Ct);
        using var after = await WatchAsync(ConfigMaps + "?watch=1&labelSelector=made=here");
        await SendAsync(HttpMethod.Post, ConfigMaps, Map("a", "1"), 201);
        (await NextAsync(after))["type"].AsString().ShouldBe("ADDED");
    }

    [Fact]
    public async Task Stop_WithOpenWatches_IsQuickAndClosesThem()
    {
        var readers = new List<StreamReader>();
        for (var i = 0; i < 20; i++) readers.Add(await WatchAsync(ConfigMaps + "?watch=1&labelSelector=made=here"));
        var clock = Stopwatch.StartNew();
        await Server.StopAsync();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
        foreach (var reader in readers)
        {
            await ShouldEndAsync(reader);
            reader.Dispose();
        }
    }

    private async Task<StreamReader> WatchAsAsync(string accept, string fields)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{ConfigMaps}?watch=1&fieldSelector={fields}");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        var response = await Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Ct);
        return new StreamReader(await response.Content.ReadAsStreamAsync(Ct));
    }

    private static async Task ShouldEndAsync(StreamReader reader)
    {
        try
        {
            (await reader.ReadLineAsync(Ct).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Ct)).ShouldBeNull();
        }
        catch (IOException)
        {
            // Cut rather than closed, as a crash does.
        }
    }
}
