using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Plumb.EndToEnd.Tests.Support;

namespace Plumb.EndToEnd.Tests.Faults;

/// <summary>
/// A validating webhook on loopback that a real API server calls for the ConfigMaps of one namespace. It judges as the test says at the
/// moment: null lets pass, a text refuses.
/// </summary>
internal sealed class AdmissionWebhook : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly X509Certificate2 _certificate;
    private readonly string _name;
    private Scene? _scene;

    private AdmissionWebhook(string name)
    {
        _name = name;
        _certificate = LoopbackCertificate.Make();
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.UseHttps(_certificate)));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>What it says of an object, by name.</summary>
    public Func<string, CancellationToken, Task<string?>> Judge { get; set; } = (_, _) => Task.FromResult<string?>(null);

    /// <summary>Starts it and tells the API server of it, for the namespace of the same name, which is made.</summary>
    public static async Task<AdmissionWebhook> StartAsync(Scene scene, string @namespace, string failurePolicy)
    {
        var webhook = new AdmissionWebhook(@namespace);
        await webhook._app.StartAsync(TestContext.Current.CancellationToken);
        var file = Path.Combine(scene.Folder, "webhook.yaml");
        await File.WriteAllTextAsync(file, webhook.Configuration(failurePolicy), TestContext.Current.CancellationToken);
        await scene.KubectlAsync("create", "--filename", file);
        webhook._scene = scene;
        return webhook;
    }

    public async ValueTask DisposeAsync()
    {
        // Others must not be judged by a server that is gone.
        if (_scene is not null) await _scene.KubectlAsync("delete", "validatingwebhookconfiguration", _name);
        await _app.DisposeAsync();
        _certificate.Dispose();
    }

    /// <summary>The label is the test's own: namespaces have one with their name only since Kubernetes 1.21.</summary>
    private string Configuration(string failurePolicy) => $$$"""
        apiVersion: v1
        kind: Namespace
        metadata: {name: {{{_name}}}, labels: {judged: {{{_name}}}}}
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: {{{_name}}}}
        webhooks:
        - name: judge.plumb.test
          clientConfig:
            url: {{{_app.Urls.First()}}}/
            caBundle: {{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(_certificate.ExportCertificatePem()))}}}
          rules: [{apiGroups: [""], apiVersions: [v1], resources: [configmaps], operations: [CREATE, UPDATE]}]
          namespaceSelector: {matchLabels: {judged: {{{_name}}}}}
          failurePolicy: {{{failurePolicy}}}
          timeoutSeconds: 1
          sideEffects: None
          admissionReviewVersions: [v1]

        """;

    private async Task AnswerAsync(HttpContext context)
    {
        using var review = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        var request = review.RootElement.GetProperty("request");
        var refusal = await Judge(request.GetProperty("name").GetString() ?? "", context.RequestAborted);
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(
            JsonSerializer.Serialize(new
            {
                apiVersion = "admission.k8s.io/v1",
                kind = "AdmissionReview",
                response = new
                {
                    uid = request.GetProperty("uid").GetString(),
                    allowed = refusal is null,
                    status = new { message = refusal ?? "" },
                },
            }),
            context.RequestAborted);
    }
}
