using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Plumb.Manifests.Documents;
using Plumb.Manifests.Yaml;
using Plumb.Reconcile.Rendering;

namespace Plumb.Conformance.Tests.Servers;

/// <summary>The current context of a kubeconfig, as much as a client needs: address, CA, certificate or token.</summary>
internal static class Kubeconfig
{
    /// <summary>A client that checks the server's certificate and brings the user's credentials.</summary>
    public static HttpClient Connect(string yaml)
    {
        var faults = new List<Diagnostic>();
        Node root = YamlReader.ReadAll(Encoding.UTF8.GetBytes(yaml), "kubeconfig", faults)[0].Value;
        var context = Named(root["contexts"], root["current-context"])["context"];
        var cluster = Named(root["clusters"], context["cluster"])["cluster"];
        var user = Named(root["users"], context["user"])["user"];
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 200, UseProxy = false, PooledConnectionLifetime = TimeSpan.FromMinutes(10) };
        if (Data(cluster, "certificate-authority") is { } ca) handler.SslOptions.RemoteCertificateValidationCallback = TrustOnly(ca);
        if (Data(user, "client-certificate") is { } certificate && Data(user, "client-key") is { } key)
        {
            using var pem = X509Certificate2.CreateFromPem(certificate, key);
            handler.SslOptions.ClientCertificates = [X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pfx), null)];
        }

        var client = new HttpClient(handler) { BaseAddress = new Uri(cluster["server"].AsString()!), Timeout = TimeSpan.FromSeconds(100) };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("conformance/1.0");
        if (user["token"].AsString() is { } token) client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return client;
    }

    private static Node Named(Node list, Node name) => list.AsList()!.First(entry => entry["name"] == name);

    private static string? Data(Node holder, string name) =>
        holder[name + "-data"].AsString() is { } data ? Encoding.UTF8.GetString(Convert.FromBase64String(data))
        : holder[name].AsString() is { } file ? File.ReadAllText(file)
        : null;

    private static RemoteCertificateValidationCallback TrustOnly(string pem) => (_, presented, _, errors) =>
    {
        if ((errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0 || presented is null) return false;
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(pem);
        using var copy = new X509Certificate2(presented);
        return chain.Build(copy);
    };
}
