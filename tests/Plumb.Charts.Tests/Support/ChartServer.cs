using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Plumb.Charts.Tests.Support;

/// <summary>A web server on loopback with files, as people serve charts.</summary>
internal sealed class ChartServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, byte[]> _files = new();
    private readonly List<(string Chart, string Version, string Digest, string Url)> _offers = [];

    private ChartServer(WebApplication app) => _app = app;

    /// <summary>Address of the repository.</summary>
    public string Url => _app.Urls.Single() + "/charts";

    /// <summary>User and password that it asks for; null for none.</summary>
    public (string User, string Password)? Login { get; set; }

    /// <summary>Answers this to everything, when set.</summary>
    public int? Status { get; set; }

    /// <summary>Path and authorization of each request.</summary>
    public ConcurrentQueue<(string Path, string? Authorization, int Status)> Requests { get; } = new();

    public static async Task<ChartServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new ChartServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>Offers a chart in the index.</summary>
    public void Offer(string chart, string version, byte[] archive, bool saysDigest = true, string? url = null, string? digest = null)
    {
        _files[$"/charts/{chart}-{version}.tgz"] = archive;
        _offers.RemoveAll(o => o.Chart == chart && o.Version == version);
        _offers.Add((chart, version, saysDigest ? digest ?? Packed.Digest(archive) : "", url ?? $"{chart}-{version}.tgz"));
        var index = new StringBuilder("apiVersion: v1\nentries:\n");
        foreach (var group in _offers.GroupBy(o => o.Chart))
        {
            index.Append("  ").Append(group.Key).Append(":\n");
            foreach (var offer in group)
            {
                index.Append("  - name: ").Append(offer.Chart).Append("\n    version: ").Append(offer.Version).Append("\n    urls: [\"").Append(offer.Url).Append("\"]\n");
                if (offer.Digest.Length > 0) index.Append("    digest: ").Append(offer.Digest).Append('\n');
            }
        }

        _files["/charts/index.yaml"] = Encoding.UTF8.GetBytes(index.ToString());
    }

    public void Put(string path, byte[] content) => _files[path] = content;

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var status = await AnswerAsync(context.Request, context.Response);
        Requests.Enqueue((context.Request.Path, context.Request.Headers.Authorization.FirstOrDefault(), status));
    }

    private async Task<int> AnswerAsync(HttpRequest request, HttpResponse response)
    {
        if (Status is { } fixedStatus) return response.StatusCode = fixedStatus;
        if (Login is var (user, password)
            && request.Headers.Authorization != "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")))
        {
            return response.StatusCode = 401;
        }

        if (!_files.TryGetValue(request.Path, out var content)) return response.StatusCode = 404;
        var tag = $"\"{Packed.Digest(content)[..16]}\"";
        response.Headers.ETag = tag;
        if (request.Headers.IfNoneMatch == tag) return response.StatusCode = 304;
        await response.Body.WriteAsync(content);
        return 200;
    }
}
