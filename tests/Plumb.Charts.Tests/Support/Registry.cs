using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Org.BouncyCastle.Crypto.Generators;

namespace Plumb.Charts.Tests.Support;

/// <summary>A real OCI registry on loopback: Debian's <c>docker-registry</c>, in a folder of its own.</summary>
internal sealed partial class Registry : IAsyncDisposable
{
    private const string Program = "/usr/bin/docker-registry";
    private const string InstallCommand = "apt-get install docker-registry";

    private readonly Process _process;
    private readonly string _folder;
    private readonly HttpClient _client;
    private readonly Func<string, AuthenticationHeaderValue?> _authorization;

    private Registry(Process process, string folder, int port, Func<string, AuthenticationHeaderValue?> authorization)
    {
        (_process, _folder, Host, _authorization) = (process, folder, $"127.0.0.1:{port}", authorization);
        _client = new HttpClient { BaseAddress = new Uri($"http://{Host}/v2/") };
    }

    /// <summary>Host and port.</summary>
    public string Host { get; }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>One that anybody may use.</summary>
    public static Task<Registry> StartAsync() => StartAsync("", _ => null);

    /// <summary>One that asks for a user and password.</summary>
    public static async Task<Registry> StartWithLoginAsync(string user, string password)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, $"{user}:{OpenBsdBCrypt.Generate("2y", password.ToCharArray(), Encoding.UTF8.GetBytes("0123456789abcdef"), 4)}\n", Ct);
        var basic = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        return await StartAsync($"auth:\n  htpasswd: {{realm: tests, path: {file}}}\n", _ => basic);
    }

    /// <summary>One that wants tokens of a <see cref="TokenServer"/>.</summary>
    public static Task<Registry> StartWithTokensAsync(TokenServer tokens) => StartAsync(
        $"auth:\n  token: {{realm: \"{tokens.Url}\", service: tests, issuer: tests, rootcertbundle: {tokens.CertificateFile}}}\n",
        repository => new AuthenticationHeaderValue("Bearer", tokens.Token(repository, "pull", "push")));

    /// <summary>Pushes a packed chart as <c>helm push</c> does.</summary>
    public async Task PushAsync(string repository, string tag, byte[] archive, string type = "application/vnd.cncf.helm.chart.content.v1.tar+gzip")
    {
        var config = Encoding.UTF8.GetBytes("{\"name\":\"x\"}");
        await PushBlobAsync(repository, config);
        await PushBlobAsync(repository, archive);
        var manifest = JsonSerializer.SerializeToUtf8Bytes(new
        {
            schemaVersion = 2,
            mediaType = "application/vnd.oci.image.manifest.v1+json",
            config = new { mediaType = "application/vnd.cncf.helm.config.v1+json", digest = $"sha256:{Packed.Digest(config)}", size = config.Length },
            layers = new[] { new { mediaType = type, digest = $"sha256:{Packed.Digest(archive)}", size = archive.Length } },
        });
        var content = new ByteArrayContent(manifest);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/vnd.oci.image.manifest.v1+json");
        await SendAsync(repository, HttpMethod.Put, $"{repository}/manifests/{tag}", content);
    }

    /// <summary>Overwrites a blob in the registry's storage.</summary>
    public Task TamperAsync(byte[] archive, byte[] with)
    {
        var digest = Packed.Digest(archive);
        return File.WriteAllBytesAsync(Path.Combine(_folder, "docker/registry/v2/blobs/sha256", digest[..2], digest, "data"), with, Ct);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<Registry> StartAsync(string more, Func<string, AuthenticationHeaderValue?> authorization)
    {
        if (!File.Exists(Program)) Assert.Fail($"{Program} is missing; install it: {InstallCommand}");
        var folder = Directory.CreateTempSubdirectory("plumb-registry-").FullName;
        var file = Path.Combine(folder, "config.yml");
        await File.WriteAllTextAsync(
            file, $"version: 0.1\nlog: {{level: info}}\nstorage:\n  filesystem: {{rootdirectory: {folder}}}\nhttp: {{addr: \"127.0.0.1:0\"}}\n{more}", Ct);
        var process = Process.Start(new ProcessStartInfo(Program, ["serve", file]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        _ = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        deadline.CancelAfter(TimeSpan.FromSeconds(30));
        var said = new StringBuilder();
        while (await process.StandardError.ReadLineAsync(deadline.Token) is { } line)
        {
            said.AppendLine(line);
            if (Listening().Match(line) is not { Success: true } match) continue;
            _ = process.StandardError.ReadToEndAsync(CancellationToken.None);
            return new Registry(process, folder, int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture), authorization);
        }

        throw new InvalidOperationException($"{Program} did not start: {said}");
    }

    private async Task PushBlobAsync(string repository, byte[] content)
    {
        using var begun = await SendAsync(repository, HttpMethod.Post, $"{repository}/blobs/uploads/", null);
        var location = begun.Headers.Location!;
        var to = new UriBuilder(location.IsAbsoluteUri ? location : new Uri(_client.BaseAddress!, location));
        to.Query = $"{to.Query.TrimStart('?')}&digest=sha256:{Packed.Digest(content)}";
        await SendAsync(repository, HttpMethod.Put, to.Uri.ToString(), new ByteArrayContent(content));
    }

    private async Task<HttpResponseMessage> SendAsync(string repository, HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = _authorization(repository);
        var answer = await _client.SendAsync(request, Ct);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{method} {path}: {answer.StatusCode}: {await answer.Content.ReadAsStringAsync(Ct)}");
        return answer;
    }

    [GeneratedRegex(@"listening on 127\.0\.0\.1:(\d+)")]
    private static partial Regex Listening();
}
