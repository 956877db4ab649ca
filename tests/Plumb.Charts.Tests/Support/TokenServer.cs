using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Plumb.Charts.Tests.Support;

/// <summary>Gives out the signed tokens that a registry with token authentication believes.</summary>
internal sealed class TokenServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    private TokenServer(WebApplication app)
    {
        _app = app;
        var request = new CertificateRequest("CN=tests", _key, HashAlgorithmName.SHA256);
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        CertificateFile = Path.GetTempFileName();
        File.WriteAllText(CertificateFile, _certificate.ExportCertificatePem());
    }

    public string Url => _app.Urls.Single() + "/token";

    public string CertificateFile { get; }

    /// <summary>Who gets tokens; null for everybody.</summary>
    public string? Basic { get; set; }

    /// <summary>Query of each request.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public static async Task<TokenServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var server = new TokenServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return server;
    }

    /// <summary>A token for a repository.</summary>
    public string Token(string repository, params string[] actions)
    {
        var now = DateTimeOffset.UtcNow;
        var header = Part(new { typ = "JWT", alg = "ES256", x5c = new[] { Convert.ToBase64String(_certificate.RawData) } });
        var claims = Part(new
        {
            iss = "tests",
            sub = "ann",
            aud = "tests",
            exp = now.AddMinutes(5).ToUnixTimeSeconds(),
            nbf = now.AddMinutes(-1).ToUnixTimeSeconds(),
            iat = now.ToUnixTimeSeconds(),
            jti = Guid.NewGuid().ToString(),
            access = new[] { new { type = "repository", name = repository, actions } },
        });
        var signature = _key.SignData(Encoding.ASCII.GetBytes($"{header}.{claims}"), HashAlgorithmName.SHA256);
        return $"{header}.{claims}.{Base64Url.EncodeToString(signature)}";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        _certificate.Dispose();
        _key.Dispose();
        File.Delete(CertificateFile);
    }

    private static string Part<T>(T value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value));

    private Task AnswerAsync(HttpContext context)
    {
        Asked.Enqueue(context.Request.QueryString.Value ?? "");
        if (Basic is not null && context.Request.Headers.Authorization != $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Basic))}")
        {
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        }

        var repository = context.Request.Query["scope"].ToString().Split(':')[1];
        return context.Response.WriteAsJsonAsync(new { token = Token(repository, "pull"), expires_in = 300 });
    }
}
