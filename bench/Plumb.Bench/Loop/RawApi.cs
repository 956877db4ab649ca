using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;

namespace Plumb.Bench.Loop;

/// <summary>Requests without anything around them: what the server itself can do.</summary>
internal sealed class RawApi : IDisposable
{
    private readonly HttpClient _client;
    private readonly X509Certificate2? _authority;

    private RawApi(HttpClient client, X509Certificate2? authority) => (_client, _authority) = (client, authority);

    /// <summary>Reads server, authority and token or client certificate of the kubeconfig's current context.</summary>
    public static async Task<RawApi> OpenAsync(string kubeconfig, CancellationToken ct)
    {
        var config = YamlReader.ReadAll(await File.ReadAllBytesAsync(kubeconfig, ct), kubeconfig, [])[0].Value;
        var context = Named(config["contexts"], config["current-context"].AsString()!)["context"];
        var cluster = Named(config["clusters"], context["cluster"].AsString()!)["cluster"];
        var user = Named(config["users"], context["user"].AsString()!)["user"];
        var authority = Data(cluster, "certificate-authority", kubeconfig) is { } pem ? X509Certificate2.CreateFromPem(pem) : null;
        var handler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            if (authority is not null) chain.ChainPolicy.CustomTrustStore.Add(authority);
            return certificate is not null && chain.Build(new X509Certificate2(certificate));
        };
        if (Data(user, "client-certificate", kubeconfig) is { } own && Data(user, "client-key", kubeconfig) is { } key)
            handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPem(own, key)];
        var client = new HttpClient(handler)
        {
            BaseAddress = new Uri(cluster["server"].AsString()!),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        if (user["token"].AsString() is { } token) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new RawApi(client, authority);
    }

    public Task<string> GetAsync(string path, CancellationToken ct) => _client.GetStringAsync(path, ct);

    public async Task SendAsync(HttpMethod method, string path, string body, string type, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(type)) };
        using var response = await _client.SendAsync(request, ct);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(ct)}");
    }

    public void Dispose()
    {
        _client.Dispose();
        _authority?.Dispose();
    }

    private static Node Named(Node list, string name) => list.AsList()!.First(e => e["name"].AsString() == name);

    private static string? Data(Node entry, string name, string kubeconfig)
    {
        if (entry[name + "-data"].AsString() is { } data) return Encoding.UTF8.GetString(Convert.FromBase64String(data));
        return entry[name].AsString() is { } file ? File.ReadAllText(Path.Combine(Path.GetDirectoryName(kubeconfig)!, file)) : null;
    }
}
