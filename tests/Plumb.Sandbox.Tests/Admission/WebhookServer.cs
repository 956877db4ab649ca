using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Plumb.Manifests.Documents;

namespace Plumb.Sandbox.Tests.Admission;

/// <summary>A real webhook: HTTPS on a free port, with a certificate that its own bundle vouches for.</summary>
internal sealed class WebhookServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;

    private WebhookServer(Func<Node, MapNode> answer)
    {
        _certificate = LoopbackCertificate.Make("judge.default.svc");
        Bundle = Convert.ToBase64String(Encoding.UTF8.GetBytes(_certificate.ExportCertificatePem()));
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(_certificate)));
        _app = builder.Build();
        _app.Run(context => AnswerAsync(context, answer));
    }

    public string Bundle { get; }

    public Uri Url => new(_app.Urls.First());

    /// <summary>The requests it was asked about.</summary>
    public ConcurrentQueue<Node> Asked { get; } = new();

    public static async Task<WebhookServer> StartAsync(Func<Node, MapNode> answer, CancellationToken ct)
    {
        var server = new WebhookServer(answer);
        await server._app.StartAsync(ct);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    private async Task AnswerAsync(HttpContext context, Func<Node, MapNode> answer)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = Json.Parse(await reader.ReadToEndAsync())["request"];
        Asked.Enqueue(request);
        var response = answer(request);
        if (response["hang"].AsBool() == true) await Task.Delay(Timeout.Infinite, context.RequestAborted);
        response["uid"] = request["uid"];
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(Json.WriteText(new MapNode
        {
            ["apiVersion"] = "admission.k8s.io/v1",
            ["kind"] = "AdmissionReview",
            ["response"] = response,
        }));
    }
}
