using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;
using Plumb.Api;

namespace Plumb.Tests.Support;

/// <summary>What a client asked.</summary>
/// <param name="Method">Method.</param>
/// <param name="Path">Path and query, without <c>/api/v1/</c>.</param>
/// <param name="Authorization">The header; empty when there was none.</param>
/// <param name="Body">The body.</param>
public sealed record Asked(string Method, string Path, string Authorization, string Body);

/// <summary>A server over HTTP that answers with the records that a test gives, and remembers what it was asked.</summary>
public sealed class CannedServer : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, (int Status, string Type, string Body)> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> _held = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Asked> _asked = new();
    private readonly WebApplication _host;

    private CannedServer(WebApplication host) => _host = host;

    /// <summary>Its address, without a slash at the end.</summary>
    public string Url => _host.Urls.Single();

    /// <summary>All that was asked, in order.</summary>
    public IReadOnlyList<Asked> Requests => [.. _asked];

    /// <summary>Starts one on a free port; with a certificate it speaks TLS.</summary>
    public static async Task<CannedServer> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            if (certificate is not null) listen.UseHttps(certificate);
        }));
        var host = builder.Build();
        var server = new CannedServer(host);
        host.Run(server.AnswerAsync);
        await host.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    /// <summary>Answers <c>METHOD path</c>, with or without a query, with a record.</summary>
    public CannedServer With<T>(string request, T value, JsonTypeInfo<T> type) => With(request, 200, "application/json", JsonSerializer.Serialize(value, type));

    /// <summary>Answers with nothing to say.</summary>
    public CannedServer Without(string request) => With(request, 204, "", "");

    /// <summary>Answers with server-sent events and ends.</summary>
    public CannedServer WithEvents<T>(string request, JsonTypeInfo<T> type, params T[] values) =>
        With(request, 200, "text/event-stream", string.Concat(values.Select(v => $"data: {JsonSerializer.Serialize(v, type)}\n\n")));

    /// <summary>Answers with a document a line and ends.</summary>
    public CannedServer WithLines<T>(string request, JsonTypeInfo<T> type, params T[] values) =>
        With(request, 200, "application/x-ndjson", string.Concat(values.Select(v => JsonSerializer.Serialize(v, type) + "\n")));

    /// <summary>Refuses.</summary>
    public CannedServer Refusing(string request, int status, string why) =>
        With(request, status, "application/problem+json", JsonSerializer.Serialize(new ProblemRecord("Refused", status, why), ApiJson.Default.ProblemRecord));

    /// <summary>Answers that request only when the task has ended.</summary>
    public CannedServer Holding(string request, Task until)
    {
        _held[request] = until;
        return this;
    }

    /// <summary>Sends on to another address.</summary>
    public CannedServer Redirecting(string request, string to) => With(request, 307, "location", to);

    /// <summary>Runs the command against it.</summary>
    public Task<Ended> RunAsync(params string[] arguments) => PlumbProcess.RunAsync([.. arguments, "--server", Url]);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private CannedServer With(string request, int status, string type, string body)
    {
        _answers[request] = (status, type, body);
        return this;
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.ToString();
        path = path.StartsWith("/api/v1/", StringComparison.Ordinal) ? path["/api/v1/".Length..] : path;
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync(context.RequestAborted);
        var query = context.Request.QueryString.ToString();
        _asked.Enqueue(new Asked(context.Request.Method, path + query, context.Request.Headers.Authorization.ToString(), body));
        if (!_answers.TryGetValue($"{context.Request.Method} {path}{query}", out var answer) && !_answers.TryGetValue($"{context.Request.Method} {path}", out answer))
            answer = (404, "application/problem+json", JsonSerializer.Serialize(new ProblemRecord("Not found", 404, $"no answer to {context.Request.Method} {path}{query}"), ApiJson.Default.ProblemRecord));
        if (_held.TryGetValue($"{context.Request.Method} {path}", out var until)) await until.WaitAsync(context.RequestAborted);
        context.Response.StatusCode = answer.Status;
        if (answer.Type == "location") context.Response.Headers.Location = answer.Body;
        else if (answer.Type.Length > 0) context.Response.ContentType = answer.Type;
        if (answer is { Body.Length: > 0, Type: not "location" }) await context.Response.WriteAsync(answer.Body, context.RequestAborted);
    }
}
