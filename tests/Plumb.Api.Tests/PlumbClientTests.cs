using System.Net;
using System.Text;
using System.Text.Json;

namespace Plumb.Api.Tests;

/// <summary>What the client makes of answers, over real HTTP.</summary>
public sealed class PlumbClientTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NoServer_SaysHowToStartOne()
    {
        using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:1/") };

        var refused = await Should.ThrowAsync<PlumbApiException>(new PlumbClient(http).ListApplicationsAsync(Ct));

        refused.Status.ShouldBeNull();
        refused.Message.ShouldContain("plumb serve");
    }

    [Theory]
    [InlineData(409, """{"title":"Conflict","status":409,"detail":"another operation of web is already going on"}""", "another operation of web is already going on")]
    [InlineData(404, """{"title":"Not found"}""", "Not found")]
    [InlineData(502, "<html>bad gateway</html>", "the server answered 502")]
    [InlineData(500, "", "the server answered 500")]
    public async Task ARefusal_IsTheServersOwnWords(int status, string body, string message)
    {
        await using var server = new OneAnswer(status, "application/problem+json", body);
        using var http = new HttpClient { BaseAddress = server.Url };

        var refused = await Should.ThrowAsync<PlumbApiException>(new PlumbClient(http).GetApplicationAsync("web", Ct));

        refused.Message.ShouldBe(message);
        refused.Status.ShouldBe((HttpStatusCode)status);
    }

    [Fact]
    public async Task Names_AreEscapedInAddresses()
    {
        await using var server = new OneAnswer(202, "text/plain", "");
        using var http = new HttpClient { BaseAddress = server.Url };

        await new PlumbClient(http).RefreshAsync("a/../b?c", Ct);

        server.Path.ShouldBe("/api/v1/applications/a%2F..%2Fb%3Fc/refresh");
    }

    [Fact]
    public async Task Watch_YieldsEachEvent()
    {
        var detail = new ApplicationDetail
        {
            Summary = new ApplicationSummary
            {
                Name = "web",
                Project = "default",
                Sync = "Synced",
                Health = "Healthy",
                Repository = "r",
                TargetRevision = "main",
                Cluster = "in-cluster",
            },
        };
        var json = JsonSerializer.Serialize(detail, ApiJson.Default.ApplicationDetail);
        await using var server = new OneAnswer(200, "text/event-stream", $"data: {json}\n\n: comment\n\ndata: {json}\n\n");
        using var http = new HttpClient { BaseAddress = server.Url };

        var count = 0;
        await foreach (var state in new PlumbClient(http).WatchAsync("web", Ct))
        {
            JsonSerializer.Serialize(state, ApiJson.Default.ApplicationDetail).ShouldBe(json);
            count++;
        }

        count.ShouldBe(2);
    }

    /// <summary>A server that gives one answer to whatever is asked.</summary>
    private sealed class OneAnswer : IAsyncDisposable
    {
        private readonly System.Net.Sockets.TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task _serving;

        public OneAnswer(int status, string type, string body)
        {
            _listener.Start();
            Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
            _serving = ServeAsync(status, type, body);
        }

        public Uri Url { get; }

        public string Path { get; private set; } = "";

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _serving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        private async Task ServeAsync(int status, string type, string body)
        {
            using var client = await _listener.AcceptTcpClientAsync(Ct);
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream);
            Path = (await reader.ReadLineAsync(Ct))!.Split(' ')[1];
            while (await reader.ReadLineAsync(Ct) is { Length: > 0 })
            {
                // Headers do not matter here.
            }

            var bytes = Encoding.UTF8.GetBytes(body);
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes($"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n"), Ct);
            await stream.WriteAsync(bytes, Ct);
        }
    }
}
